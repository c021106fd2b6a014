#pragma once
// Upkeep: what told looks at of itself, every so often, and what it says and raises where something is wrong: the room
// on its disk, how far bank holidays are known, and that nobody's notification is forgotten.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "board/readiness.hpp"
#include "core/engine.hpp"
#include "core/horizon_watch.hpp"
#include "ledger/ledger.hpp"
#include "loop/loop.hpp"
#include "path/clock.hpp"
#include "path/one_path.hpp"

namespace told {

/// A group that takes longer than this to become durable means that the disk does not answer.
inline constexpr std::chrono::seconds commit_may_take{5};

/// Lives on the loop's thread; what it is given must outlive it.
class Upkeep {
 public:
  Upkeep(loop::Loop& loop, const core::Engine& engine, ledger::Ledger& ledger, path::OnePath& path,
         const path::Clock& clock, std::function<void(core::Command)> submit);

  /// From now on, by itself.
  void start();

  /// Each time that a group is durable and its effects are out: looks at the disk, since a burst must not eat up the
  /// reserve between two looks, and gives what little has changed to the projection soon.
  void after_group();
  /// Raises an alarm for each notification that nothing chases, and where bank holidays are not known for long.
  void reconcile();

  [[nodiscard]] std::size_t limbo() const { return limbo_.size(); }
  /// Whether told can do its work, check by check. `listening`: the sockets are bound.
  [[nodiscard]] board::Readiness readiness(bool listening) const;

 private:
  /// Tells publishers to wait, or to go on, when the room on the disk has become too little, or enough again.
  void look_at_the_disk();
  void look_for_damage();
  void log_warnings();
  void look_at_the_calendar();

  const core::Engine& engine_;
  ledger::Ledger& ledger_;
  path::OnePath& path_;
  const path::Clock& clock_;
  std::function<void(core::Command)> submit_;
  std::unique_ptr<loop::Timer> projection_timer_, little_timer_, disk_timer_, reconcile_timer_;
  bool little_waits_ = false;
  std::vector<core::NotificationId> limbo_;
  core::HorizonWatch horizon_;
  std::uint64_t damage_told_ = 0;    ///< that much of the damage that was met
  std::optional<bool> storage_low_;  ///< unset until the disk was looked at
  std::size_t warnings_logged_ = 0;
};

}  // namespace told
