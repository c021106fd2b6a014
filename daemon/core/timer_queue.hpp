#pragma once
// The one timer queue: ordered by due time, 24 bytes for an armed timer, ten million of them in modest memory.
//
// A timer is not taken out when its cause goes away: it carries the generation of its notification, and whoever pops it
// compares. Arming again under a newer generation makes the older entry void. When there are more than
// two for each notification that is open, the owner hands in a test and the queue is rebuilt without those.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace told::core {

struct Timer {
  Instant due{};
  std::uint64_t notification = 0;  ///< NotificationId::number()
  std::uint32_t generation = 0;
};

class TimerQueue {
 public:
  void arm(Timer timer);
  [[nodiscard]] std::optional<Instant> next_due() const;
  /// The earliest timer due at or before `now`; ties in order of notification.
  [[nodiscard]] std::optional<Timer> pop_due(Instant now);
  [[nodiscard]] std::size_t size() const { return heap_.size(); }

  /// Calls `each` for every armed timer, in no order.
  template <class Each>
  void for_each(Each&& each) const {
    for (const Timer& t : heap_) each(t);
  }

  /// Drops the entries for which `live` is false.
  template <class Live>
  void sweep(Live&& live) {
    std::erase_if(heap_, [&](const Timer& t) { return !live(t); });
    rebuild();
  }

 private:
  void rebuild();
  std::vector<Timer> heap_;
};

}  // namespace told::core
