#include "ledger/key_ring.hpp"

#include <sodium.h>

#include <cstring>

#include "ledger/failure.hpp"
#include "ledger/secret_file.hpp"

namespace told::ledger {
namespace {

// The master key seals nothing itself: each purpose has a key of its own, derived from it (crypto_kdf, BLAKE2b).
constexpr char context[] = "toldkeys";
enum Purpose : std::uint64_t { index = 1, check = 2, wrapping = 3, naming = 4 };

unsigned char* part(const std::shared_ptr<unsigned char>& derived, Purpose p) {
  return derived.get() + (p - 1) * key_bytes;
}

std::string keyed(const unsigned char* key, std::string_view bytes) {
  std::string out(16, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), key, key_bytes);
  return out;
}

// Binds a wrapped key to its case and to its first entry, or to its entry and what it is: rows of a table cannot be
// exchanged for one another.
std::array<unsigned char, 16> bound_to(std::uint64_t whose, std::uint64_t which) {
  std::array<unsigned char, 16> out;
  std::memcpy(out.data(), big_endian(whose).data(), 8);
  std::memcpy(out.data() + 8, big_endian(which).data(), 8);
  return out;
}

}  // namespace

Eight big_endian(std::uint64_t n) {
  Eight out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<unsigned char>(n >> (56U - 8U * i));
  return out;
}

void append_number(std::string& out, std::uint64_t n) {
  const Eight eight = big_endian(n);
  out.append(reinterpret_cast<const char*>(eight.data()), eight.size());
}

CaseKey::~CaseKey() { sodium_memzero(bytes.data(), bytes.size()); }

KeyRing::KeyRing(const MasterKey& master, std::uint32_t cached_max)
    : derived_{locked_bytes(4 * key_bytes)}, cached_{locked_bytes(std::size_t{cached_max} * key_bytes)} {
  if (master.empty()) throw StoreFailed("the ledger needs a master key: none was given");
  for (const auto p : {index, check, wrapping, naming})
    crypto_kdf_derive_from_key(part(derived_, p), key_bytes, p, context, master.data());
  case_names_ = std::make_unique<CaseNames>(part(derived_, naming));
  slots_.resize(cached_max + 1);
  slots_[cached_max].newer = slots_[cached_max].older = cached_max;
  free_.reserve(cached_max);
  for (auto s = cached_max; s > 0; --s) free_.push_back(s - 1);
  by_case_.reserve(cached_max);
}

KeyRing::~KeyRing() = default;

std::string KeyRing::check_value() const { return keyed(part(derived_, check), "told master key check"); }

const unsigned char* KeyRing::index_key() const { return part(derived_, index); }

std::string KeyRing::authenticate(std::string_view bytes) const { return keyed(part(derived_, check), bytes); }

StoredKey KeyRing::wrap(core::CaseNumber c, const CaseKey& key, const unsigned char* nonce) const {
  StoredKey out{key.since, std::string(sealed_overhead + key_bytes, '\0')};
  auto* p = reinterpret_cast<unsigned char*>(out.wrapped.data());
  std::memcpy(p, nonce, nonce_bytes);
  const auto bound = bound_to(c, key.since);
  crypto_aead_xchacha20poly1305_ietf_encrypt(p + nonce_bytes, nullptr, key.bytes.data(), key.bytes.size(), bound.data(),
                                             bound.size(), nullptr, nonce, part(derived_, wrapping));
  return out;
}

std::optional<CaseKey> KeyRing::unwrap(core::CaseNumber c, const StoredKey& stored) const {
  if (stored.wrapped.empty()) return std::nullopt;
  CaseKey out;
  out.since = stored.since;
  const auto* p = reinterpret_cast<const unsigned char*>(stored.wrapped.data());
  const auto bound = bound_to(c, stored.since);
  if (stored.wrapped.size() != sealed_overhead + key_bytes ||
      crypto_aead_xchacha20poly1305_ietf_decrypt(out.bytes.data(), nullptr, nullptr, p + nonce_bytes,
                                                 stored.wrapped.size() - nonce_bytes, bound.data(), bound.size(), p,
                                                 part(derived_, wrapping)) != 0)
    throw StoreFailed::damage("the key of case " + std::to_string(c) +
                              " was altered in ledger.db: restore the ledger from a backup");
  return out;
}

