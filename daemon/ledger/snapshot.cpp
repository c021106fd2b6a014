#include "ledger/snapshot.hpp"

namespace told::ledger {

Snapshot::Snapshot(const Ground& ground, const Store& store, const Seal& seal, std::atomic<std::uint64_t>& damage_met)
    : seal_{seal}, damage_met_{damage_met}, projection_{ground.projection_snapshot()}, leaves_{store.reader()} {}

template <typename Read>
auto Snapshot::noticing_damage(Read read) {
  try {
    return read();
  } catch (const StoreFailed& failed) {
    if (failed.damaged()) ++damage_met_;
    throw;
  }
}

void Snapshot::leaves(core::EntryIndex first, core::EntryIndex end,
                      const std::function<bool(core::EntryIndex, std::string_view)>& each) {
  noticing_damage([&] { leaves_->leaves(first, end, each); });
}

std::optional<v1::Body> Snapshot::body(const v1::LedgerEntry& entry) {
  return noticing_damage([&] { return seal_.open(entry); });
}

std::optional<v1::LedgerEntry> Snapshot::entry(core::EntryIndex index) {
  if (index >= size()) return std::nullopt;
  v1::LedgerEntry out;
  leaves(index, index + 1, [&out](core::EntryIndex n, std::string_view leaf) {
    if (!out.ParseFromArray(leaf.data(), static_cast<int>(leaf.size())) || out.index() != n)
      throw StoreFailed::damage(
          "entry " + std::to_string(n) +
          " cannot be read: it was altered; keep a copy of the store, and restore it from a backup");
    return true;
  });
  return out;
}

}  // namespace told::ledger
