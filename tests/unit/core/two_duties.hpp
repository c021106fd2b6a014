#pragma once
// A child's stay in which two things are owed once: a report, and a referral where there are grounds for one.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/stay.hpp"

namespace told::core::test {

using Events = std::vector<EntryIndex>;

inline constexpr std::uint16_t report_owed = 1;
inline constexpr std::uint16_t referral_owed = 2;

inline std::shared_ptr<Policy> policy_of_two_duties() {
  auto p = policy_of_stays();
  Clock& referral = p->clocks[1];
  referral.name = "referral";
  referral.once_a_stay = true;
  EXPECT_EQ(referral.only_if.read("trafficking.indicators", "child.arrived"), "");
  return p;
}

struct TwoDuties : Stay {
  explicit TwoDuties(std::size_t closed_kept = closed_events_kept) : Stay(policy_of_two_duties(), closed_kept) {}

  EntryIndex arrives_with_grounds(Duration ago = {}) {
    world.happens("child.arrived", "T-1", [&](v1::Event& e) {
      e.mutable_time()->set_seconds(to_us(world.now() - ago) / 1'000'000);
      e.mutable_child_arrived()->mutable_trafficking()->add_indicators("a debt");
    });
    return world.last_event();
  }
  /// A correction of the report.
  void has_grounds(const std::string& report, std::optional<Instant> at = {}) {
    const auto corrected = world.correct(report, [&](v1::EventCorrected& c) {
      c.mutable_child_arrived()->mutable_trafficking()->add_indicators("a debt");
      if (at) c.mutable_time()->set_seconds(to_us(*at) / 1'000'000);
    });
    EXPECT_EQ(corrected.verdict(), v1::VERDICT_ACCEPTED);
  }
  /// Because of which events that is owed in the case of this one.
  [[nodiscard]] Events owed_by(EntryIndex of, std::uint16_t clock) {
    Events all;
    for (const NotificationId id : owed(of, clock)) all.push_back(id.event);
    return all;
  }
  /// The one that is owed in its case.
  [[nodiscard]] Instant due(EntryIndex of, std::uint16_t clock) { return world.look(owed(of, clock).at(0)).deadline; }
  /// The report is done, and everybody who was told of the arrival has answered.
  void is_over_with(EntryIndex arrival) {
    for (const NotificationId id : owed(arrival, report_owed))
      if (id.event == arrival) world.done(id);
    const auto& made = world.engine().state().event(arrival)->notifications;
    for (std::size_t slot = 0; slot < made.size(); ++slot)
      if (made[slot].open() && made[slot].is(v1::NOTIFICATION_KIND_TELL))
        world.acknowledge({arrival, static_cast<Slot>(slot)},
                          world.engine().state().recipient_name(made[slot].recipient));
  }
};

}  // namespace told::core::test
