#include "ledger/snapshot.hpp"

#include "ledger/sqlite/projection_file.hpp"

namespace told::ledger {
namespace {

Connection begun(const std::string& path) {
  auto c = Connection::reading(path);
  c.run("BEGIN");
  (void)c.value("SELECT count(*) FROM meta");  // the first read fixes the snapshot
  return c;
}

}  // namespace

Snapshot::Snapshot(const std::string& projection_path, const Store& store, const Seal& seal)
    : seal_{seal},
      projection_{begun(projection_path)},
      events_of_{projection_, "SELECT entry FROM events WHERE case_number = ?1 ORDER BY entry"},
      trail_{projection_, "SELECT trail FROM events WHERE entry = ?1"},
      leaves_{store.reader()} {}

void Snapshot::leaves(core::EntryIndex first, core::EntryIndex end,
                      const std::function<bool(core::EntryIndex, std::string_view)>& each) {
  leaves_->leaves(first, end, each);
}

std::optional<v1::LedgerEntry> Snapshot::entry(core::EntryIndex index) {
  if (index >= size()) return std::nullopt;
  v1::LedgerEntry out;
  leaves_->leaves(index, index + 1, [&out](core::EntryIndex n, std::string_view leaf) {
    if (!out.ParseFromArray(leaf.data(), static_cast<int>(leaf.size())) || out.index() != n)
      throw StoreFailed("entry " + std::to_string(n) +
                        " cannot be read: it was altered; run `toldctl verify`, then restore the ledger from a backup");
    return true;
  });
  return out;
}

std::vector<core::EntryIndex> Snapshot::events_of(core::CaseNumber c) {
  std::vector<core::EntryIndex> out;
  events_of_.bind(1, c);
  while (events_of_.step()) out.push_back(events_of_.number(0));
  return out;
}

std::vector<core::EntryIndex> Snapshot::trail(core::EntryIndex event) {
  if (!trail_.bind(1, event).step()) return {};
  auto out = read_trail(event, trail_.blob(0));
  trail_.reset();
  return out;
}

}  // namespace told::ledger
