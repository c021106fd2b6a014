#pragma once
// The one path: command → engine decides → ledger commits → effects are released. There is no second one.
//
// Lives on the daemon's loop thread. While one group is being made durable, the next one gathers; a command that makes
// no entry waits all the same for what was decided before it, so that no answer overtakes what it rests on.
#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/engine.hpp"
#include "ledger/ledger.hpp"
#include "loop/loop.hpp"

namespace told::path {

/// What the path calls; all on the loop thread.
struct Released {
  std::function<void(core::Effect&&)> effect;                 ///< each effect of a durable group, in order
  std::function<void(std::span<const core::Entry>)> durable;  ///< the group's entries, before its effects
  std::function<void()> after;                                ///< after a group's effects: flush what they gathered
  std::function<void(std::exception_ptr)> failed;             ///< the store failed: the process must end
  std::function<void(core::Instant)> next_due;                ///< the engine's next deadline
};

class OnePath {
 public:
  /// All outlive it.
  OnePath(loop::Loop& loop, core::Engine& engine, ledger::Ledger& ledger, std::function<core::Instant()> now);

  void release_to(Released released) { released_ = std::move(released); }

  /// Decides now; commits and releases later. Never blocks.
  void submit(core::Command command);

  /// Nothing is gathered and nothing is being committed.
  [[nodiscard]] bool idle() const { return !committing_ && entries_.empty() && gathered_.effects.empty(); }
  /// Calls `done` when everything submitted so far is released.
  void when_idle(std::function<void()> done);
  /// Calls `done` when everything decided so far is durable and released; at once where it is. What is read from the
  /// engine now may be shown then.
  void when_durable(std::function<void()> done);
  /// Calls `done` when the ledger's thread has answered: an empty group where nothing else is to be committed.
  void probe(std::function<void()> done);
  /// How long the group under way has taken; zero when none is.
  [[nodiscard]] loop::Steady::duration committing_for() const;

  /// Hands the changes since the last step to the projection, now or when they are durable.
  void project();
  /// Everything that was handed to the projection is in it.
  [[nodiscard]] bool projected() const { return !step_ && ledger_.projected() >= handed_; }

 private:
  struct Gathered {
    std::vector<std::vector<core::Effect>> effects;  ///< of each decision
    std::vector<std::function<void()>> barriers;     ///< whoever waits for what was decided before
  };
  void recall(core::Command& command);
  void kick_soon();
  void kick_later();
  void kick();
  void completed(ledger::Ledger::Committed&& committed, Gathered&& gathered);
  void release(Gathered&& gathered);
  void hand_over_step();

  loop::Loop& loop_;
  core::Engine& engine_;
  ledger::Ledger& ledger_;
  std::function<core::Instant()> now_;
  Released released_;
  std::vector<core::Entry> entries_;
  Gathered gathered_;
  std::unique_ptr<loop::Timer> patience_;  ///< runs while only what can wait is gathered
  bool patient_ = false;
  bool committing_ = false;
  bool kicked_ = false;
  loop::Steady since_{};
  std::vector<std::function<void()>> when_idle_;
  std::vector<std::function<void()>> probes_;

  // The projection's next step.
  std::map<core::EntryIndex, core::EventPrints> prints_;  ///< of events accepted since the last step
  std::vector<core::EntryIndex> policies_;
  std::optional<ledger::ProjectionStep> step_;  ///< taken, waits until it is durable
  core::EntryIndex handed_ = 0;                 ///< the watermark of the last one that was handed over
  core::EntryIndex durable_ = 0;
};

/// The rows of what changed in `state` since the last step, up to its next entry.
[[nodiscard]] ledger::ProjectionStep take_step(core::State& state,
                                               std::map<core::EntryIndex, core::EventPrints>& prints,
                                               std::vector<core::EntryIndex>& policies);

}  // namespace told::path
