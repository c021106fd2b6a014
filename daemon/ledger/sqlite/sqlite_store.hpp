#pragma once
// The embedded store: `ledger.db`, one SQLite file with one writing connection.
#include <memory>
#include <string>

#include "ledger/store.hpp"

namespace told::ledger {

/// Opens or makes the file at `path` and migrates it forward. Throws StoreFailed.
[[nodiscard]] std::unique_ptr<Store> open_sqlite_store(const std::string& path);

/// A sentence where this SQLite has a defect that told works around; empty where it has none.
[[nodiscard]] std::string sqlite_warning();

}  // namespace told::ledger
