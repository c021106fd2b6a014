// Who is told of an alarm, and what of it: when there is nobody, and when what it is about is gone.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/on_duty.hpp"
#include "core/reference.hpp"

namespace told::core::test {
namespace {

TEST(AnAlarm, BeforeThereIsAPolicyIsToldToNobodyAndRecordedNowhere) {
  Engine engine;
  engine.finish_replay();
  const Instant now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 27}};
  (void)engine.decide(Start{"test", "test/ledger"}, now);
  for (const char* code : {"worker_silent", "delivery_failing"}) {
    const Decision decision = engine.decide(RaiseAlarm{code, "police"}, now);
    EXPECT_TRUE(decision.entries.empty()) << code;
    EXPECT_TRUE(decision.effects.empty()) << code;
    EXPECT_EQ(engine.state().open_alarm(code, "police"), 0U);
  }
}

TEST(AnAlarm, ForARotaThatNobodyIsEverOnIsRaisedAndThatNobodyIsOnDutyIsToldBeside) {
  auto policy = policy_with_rotas({always("engineer", {})});
  for (Rule& rule : policy->rules)
    if (rule.when == "alarm.clock_stepped") rule.who = "engineer";
  World world{policy};
  everybody_connects(world);
  world.perform(StepClock{1h});
  const Event* stepped = open_alarm(world, "clock_stepped", "told");
  ASSERT_NE(stepped, nullptr);
  ASSERT_EQ(stepped->notifications.size(), 1U);
  EXPECT_TRUE(stepped->notifications[0].nobody_there());
  const Event* nobody = open_alarm(world, "nobody_on_duty", "engineer");
  ASSERT_NE(nobody, nullptr);
  EXPECT_EQ(world.last_of("duty_manager").event, nobody->index);
}

TEST(AnAlarmThatHappensAgain, IsToldToWhoeverHasAnsweredThoughTheNewsOfThatWaitsForAnother) {
  World world;
  world.no_receipts_from("team_manager");
  world.connect("duty_manager");
  world.connect("team_manager", 1);
  world.perform(StepClock{1h});
  const EntryIndex alarm = world.engine().state().open_alarm("clock_stepped", "told");
  world.advance(30min);
  ASSERT_EQ(world.last_of("team_manager").event, alarm);
  world.acknowledge({alarm, 0}, "duty_manager");
  const auto news = [&]() -> const Notification& {
    return world.engine()
        .state()
        .event(alarm)
        ->notifications[world.engine().state().event(alarm)->notifications.size() - 1];
  };
  ASSERT_TRUE(news().is(v1::NOTIFICATION_KIND_ANSWERED));
  (void)world.newly_received();
  world.perform(StepClock{1h});
  const std::vector<Received> told = world.newly_received();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].recipient, "duty_manager");
  EXPECT_EQ(told[0].kind, v1::NOTIFICATION_KIND_ALARM);
}

TEST(AnAlarm, ThatIsOverIsSaidToBeSoOnceToWhoeverWasToldOfItTwice) {
  World world;
  world.connect("duty_manager");
  world.perform(StepClock{1h});
  const EntryIndex alarm = world.engine().state().open_alarm("clock_stepped", "told");
  world.acknowledge(world.last_of("duty_manager"), "duty_manager");
  world.perform(StepClock{1h});
  ASSERT_EQ(world.last_of("duty_manager"), (NotificationId{alarm, 1}));
  (void)world.newly_received();
  world.close_alarm(alarm);
  const auto received = world.newly_received();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].id, (NotificationId{alarm, 2}));
}

TEST(AnAlarm, IsClosedOnceAndNothingElseIsClosedAsOne) {
  World world;
  everybody_connects(world);
  world.missing("T-1");
  const EntryIndex missing = world.last_event();
  world.perform(StepClock{1h});
  const EntryIndex alarm = world.engine().state().open_alarm("clock_stepped", "told");
  for (const EntryIndex other : {EntryIndex{999}, missing})
    EXPECT_EQ(world.close_alarm(other).problem().code(), "no_open_alarm");
  EXPECT_TRUE(world.engine().state().event(missing)->episode_open);
  EXPECT_TRUE(world.close_alarm(alarm).recorded());
  EXPECT_EQ(world.close_alarm(alarm).problem().code(), "no_open_alarm");
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmCleared), 1U);
}

TEST(AnAlarm, AboutWhatWasAnsweredAndForgottenSinceIsToldByItsReferenceAlone) {
  World world{small_policy(), 0};
  for (const char* who : {"police", "home_office", "team_manager"}) world.connect(who);
  world.happens("child.arrived", "T-1");
  const NotificationId police{world.last_event(), 0};
  world.acknowledge({world.last_event(), 1}, "home_office");
  world.advance(65min);
  const EntryIndex alarm = world.engine().state().open_alarm("nobody_was_told", to_reference(police));
  ASSERT_NE(alarm, 0U);
  world.acknowledge(police, "police");
  world.advance(0min);
  State& state = world.engine().state_for_restore();
  (void)state.take_changes();
  state.projected(state.next_index());
  ASSERT_EQ(state.event(police.event), nullptr);
  (void)world.engine().decide(OpenSession{"duty_manager", 99}, world.now());
  const Decision decision = world.engine().decide(Offer{"duty_manager", 99, 9}, world.now());
  const auto told = std::find_if(decision.effects.begin(), decision.effects.end(), [&](const Effect& each) {
    const auto* sent = std::get_if<Transmit>(&each);
    return sent != nullptr && sent->notification.event == alarm && sent->kind == v1::NOTIFICATION_KIND_ALARM;
  });
  ASSERT_NE(told, decision.effects.end());
  EXPECT_EQ(std::get<Transmit>(*told).about, police);
  EXPECT_EQ(std::get<Transmit>(*told).alarm_party, to_reference(police));
  EXPECT_EQ(std::get<Transmit>(*told).about_recipient, "");
}

}  // namespace
}  // namespace told::core::test
