#pragma once
// The Reader over a store and a projection.
#include <atomic>
#include <memory>

#include "ledger/ground.hpp"
#include "ledger/reader.hpp"
#include "ledger/seal.hpp"
#include "ledger/store.hpp"

namespace told::ledger {

class Snapshot : public Reader {
 public:
  /// The projection's snapshot is taken before `store` is asked for its own, so that it names no entry that is not in
  /// it. `damage_met` counts up where an entry, or its body, is not what was written; it outlives the snapshot.
  Snapshot(const Ground& ground, const Store& store, const Seal& seal, std::atomic<std::uint64_t>& damage_met);

  [[nodiscard]] core::EntryIndex size() override { return leaves_->size(); }
  void leaves(core::EntryIndex first, core::EntryIndex end,
              const std::function<bool(core::EntryIndex, std::string_view)>& each) override;
  [[nodiscard]] std::optional<v1::LedgerEntry> entry(core::EntryIndex index) override;
  [[nodiscard]] std::optional<v1::Body> body(const v1::LedgerEntry& entry) override;
  [[nodiscard]] bool purged(core::EntryIndex event) override { return seal_.purged(event); }
  [[nodiscard]] std::vector<core::EntryIndex> events_of(core::CaseNumber c) override {
    return projection_->events_of(c);
  }
  [[nodiscard]] std::vector<core::EntryIndex> that_amend(core::EntryIndex event) override {
    return projection_->that_amend(event);
  }
  [[nodiscard]] std::vector<core::EntryIndex> trail(core::EntryIndex event) override {
    return projection_->trail(event);
  }

 private:
  /// What `read` gives; damage that it meets is remembered, and thrown on.
  template <typename Read>
  auto noticing_damage(Read read);

  const Seal& seal_;
  std::atomic<std::uint64_t>& damage_met_;
  std::unique_ptr<ProjectionSnapshot> projection_;
  std::unique_ptr<StoreReader> leaves_;
};

}  // namespace told::ledger
