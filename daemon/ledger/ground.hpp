#pragma once
// The ground that a ledger stands on: where its store and its projection are kept, and how much room is there. A
// directory of files (directory_ground.hpp) in the daemon.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/key_ring.hpp"
#include "ledger/projection_store.hpp"
#include "ledger/store.hpp"

namespace told::ledger {

/// Bytes free, and whether publishers must be asked to retry: low from when less than the reserve is free (which is
/// then given up) until three times as much is.
struct Room {
  std::uint64_t free_bytes = 0;
  bool low = false;
};

/// One thread at a time, but for the makers of readers and the room, which are safe from any thread. Outlives whatever
/// it gives. Throws StoreFailed with the mend.
class Ground {
 public:
  virtual ~Ground() = default;

  [[nodiscard]] virtual std::unique_ptr<Store> open_store() = 0;
  /// One that is damaged throws, and may be set aside.
  [[nodiscard]] virtual std::unique_ptr<ProjectionStore> open_projection(const KeyRing& ring) = 0;
  /// It is kept for whoever looks for what went wrong, and the next one that is opened is new.
  virtual void set_projection_aside() = 0;

  [[nodiscard]] virtual std::unique_ptr<RowReader> row_reader(const KeyRing& ring) const = 0;
  [[nodiscard]] virtual std::unique_ptr<ProjectionSnapshot> projection_snapshot() const = 0;

  /// Looks at the room; gives the reserve up, or takes it again.
  [[nodiscard]] virtual Room room() = 0;
  /// Gives the reserve up at once: a write found no room.
  virtual void give_up_reserve() = 0;

  /// How many entries were durable when mark() was last called, by whichever run: a store with fewer has lost its end
  /// (mark.hpp). nullopt where nothing says so; a ground of another kind need not know.
  [[nodiscard]] virtual std::optional<core::EntryIndex> marked() const { return std::nullopt; }
  virtual void mark(core::EntryIndex /*entries*/) noexcept {}

  /// What somebody should read in the log.
  [[nodiscard]] virtual std::vector<std::string> warnings() const = 0;
};

}  // namespace told::ledger
