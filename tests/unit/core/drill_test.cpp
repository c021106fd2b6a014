// Drills: planned by local time, told to exercise desks alone, chased like the real thing, and begun once.
#include "core/drill.hpp"

#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

constexpr auto day = 24h;

Instant at(int month, int of_month, Duration utc) {
  return Instant{std::chrono::sys_days{std::chrono::year{2026} / month / of_month}} + utc;
}

TEST(ADrill, BeginsAtItsLocalTimeOnBothSidesOfAClockChange) {
  const Calendar london;
  const Drill drill{"police", {2 * day + 630min}};  // Wednesdays at 10:30
  EXPECT_EQ(next_time(drill, at(3, 23, 0h), london), at(3, 25, 10h + 30min));
  EXPECT_EQ(next_time(drill, at(3, 25, 10h + 30min), london), at(4, 1, 9h + 30min)) << "summer time began on the 29th";
  EXPECT_EQ(next_time(drill, at(3, 25, 10h + 29min), london), at(3, 25, 10h + 30min));
}

TEST(ADrill, OfATimeThatIsSkippedOrComesTwiceBeginsOnce) {
  const Calendar london;
  const Drill skipped{"night", {6 * day + 90min}};  // Sundays at 01:30
  EXPECT_EQ(next_time(skipped, at(3, 28, 12h), london), at(3, 29, 1h)) << "the first instant after the gap";
  EXPECT_EQ(next_time(skipped, at(3, 29, 1h), london), at(4, 5, 30min));
  EXPECT_EQ(next_time(skipped, at(10, 24, 12h), london), at(10, 25, 30min)) << "the earlier of the two";
  EXPECT_EQ(next_time(skipped, at(10, 25, 30min), london), at(11, 1, 90min)) << "and not the later one as well";
}

TEST(ADrill, OnSeveralDaysTakesEachInTurn) {
  const Calendar london;
  const Drill drill{"police", {5 * day + 630min, 0 * day + 630min}};
  EXPECT_EQ(next_time(drill, at(7, 22, 0h), london), at(7, 25, 9h + 30min));
  EXPECT_EQ(next_time(drill, at(7, 25, 12h), london), at(7, 27, 9h + 30min));
}

TEST(ADrill, OnWorkingDaysIsLeftOutWhereNobodyWorks) {
  Calendar london;
  const auto closed = [&](int month, unsigned of_month, const char* why) {
    london.holidays[Day{std::chrono::year{2026} / month / std::chrono::day{of_month}}] = why;
  };
  closed(4, 6, "Easter Monday");
  closed(4, 13, "closure");
  const Drill drill{"police", {0 * day + 630min}, true};
  EXPECT_EQ(next_time(drill, at(3, 31, 0h), london), at(4, 20, 9h + 30min));
  EXPECT_EQ(next_time({"police", {0 * day + 630min}}, at(3, 31, 0h), london), at(4, 6, 9h + 30min));
  EXPECT_EQ(next_time({"police", {0 * day + 630min, 1 * day + 630min}, true}, at(3, 31, 12h), london),
            at(4, 7, 9h + 30min))
      << "and on the other day of that week it is not";
  EXPECT_EQ(next_time({"police", {5 * day + 630min}, true}, at(3, 31, 0h), london), Instant::max())
      << "Saturdays are never worked";
}

TEST(ADrill, ThatWasMissedByAnHourIsStillBegunAndByMoreIsLeftOut) {
  Policy policy;
  policy.drills = {{"police", {5 * day + 630min}}};
  const Instant due = at(7, 25, 9h + 30min);
  for (const auto& [late, begun] : {std::pair{Duration{1h}, true}, {Duration{1h} + 1us, false}}) {
    DrillPlan plan;
    plan.plan(policy, at(7, 22, 0h));
    const auto begins = plan.take_due(policy, due + late);
    EXPECT_EQ(begins.has_value(), begun);
    EXPECT_EQ(begins.value_or(DrillPlan::Begins{"", due}).due, due);
    EXPECT_EQ(plan.next(), at(8, 1, 9h + 30min)) << "either way the next one is next week's";
  }
}

/// The police's exercise desk is tried on Saturdays at 10:30; the exercise manager is called after 10 minutes.
std::shared_ptr<Policy> policy_with_a_drill() {
  auto p = small_policy();
  for (const char* desk : {"police_exercise", "exercise_manager"})
    p->recipients.push_back({desk, desk, "generic", "zmq_queue", true});
  p->ladders["exercise"] = Ladder{"exercise", {Rung{10min, {"exercise_manager"}, 0}}, 30min};
  p->drills.push_back({"police", {5 * day + 630min}});
  Rule rule;
  rule.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  rule.when = "drill.police";
  rule.who = "police_exercise";
  rule.within[0] = rule.within[1] = 15min;
  rule.ladder[0] = rule.ladder[1] = "exercise";
  p->rules.push_back(rule);
  return p;
}

