// Somebody says that it is not theirs, or hears of it late: somebody else is called at once.
#include <gtest/gtest.h>

#include "core/searched.hpp"

namespace told::core::test {
namespace {

/// And an alarm where somebody says that what they were told was in the wrong hands.
std::shared_ptr<Policy> policy_with_the_alarm() {
  auto p = policy_of_grades();
  Rule alarm = p->rules[6];
  alarm.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  alarm.when = "alarm.wrong_recipient";
  p->rules.push_back(alarm);
  return p;
}

TEST(NotOurs, AfterItWasAcceptedCallsSomebodyAtOnceAndSaysThatItWasInTheWrongHands) {
  const auto with_alarm = policy_with_the_alarm();
  for (const int restarted : {0, 1, 2}) {
    World world{with_alarm};
    const auto connect = [&] {
      for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
    };
    connect();
    world.missing("T-1");
    const NotificationId police = world.last_of("police");
    for (const char* who : {"police", "home_office"}) world.acknowledge(world.last_of(who), who);
    if (world.restart_as(restarted)) connect();
    (void)world.newly_told();
    world.decline(police, "police");
    EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
    EXPECT_EQ(world.look(police).state, v1::NOTIFICATION_STATE_DECLINED);
    EXPECT_NE(world.engine().state().open_alarm("wrong_recipient", to_reference(police)), 0U);
    world.advance(30min);
    EXPECT_TRUE(world.newly_told().contains("team_manager")) << "and the ladder goes on";
    world.acknowledge(police, "police");
    EXPECT_FALSE(world.look(police).open());
  }
}

TEST(NotOurs, SaidOfAnExerciseIsNoDataInTheWrongHands) {
  auto p = policy_with_the_alarm();
  p->recipients.push_back({"police_exercise", "police_exercise", "generic", "zmq_queue", true});
  Rule exercise = p->rules[2];  // child.missing to police
  exercise.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  exercise.who = "police_exercise";
  p->rules.push_back(exercise);
  World world{p};
  world.connect("police_exercise");
  world.happens("child.missing", "T-1", [](v1::Event& e) {
    e.set_status(v1::STATUS_EXERCISE);
    e.mutable_child_missing();
  });
  world.decline(world.last_of("police_exercise"), "police_exercise");
  EXPECT_EQ(world.count(v1::LedgerEntry::kDeclined), 1U);
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 0U);
}

// The first rung of a manager's own ladder is the rota that they are on.
TEST(NotOurs, SaidByWhoeverTheRotaOfTheRungNamesCallsSomebodyElseAtOnce) {
  for (const bool accepted_before : {false, true}) {
    auto p = policy_of_grades();
    Rota managers;
    managers.name = "manager_on_duty";
    managers.otherwise = {"police"};
    p->rotas = {managers};
    p->ladders["usual"].rungs[0].who = {"manager_on_duty"};
    World world{p};
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
    world.missing("T-1");
    const NotificationId police = world.last_of("police");
    if (accepted_before) world.acknowledge(police, "police");
    (void)world.newly_told();
    world.decline(police, "police");
    EXPECT_EQ(world.newly_told(), Names{"team_manager"});
  }
}

TEST(NotOurs, AtTheTopOfTheLadderCallsThoseOfItAgainAtOnce) {
  Searched s;
  s.world.missing("T-1");
  const NotificationId police = s.world.last_of("police");
  s.world.advance(61min);  // up to the top, and round again
  s.world.acknowledge(police, "police");
  (void)s.world.newly_told();
  s.world.advance(1min);
  s.world.decline(police, "police");
  EXPECT_TRUE(s.world.newly_told().contains("team_manager"));
}

TEST(NotOurs, OnceTheChildIsFoundIsKeptAndCallsNobody) {
  Searched s;
  s.world.missing("T-1");
  const NotificationId police = s.world.last_of("police");
  s.world.acknowledge(police, "police");
  s.world.located("T-1");
  s.everybody_answers();
  (void)s.world.newly_told();
  s.world.decline(police, "police");
  EXPECT_FALSE(s.world.look(police).open());
  s.world.advance(3h);
  EXPECT_EQ(s.world.newly_told(), Names{});
}

TEST(WhatIsReceivedLate, IsKnownToSomebodyElseAtOnceThoughTheFirstRungTellsTheSilentAgain) {
  auto p = policy_of_grades();
  Rung again;
  again.after = 5min;
  again.again = true;
  auto& rungs = p->ladders["usual"].rungs;
  rungs.insert(rungs.begin(), again);
  World world{p};
  for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
  const auto missing = [&](Duration ago) {
    world.happens("child.missing", "T-1", [&](v1::Event& e) {
      e.mutable_time()->set_seconds(to_us(world.now() - ago) / 1'000'000);
      e.mutable_child_missing();
    });
    world.advance(0min);
    return world.newly_told();
  };
  EXPECT_EQ(missing({}), (Names{"police", "home_office"}));
  EXPECT_EQ(missing(4h), (Names{"police", "home_office", "duty_manager"}));
  v1::EscalationReason reason = v1::ESCALATION_REASON_UNSPECIFIED;
  for (const v1::LedgerEntry& entry : world.ledger())
    if (entry.has_escalated()) reason = entry.escalated().reason();
  EXPECT_EQ(reason, v1::ESCALATION_REASON_RECEIVED_LATE);
  EXPECT_FALSE(world.newly_told().contains("team_manager")) << "not everybody in one breath";
}

TEST(WhatIsReceivedLate, RemindsWhoeverOwesItAndCallsSomebodyAtOnce) {
  auto p = policy_of_grades();
  Clock clock;
  clock.number = 1;
  clock.name = "record";
  clock.starts = "child.arrived";
  clock.duty = "the record";
  clock.who = "barnardos";
  clock.due = Due{24h};
  clock.warn = RungTime{12h};
  p->ladders["owed"] = {"owed", {{20h, {"duty_manager"}}, {30h, {"team_manager"}}}, 30min};
  clock.ladder = "owed";
  p->clocks.push_back(clock);
  World world{p};
  for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager"}) world.connect(who);
  world.happens("child.arrived", "T-1", [&](v1::Event& e) {
    e.mutable_time()->set_seconds(to_us(world.now() - 7 * 24h) / 1'000'000);
    e.mutable_child_arrived();
  });
  world.advance(0min);
  const Names told = world.newly_told();
  EXPECT_TRUE(told.contains("barnardos"));
  EXPECT_TRUE(told.contains("duty_manager"));
  EXPECT_FALSE(told.contains("team_manager"));
}

}  // namespace
}  // namespace told::core::test
