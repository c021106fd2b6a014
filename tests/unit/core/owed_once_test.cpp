// What is owed once while a child stays, however many report that it came.
#include <gtest/gtest.h>

#include "core/stay.hpp"

namespace told::core::test {
namespace {

TEST(OwedOnce, TwoReportAnArrivalAndOneRecordIsOwedAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Stay s;
    const EntryIndex first = s.arrives();
    const Instant came = s.world.now();
    s.world.advance(2h);
    if (restarted != 0) s.world.restart(restarted == 2);
    s.arrives();
    ASSERT_EQ(s.owed(first).size(), 1U);
    EXPECT_EQ(s.owed(first).at(0).event, first);
    EXPECT_EQ(s.world.look(s.owed(first).at(0)).deadline, came + 10h);
    EXPECT_EQ(s.owed(first, 2).size(), 2U) << "what each report is owed";
    s.world.done(s.owed(first).at(0));
    s.world.advance(1h);
    s.arrives();
    EXPECT_TRUE(s.owed(first).empty()) << "it was done";
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(OwedOnce, AReportOfAnEarlierTimeBringsTheDeadlineForwardAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Stay s;
    const EntryIndex first = s.arrives(1h);
    const std::string first_id = s.world.last_id();
    const Instant reported = s.world.now();
    s.world.advance(1h);
    s.arrives(4h);
    const std::string second_id = s.world.last_id();
    (void)s.world.restart_as(restarted);
    ASSERT_EQ(s.owed(first).size(), 1U);
    EXPECT_EQ(s.world.look(s.owed(first).at(0)).deadline, reported - 3h + 10h);
    EXPECT_EQ(s.world.ledger()[s.world.last_event()].event_accepted().recomputed_size(), 1);
    // The first was later still than it said: the second's time stands all the same.
    s.world.correct(first_id, [&](v1::EventCorrected& c) {
      c.mutable_child_arrived();
      c.mutable_time()->set_seconds(to_us(reported - 30min) / 1'000'000);
    });
    EXPECT_EQ(s.world.look(s.owed(first).at(0)).deadline, reported - 3h + 10h);
    (void)s.world.restart_as(restarted);
    s.world.withdraw(second_id);
    ASSERT_EQ(s.owed(first).size(), 1U);
    EXPECT_EQ(s.world.look(s.owed(first).at(0)).deadline, reported - 30min + 10h);
  }
}

TEST(OwedOnce, TheReportThatBeganItIsWithdrawnAndTheOtherOwesItAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Stay s;
    s.arrives();
    const std::string first_id = s.world.last_id();
    s.world.advance(1h);
    const EntryIndex second = s.arrives();
    const Instant came = s.world.now();
    s.world.advance(1h);
    (void)s.world.restart_as(restarted);
    s.world.withdraw(first_id);
    (void)s.world.restart_as(restarted);
    ASSERT_EQ(s.owed(second).size(), 1U);
    EXPECT_EQ(s.owed(second).at(0).event, second);
    EXPECT_EQ(s.world.look(s.owed(second).at(0)).deadline, came + 10h);
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(OwedOnce, OneOfTheTwoWasAboutAnotherChildAndEachChildIsOwedOne) {
  for (const bool first_is_moved : {true, false}) {
    Stay s;
    const EntryIndex first = s.arrives();
    s.world.advance(1h);
    const EntryIndex second = s.arrives();
    s.another_child(first_is_moved ? first : second);
    for (const EntryIndex each : {first, second}) {
      ASSERT_EQ(s.owed(each).size(), 1U);
      EXPECT_EQ(s.owed(each).at(0).event, each);
    }
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(OwedOnce, AChildWhoLeftAndComesBackIsOwedEverythingAnew) {
  for (const char* leaving : {"case.closed", "child.transferred"})
    for (const bool done : {true, false}) {
      Stay s;
      const EntryIndex first = s.arrives();
      s.world.advance(1h);
      if (done) s.world.done(s.owed(first).at(0));
      s.world.advance(1h);
      s.reported(leaving);
      s.world.advance(1h);
      const EntryIndex back = s.arrives();
      ASSERT_FALSE(s.owed(back).empty());
      EXPECT_EQ(s.owed(back).back().event, back);
      s.world.advance(1h);
      s.arrives(30min);
      EXPECT_EQ(s.owed(back).back().event, back) << "and once";
    }
}

TEST(OwedOnce, ThatAChildHadLeftIsReportedAfterItCameBackAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Stay s;
    const EntryIndex first = s.arrives();
    s.world.done(s.owed(first).at(0));
    s.world.advance(5h);
    const EntryIndex back = s.arrives();
    const Instant came = s.world.now();
    s.world.advance(1h);
    s.arrives();
    (void)s.world.restart_as(restarted);
    ASSERT_TRUE(s.owed(back).empty());
    for (const char* reported : {"once", "twice"}) {
      s.reported("child.transferred", 2h);
      (void)s.world.restart_as(restarted);
      ASSERT_EQ(s.owed(back).size(), 1U) << reported;
      EXPECT_EQ(s.owed(back).at(0).event, back);
      EXPECT_EQ(s.world.look(s.owed(back).at(0)).deadline, came + 10h);
    }
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(OwedOnce, WhenAChildHadLeftIsCorrectedAndWhatIsOwedSinceBegins) {
  Stay s;
  const EntryIndex first = s.arrives();
  s.world.done(s.owed(first).at(0));
  s.world.advance(5h);
  const EntryIndex back = s.arrives();
  s.world.advance(1h);
  s.reported("child.transferred");
  ASSERT_TRUE(s.owed(back).empty());
  s.world.correct(s.world.last_id(), [&](v1::EventCorrected& c) {
    c.mutable_child_transferred();
    c.mutable_time()->set_seconds(to_us(s.world.now() - 3h) / 1'000'000);
  });
  ASSERT_EQ(s.owed(back).size(), 1U);
  EXPECT_EQ(s.owed(back).at(0).event, back);
}

TEST(OwedOnce, AnEarlierStayIsReportedLateAndItsClosingEndsNothingOfThePresentOne) {
  Stay s;
  const EntryIndex present = s.arrives();
  s.world.advance(1h);
  s.arrives(9h);  // of the stay before, which nobody knew of
  ASSERT_EQ(s.owed(present).size(), 1U);
  s.reported("case.closed", 5h);
  EXPECT_EQ(s.owed(present).size(), 1U);
}

TEST(OwedOnce, ASecondReportIsCorrectedAndLeavesToTheFirstWhatItBringsThen) {
  auto p = policy_of_stays();
  ASSERT_EQ(p->clocks[0].only_if.read("trafficking.indicators", "child.arrived"), "");
  Stay s(p);
  const auto grounds = [](v1::Event& e) { e.mutable_child_arrived()->mutable_trafficking()->add_indicators("a debt"); };
  s.world.happens("child.arrived", "T-1", grounds);
  const std::string first_id = s.world.last_id();
  const EntryIndex first = s.world.last_event();
  s.world.advance(1h);
  const EntryIndex second = s.arrives();
  const Instant came = s.world.now();
  s.world.correct(s.world.last_id(), [](v1::EventCorrected& c) {
    c.mutable_child_arrived()->mutable_trafficking()->add_indicators("a debt");
  });
  ASSERT_EQ(s.owed(first).size(), 1U);
  for (const bool through_rows : {false, true}) s.world.restart(through_rows);
  s.world.withdraw(first_id);
  ASSERT_EQ(s.owed(second).size(), 1U);
  EXPECT_EQ(s.owed(second).at(0).event, second);
  EXPECT_EQ(s.world.look(s.owed(second).at(0)).deadline, came + 10h);
}

TEST(OwedOnce, ASecondReportBringsGroundsThatTheFirstHadNotAndOwesItsOwn) {
  auto p = policy_of_stays();
  ASSERT_EQ(p->clocks[0].only_if.read("trafficking.indicators", "child.arrived"), "");
  Stay s(p);
  const EntryIndex first = s.arrives();
  EXPECT_TRUE(s.owed(first).empty());
  s.world.happens("child.arrived", "T-1",
                  [](v1::Event& e) { e.mutable_child_arrived()->mutable_trafficking()->add_indicators("a debt"); });
  EXPECT_EQ(s.owed(first).size(), 1U);
}

TEST(OwedOnce, AnExerciseBeginsNothingOfWhatIsRealAndTakesNothingFromIt) {
  auto p = policy_of_stays();
  for (Recipient& r : p->recipients) r.exercise_only = r.name == "service_manager";
  Clock played = p->clocks[0];
  played.number = 3;
  played.name = "played";
  played.who = "service_manager";
  p->clocks.push_back(played);
  Rule rule = p->rules.front();
  rule.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  rule.when = "child.arrived";
  rule.who = "service_manager";
  p->rules.push_back(rule);
  Stay s(p);
  const EntryIndex real = s.arrives();
  const EntryIndex exercise = s.reported("child.arrived", {}, v1::STATUS_EXERCISE);
  EXPECT_EQ(s.owed(real).size(), 1U);
  EXPECT_EQ(s.owed(exercise, 3).size(), 1U);
  s.reported("child.arrived", {}, v1::STATUS_EXERCISE);
  EXPECT_EQ(s.owed(exercise, 3).size(), 1U);
}

TEST(OwedOnce, WhatAnOlderPolicyBeganWithoutThatWordStandsBesideIt) {
  auto before = policy_of_stays();
  before->clocks[0].once_a_stay = false;
  Stay s(before);
  const EntryIndex first = s.arrives();
  s.world.perform(AdoptPolicy{0, policy_of_stays(), std::string(32, 'y')});
  s.arrives();
  EXPECT_EQ(s.owed(first).size(), 2U);
  s.arrives();
  EXPECT_EQ(s.owed(first).size(), 2U);
}

TEST(OwedOnce, TwoCasesTurnOutToBeOneChildsAndWhatBothBroughtIsLeftToAPerson) {
  Stay s;
  const EntryIndex first = s.arrives();
  const EntryIndex second = s.reported("child.arrived", {}, v1::STATUS_ACTUAL, "T-2");
  s.world.perform(JoinCases{1, first, second, who_knows(), "one lorry"});
  ASSERT_TRUE(s.world.acted().recorded());
  EXPECT_EQ(s.owed(first).size(), 2U);
  s.arrives();
  EXPECT_EQ(s.owed(first).size(), 2U) << "and no third";
}

}  // namespace
}  // namespace told::core::test
