#pragma once
// A disk without files: the store and the projection as plain values. Quick; and it loses what was not committed, and
// steps of the projection that were not flushed.
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "disk.hpp"

namespace told::sim {

struct StoreFiles {
  struct BodyKey {
    core::EntryIndex amends = 0;
    std::string wrapped, prints;
  };
  std::vector<std::string> leaves;
  std::map<core::CaseNumber, ledger::StoredKey> keys;
  std::map<core::EntryIndex, BodyKey> body_keys;
  std::map<std::string, std::string, std::less<>> facts;
};

struct ProjectionFiles {
  struct Row {
    std::string state;
    std::vector<core::EntryIndex> trail;
    core::CaseNumber case_number = 0;
    core::EntryIndex amends = 0;
    bool open = false;
  };
  std::optional<ledger::ProjectionPosition> position;
  std::map<core::EntryIndex, Row> rows;
  std::map<core::Fingerprint, core::Known> known;
  std::map<core::Fingerprint, core::CaseNumber> cases;
  std::set<core::EntryIndex> policies;
  bool rotten = false;

  void apply(const ledger::ProjectionStep& step, const ledger::Frontier& frontier, const ledger::Hash& tip);
};

class MemoryDisk final : public Disk {
 public:
  /// `machine` null: a copy, which nobody is to die on.
  explicit MemoryDisk(Machine* machine) : machine_{machine} {}
  [[nodiscard]] core::EntryIndex durable() const override { return store.leaves.size(); }
  [[nodiscard]] std::unique_ptr<ledger::Ground> ground() override;
  void cut_power(const Dice& dice) override;
  [[nodiscard]] std::unique_ptr<Disk> copy() const override;
  void lose_projection() override;
  void rot_projection(const Dice&) override { projection.rotten = true; }

  /// An operation that may be the last one: true where it must not have any effect, as told is dead. Throws StoreFailed
  /// where it fails.
  [[nodiscard]] bool strikes();
  [[nodiscard]] bool dead() const;

  StoreFiles store;
  ProjectionFiles projection;  ///< as told sees it
  ProjectionFiles flushed;     ///< as a power cut may leave it, with any number of `steps` on top
  struct Step {
    ledger::ProjectionStep step;
    ledger::Frontier frontier;
    ledger::Hash tip;
  };
  std::deque<Step> steps;

 private:
  Machine* machine_;
};

}  // namespace told::sim
