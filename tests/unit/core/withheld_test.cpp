// What was on its way to whoever is kept out of a case, and the alarms which say that they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/on_duty.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;

void is_kept_out(World& world, CaseNumber c, const std::string& who) {
  world.perform(OrderScreen{1, c, who, false, who_keeps_out, "an allegation"});
  ASSERT_TRUE(world.acted().recorded());
}

TEST(ANotice, ThatAnotherHasAnsweredIsOverForWhoeverIsKeptOutBeforeItReachesThem) {
  for (const int restarted : {0, 1, 2}) {
    World world;
    everybody_connects(world);
    world.missing("T-1");
    const CaseNumber c = world.last_event();
    world.acknowledge(world.last_of("home_office"), "home_office");
    world.advance(15min);
    world.disconnect("duty_manager");
    world.acknowledge(world.last_of("police"), "police");
    const auto& made = world.engine().state().event(c)->notifications;
    const NotificationId notice{c, static_cast<Slot>(made.size() - 1)};
    ASSERT_TRUE(world.look(notice).is(v1::NOTIFICATION_KIND_ANSWERED));
    is_kept_out(world, c, "duty_manager");
    (void)world.restart_as(restarted);
    EXPECT_EQ(world.look(notice).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
    (void)world.newly_told();
    world.connect("duty_manager");
    EXPECT_EQ(world.newly_told(), Names{});
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(WhatIsWithheld, GoesOnUpItsLadderAtItsTimeWhereSomebodyElseWasCalledAlready) {
  for (const int restarted : {0, 1, 2}) {
    World world;
    everybody_connects(world);
    world.disconnect("police");
    world.missing("T-1");
    const NotificationId police{world.last_event(), 0};
    world.acknowledge(world.last_of("home_office"), "home_office");
    world.advance(20min);
    ASSERT_EQ(world.look(police).rung, 1);
    const Instant next = world.look(police).next;
    is_kept_out(world, world.last_event(), "police");
    if (world.restart_as(restarted)) everybody_connects(world);
    EXPECT_EQ(world.look(police).next, next);
    (void)world.newly_told();
    world.advance(9min);
    EXPECT_EQ(world.newly_told(), Names{});
    world.advance(1min);
    EXPECT_EQ(world.newly_told(), Names{"team_manager"});
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(AnAlarm, ThatWhoeverIsOnDutyIsKeptOutIsOfTheStreamOfItsCase) {
  auto policy = policy_with_rotas({always("on_duty", {"barnardos"})});
  for (auto& [name, ladder] : policy->ladders) ladder.rungs.front().who = {"on_duty"};
  World world{policy};
  everybody_connects(world);
  world.missing("T-1");
  const CaseNumber child = world.last_event();
  world.happens("prevent.section36", "T-1");
  const CaseNumber prevent = world.last_event();
  for (const CaseNumber c : {child, prevent}) is_kept_out(world, c, "barnardos");
  world.advance(1h);
  const State& state = world.engine().state();
  EXPECT_NE(state.open_alarm_of_keeping_out("on_duty", child, false), 0U);
  EXPECT_EQ(state.open_alarm_of_keeping_out("on_duty", child, true), 0U);
  EXPECT_EQ(state.open_alarm_of_keeping_out("on_duty", prevent, false), 0U);
  EXPECT_NE(state.open_alarm_of_keeping_out("on_duty", prevent, true), 0U);
}

}  // namespace
}  // namespace told::core::test
