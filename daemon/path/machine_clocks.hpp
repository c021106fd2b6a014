#pragma once
// The machine's clocks, and how they wake the daemon: Linux's (timerfd_clocks.hpp), or a simulation's, which steps,
// freezes and drifts them.
#include <functional>

#include "core/time.hpp"

namespace told::path {

/// The loop's thread only.
class MachineClocks {
 public:
  virtual ~MachineClocks() = default;
  /// Since the machine started: counts a suspend and is never set.
  [[nodiscard]] virtual core::Duration boot() const = 0;
  /// Since 1970, as somebody has set it.
  [[nodiscard]] virtual core::Duration wall() const = 0;
  /// Calls `due` once boot() has reached `boot`; a newer call replaces an older one. Duration::max() disarms.
  virtual void wake_at(core::Duration boot) = 0;
  /// `due`: as above. `look`: soon after the wall clock was set, and every minute. Replaces what was given before.
  virtual void on_wake(std::function<void()> due, std::function<void()> look) = 0;
};

}  // namespace told::path
