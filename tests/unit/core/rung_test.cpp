// Which rung is reached, and whom it calls: the rungs that name nobody else, nobody on duty, or the one who says no.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/on_duty.hpp"
#include "core/silence.hpp"

namespace told::core::test {
namespace {

constexpr auto everybody = {"police",       "home_office",  "barnardos",      "panel",
                            "duty_manager", "team_manager", "service_manager"};

/// The small policy of which nobody but the police is told that a child is missing, by this ladder.
std::shared_ptr<Policy> policy_of_rungs(std::vector<Rung> rungs, const std::vector<Rota>& rotas = {}) {
  auto p = policy_with_rotas(rotas);
  p->rules.erase(p->rules.begin() + 3);
  for (std::size_t i = 0; i < p->rules.size(); ++i) p->rules[i].number = static_cast<std::uint32_t>(i + 1);
  for (Recipient& r : p->recipients)
    if (r.name == "police") r.deputy = "barnardos";
  p->ladders["usual"].rungs = std::move(rungs);
  return p;
}

Rung telling_again(Duration after, std::vector<std::string> who = {}) {
  Rung rung{after, std::move(who)};
  rung.again = true;
  return rung;
}

struct Rungs : Silence {
  explicit Rungs(std::shared_ptr<Policy> policy) : Silence(std::move(policy)) {
    for (const char* who : everybody) connect(who);
    (void)newly_told();
  }
  /// A child went missing so long ago, and it is reported now.
  NotificationId heard_late(Duration ago) {
    happens("child.missing", "T-1", [&](v1::Event& e) {
      e.mutable_child_missing();
      e.mutable_time()->set_seconds(to_us(now() - ago) / 1'000'000);
    });
    (void)newly_told();
    advance(0min);
    return last_of("police");
  }
};

TEST(ARungThatTellsAgain, AloneAtTheEndCallsThoseBelowWhereTheSilentOneHasSaidNo) {
  Rungs world{policy_of_rungs({{15min, {"duty_manager"}}, telling_again(30min)})};
  const NotificationId police = world.silence_for(15min);
  world.decline(police, "police");
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  EXPECT_EQ(world.look(police).rung, 1);
  for (int i = 0; i < 3; ++i) {
    world.advance(30min);
    EXPECT_EQ(world.newly_told(), Names{"duty_manager"}) << "and it never falls silent";
  }
  EXPECT_TRUE(world.engine().limbo().empty());
}

TEST(ALadder, OfWhichEveryRungCallsTheSilentOneAloneStaysOnTheLowestWhereTheyHaveSaidNo) {
  Rungs world{policy_of_rungs({telling_again(15min), telling_again(30min)})};
  const NotificationId police = world.silence_for(15min);
  world.decline(police, "police");
  EXPECT_EQ(world.look(police).rung, 1);
  EXPECT_TRUE(world.look(police).open());
  EXPECT_TRUE(world.engine().limbo().empty());
}

TEST(ALastRung, CountsTheRefusalsOfEachOfItsCalls) {
  Rungs world{policy_of_rungs({{15min, {"duty_manager"}}})};
  world.no_receipts_from("duty_manager");
  (void)world.silence_for(15min);
  const NotificationId call = world.last_of("duty_manager");
  const auto ends = [&](v1::Outcome outcome) {
    world.perform(ended(call, world.look(call).attempts, outcome, "duty_manager"));
    return world.look(call).refusals;
  };
  EXPECT_EQ(ends(v1::OUTCOME_REFUSED), 1);
  EXPECT_EQ(ends(v1::OUTCOME_REFUSED), 2);
  EXPECT_EQ(ends(v1::OUTCOME_DELIVERED), 2);
  world.advance(30min);
  ASSERT_EQ(world.look(call).calls, 1U);
  EXPECT_EQ(ends(v1::OUTCOME_REFUSED), 1) << "of five that need a person";
}

TEST(ARungThatTellsAgain, WithOthersOnItCallsThemAloneWhereTheSilentOneHasSaidNo) {
  auto p = policy_of_rungs({telling_again(15min, {"duty_manager"}), {30min, {"team_manager"}}});
  for (Recipient& r : p->recipients)
    if (r.name == "police") r.second = SecondChannel{"smtp", 0, 6h};
  Rungs world{p};
  world.connect_second("police");
  const NotificationId police = world.silence_for(1min);
  world.decline(police, "police");
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  EXPECT_FALSE(world.look(police).second) << "nothing is asked of their second channel";
}

TEST(ARungThatNamesOnlyTheDeputy, IsNotPassedOverWhereTheSilentOneHasSaidNo) {
  Rung deputy = telling_again(15min);
  deputy.deputy = true;
  Rungs world{policy_of_rungs({deputy, {30min, {"team_manager"}}})};
  const NotificationId police = world.silence_for(1min);
  world.decline(police, "police");
  EXPECT_EQ(world.newly_told(), Names{"barnardos"});
  EXPECT_EQ(world.look(police).rung, 1);
}

TEST(AnEventToldLate, TellsAgainFirstWhereTheRungThatCallsOthersIsNotDue) {
  Rungs world{policy_of_rungs({telling_again(5min), {2h, {"duty_manager"}}})};
  (void)world.heard_late(1h);
  EXPECT_EQ(world.newly_told(), Names{"police"});
  EXPECT_EQ(last_reason(world), v1::ESCALATION_REASON_RECEIVED_LATE);
  world.advance(1h - 1s);
  EXPECT_EQ(world.newly_told(), Names{});
  world.advance(1s);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
}

TEST(AnEventToldLate, TellsAgainWhereNoRungCallsAnybodyElse) {
  Rungs world{policy_of_rungs({telling_again(5min)})};
  const NotificationId police = world.heard_late(1h);
  EXPECT_EQ(world.newly_told(), Names{"police"});
  EXPECT_EQ(world.look(police).rung, 1);
}

TEST(ALastRung, ThatIsHeldIsCalledAgainAndIsNoEndOfTheLadder) {
  std::vector<Rung> rungs{{15min, {"duty_manager"}}};
  rungs[0].quorum = 1;
  Rungs world{policy_of_rungs(rungs)};
  const NotificationId police = world.silence_for(15min);
  world.acknowledge(world.last_of("duty_manager"), "duty_manager");
  world.advance(30min);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  EXPECT_EQ(last_reason(world), v1::ESCALATION_REASON_HELD);
  EXPECT_FALSE(world.look(police).exhausted);
  EXPECT_EQ(open_alarm(world, "nobody_was_told", to_reference(police)), nullptr);
  world.advance(30min);
  EXPECT_TRUE(world.look(police).exhausted) << "who does not take it again does not have it";
  EXPECT_NE(open_alarm(world, "nobody_was_told", to_reference(police)), nullptr);
}

TEST(ACallThatIsDeclined, AsItsLadderClimbsByItselfClimbsOnce) {
  Rungs world{policy_of_rungs({{15min, {"duty_manager"}}, {30min, {"team_manager"}}})};
  const NotificationId police = world.silence_for(15min);
  world.sleep(15min);
  world.decline(world.last_of("duty_manager"), "duty_manager");
  EXPECT_EQ(world.newly_told(), Names{});
  world.advance(0min);
  EXPECT_EQ(world.newly_told(), Names{"team_manager"});
  EXPECT_EQ(world.climbed_for_a_no(), 0U);
  EXPECT_EQ(world.look(police).rung, 2);
}

TEST(ACallThatIsDeclined, ByWhoeverCameOnDutyBeforeTheFirstRungCallsThatAtOnce) {
  const LocalTime from = Calendar{}.local(World{}.now() + 5min);
  Rota hub = always("hub", {"barnardos"});
  RotaOverride evening{from, {from.day, from.of_day}, {"panel"}, "evening"};
  evening.to.day = Day{std::chrono::sys_days{from.day} + std::chrono::days{2}};
  hub.overrides = {evening};
  auto p = policy_of_rungs({{15min, {"duty_manager"}}, {30min, {"team_manager"}}}, {hub});
  p->rules[2].who = "hub";
  for (const int restarted : {0, 1, 2}) {
    Rungs world{p};
    world.missing("T-1");
    (void)world.newly_told();
    world.advance(5min);
    EXPECT_EQ(world.newly_told(), Names{"panel"});
    const NotificationId call = world.last_of("panel");
    if (world.restart_as(restarted))
      for (const char* who : everybody) world.connect(who);
    world.decline(call, "panel");
    EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
    EXPECT_EQ(world.climbed_for_a_no(), 1U);
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(ACallThatIsDeclined, AfterAGraverGradeHasBegunTheLadderAnewCallsTheNextAtOnce) {
  for (const int restarted : {0, 1, 2}) {
    auto p = policy_of_rungs({{15min, {"duty_manager"}}, {30min, {"team_manager"}}});
    p->not_told = {"child.missing_risk_changed"};
    Rungs world{p};
    const NotificationId police = world.silence_for(15min);
    const NotificationId call = world.last_of("duty_manager");
    world.advance(1min);
    world.happens("child.missing_risk_changed", "T-1", [](v1::Event& e) {
      e.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
    });
    ASSERT_EQ(world.look(police).rung, 0);
    ASSERT_TRUE(world.look(call).open());
    if (world.restart_as(restarted))
      for (const char* who : everybody) world.connect(who);
    (void)world.newly_told();
    world.decline(call, "duty_manager");
    EXPECT_EQ(world.newly_told(), Names{"team_manager"}) << "and not the one who has just said no";
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(ACallThatIsDeclined, ByWhoeverWasOnARotaThatNobodyIsOnByThenCallsTheNext) {
  const LocalTime until = Calendar{}.local(World{}.now() + 20min);
  Rota evening;
  evening.name = "evening";
  evening.overrides = {
      {{Day{std::chrono::sys_days{until.day} - std::chrono::days{1}}, until.of_day}, until, {"barnardos"}, "evening"}};
  Rungs world{policy_of_rungs({{15min, {"evening"}}, {45min, {"team_manager"}}}, {evening})};
  (void)world.silence_for(15min);
  const NotificationId call = world.last_of("barnardos");
  world.advance(10min);
  EXPECT_EQ(world.newly_told(), Names{});
  world.decline(call, "barnardos");
  EXPECT_EQ(world.newly_told(), Names{"team_manager"});
}

TEST(ALastRungWithNobodyOnDuty, CallsThoseBelowAndEndsWithTheNoOfTheLastOfThem) {
  Rungs world{policy_of_rungs({{15min, {"barnardos"}}, {30min, {"night"}}}, {always("night", {})})};
  const NotificationId police = world.silence_for(15min);
  world.advance(15min);
  EXPECT_EQ(world.newly_told(), (Names{"barnardos", "duty_manager"})) << "once more, and the alarm";
  EXPECT_NE(open_alarm(world, "nobody_on_duty", "night"), nullptr);
  EXPECT_EQ(open_alarm(world, "nobody_was_told", to_reference(police)), nullptr);
  const NotificationId call = world.last_of("barnardos");
  world.decline(call, "barnardos");
  EXPECT_TRUE(world.look(police).exhausted);
  EXPECT_NE(open_alarm(world, "nobody_was_told", to_reference(police)), nullptr);
  EXPECT_TRUE(world.engine().limbo().empty());
}

TEST(ARungWithNobodyOnDuty, IsPassedOverAtOnceAndSaidAloudWhereTheSilentOneHasSaidNo) {
  Rungs world{policy_of_rungs({{15min, {"night"}}, {30min, {"team_manager"}}}, {always("night", {})})};
  const NotificationId police = world.silence_for(1min);
  world.decline(police, "police");
  world.advance(0min);
  EXPECT_EQ(world.newly_told(), (Names{"team_manager", "duty_manager"}));
  EXPECT_NE(open_alarm(world, "nobody_on_duty", "night"), nullptr);
}

TEST(ARungWithNobodyOnDuty, ByARotaThatANewPolicyHasNoLongerIsSaidToHaveNobodyAndNotToBeKeptOut) {
  Rungs world{policy_of_rungs({{15min, {"night"}}, {30min, {"team_manager"}}}, {always("night", {})})};
  (void)world.silence_for(1min);
  world.perform(AdoptPolicy{0, policy_of_rungs({{15min, {"duty_manager"}}}), std::string(32, 'y')});
  world.advance(14min);
  EXPECT_EQ(world.newly_told(), (Names{"team_manager", "duty_manager"}));
  const Event* alarm = open_alarm(world, "nobody_on_duty", "night");
  ASSERT_NE(alarm, nullptr);
  EXPECT_FALSE(alarm->kept_out);
}

TEST(AnExercise, WhoseLastCallIsDeclinedComesToItsEndAndRaisesNoAlarm) {
  auto p = policy_of_rungs({{15min, {"duty_manager"}}});
  for (const char* desk : {"police_exercise", "exercise_manager"})
    p->recipients.push_back({desk, desk, "generic", "zmq_queue", true});
  p->ladders["exercise"] = Ladder{"exercise", {Rung{10min, {"exercise_manager"}, 0}}, 30min};
  Rule exercise = p->rules[2];
  exercise.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  exercise.who = "police_exercise";
  exercise.ladder[0] = exercise.ladder[1] = "exercise";
  p->rules.push_back(exercise);
  Rungs world{p};
  for (const char* who : {"police_exercise", "exercise_manager"}) world.connect(who);
  world.happens("child.missing", "T-1", [](v1::Event& e) {
    e.set_status(v1::STATUS_EXERCISE);
    e.mutable_child_missing();
  });
  const NotificationId desk = world.last_of("police_exercise");
  world.advance(10min);
  (void)world.newly_told();
  world.decline(world.last_of("exercise_manager"), "exercise_manager");
  EXPECT_TRUE(world.look(desk).exhausted);
  EXPECT_EQ(world.newly_told(), Names{});
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 0U);
}

}  // namespace
}  // namespace told::core::test
