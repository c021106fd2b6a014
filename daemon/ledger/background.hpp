#pragma once
// Work beside the loop: a thread of its own in the daemon. A simulation does the work itself, at moments that it
// chooses.
#include <chrono>
#include <functional>
#include <memory>

namespace told::ledger {

class Background {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Does one piece of work where there is any. Gives how long to wait until the next turn where nobody wakes it
  /// before: zero where there may be more to do, Time::duration::max() for ever. `waited`: that time has passed, nobody
  /// woke it.
  using Turn = std::function<Time::duration(bool waited)>;

  /// Ends when a turn finds nothing more to do.
  virtual ~Background() = default;
  /// There is something to do. From any thread.
  virtual void wake() = 0;
  /// Has `errand` done between two turns, and returns when it is; throws what it throws. From any thread but its own.
  virtual void call(const std::function<void()>& errand) = 0;
};

/// Nothing was written for so long: a quiet moment.
inline constexpr std::chrono::seconds quiet_after{2};

/// Where such work is done, and the time there.
class Backstage {
 public:
  virtual ~Backstage() = default;
  [[nodiscard]] virtual Background::Time now() const = 0;
  [[nodiscard]] virtual std::unique_ptr<Background> begin(Background::Turn turn) = 0;
};

/// A thread for each, and the steady clock.
[[nodiscard]] Backstage& threads();

}  // namespace told::ledger
