#pragma once
// How the store says that it failed.
#include <stdexcept>

namespace told::ledger {

/// The store failed: nothing may be answered or sent any more. A commit that failed may be durable all the same
/// (measured with SQLite), so the process ends with `exit_storage` and recovers from what is there.
class StoreFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The disk was full before the commit was attempted, and the store took everything back: the same group may be tried
/// once more after room was made. Never thrown where the group may be durable.
class StoreFull : public StoreFailed {
 public:
  using StoreFailed::StoreFailed;
};

/// sysexits EX_IOERR: systemd starts the daemon again, which recovers by reopening.
inline constexpr int exit_storage = 74;

}  // namespace told::ledger