void KeyRing::wrap(core::EntryIndex entry, Under what, std::string_view plain, const CaseKey& key,
                   const unsigned char* nonce, char* out) {
  auto* p = reinterpret_cast<unsigned char*>(out);
  std::memcpy(p, nonce, nonce_bytes);
  const auto bound = bound_to(entry, static_cast<std::uint64_t>(what));
  crypto_aead_xchacha20poly1305_ietf_encrypt(p + nonce_bytes, nullptr,
                                             reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
                                             bound.data(), bound.size(), nullptr, nonce, key.bytes.data());
}

std::string KeyRing::unwrap(core::EntryIndex entry, Under what, std::string_view wrapped, const CaseKey& key) {
  std::string plain(wrapped.size() < sealed_overhead ? 0 : wrapped.size() - sealed_overhead, '\0');
  const auto* p = reinterpret_cast<const unsigned char*>(wrapped.data());
  const auto bound = bound_to(entry, static_cast<std::uint64_t>(what));
  if (wrapped.size() < sealed_overhead ||
      crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr,
                                                 p + nonce_bytes, wrapped.size() - nonce_bytes, bound.data(),
                                                 bound.size(), p, key.bytes.data()) != 0)
    throw StoreFailed::damage("the key of the body of entry " + std::to_string(entry) +
                              " was altered in ledger.db: restore the ledger from a backup");
  return plain;
}

bool KeyRing::find(core::CaseNumber c, CaseKey& out) {
  const std::lock_guard lock{mutex_};
  const auto it = by_case_.find(c);
  if (it == by_case_.end()) return false;
  out.since = slots_[it->second].since;
  std::memcpy(out.bytes.data(), bytes_of(it->second), key_bytes);
  unlink(it->second);
  link_newest(it->second);
  return true;
}

void KeyRing::keep(core::CaseNumber c, const CaseKey& key) {
  const std::lock_guard lock{mutex_};
  std::uint32_t s = 0;
  if (const auto it = by_case_.find(c); it != by_case_.end()) {
    s = it->second;
    unlink(s);
  } else if (!free_.empty()) {
    s = free_.back();
    free_.pop_back();
    by_case_.emplace(c, s);
  } else {
    s = slots_.back().newer;
    unlink(s);
    auto node = by_case_.extract(slots_[s].case_number);  // the node goes on for the new case: no allocation
    node.key() = c;
    by_case_.insert(std::move(node));
  }
  slots_[s].case_number = c;
  slots_[s].since = key.since;
  std::memcpy(bytes_of(s), key.bytes.data(), key_bytes);
  link_newest(s);
}

void KeyRing::forget(core::CaseNumber c) {
  const std::lock_guard lock{mutex_};
  const auto it = by_case_.find(c);
  if (it == by_case_.end()) return;
  sodium_memzero(bytes_of(it->second), key_bytes);
  unlink(it->second);
  free_.push_back(it->second);
  by_case_.erase(it);
}

void KeyRing::unlink(std::uint32_t s) {
  slots_[slots_[s].newer].older = slots_[s].older;
  slots_[slots_[s].older].newer = slots_[s].newer;
}

void KeyRing::link_newest(std::uint32_t s) {
  const auto end = static_cast<std::uint32_t>(slots_.size() - 1);
  slots_[s].newer = end;
  slots_[s].older = slots_[end].older;
  slots_[slots_[end].older].newer = s;
  slots_[end].older = s;
}

}  // namespace told::ledger
