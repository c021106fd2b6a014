#pragma once
// What cannot be sent yet, since the disk does not give its event back just now: a read that fails with EIO may go well
// a moment later. The attempt stays under way and is made then. Until then whatever goes to the same recipient waits
// behind it, so that the order stays; all others go on.
#include <chrono>
#include <deque>
#include <functional>
#include <memory>

#include "core/decision.hpp"
#include "core/state.hpp"
#include "dispatch/dispatch.hpp"
#include "loop/loop.hpp"

namespace told::dispatch {

class Postponed {
 public:
  /// All outlive it. Loop thread only. `afterwards` is called when something was tried again: what a carrier was given
  /// then goes out with no group of entries.
  Postponed(loop::Loop& loop, const core::State& state, Dispatch& dispatch, std::function<void()> afterwards);

  /// Has it performed now, or as soon as its event can be read; after `patience` it is given up, and refused as
  /// unreadable.
  void perform(const core::Transmit& transmit);

  static constexpr std::chrono::seconds again_after{1};
  /// Longer no disk stumbles: where its writes failed for so long told would have ended.
  static constexpr std::chrono::seconds patience{60};

 private:
  struct Waiting {
    core::Transmit transmit;
    loop::Steady since;
  };
  void keep(Waiting what);
  void try_again();
  [[nodiscard]] bool is_performed(const core::Transmit& transmit);
  /// It was not ended meanwhile: with its session, or otherwise.
  [[nodiscard]] bool is_under_way(const core::Transmit& transmit) const;
  /// Something waits for the same recipient.
  [[nodiscard]] bool is_behind(const core::Transmit& transmit) const;

  loop::Loop& loop_;
  const core::State& state_;
  Dispatch& dispatch_;
  std::function<void()> afterwards_;
  std::unique_ptr<loop::Timer> timer_;
  std::deque<Waiting> waiting_;  ///< in order
};

}  // namespace told::dispatch
