#pragma once
// Sealing: what was said about a person lies under a key of that person's case, which lies under the master key.
// Destroying the case's key erases the person and leaves every proof standing.
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
  /// The body of an entry; nullopt where it has none or the key is gone. Throws StoreFailed where it was altered.
  [[nodiscard]] virtual std::optional<v1::Body> open(const v1::LedgerEntry& entry) const = 0;
  /// The key of this one body (audit/opening.hpp says what it proves): whoever has it can open this body and no other.
  /// Empty where there is no body or the case's key is gone.
  [[nodiscard]] virtual std::string opening(const v1::LedgerEntry& entry) const = 0;
  /// What each party calls a case.
  [[nodiscard]] virtual const CaseNames& case_names() const = 0;
};

}  // namespace told::ledger
