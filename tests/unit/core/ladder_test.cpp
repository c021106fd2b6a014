// While nobody has acknowledged, somebody else is called; a ladder never falls silent.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

struct Night : World {
  Night() {
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) connect(who);
  }
};

TEST(ALadder, CallsTheDutyManagerAtItsTimeAndNotBeforeAndOnce) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  (void)world.newly_told();
  world.advance(15min - 1us);
  EXPECT_EQ(world.newly_told(), Names{});
  world.advance(1us);
  EXPECT_EQ(world.newly_received().size(), 1U);
  world.advance(14min);
  EXPECT_EQ(world.newly_told(), Names{});
}

TEST(ALadder, GoesFasterForAHighRisk) {
  Night world;
  world.missing("T-1", v1::RISK_GRADE_HIGH);
  (void)world.newly_told();
  world.advance(5min);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
}

TEST(ALadder, ThatIsExhaustedRepeatsItsLastRungAndRaisesNobodyWasTold) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(30min);
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 0U);
  (void)world.newly_told();
  world.advance(30min);
  EXPECT_TRUE(world.newly_told().contains("team_manager"));
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
  world.advance(30min);
  EXPECT_TRUE(world.newly_told().contains("team_manager"));
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
}

TEST(ACallThatRepeats, IsMarkedAsACallAndNotAsARedelivery) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(30min);
  const NotificationId call = world.last_of("team_manager");
  EXPECT_EQ(world.look(call).calls, 0);
  world.advance(30min);
  EXPECT_EQ(world.last_of("team_manager").event != 0, true);
  EXPECT_EQ(world.look(call).calls, 1);
}

TEST(NobodyWasTold, IsClosedByANamedPersonOnly) {
  Night world;
  world.missing("T-1");
  const NotificationId police = world.last_of("police");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(60min);
  const EntryIndex alarm = world.engine().state().open_alarm("nobody_was_told", to_reference(police));
  ASSERT_NE(alarm, 0U);
  world.acknowledge(police, "police");
  EXPECT_NE(world.engine().state().open_alarm("nobody_was_told", to_reference(police)), 0U);
  EXPECT_TRUE(world.close_alarm(alarm).recorded());
  EXPECT_EQ(world.engine().state().open_alarm("nobody_was_told", to_reference(police)), 0U);
}

TEST(ADeclinedNotification, GoesUpOneRungAtOnceAndTheLadderGoesOn) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  (void)world.newly_told();
  world.decline(world.last_of("police"), "police");
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  world.advance(30min);
  EXPECT_EQ(world.newly_told(), Names{"team_manager"});
}

TEST(AnAnsweredNotification, IsToldToThoseWhomTheLadderHadCalled) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(15min);
  (void)world.newly_received();
  world.acknowledge(world.last_of("police"), "police");
  const auto received = world.newly_received();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].recipient, "duty_manager");
  EXPECT_EQ(received[0].kind, v1::NOTIFICATION_KIND_ANSWERED);
  EXPECT_TRUE(world.engine().limbo().empty());
}

TEST(AnEventToldLate, CallsOneRungAtOnceAndTheNextAfterTheirDistance) {
  Night world;
  v1::Event e;
  e.set_id("1");
  e.set_source("port");
  e.set_type("told.child.arrived.v1");
  e.set_subject("T-1");
  e.set_status(v1::STATUS_ACTUAL);
  e.mutable_time()->set_seconds(to_us(world.now()) / 1'000'000 - 24 * 3600);
  e.mutable_child_arrived();
  world.publish(e);
  (void)world.newly_told();
  world.advance(0s);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  world.advance(15min);
  EXPECT_EQ(world.newly_told(), Names{"team_manager"});
}

TEST(AStoppedTimer, NeverFiresHoweverLateAndWhateverRestartedInBetween) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("police"), "police");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.restart();
  (void)world.newly_told();
  world.advance(24h * 100);
  EXPECT_EQ(world.newly_told(), Names{});
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), 0U);
}

TEST(ATimerThatFellDueWhileTheDaemonWasDown, FiresAtTheStart) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.restart();
  world.connect("duty_manager");
  (void)world.newly_told();
  world.advance(15min);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
}

TEST(AnAlarm, IsRaisedOnceToldAndOverWhenItsCauseGoesAway) {
  Night world;
  (void)world.newly_told();
  world.perform(RaiseAlarm{"worker_silent", "police"});
  world.perform(RaiseAlarm{"worker_silent", "police"});
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  world.perform(ClearAlarm{"worker_silent", "police"});
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  world.advance(24h);
  EXPECT_EQ(world.newly_told(), Names{});
}

TEST(AnAlarmThatNobodyAnswers, RepeatsAndRaisesNoAlarmAboutItself) {
  Night world;
  world.perform(RaiseAlarm{"worker_silent", "police"});
  world.advance(10h);
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
  EXPECT_GT(world.count(v1::LedgerEntry::kEscalated), 15U);
}

TEST(EveryOpenNotification, HasALadderOrADeliveryAfterADayOfSilence) {
  Night world;
  for (int i = 0; i < 20; ++i) world.missing("T-" + std::to_string(i));
  for (int hour = 0; hour < 24; ++hour) {
    world.advance(1h);
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

}  // namespace
}  // namespace told::core::test
