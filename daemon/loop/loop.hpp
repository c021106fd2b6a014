#pragma once
// The loop: what a room needs of the one thread on which the daemon decides. Asio's in the daemon (asio_loop.hpp); in a
// simulation one whose time jumps to whatever comes next (tests/sim).
#include <chrono>
#include <functional>
#include <memory>

namespace told::loop {

using Steady = std::chrono::steady_clock::time_point;

/// Calls something later, on the loop's thread. Once it is set anew, cancelled or gone, nothing is called any more that
/// it was set to before.
class Timer {
 public:
  virtual ~Timer() = default;
  virtual void after(Steady::duration time, std::function<void()> act) = 0;
  /// Again and again, the first time after one period. For upkeep that finds nothing to do while nothing happens: a
  /// simulation leaves out the calls of an idle house.
  virtual void every(Steady::duration period, std::function<void()> act) = 0;
  virtual void cancel() = 0;
};

class Loop {
 public:
  virtual ~Loop() = default;
  [[nodiscard]] virtual Steady now() const = 0;
  /// Called soon, after whatever is ready already. From any thread.
  virtual void post(std::function<void()> act) = 0;
  [[nodiscard]] virtual std::unique_ptr<Timer> timer() = 0;
  /// The loop does not run dry while somebody keeps this. Given up on the loop's thread only: elsewhere it could stop
  /// a loop that somebody has started again meanwhile.
  [[nodiscard]] virtual std::shared_ptr<void> hold() = 0;
};

}  // namespace told::loop
