#pragma once
// Whether told can do its work, check by check: what the board's /ready shows.
#include <string>
#include <vector>

namespace told::board {

/// One thing told needs in order to work: how it stands and, where it does not, what to do.
struct Check {
  std::string name;  ///< `store_writable`, `ledger_readable`, `sockets_bound`, `clock_sane`, `policy_in_force`,
                     ///< `calendar_horizon`, `no_limbo`, `room_for_peers`
  bool ok = false;
  std::string sentence;
};
using Readiness = std::vector<Check>;

}  // namespace told::board
