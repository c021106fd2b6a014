#include "ledger/leaf_press.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace told::ledger {
namespace {

using google::protobuf::io::CodedOutputStream;

// Field 40 (`sealed`) and field 1 of Body (`event`), both length-delimited. Field 40 is the entry's highest, so writing
// it after the rest gives exactly what SerializeToString would; leaf_press_test holds it to that.
constexpr std::uint32_t sealed_tag = (40U << 3U) | 2U;
constexpr std::uint32_t event_tag = (1U << 3U) | 2U;
constexpr std::size_t sealed_tag_bytes = 2;
constexpr std::size_t event_tag_bytes = 1;
constexpr std::size_t buffer_kept_max = 16U << 20U;

std::size_t varint_bytes(std::size_t n) { return CodedOutputStream::VarintSize64(n); }

}  // namespace

LeafPress::LeafPress(KeyRing& ring, Store& store) : ring_{ring}, store_{store} {}

LeafPress::~LeafPress() { sodium_memzero(pool_.data(), pool_.size()); }

LeafPress::Pressed LeafPress::press(const std::vector<core::Entry>& entries, const Frontier& before) {
  used_ = 0;
  ends_.clear();
  leaves_.clear();
  new_keys_.clear();
  body_keys_.clear();
  erased_.clear();
  if (capacity_ > buffer_kept_max) {
    bytes_.reset();
    capacity_ = 0;
  }
  auto next = before.size();
  for (const auto& entry : entries) {
    if (entry.head.index() != next++)
      throw StoreFailed("entry " + std::to_string(entry.head.index()) + " came where the ledger expected entry " +
                        std::to_string(next - 1) + ": this is a defect of told, not of the disk");
    add(entry);
  }
  Pressed out;
  out.frontier = before;
  std::size_t begin = 0;
  for (const auto end : ends_) {
    leaves_.emplace_back(reinterpret_cast<const char*>(bytes_.get()) + begin, end - begin);
    out.frontier.add(leaf_hash(leaves_.back()));
    begin = end;
  }
  out.batch = {before.size(), leaves_, new_keys_, body_keys_, {}, erased_};
  return out;
}

void LeafPress::add(const core::Entry& entry) {
  const auto& head = entry.head;
  const std::size_t head_bytes = head.ByteSizeLong();
  const std::size_t event_bytes = entry.event ? entry.event->ByteSizeLong() : 0;
  const std::size_t rest_bytes = entry.body ? entry.body->ByteSizeLong() : 0;
  if (!head.sealed().empty() || (entry.event && entry.body && entry.body->has_event()))
    throw StoreFailed("entry " + std::to_string(head.index()) + " came sealed or with two events: a defect of told");
  if (head.has_case_erased()) forget_keys(head);
  if (!entry.event && rest_bytes == 0) {
    auto* p = grow(head_bytes);
    head.SerializeWithCachedSizesToArray(p);
    ends_.push_back(used_);
    return;
  }

  const std::size_t body_bytes =
      rest_bytes + (entry.event ? event_tag_bytes + varint_bytes(event_bytes) + event_bytes : 0);
  const std::size_t sealed_bytes = body_bytes + sealed_overhead;
  auto* p = grow(head_bytes + sealed_tag_bytes + varint_bytes(sealed_bytes) + sealed_bytes);
  p = head.SerializeWithCachedSizesToArray(p);
  p = CodedOutputStream::WriteVarint32ToArray(sealed_tag, p);
  p = CodedOutputStream::WriteVarint64ToArray(sealed_bytes, p);
  auto* nonce = p;
  random(nonce, nonce_bytes);

  // The body is written where its ciphertext will be and sealed in place: it is nowhere else in the clear.
  auto* body = p + nonce_bytes;
  auto* q = body;
  if (entry.event) {
    q = CodedOutputStream::WriteVarint32ToArray(event_tag, q);
    q = CodedOutputStream::WriteVarint64ToArray(event_bytes, q);
    q = entry.event->SerializeWithCachedSizesToArray(q);
  }
  if (entry.body) q = entry.body->SerializeWithCachedSizesToArray(q);
  CaseKey key;
  key_for(head.case_number(), head.index(), key);
  if (entry.event) own_key(head, key);
  const auto index = big_endian(head.index());
  crypto_aead_xchacha20poly1305_ietf_encrypt_detached(body, q, nullptr, body, body_bytes, index.data(), index.size(),
                                                      nullptr, nonce, key.bytes.data());
  ends_.push_back(used_);
}

