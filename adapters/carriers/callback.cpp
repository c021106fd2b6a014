#include "carriers/callback.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "carriers/signature.hpp"

namespace told::carriers {
namespace {

constexpr std::string_view shared_prefix = "whsec_";
constexpr std::string_view public_prefix = "whpk_";

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

const std::string& header(const std::map<std::string, std::string>& headers, const std::string& name) {
  static const std::string none;
  const auto found = headers.find(name);
  return found == headers.end() ? none : found->second;
}

}  // namespace

ProvingKey::ProvingKey(std::string_view text) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium could not start: is there no source of random numbers?");
  if (text.starts_with(shared_prefix)) {
    bytes_ = shared_key(text.substr(shared_prefix.size()));
    return;
  }
  if (!text.starts_with(public_prefix))
    throw std::runtime_error("a callback's key begins with whsec_ (HMAC) or whpk_ (ed25519, the public half)");
  is_ = Is::ed25519;
  bytes_ = from_base64(text.substr(public_prefix.size()));
  if (bytes_.size() != crypto_sign_PUBLICKEYBYTES)
    throw std::runtime_error(
        "after whpk_ must stand the 32 bytes of an ed25519 public key in base64: ask for it again");
}

ProvingKey::~ProvingKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

bool ProvingKey::proves(std::string_view signature, std::string_view content) const {
  const std::string_view prefix = is_ == Is::ed25519 ? "v1a," : "v1,";
  if (!signature.starts_with(prefix)) return false;
  const Bytes given = from_base64(signature.substr(prefix.size()));
  if (is_ == Is::ed25519)
    return given.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(given.data(), raw(content), content.size(), bytes_.data()) == 0;
  const Bytes right = hmac_sha256(bytes_, content);
  return given.size() == right.size() && sodium_memcmp(given.data(), right.data(), right.size()) == 0;
}

std::optional<std::string> why_not_proved(const std::vector<ProvingKey>& keys,
                                          const std::map<std::string, std::string>& headers, std::string_view body,
                                          std::int64_t now, std::int64_t window_seconds) {
  const std::string& id = header(headers, "webhook-id");
  const std::string& at = header(headers, "webhook-timestamp");
  const std::string& all = header(headers, "webhook-signature");
  if (id.empty() || at.empty() || all.empty())
    return "webhook-id, webhook-timestamp and webhook-signature are needed: sign the call as Standard Webhooks says";
  std::int64_t seconds = 0;
  const auto [end, failed] = std::from_chars(at.data(), at.data() + at.size(), seconds);
  if (failed != std::errc() || end != at.data() + at.size())
    return "webhook-timestamp must be whole seconds since 1970, in UTC";
  if (seconds < now - window_seconds || seconds > now + window_seconds)
    return "webhook-timestamp is more than " + std::to_string(window_seconds / 60) +
           " minutes from told's clock: set the clock right, and sign each call anew";
  const std::string content = signed_content(id, seconds, body);
  for (std::size_t from = 0; from < all.size();) {
    const std::size_t to = std::min(all.find(' ', from), all.size());
    const std::string_view one = std::string_view{all}.substr(from, to - from);
    if (std::any_of(keys.begin(), keys.end(), [&](const ProvingKey& key) { return key.proves(one, content); }))
      return std::nullopt;
    from = to + 1;
  }
  return "no signature is by a key of this recipient's: sign \"ID.TIMESTAMP.BODY\", byte for byte, with the key that "
         "the "
         "council was given";
}

}  // namespace told::carriers
