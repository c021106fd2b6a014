#pragma once
// `projection.db`: what the engine keeps, derived from the ledger, so that a start need not read all of it. Worth
// nothing by itself: whatever is wrong with it, it is set aside and made again.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/state.hpp"
#include "ledger/key_ring.hpp"
#include "ledger/merkle.hpp"
#include "ledger/projection_step.hpp"
#include "ledger/sqlite/connection.hpp"
#include "ledger/sqlite/row_checksum.hpp"

namespace told::ledger {

/// How far the projection goes, and how far the tree had grown when it was written (at least as far).
struct ProjectionPosition {
  core::EntryIndex watermark = 0;
  core::Instant last_time{};
  Frontier frontier;
  Hash tip{};  ///< the hash of the frontier's last leaf: recognises a ledger whose end was replaced
};

/// One thread at a time.
class ProjectionFile {
 public:
  /// Opens or makes it. Throws StoreFailed where it is damaged or of another schema.
  ProjectionFile(const std::string& path, const KeyRing& ring);

  /// nullopt where nothing was written yet. Throws StoreFailed where it was altered.
  [[nodiscard]] std::optional<ProjectionPosition> position();

  /// One transaction. Where it throws, hand the same step in again: should it have been written all the same, it is
  /// passed over (its trails must not be added twice).
  void write(const ProjectionStep& step, const Frontier& frontier, const Hash& tip);

  /// Upkeep after a write; its failure says nothing about the write. With `quiet`, when nothing was written for a
  /// while and restless() is true.
  void tidy(bool quiet);
  [[nodiscard]] bool restless() const { return connection_.checkpoint_waits(); }

  /// Loads everything that stands at `position` into a new state. `policy` gives the policy adopted by an entry.
  /// Throws StoreFailed where a row was altered; the state is then as it was.
  using PolicyOf = std::function<core::PolicyPtr(core::EntryIndex)>;
  void restore(core::State& state, const ProjectionPosition& position, const PolicyOf& policy);

 private:
  void write_event(const ProjectionStep::Row& row);
  void need(bool good) const;
  void check_rows(std::uint64_t closed);
  void restore_events(core::State& state, const char* sql, std::uint64_t limit);

  const KeyRing& ring_;
  std::string path_;
  RowChecksum checksum_;
  Connection connection_;
  bool unsure_ = false;  // the last write threw
  struct Statements;
  std::unique_ptr<Statements> statements_;

 public:
  ~ProjectionFile();
};

/// Renames the file and what SQLite keeps beside it to `<path>.damaged`, over an older one.
void set_aside(const std::string& path);

/// Whether anything of an event still matters to the engine after a start.
[[nodiscard]] bool row_open(const v1::EventRow& row);

/// A trail is stored as varints, each an entry's distance from the event's own: a step can be added at the end without
/// reading what is there.
void append_trail(std::string& out, core::EntryIndex event, const std::vector<core::EntryIndex>& entries);
[[nodiscard]] std::vector<core::EntryIndex> read_trail(core::EntryIndex event, std::string_view bytes);

}  // namespace told::ledger
