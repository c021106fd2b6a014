#pragma once
// The embedded store: `ledger.db`, one SQLite file with one writing connection.
#include <cstdint>
#include <memory>
#include <string>

#include "ledger/store.hpp"

namespace told::ledger {

/// Opens or makes the file at `path` and migrates it forward, and writes room for its log of changes ahead
/// (log_room.hpp). Throws StoreFailed.
[[nodiscard]] std::unique_ptr<Store> open_sqlite_store(const std::string& path, std::uint64_t log_room_bytes);

/// A sentence where this SQLite has a defect that told works around; empty where it has none.
[[nodiscard]] std::string sqlite_warning();

}  // namespace told::ledger
