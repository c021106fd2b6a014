#pragma once
// A directory of files: `ledger.db` and `projection.db` (SQLite), the mark, the reserve and the lock. README.md says
// which is what.
#include <cstdint>
#include <memory>
#include <string>

#include "ledger/ground.hpp"

namespace told::ledger {

/// Makes the directory or opens it, and takes its lock. `log_room_bytes` as Options'. Throws StoreFailed.
[[nodiscard]] std::unique_ptr<Ground> ground_in(const std::string& directory, std::uint64_t reserve_bytes,
                                                std::uint64_t log_room_bytes);

}  // namespace told::ledger
