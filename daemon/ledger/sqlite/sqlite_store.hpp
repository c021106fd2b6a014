#pragma once
// The embedded store: `ledger.db`, one SQLite file with one writing connection.
#include <functional>
#include <memory>
#include <string>

#include "ledger/store.hpp"

namespace told::ledger {

/// Opens or makes the file at `path` and migrates it forward. `make_log_room` is called when it is open, and whenever
/// its log of changes was cut: to write room ahead for it (log_room.hpp). Throws StoreFailed.
[[nodiscard]] std::unique_ptr<Store> open_sqlite_store(const std::string& path, std::function<void()> make_log_room);

/// A sentence where this SQLite has a defect that told works around; empty where it has none.
[[nodiscard]] std::string sqlite_warning();

}  // namespace told::ledger
