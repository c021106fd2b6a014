#pragma once
// Readers of `projection.db`, each with a connection of its own that never checkpoints the file.
#include <memory>
#include <string>

#include "ledger/key_ring.hpp"
#include "ledger/projection_store.hpp"

namespace told::ledger {

/// One event's row, for the engine that has forgotten it. The connection holds no snapshot between two questions, so
/// that neither a question costs much nor SQLite's log of changes is held up.
[[nodiscard]] std::unique_ptr<RowReader> read_rows(const std::string& path, const KeyRing& ring);

[[nodiscard]] std::unique_ptr<ProjectionSnapshot> snapshot_of(const std::string& path);

}  // namespace told::ledger
