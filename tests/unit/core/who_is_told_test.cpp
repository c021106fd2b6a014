// Whom an event is told to: by the site that it comes from, by who has said that it is not theirs, by who was told of
// the search; and what of it is an alarm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/on_duty.hpp"
#include "core/reference.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;

Rule& copy_of_rule(Policy& policy, std::size_t which, const std::string& when, const std::string& who) {
  Rule rule = policy.rules[which];
  rule.number = static_cast<std::uint32_t>(policy.rules.size() + 1);
  rule.when = when;
  rule.who = who;
  policy.rules.push_back(rule);
  return policy.rules.back();
}

TEST(AnEvent, OfASiteForWhichThereIsNoRuleIsRefusedAndOfAnotherSiteIsTold) {
  auto policy = small_policy();
  copy_of_rule(*policy, 0, "child.transferred", "barnardos").sites = {"harwich", "dover"};
  World world{policy};
  everybody_connects(world);
  const v1::PublishResult refused = world.happens("child.transferred", "T-1");
  EXPECT_EQ(refused.problem().code(), "nobody_to_tell");
  EXPECT_EQ(refused.problem().field(), "site");
  EXPECT_EQ(world.count(v1::LedgerEntry::kEventAccepted), 0U);
  EXPECT_EQ(world.newly_told(), Names{});
  const auto from_dover = [](v1::Event& e) { e.set_site("dover"); };
  EXPECT_EQ(world.happens("child.transferred", "T-1", from_dover).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(world.newly_told(), Names{"barnardos"});
}

TEST(ANewGrade, IsNotToldToWhoeverHasSaidThatTheMissingChildIsNotTheirs) {
  auto policy = small_policy();
  for (const char* who : {"police", "home_office"})
    copy_of_rule(*policy, 4, "child.missing_risk_changed", who).only_if_told = true;
  World world{policy};
  everybody_connects(world);
  world.missing("T-1");
  world.decline(world.last_of("police"), "police");
  (void)world.newly_told();
  EXPECT_EQ(world.happens("child.missing_risk_changed", "T-1").verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(world.newly_told(), Names{"home_office"});
}

/// Grades are recorded, and trainees hear of what is found in an exercise.
struct Searches {
  World world{[] {
    auto policy = small_policy();
    policy->recipients.push_back({"training", "training", "generic", "zmq_queue", true});
    copy_of_rule(*policy, 4, "child.located", "training");
    policy->not_told.emplace_back("child.missing_risk_changed");
    return policy;
  }()};
  Searches() { everybody_connects(world); }
  EntryIndex missing(const std::string& child) {
    world.missing(child);
    return world.last_event();
  }
  EntryIndex high_grade(Duration ago) {
    EXPECT_EQ(world
                  .happens("child.missing_risk_changed", "T-1",
                           [&](v1::Event& e) {
                             e.mutable_time()->set_seconds(to_us(world.now() - ago) / 1'000'000);
                             e.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
                           })
                  .verdict(),
              v1::VERDICT_ACCEPTED);
    return world.last_event();
  }
  [[nodiscard]] v1::RiskGrade grade(EntryIndex missing_report) {
    return world.engine().state().event(missing_report)->grade;
  }
};

TEST(AGradeOfBeforeTheReport, IsOfNoSearchThatBeganAfterAnEarlierOneWasEndedByHand) {
  Searches s;
  const CaseNumber c = s.missing("T-1");
  s.world.advance(1h);
  ASSERT_TRUE(s.world.stand_down(c).recorded());
  s.world.advance(1h);
  const EntryIndex again = s.missing("T-1");
  s.high_grade(90min);
  EXPECT_EQ(s.grade(again), v1::RISK_GRADE_MEDIUM) << "it was said of the search that is over";
}

TEST(AGradeOfBeforeTheReport, IsOfThatSearchWhereNothingOfTheChildsEndedInBetween) {
  Searches s;
  s.missing("T-1");
  s.world.advance(1h);
  s.world.located("T-1");
  s.world.advance(1h);
  s.missing("T-2");
  s.world.located("T-2");
  s.world.happens("child.located", "T-1", [](v1::Event& e) { e.set_status(v1::STATUS_EXERCISE); });
  s.world.advance(30min);
  const EntryIndex again = s.missing("T-1");
  s.missing("T-3");
  s.world.located("T-3");
  s.world.advance(10min);
  EXPECT_EQ(s.grade(again), v1::RISK_GRADE_MEDIUM);
  const EntryIndex graded = s.high_grade(80min);
  EXPECT_EQ(s.grade(again), v1::RISK_GRADE_HIGH) << "found were another child, or in an exercise, or before";
  EXPECT_EQ(s.world.engine().state().event(graded)->time, s.world.engine().state().event(again)->time);
}

TEST(AGradeOfBeforeTheReport, StandsWhereTheReportOfALaterSearchIsWithdrawn) {
  Searches s;
  const EntryIndex graded = s.high_grade(1h);
  s.missing("T-1");
  s.world.withdraw(s.world.last_id());
  const Event& grade = *s.world.engine().state().event(graded);
  EXPECT_TRUE(grade.episode_open) << "somebody else may report since when the child is missing";
  s.world.happens("child.missing", "T-1", [&](v1::Event& e) {
    e.mutable_time()->set_seconds(to_us(s.world.now() - 2h) / 1'000'000);
    e.mutable_child_missing()->mutable_risk()->set_grade(v1::RISK_GRADE_LOW);
  });
  EXPECT_EQ(s.grade(s.world.last_event()), v1::RISK_GRADE_HIGH);
}

TEST(AnAlarm, ThatHappensAgainIsToldToThoseOfARotaAloneWhoHaveAnsweredForIt) {
  auto policy = policy_with_rotas({always("hub", {"barnardos", "team_manager"})});
  for (Rule& rule : policy->rules)
    if (rule.when == "alarm.clock_stepped") rule.who = "hub";
  World world{policy};
  everybody_connects(world);
  world.perform(StepClock{1h});
  ASSERT_EQ(world.newly_told(), (Names{"barnardos", "team_manager"}));
  world.acknowledge(world.last_of("barnardos"), "barnardos");
  world.perform(StepClock{1h});
  EXPECT_EQ(world.newly_told(), Names{"barnardos"}) << "of the others it is asked still";
}

TEST(AnUrgentNotice, OfTheEndThatSaysNothingIsAnAlarmAndOneThatIsToSayNothingOrReachesNobodyIsNone) {
  auto policy = policy_with_rotas({always("hub", {})});
  Rule& to_police = policy->rules[4];
  to_police.urgent = true;
  to_police.fields = {"located"};
  copy_of_rule(*policy, 4, "child.located", "home_office").fields = {};
  copy_of_rule(*policy, 4, "child.located", "hub");
  copy_of_rule(*policy, policy->rules.size() - 4, "alarm.nothing_said", "duty_manager");
  policy->rules.back().urgent = false;
  policy->rules.back().fields = {};
  World world{policy};
  everybody_connects(world);
  world.missing("T-1");
  world.located("T-1");
  const EntryIndex located = world.last_event();
  const auto& told = world.engine().state().event(located)->notifications;
  ASSERT_EQ(told.size(), 3U);
  ASSERT_TRUE(told[0].is(v1::NOTIFICATION_KIND_STAND_DOWN)) << "they were told of the start";
  ASSERT_TRUE(told[2].nobody_there());
  const auto alarmed = [&](Slot slot) {
    return open_alarm(world, "nothing_said", to_reference(NotificationId{located, slot})) != nullptr;
  };
  EXPECT_TRUE(alarmed(0)) << "the police";
  EXPECT_FALSE(alarmed(1)) << "the Home Office, who are to hear of the fact alone";
  EXPECT_FALSE(alarmed(2)) << "nobody";
}

TEST(ASecondChannel, ThatThePolicyNoLongerNamesTakesNothingThoughItIsOpenStill) {
  auto policy = small_policy();
  for (Recipient& r : policy->recipients)
    if (r.name == "police") r.second = SecondChannel{"smtp", 0, 5min};
  World world{policy};
  world.connect_second("police");
  world.perform(AdoptPolicy{0, small_policy(), std::string(32, 'y')});
  world.missing("T-1");
  world.advance(10min);
  EXPECT_EQ(world.newly_told(), Names{});
  EXPECT_TRUE(world.look({world.last_event(), 0}).to_deliver());
  world.connect("police");
  EXPECT_EQ(world.newly_told(), Names{"police"});
}

}  // namespace
}  // namespace told::core::test
