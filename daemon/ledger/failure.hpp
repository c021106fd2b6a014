#pragma once
// How the store says that it failed.
#include <stdexcept>
#include <string>

namespace told::ledger {

/// The store failed: nothing may be answered or sent any more. A commit that failed may be durable all the same
/// (measured with SQLite), so the process ends with `exit_storage` and recovers from what is there.
class StoreFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  /// What stands there is not what was written.
  [[nodiscard]] static StoreFailed damage(const std::string& sentence) { return {sentence, true}; }
  /// It is so for good; otherwise the disk may give it back the next time.
  [[nodiscard]] bool damaged() const { return damaged_; }

 protected:
  StoreFailed(const std::string& sentence, bool damaged) : std::runtime_error(sentence), damaged_{damaged} {}

 private:
  bool damaged_ = false;
};

/// The disk was full before the commit was attempted, and the store took everything back: the same group may be tried
/// once more after room was made. Never thrown where the group may be durable.
class StoreFull : public StoreFailed {
 public:
  using StoreFailed::StoreFailed;
};

/// The store is whole, and of another told: other keys, or another origin. Trying again changes nothing until a person
/// has mended the configuration.
class StoreOfAnother : public StoreFailed {
 public:
  using StoreFailed::StoreFailed;
};

/// sysexits EX_IOERR: systemd starts the daemon again, which recovers by reopening.
inline constexpr int exit_storage = 74;

}  // namespace told::ledger
