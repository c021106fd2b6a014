// Where nobody answers for a case there are many ladders, and whoever stands at their end is called once for all.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/world.hpp"

namespace told::core::test {
namespace {

struct Unanswered : World {
  Unanswered() {
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) connect(who);
  }
  /// How often the team manager is called while so much time goes by.
  std::size_t calls_in(Duration time) {
    (void)newly_received();
    advance(time);
    const auto received = newly_received();
    return static_cast<std::size_t>(std::count_if(received.begin(), received.end(), [](const Received& each) {
      return each.recipient == "team_manager" && each.kind == v1::NOTIFICATION_KIND_ESCALATION;
    }));
  }
};

TEST(ALastRungThatRepeats, IsOneCallForEverythingOfACaseThatIsUnanswered) {
  Unanswered world;
  world.missing("T-1");
  EXPECT_EQ(world.calls_in(30min), 2U) << "first calls are made: about police and about the Home Office";
  world.advance(3h);  // and two alarms, whose ladders end with the same person
  EXPECT_EQ(world.calls_in(5h), 10U) << "one each half hour, and not four";
  for (const bool through_projection : {false, true}) {
    world.restart(through_projection);
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
    world.advance(1h);
    EXPECT_EQ(world.calls_in(5h), 10U);
  }
  EXPECT_TRUE(world.engine().limbo().empty());
}

TEST(ALastRungThatRepeats, GoesOnForTheRestWhenOneIsAnswered) {
  Unanswered world;
  world.missing("T-1");
  const NotificationId police = world.last_of("police");
  world.advance(65min);
  world.acknowledge(police, "police");
  for (int i = 0; i < 4; ++i) EXPECT_GE(world.calls_in(30min), 1U) << "half hour " << i;
}

TEST(ALastRungThatRepeats, IsACallForEachCase) {
  Unanswered world;
  world.missing("T-1");
  world.missing("T-2");
  world.advance(3h);
  EXPECT_EQ(world.calls_in(5h), 20U);
}

TEST(ALastRungThatRepeats, IsCalledForByWhoeverWasNotCalledAboutItYet) {
  Unanswered world;
  world.missing("T-1");
  const CaseNumber c = world.last_event();
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(10min);
  world.happens("child.arrived", "T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(25min);  // at half past the team manager was called about the missing child
  world.perform(OrderScreen{0, c, "team_manager", false, {}, ""});
  world.advance(10min);  // at 40 nobody is there for the arrival
  world.perform(OrderScreen{0, c, "team_manager", true, {}, ""});
  EXPECT_EQ(world.calls_in(20min), 1U) << "at 60, about the missing child";
  EXPECT_EQ(world.calls_in(5min), 1U) << "at 70, about the arrival, of which no call has said anything yet";
}

}  // namespace
}  // namespace told::core::test