void LeafPress::forget_keys(const v1::LedgerEntry& erasure) {
  std::vector<core::CaseNumber> cases{erasure.case_number()};
  cases.insert(cases.end(), erasure.case_erased().cases().begin(), erasure.case_erased().cases().end());
  for (const core::CaseNumber c : cases) {
    ring_.forget(c);
    std::erase_if(new_keys_, [c](const NewKey& k) { return k.case_number == c; });
    erased_.push_back(c);
  }
}

void LeafPress::own_key(const v1::LedgerEntry& head, CaseKey& key) {
  CaseKey own;
  random(own.bytes.data(), key_bytes);
  unsigned char nonce[nonce_bytes];
  random(nonce, nonce_bytes);
  const std::string_view plain{reinterpret_cast<const char*>(own.bytes.data()), key_bytes};
  const auto& accepted = head.event_accepted();
  NewBodyKey& made = body_keys_.emplace_back();
  made.entry = head.index();
  made.amends = accepted.withdraws() ? 0 : accepted.amends();
  KeyRing::wrap(head.index(), KeyRing::Under::body_key, plain, key, nonce, made.wrapped.data());
  key = own;
}

void LeafPress::key_for(core::CaseNumber c, core::EntryIndex index, CaseKey& out) {
  if (ring_.find(c, out)) return;
  // A case bears the number of the entry that opens it: that entry's case can have no key yet.
  const bool was_erased = std::find(erased_.begin(), erased_.end(), c) != erased_.end();
  if (c != index || c == 0) {
    // A group with more new cases than the ring holds may have pushed its own keys out again.
    const auto made =
        std::find_if(new_keys_.begin(), new_keys_.end(), [c](const NewKey& k) { return k.case_number == c; });
    const auto stored = made != new_keys_.end() ? std::optional{made->key} : was_erased ? std::nullopt : store_.key(c);
    if (const auto key = stored ? ring_.unwrap(c, *stored) : std::nullopt) {
      out = *key;
      ring_.keep(c, out);
      return;
    }
  }
  out.since = index;
  random(out.bytes.data(), key_bytes);
  unsigned char nonce[nonce_bytes];
  random(nonce, nonce_bytes);
  new_keys_.push_back({c, ring_.wrap(c, out, nonce)});
  ring_.keep(c, out);
}

unsigned char* LeafPress::grow(std::size_t bytes) {
  if (used_ + bytes > capacity_) {
    capacity_ = std::max({capacity_ * 2, used_ + bytes, std::size_t{64} << 10U});
    auto larger = std::make_unique_for_overwrite<unsigned char[]>(capacity_);
    if (used_ > 0) std::memcpy(larger.get(), bytes_.get(), used_);
    bytes_ = std::move(larger);
  }
  auto* p = bytes_.get() + used_;
  used_ += bytes;
  return p;
}

void LeafPress::random(unsigned char* to, std::size_t bytes) {
  if (pool_left_ < bytes) {
    randombytes_buf(pool_.data(), pool_.size());
    pool_left_ = pool_.size();
  }
  pool_left_ -= bytes;
  std::memcpy(to, pool_.data() + pool_left_, bytes);
  std::memset(pool_.data() + pool_left_, 0, bytes);  // what became a key stands nowhere else
}

}  // namespace told::ledger
