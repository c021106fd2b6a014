#pragma once
// The disk that told's ledger lies on, over all its runs: memory (memory_disk.hpp), or files under the real SQLite
// (file_disk.hpp). What can go wrong with it is said here, and so is what is truly on it.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "ledger/ground.hpp"
#include "machine.hpp"

namespace told::sim {

/// What a disk does wrong, from now until it is said anew.
struct Trouble {
  /// Counted down by each thing that is written or flushed; at 0 told dies there, or the operation fails.
  std::int64_t until = -1;  ///< -1: never
  Machine::Death death = Machine::Death::none;
  bool fails = false;       ///< EIO
  std::int64_t reads = -1;  ///< counted down by each read; at 0 that one fails (EIO)
  bool full = false;        ///< ENOSPC for whatever grows, until the reserve is given up or there is room again
};

/// Counts of what was done wrong.
struct Harm {
  std::uint64_t failures = 0, full = 0, lost_writes = 0, torn_writes = 0, rotten_bits = 0;
};

class Disk {
 public:
  virtual ~Disk() = default;
  /// How many entries of the ledger are truly durable.
  [[nodiscard]] virtual core::EntryIndex durable() const = 0;
  /// For a run of told that begins.
  [[nodiscard]] virtual std::unique_ptr<ledger::Ground> ground() = 0;
  /// The power goes: what was not flushed may be lost, some of it or all, in any order.
  virtual void cut_power(const Dice& dice) = 0;
  /// As it is now, for a look at another time: a copy that nothing else writes to.
  [[nodiscard]] virtual std::unique_ptr<Disk> copy() const = 0;
  /// The same without the projection: whoever starts from it reads the whole ledger.
  virtual void lose_projection() = 0;
  /// Some bits of the projection change by themselves.
  virtual void rot_projection(const Dice& dice) = 0;

  /// daemon/ledger/mark.hpp: how far the ledger had come, written without a flush.
  std::optional<core::EntryIndex> mark;

  Trouble trouble;
  Harm harm;
  /// This read fails.
  [[nodiscard]] bool unreadable() {
    if (trouble.reads < 0 || --trouble.reads >= 0) return false;
    ++harm.failures;
    return true;
  }

  // --- the room on it ---
  /// What told holds back, as daemon/ledger/reserve.hpp has it: it outlives a run.
  static constexpr std::uint64_t reserve_bytes = 16ULL << 20U;
  static constexpr std::uint64_t plenty = 10ULL << 30U;
  /// Others leave so much free, beside the reserve. Where that is nothing, told's next write may find out.
  void fill_up_to(std::uint64_t free, bool suddenly) {
    free_bytes_ = free;
    trouble.full = suddenly;
  }
  [[nodiscard]] ledger::Room room() {
    if (held_ && free_bytes_ < reserve_bytes) give_up_reserve();
    const std::uint64_t free = free_bytes_ + (held_ ? 0 : reserve_bytes);
    if (!held_ && free > 3 * reserve_bytes) held_ = true;
    return {free, !held_};
  }
  void give_up_reserve() {
    if (std::exchange(held_, false)) trouble.full = false;
  }

 protected:
  /// Without power a mark may be any that it ever was.
  void lose_mark(const Dice& dice) {
    if (mark && dice.chance(0.5, "mark"))
      mark = static_cast<core::EntryIndex>(dice.between(0, static_cast<std::int64_t>(*mark), "which mark"));
  }

 private:
  std::uint64_t free_bytes_ = plenty;
  bool held_ = true;
};

}  // namespace told::sim
