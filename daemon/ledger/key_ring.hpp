#pragma once
// The keys of the cases, and what is derived from the master key. The byte formats are in README.md ("Sealing").
#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/ids.hpp"
#include "ledger/case_names.hpp"
#include "ledger/seal.hpp"

namespace told::ledger {

inline constexpr std::size_t key_bytes = 32;
inline constexpr std::size_t nonce_bytes = 24;  ///< XChaCha20-Poly1305
inline constexpr std::size_t mac_bytes = 16;
inline constexpr std::size_t sealed_overhead = nonce_bytes + mac_bytes;

/// A key under another: nonce, ciphertext, tag.
using WrappedKey = std::array<char, sealed_overhead + key_bytes>;

/// A number as the formats write it: 8 bytes, big-endian.
using Eight = std::array<unsigned char, 8>;
[[nodiscard]] Eight big_endian(std::uint64_t n);
void append_number(std::string& out, std::uint64_t n);

/// A case's key in the clear: on the stack for as long as it is used, then wiped.
struct CaseKey {
  core::EntryIndex since = 0;  ///< the first entry sealed under it; older bodies of the case had one that was destroyed
  std::array<unsigned char, key_bytes> bytes{};
  CaseKey() = default;
  CaseKey(const CaseKey&) = default;
  CaseKey& operator=(const CaseKey&) = default;
  ~CaseKey();
};

/// A case's key as it is stored. Empty `wrapped`: it was destroyed, and `since` says nothing.
struct StoredKey {
  core::EntryIndex since = 0;
  std::string wrapped;  ///< nonce, ciphertext, tag; sealed_overhead + key_bytes long
};

/// The key of one event's body as it is stored. Empty `wrapped`: it was destroyed, and `prints` recognise the event.
struct StoredBodyKey {
  std::string wrapped;  ///< as StoredKey's, under the case's key
  std::string prints;
};

/// Derives, wraps and remembers keys. Safe from any thread.
class KeyRing {
 public:
  /// `cached_max` keys are kept in the clear, in locked memory (32 bytes each); the least recently used goes.
  explicit KeyRing(const MasterKey& master, std::uint32_t cached_max = 16384);
  ~KeyRing();
  KeyRing(const KeyRing&) = delete;
  KeyRing& operator=(const KeyRing&) = delete;

  /// Tells one master key from another and says nothing of it: 16 bytes.
  [[nodiscard]] std::string check_value() const;
  /// Key of the fingerprints (keyed BLAKE2b), 32 bytes.
  [[nodiscard]] const unsigned char* index_key() const;
  /// Safe from any thread.
  [[nodiscard]] const CaseNames& case_names() const { return *case_names_; }
  /// A keyed 16-byte checksum for what the projection keeps of the tree.
  [[nodiscard]] std::string authenticate(std::string_view bytes) const;

  [[nodiscard]] StoredKey wrap(core::CaseNumber c, const CaseKey& key, const unsigned char* nonce) const;
  /// nullopt where it was destroyed; throws StoreFailed where it was altered.
  [[nodiscard]] std::optional<CaseKey> unwrap(core::CaseNumber c, const StoredKey& stored) const;

  /// What of an entry lies under its case's key beside `keys`: destroying that one destroys it too.
  enum class Under : std::uint64_t { body_key = 1, prints = 2 };
  /// `out` has room for sealed_overhead more bytes than `plain`.
  static void wrap(core::EntryIndex entry, Under what, std::string_view plain, const CaseKey& key,
                   const unsigned char* nonce, char* out);
  /// Throws StoreFailed where it was altered.
  [[nodiscard]] static std::string unwrap(core::EntryIndex entry, Under what, std::string_view wrapped,
                                          const CaseKey& key);

  [[nodiscard]] bool find(core::CaseNumber c, CaseKey& out);
  void keep(core::CaseNumber c, const CaseKey& key);
  void forget(core::CaseNumber c);

 private:
  struct Slot {
    core::CaseNumber case_number = 0;
    core::EntryIndex since = 0;
    std::uint32_t newer = 0;
    std::uint32_t older = 0;
  };
  void unlink(std::uint32_t s);
  void link_newest(std::uint32_t s);
  [[nodiscard]] unsigned char* bytes_of(std::uint32_t slot) { return cached_.get() + std::size_t{slot} * key_bytes; }

  std::unique_ptr<CaseNames> case_names_;
  std::shared_ptr<unsigned char> derived_;  // four keys: index, check, wrap, name
  std::mutex mutex_;
  std::shared_ptr<unsigned char> cached_;
  std::vector<Slot> slots_;  // the list's ends are slot [cached_max]: .newer is the oldest, .older the newest
  std::vector<std::uint32_t> free_;
  std::unordered_map<core::CaseNumber, std::uint32_t> by_case_;
};

}  // namespace told::ledger
