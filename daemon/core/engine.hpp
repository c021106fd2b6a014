#pragma once
// The engine: decides. Pure: no I/O, no clock, no random number. One thread owns it.
//
//   Decision d = engine.decide(command, now);   // the ledger commits d.entries; then d.effects are released
//
// The engine's state is ahead of the disk by the groups that are being committed; a failed commit ends the process.
#include <cstdint>
#include <map>
#include <string>

#include "core/command.hpp"
#include "core/decision.hpp"
#include "core/handover.hpp"
#include "core/lane.hpp"
#include "core/rule_index.hpp"
#include "core/state.hpp"
#include "core/timer_queue.hpp"

namespace told::core {

class Turn;

/// Refusals of one party within the hour that began at `since`.
struct RefusalQuota {
  Instant since{};
  std::uint32_t kept = 0;
  std::uint64_t uncounted = 0;
};

class Engine {
 public:
  /// `closed_kept`: closed events that are remembered (state.hpp).
  explicit Engine(std::size_t closed_kept = closed_events_kept);
  ~Engine();

  /// Decides one command at `now` (never before an earlier call's `now`; an earlier one is taken as the last).
  [[nodiscard]] Decision decide(Command command, Instant now);

  /// Folds in an entry that is already in the ledger, at a start. No effects: they happen when lanes open.
  void replay(const v1::LedgerEntry& entry, const EventPrints* prints, const PolicyPtr& policy);
  /// After the last replay(): lanes and timers are derived from the state. Call once, before the first decide().
  void finish_replay();

  /// When the next Tick is due; Instant::max() where nothing is armed.
  [[nodiscard]] Instant next_due() const;

  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] State& state_for_restore() { return state_; }
  [[nodiscard]] const Lanes& lanes() const { return lanes_; }
  /// Notifications in limbo: not terminal, and with no delivery pending, no ladder armed and no call's ladder above
  /// them. Always empty; the daemon asks at its start and every minute, and says so loudly when it is not.
  [[nodiscard]] std::vector<NotificationId> limbo() const;
  [[nodiscard]] std::size_t armed() const { return timers_.size(); }

 private:
  friend class Turn;  // one decide() (turn.hpp)
  State state_;
  Lanes lanes_;
  TimerQueue timers_;
  DrillPlan drills_;
  HandoverPlan handovers_;
  RuleIndex rules_;
  std::map<RecipientId, Instant> look_again_;  ///< when a second channel may take what waits
  bool storage_low_ = false;
  Instant last_now_{};
  std::unordered_map<std::string, RefusalQuota> refusals_;
};

}  // namespace told::core
