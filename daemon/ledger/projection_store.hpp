#pragma once
// Where the projection is kept: what the engine keeps, so that a start need not read the whole ledger. One writer;
// readers beside it. SQLite (sqlite/projection_file.hpp) is the implementation. Everything throws StoreFailed.
#include <functional>
#include <optional>
#include <vector>

#include "core/state.hpp"
#include "ledger/merkle.hpp"
#include "ledger/projection_step.hpp"

namespace told::ledger {

/// How far the projection goes, and how far the tree had grown when it was written (at least as far).
struct ProjectionPosition {
  core::EntryIndex watermark = 0;
  core::Instant last_time{};
  Frontier frontier;
  Hash tip{};  ///< the hash of the frontier's last leaf: recognises a ledger whose end was replaced
};

/// One thread at a time.
class ProjectionStore {
 public:
  virtual ~ProjectionStore() = default;

  /// nullopt where nothing was written yet. Throws where it was altered.
  [[nodiscard]] virtual std::optional<ProjectionPosition> position() = 0;

  /// One transaction. Where it throws, hand the same step in again: should it have been written all the same, it is
  /// passed over (its trails must not be added twice).
  virtual void write(const ProjectionStep& step, const Frontier& frontier, const Hash& tip) = 0;

  /// Upkeep after a write; its failure says nothing about the write. With `quiet`, when nothing was written for a
  /// while and restless() is true.
  virtual void tidy(bool quiet) = 0;
  [[nodiscard]] virtual bool restless() const = 0;

  /// Loads everything that stands at `position` into a new state. `policy` gives the policy adopted by an entry.
  /// Throws where a row was altered; the state is then as it was.
  using PolicyOf = std::function<core::PolicyPtr(core::EntryIndex)>;
  virtual void restore(core::State& state, const ProjectionPosition& position, const PolicyOf& policy) = 0;
};

/// Rows as they are now. One thread at a time.
class RowReader {
 public:
  virtual ~RowReader() = default;
  /// nullopt where there is no such event, or none projected yet. Throws where its row was altered.
  [[nodiscard]] virtual std::optional<v1::EventRow> row(core::EntryIndex event) = 0;
};

/// The projection as it was at one moment.
class ProjectionSnapshot {
 public:
  virtual ~ProjectionSnapshot() = default;
  /// Events of a case, oldest first.
  [[nodiscard]] virtual std::vector<core::EntryIndex> events_of(core::CaseNumber c) = 0;
  /// What corrects or withdraws an event, or says that it is about another child, whatever case that was recorded in.
  [[nodiscard]] virtual std::vector<core::EntryIndex> that_amend(core::EntryIndex event) = 0;
  /// Entries that concern an event, in order.
  [[nodiscard]] virtual std::vector<core::EntryIndex> trail(core::EntryIndex event) = 0;
};

/// Whether anything of an event still matters to the engine after a start.
[[nodiscard]] bool row_open(const v1::EventRow& row);

}  // namespace told::ledger
