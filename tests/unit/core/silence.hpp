#pragma once
// One ladder, of police who say nothing of a missing child, and how it climbs.
#include <algorithm>

#include "core/world.hpp"

namespace told::core::test {

struct Silence : World {
  using World::World;
  /// A child is missing, and police say nothing for so long.
  NotificationId silence_for(Duration time) {
    missing("T-1");
    const NotificationId police = last_of("police");
    advance(time);
    (void)newly_told();
    return police;
  }
  [[nodiscard]] std::size_t climbed_for_a_no() const {
    return static_cast<std::size_t>(std::count_if(ledger().begin(), ledger().end(), [](const v1::LedgerEntry& e) {
      return e.escalated().reason() == v1::ESCALATION_REASON_CALL_DECLINED;
    }));
  }
};

}  // namespace told::core::test