struct Planned : testing::Test {
  Planned() {
    for (const char* who :
         {"police", "home_office", "duty_manager", "team_manager", "police_exercise", "exercise_manager"})
      world.connect(who);
    (void)world.newly_told();
  }
  void until_it_begins() { world.advance(13h + 30min); }  // from Friday 21:00
  std::size_t begun() const { return world.count(v1::LedgerEntry::kDrillStarted); }
  World world{policy_with_a_drill()};
};

TEST_F(Planned, DrillOfADeskOfThePreventStreamIsOfThatStream) {
  until_it_begins();
  EXPECT_FALSE(world.engine().state().event(world.last_of("police_exercise").event)->prevent);
  auto p = policy_with_a_drill();
  for (Recipient& r : p->recipients) r.prevent = r.name == "police_exercise";
  World other{p};
  other.connect("police_exercise");
  other.advance(13h + 30min);
  EXPECT_TRUE(other.engine().state().event(other.last_of("police_exercise").event)->prevent);
  other.restart(true);
  EXPECT_TRUE(other.engine().state().event(other.last_of("police_exercise").event)->prevent);
}

TEST_F(Planned, DrillIsToldToItsExerciseDeskAloneAndMarkedAsAnExercise) {
  world.advance(13h + 29min);
  EXPECT_EQ(begun(), 0U);
  world.advance(1min);
  EXPECT_EQ(begun(), 1U);
  EXPECT_EQ(world.newly_told(), Names{"police_exercise"});
  const auto id = world.last_of("police_exercise");
  const Event& event = *world.engine().state().event(id.event);
  EXPECT_EQ(event.status, v1::STATUS_EXERCISE);
  EXPECT_EQ(event.type, drill_type);
  EXPECT_EQ(world.look(id).deadline, world.now() + 15min);
}

TEST_F(Planned, DrillThatNobodyAnswersCallsTheExerciseManagerAndNobodyElse) {
  until_it_begins();
  (void)world.newly_told();
  world.advance(10min);
  EXPECT_EQ(world.newly_told(), Names{"exercise_manager"});
}

TEST_F(Planned, DrillThatNobodyAnswersToTheEndCallsNobodyWhoIsOnDutyForTheRealThing) {
  until_it_begins();
  (void)world.newly_told();
  world.advance(5h);
  EXPECT_EQ(world.newly_told(), Names{"exercise_manager"});
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 0U);
}

TEST_F(Planned, DrillThatIsAnsweredIsOverAndComesAgainNextWeek) {
  until_it_begins();
  const auto id = world.last_of("police_exercise");
  EXPECT_TRUE(world.acknowledge(id, "police_exercise").recorded());
  world.advance(6 * day + 22h + 59min);  // summer time began in between
  EXPECT_EQ(begun(), 1U);
  world.advance(1min);
  EXPECT_EQ(begun(), 2U);
}

TEST_F(Planned, DrillBeginsOnceThoughToldIsStartedAgain) {
  until_it_begins();
  for (const bool through_projection : {false, true}) {
    world.restart(through_projection);
    world.advance(1h);
    EXPECT_EQ(begun(), 1U);
  }
}

TEST_F(Planned, DrillThatNoRuleOfANewPolicyHasIsNotBegunAnyMore) {
  world.perform(AdoptPolicy{0, small_policy(), std::string(32, 'y')});
  until_it_begins();
  EXPECT_EQ(begun(), 0U);
}

TEST(ADrillPlan, TakesWhatWasMissedByMinutesAndLeavesOutWhatWasMissedByHours) {
  Policy policy;
  policy.drills.push_back({"police", {2 * day + 630min}});
  DrillPlan plan;
  plan.plan(policy, at(3, 25, 10h));
  const auto begins = plan.take_due(policy, at(3, 25, 10h + 50min));
  ASSERT_TRUE(begins);
  EXPECT_EQ(begins->due, at(3, 25, 10h + 30min));
  EXPECT_FALSE(plan.take_due(policy, at(3, 25, 10h + 50min))) << "once";
  plan.plan(policy, at(3, 25, 10h));
  EXPECT_FALSE(plan.take_due(policy, at(3, 26, 3h))) << "nobody expects it at night";
  EXPECT_EQ(plan.next(), at(4, 1, 9h + 30min));
}

}  // namespace
}  // namespace told::core::test
