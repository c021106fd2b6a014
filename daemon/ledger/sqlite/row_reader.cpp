#include "ledger/sqlite/row_reader.hpp"

#include "ledger/failure.hpp"

namespace told::ledger {

RowReader::RowReader(const std::string& projection_path, const KeyRing& ring)
    : checksum_{ring},
      connection_{Connection::reading(projection_path)},
      row_{connection_, "SELECT state, open, checksum FROM events WHERE entry = ?1"} {}

std::optional<v1::EventRow> RowReader::row(core::EntryIndex event) {
  if (!row_.bind(1, event).step()) return std::nullopt;
  v1::EventRow out;
  const std::string_view state = row_.blob(0);
  const bool good = row_.number(2) == checksum_.of_event(event, row_.number(1), state) &&
                    out.ParseFromArray(state.data(), static_cast<int>(state.size()));
  row_.reset();
  if (!good) throw StoreFailed("projection.db is damaged: stop told, delete it, and start told again");
  return out;
}

}  // namespace told::ledger
