#pragma once
// Sealing: what was said about a person lies under a key of that person's case, which lies under the master key; what
// an event says has a key of its own below the case's. Destroying the case's key erases the person, destroying an
// event's key erases what that event said, and either leaves every proof standing.
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/command.hpp"
#include "core/decision.hpp"
#include "core/ids.hpp"
#include "ledger/case_names.hpp"

namespace told::ledger {

/// 32 bytes from a file (systemd's credential `master.key`), hex on one line. Locked in memory, wiped when it goes.
class MasterKey {
 public:
  MasterKey() = default;
  /// Throws std::runtime_error with the mend: no such file, wrong length, readable by others.
  [[nodiscard]] static MasterKey from_file(const std::string& path);
  [[nodiscard]] static MasterKey from_hex(std::string_view hex);
  [[nodiscard]] const unsigned char* data() const;  ///< 32 bytes
  [[nodiscard]] bool empty() const { return !bytes_; }

 private:
  std::shared_ptr<unsigned char> bytes_;
};

/// Keyed hashes and the sealing of bodies. Safe from any thread.
class Seal {
 public:
  virtual ~Seal() = default;
  /// The fingerprints by which the engine recognises an event. Prevent events' subjects have a stream of their own.
  [[nodiscard]] virtual core::EventPrints prints(const v1::Event& event) const = 0;
  /// The body of an entry; nullopt where it has none, or its own key or the case's is gone. Throws StoreFailed where it
  /// was altered.
  [[nodiscard]] virtual std::optional<v1::Body> open(const v1::LedgerEntry& entry) const = 0;
  /// The key of this one body (audit/opening.hpp says what it proves): whoever has it can open this body and no other.
  /// Empty where there is no body or the case's key is gone.
  [[nodiscard]] virtual std::string opening(const v1::LedgerEntry& entry) const = 0;
  /// The key of this event's own body was destroyed: it was withdrawn.
  [[nodiscard]] virtual bool purged(core::EntryIndex event) const = 0;
  /// What each party calls a case.
  [[nodiscard]] virtual const CaseNames& case_names() const = 0;
  /// 32 bytes that only whoever has the master key can make of `bytes`, for this purpose and no other.
  [[nodiscard]] virtual std::string authenticate(std::string_view purpose, std::string_view bytes) const = 0;
  /// The prints (without `supersedes`) of an event whose content was purged, by which a repeat of it is recognised
  /// still; nullopt where it was not purged, or the case's key is gone as well.
  [[nodiscard]] virtual std::optional<core::EventPrints> prints_of_purged(const v1::LedgerEntry& entry) const = 0;
};

}  // namespace told::ledger
