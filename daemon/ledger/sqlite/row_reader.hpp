#pragma once
// One event's row out of the projection, for the engine that has forgotten it. Its connection is kept and holds no
// snapshot between two questions, so that neither a question costs much nor SQLite's log of changes is held up.
#include <optional>
#include <string>

#include "core/ids.hpp"
#include "ledger/sqlite/connection.hpp"
#include "ledger/sqlite/row_checksum.hpp"
#include "told/v1/projection.pb.h"

namespace told::ledger {

/// One thread at a time.
class RowReader {
 public:
  RowReader(const std::string& projection_path, const KeyRing& ring);

  /// nullopt where there is no such event, or none projected yet. Throws StoreFailed where its row was altered.
  [[nodiscard]] std::optional<v1::EventRow> row(core::EntryIndex event);

 private:
  RowChecksum checksum_;
  Connection connection_;
  Statement row_;
};

}  // namespace told::ledger
