#pragma once
// The ledger's file, with checksums in its pages whoever made it.
#include <string>

#include "ledger/sqlite/connection.hpp"

namespace told::ledger {

/// Opens or makes the file at `path` for writing and migrates it forward. One whose pages bear no checksums, of a told
/// of schema 1 or 2, is copied once, whole, and the copy takes its place: killed at any point, the one or the other is
/// there. Nothing else may have the file open. Throws StoreFailed.
[[nodiscard]] Connection open_with_checksums(const std::string& path);

}  // namespace told::ledger
