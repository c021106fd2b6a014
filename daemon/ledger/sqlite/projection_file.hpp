#pragma once
// `projection.db`: what the engine keeps, derived from the ledger, so that a start need not read all of it. Worth
// nothing by itself: whatever is wrong with it, it is set aside and made again.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/key_ring.hpp"
#include "ledger/projection_store.hpp"
#include "ledger/sqlite/connection.hpp"
#include "ledger/sqlite/row_checksum.hpp"

namespace told::ledger {

class ProjectionFile final : public ProjectionStore {
 public:
  /// Opens or makes it. Throws StoreFailed where it is damaged or of another schema.
  ProjectionFile(const std::string& path, const KeyRing& ring);
  ~ProjectionFile() override;

  [[nodiscard]] std::optional<ProjectionPosition> position() override;
  void write(const ProjectionStep& step, const Frontier& frontier, const Hash& tip) override;
  void tidy(bool quiet) override;
  [[nodiscard]] bool restless() const override { return connection_.checkpoint_waits(); }
  void restore(core::State& state, const ProjectionPosition& position, const PolicyOf& policy) override;

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
};

/// Renames the file and what SQLite keeps beside it to `<path>.damaged`, over an older one.
void set_aside(const std::string& path);

/// A trail is stored as varints, each an entry's distance from the event's own: a step can be added at the end without
/// reading what is there.
void append_trail(std::string& out, core::EntryIndex event, const std::vector<core::EntryIndex>& entries);
[[nodiscard]] std::vector<core::EntryIndex> read_trail(core::EntryIndex event, std::string_view bytes);

}  // namespace told::ledger
