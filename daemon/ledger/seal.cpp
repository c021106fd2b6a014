#include "ledger/seal.hpp"

#include <sodium.h>

#include <cstring>
#include <stdexcept>

#include "ledger/body_seal.hpp"
#include "ledger/event_prints.hpp"
#include "ledger/failure.hpp"
#include "ledger/secret_file.hpp"

namespace told::ledger {

MasterKey MasterKey::from_hex(std::string_view hex) {
  MasterKey out;
  out.bytes_ = locked_bytes(key_bytes);
  std::size_t length = 0;
  const char* end = nullptr;
  if (hex.size() != 2 * key_bytes ||
      sodium_hex2bin(out.bytes_.get(), key_bytes, hex.data(), hex.size(), nullptr, &length, &end) != 0 ||
      length != key_bytes)
    throw std::runtime_error(
        "the master key must be 64 hexadecimal digits on one line: make one with `openssl rand -hex 32`");
  return out;
}

MasterKey MasterKey::from_file(const std::string& path) {
  auto line = read_secret_line(path, "the master key");
  struct Wipe {
    std::string& s;
    ~Wipe() { sodium_memzero(s.data(), s.size()); }
  } wipe{line};
  try {
    return from_hex(line);
  } catch (const std::runtime_error& e) {
    throw std::runtime_error(path + ": " + e.what());
  }
}

const unsigned char* MasterKey::data() const { return bytes_.get(); }

BodySeal::BodySeal(KeyRing& ring, std::unique_ptr<KeyReader> keys) : ring_{ring}, keys_{std::move(keys)} {}
BodySeal::~BodySeal() = default;

core::EventPrints BodySeal::prints(const v1::Event& event) const { return event_prints(ring_.index_key(), event); }

std::optional<StoredBodyKey> BodySeal::own_key(const v1::LedgerEntry& entry) const {
  if (!entry.has_event_accepted()) return std::nullopt;
  const std::lock_guard lock{mutex_};
  return keys_->body_key(entry.index());
}

std::optional<CaseKey> BodySeal::key_of(const v1::LedgerEntry& entry) const {
  if (entry.sealed().empty()) return std::nullopt;
  auto key = case_key(entry);
  const auto own = key ? own_key(entry) : std::nullopt;
  if (!own) return key;
  if (own->wrapped.empty()) return std::nullopt;
  std::string plain = KeyRing::unwrap(entry.index(), KeyRing::Under::body_key, own->wrapped, *key);
  const bool whole = plain.size() == key_bytes;
  if (whole) std::memcpy(key->bytes.data(), plain.data(), key_bytes);
  sodium_memzero(plain.data(), plain.size());
  return whole ? key : std::nullopt;
}

std::string BodySeal::authenticate(std::string_view purpose, std::string_view bytes) const {
  std::string all{purpose};
  all += '\0';  // a purpose is one of ours, and has no zero byte
  return ring_.authenticate(all.append(bytes));
}

std::optional<core::EventPrints> BodySeal::prints_of_purged(const v1::LedgerEntry& entry) const {
  const auto own = own_key(entry);
  if (!own || !own->wrapped.empty() || own->prints.empty()) return std::nullopt;
  const auto key = case_key(entry);
  if (!key) return std::nullopt;
  return read_prints(KeyRing::unwrap(entry.index(), KeyRing::Under::prints, own->prints, *key));
}

bool BodySeal::purged(core::EntryIndex event) const {
  const std::lock_guard lock{mutex_};
  const auto own = keys_->body_key(event);
  return own && own->wrapped.empty();
}

std::optional<CaseKey> BodySeal::case_key(const v1::LedgerEntry& entry) const {
  CaseKey key;
  if (!ring_.find(entry.case_number(), key)) {
    std::optional<StoredKey> stored;
    {
      const std::lock_guard lock{mutex_};
      stored = keys_->key(entry.case_number());
    }
    // A destroyed key leaves its row behind: one that is not there is lost, and nobody decided that.
    if (!stored)
      throw StoreFailed::damage("the key of case " + std::to_string(entry.case_number()) +
                                " is missing from ledger.db: restore the ledger from a backup");
    const auto unwrapped = ring_.unwrap(entry.case_number(), *stored);
    if (!unwrapped) return std::nullopt;
    key = *unwrapped;  // not kept in the ring: only the writer adds, so that a destroyed key cannot come back
  }
  if (entry.index() < key.since) return std::nullopt;
  return key;
}

std::string BodySeal::opening(const v1::LedgerEntry& entry) const {
  const auto key = key_of(entry);
  if (!key || entry.sealed().size() < sealed_overhead) return {};
  std::string opening(crypto_core_hchacha20_OUTPUTBYTES, '\0');
  crypto_core_hchacha20(reinterpret_cast<unsigned char*>(opening.data()),
                        reinterpret_cast<const unsigned char*>(entry.sealed().data()), key->bytes.data(), nullptr);
  return opening;
}

std::optional<v1::Body> BodySeal::open(const v1::LedgerEntry& entry) const {
  const auto found = key_of(entry);
  if (!found) return std::nullopt;
  const CaseKey& key = *found;
  const auto& sealed = entry.sealed();
  const auto* p = reinterpret_cast<const unsigned char*>(sealed.data());
  std::string plain(sealed.size() < sealed_overhead ? 0 : sealed.size() - sealed_overhead, '\0');
  const auto index = big_endian(entry.index());
  v1::Body body;
  const bool good = sealed.size() >= sealed_overhead &&
                    crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(plain.data()), nullptr,
                                                               nullptr, p + nonce_bytes, sealed.size() - nonce_bytes,
                                                               index.data(), index.size(), p, key.bytes.data()) == 0 &&
                    body.ParseFromString(plain);
  sodium_memzero(plain.data(), plain.size());
  if (!good)
    throw StoreFailed::damage("the body of entry " + std::to_string(entry.index()) +
                              " was altered: keep a copy of the store, and restore it from a backup");
  return body;
}

}  // namespace told::ledger
