#include "ledger/sqlite/projection_readers.hpp"

#include "ledger/failure.hpp"
#include "ledger/sqlite/connection.hpp"
#include "ledger/sqlite/projection_file.hpp"
#include "ledger/sqlite/row_checksum.hpp"

namespace told::ledger {
namespace {

class Rows final : public RowReader {
 public:
  Rows(const std::string& path, const KeyRing& ring)
      : checksum_{ring},
        connection_{Connection::reading(path)},
        row_{connection_, "SELECT state, open, checksum FROM events WHERE entry = ?1"} {}

  [[nodiscard]] std::optional<v1::EventRow> row(core::EntryIndex event) override {
    if (!row_.bind(1, event).step()) return std::nullopt;
    v1::EventRow out;
    const std::string_view state = row_.blob(0);
    const bool good = row_.number(2) == checksum_.of_event(event, row_.number(1), state) &&
                      out.ParseFromArray(state.data(), static_cast<int>(state.size()));
    row_.reset();
    if (!good) throw StoreFailed("projection.db is damaged: stop told, delete it, and start told again");
    return out;
  }

 private:
  RowChecksum checksum_;
  Connection connection_;
  Statement row_;
};

Connection begun(const std::string& path) {
  auto c = Connection::reading(path);
  c.run("BEGIN");
  (void)c.value("SELECT count(*) FROM meta");  // the first read fixes the snapshot
  return c;
}

class AsItWas final : public ProjectionSnapshot {
 public:
  explicit AsItWas(const std::string& path)
      : connection_{begun(path)},
        events_of_{connection_, "SELECT entry FROM events WHERE case_number = ?1 ORDER BY entry"},
        that_amend_{connection_, "SELECT entry FROM events WHERE amends = ?1 AND amends <> 0 ORDER BY entry"},
        trail_{connection_, "SELECT trail FROM events WHERE entry = ?1"} {}

  [[nodiscard]] std::vector<core::EntryIndex> events_of(core::CaseNumber c) override { return all_of(events_of_, c); }
  [[nodiscard]] std::vector<core::EntryIndex> that_amend(core::EntryIndex event) override {
    return all_of(that_amend_, event);
  }

  [[nodiscard]] std::vector<core::EntryIndex> trail(core::EntryIndex event) override {
    if (!trail_.bind(1, event).step()) return {};
    auto out = read_trail(event, trail_.blob(0));
    trail_.reset();
    return out;
  }

 private:
  static std::vector<core::EntryIndex> all_of(Statement& rows, std::uint64_t asked) {
    std::vector<core::EntryIndex> out;
    for (rows.bind(1, asked); rows.step();) out.push_back(rows.number(0));
    return out;
  }

  Connection connection_;
  Statement events_of_, that_amend_, trail_;
};

}  // namespace

std::unique_ptr<RowReader> read_rows(const std::string& path, const KeyRing& ring) {
  return std::make_unique<Rows>(path, ring);
}

std::unique_ptr<ProjectionSnapshot> snapshot_of(const std::string& path) { return std::make_unique<AsItWas>(path); }

}  // namespace told::ledger
