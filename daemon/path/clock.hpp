#pragma once
// The daemon's clock. Time goes on by the boot clock (which counts a suspend and does not step); the wall clock gives
// it its start, and is watched: a step of more than 5 s is reported and changes no running deadline until a restart.
//
// Why not follow the wall clock: stepped forward it would fire every ladder at once, stepped back it would hold them
// (both happened to others). Slow corrections (NTP slewing) are followed, up to 1 s a minute.
#include <functional>

#include "core/time.hpp"
#include "path/machine_clocks.hpp"

namespace told::path {

class Clock {
 public:
  /// `not_before`: the ledger's last time; the clock never starts before it. On the loop's thread; `machine` outlives
  /// it.
  Clock(MachineClocks& machine, core::Instant not_before);
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  [[nodiscard]] core::Instant now() const;
  /// What the wall clock says: the time of others, who go by theirs.
  [[nodiscard]] core::Instant wall() const;
  /// The later of the two. Whether what somebody reports lies in the future is asked of this: where the wall clock was
  /// put right while we run, ours stands behind until a restart, and good events would be refused for good.
  [[nodiscard]] core::Instant latest() const;

  /// Calls `due` once `now()` has reached `at`; a newer call replaces an older one. Instant::max() disarms.
  void arm(core::Instant at);
  void on_due(std::function<void()> due) { due_ = std::move(due); }
  /// Called when the wall clock was stepped by more than 5 s against this one, with how far.
  void on_step(std::function<void(core::Duration)> stepped) { stepped_ = std::move(stepped); }

  /// How far the wall clock stands from this one; positive when it is ahead.
  [[nodiscard]] core::Duration wall_offset() const;
  /// The wall clock agrees within 5 s.
  [[nodiscard]] bool sane() const;

 private:
  void compare();

  MachineClocks& machine_;
  core::Duration offset_{};   ///< of our time from the boot clock
  core::Duration slewed_{};   ///< when, by the boot clock, we last followed the wall clock
  core::Duration told_of_{};  ///< how far apart the two clocks stood when we last said so
  core::Instant armed_ = core::Instant::max();
  std::function<void()> due_;
  std::function<void(core::Duration)> stepped_;
};

}  // namespace told::path
