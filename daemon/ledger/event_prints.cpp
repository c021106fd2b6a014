#include "ledger/event_prints.hpp"

#include <sodium.h>

#include <cstring>
#include <string>
#include <string_view>

#include "ledger/key_ring.hpp"

namespace told::ledger {
namespace {

// Streams of fingerprints: equal words in different streams must not meet.
enum class Stream : unsigned char { identity = 1, subject = 2, subject_prevent = 3, content = 4 };

class Hasher {
 public:
  Hasher(const unsigned char* key, Stream stream) {
    crypto_generichash_init(&state_, key, key_bytes, sizeof(core::Fingerprint));
    const auto s = static_cast<unsigned char>(stream);
    crypto_generichash_update(&state_, &s, 1);
  }
  Hasher& add(std::string_view bytes) {
    crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return *this;
  }
  /// With its length before it, so that ("ab", "c") and ("a", "bc") differ.
  Hasher& add_counted(std::string_view bytes) {
    const auto length = big_endian(bytes.size());
    crypto_generichash_update(&state_, length.data(), length.size());
    return add(bytes);
  }
  core::Fingerprint end() {
    core::Fingerprint out;
    crypto_generichash_final(&state_, reinterpret_cast<unsigned char*>(out.data()), out.size());
    return out;
  }

 private:
  crypto_generichash_state state_;
};

bool is_prevent(const v1::Event& event) {
  return event.has_prevent_section36() || event.has_prevent_referral() ||
         (event.has_event_corrected() &&
          (event.event_corrected().has_prevent_section36() || event.event_corrected().has_prevent_referral()));
}

const std::string& superseded(const v1::Event& event) {
  return event.has_event_corrected() ? event.event_corrected().supersedes() : event.event_withdrawn().supersedes();
}

}  // namespace

core::EventPrints event_prints(const unsigned char* key, const v1::Event& event) {
  core::EventPrints out;
  const auto identity = [&](const std::string& id) {
    return Hasher{key, Stream::identity}.add_counted(event.source()).add(id).end();
  };
  out.identity = identity(event.id());
  if (const std::string& earlier = superseded(event); !earlier.empty()) out.supersedes = identity(earlier);
  const auto subject = [&](bool prevent) {
    // A Prevent referral opens a case of its own though it names the same child: who sees the one must not see the
    // other.
    Hasher hasher{key, prevent ? Stream::subject_prevent : Stream::subject};
    // An exercise is never of the case of a real child, whatever reference it uses: it could end a real search.
    if (event.status() != v1::STATUS_ACTUAL) hasher.add_counted("exercise");
    return hasher.add(event.subject()).end();
  };
  out.subject = subject(is_prevent(event));
  if (event.has_event_withdrawn()) out.subject_in_prevent = subject(true);
  // The event is serialised again rather than hashed as received: a publisher's library may order fields otherwise when
  // it publishes again. With no maps and no unknown fields (refused at the edge) one content has one serialisation
  // here.
  thread_local std::string bytes;
  bytes.clear();
  event.SerializeToString(&bytes);
  out.content = Hasher{key, Stream::content}.add(bytes).end();
  sodium_memzero(bytes.data(), bytes.size());
  return out;
}

std::string write_prints(const core::EventPrints& prints) {
  std::string bytes;
  for (const core::Fingerprint* each : {&prints.identity, &prints.subject, &prints.content})
    bytes.append(reinterpret_cast<const char*>(each->data()), each->size());
  return bytes;
}

std::optional<core::EventPrints> read_prints(std::string_view bytes) {
  core::EventPrints prints;
  if (bytes.size() != 3 * sizeof(core::Fingerprint)) return std::nullopt;
  for (core::Fingerprint* each : {&prints.identity, &prints.subject, &prints.content}) {
    std::memcpy(each->data(), bytes.data(), each->size());
    bytes.remove_prefix(each->size());
  }
  return prints;
}

}  // namespace told::ledger
