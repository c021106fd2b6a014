// What is owed once, where it is said late or corrected when a child came or left.
#include <gtest/gtest.h>

#include "core/stay.hpp"

namespace told::core::test {
namespace {

TEST(OwedOnce, AReportOfAnotherChildsIsCorrectedAndTheFirstChildsDutiesStayAsTheyAre) {
  Stay s;
  const EntryIndex first = s.arrives();
  const Instant came = s.world.now();
  s.world.advance(1h);
  const EntryIndex second = s.arrives();
  const std::string second_id = s.world.last_id();
  s.another_child(second);
  s.arrived_at(second_id, came - 5h);
  ASSERT_EQ(s.owed(first).size(), 1U);
  EXPECT_EQ(s.world.look(s.owed(first).at(0)).deadline, came + 10h);
  ASSERT_EQ(s.owed(second).size(), 1U);
  EXPECT_EQ(s.world.look(s.owed(second).at(0)).deadline, came - 5h + 10h);
}

TEST(OwedOnce, AReportTurnsOutToBeOfAnEarlierStayAndWhatIsOwedInThisOneStaysAsItIs) {
  Stay s;
  const EntryIndex before = s.arrives();
  const Instant long_ago = s.world.now();
  s.world.done(s.owed(before).at(0));
  s.world.advance(4h);
  s.reported("child.transferred");
  s.world.advance(4h);
  const EntryIndex back = s.arrives();
  const Instant came = s.world.now();
  s.world.advance(1h);
  s.arrives();
  s.arrived_at(s.world.last_id(), long_ago + 1h);
  ASSERT_EQ(s.owed(back).size(), 1U);
  EXPECT_EQ(s.owed(back).at(0).event, back);
  EXPECT_EQ(s.world.look(s.owed(back).at(0)).deadline, came + 10h);
}

TEST(OwedOnce, TheReportThatBeganItTurnsOutToBeOfALaterStayAndTheOtherOwesItOfThisOne) {
  for (const bool done : {false, true}) {
    Stay s;
    const EntryIndex first = s.arrives();
    const std::string first_id = s.world.last_id();
    s.world.advance(30min);
    const EntryIndex second = s.arrives();
    const Instant came = s.world.now();
    if (done) s.world.done(s.owed(first).at(0));
    s.world.advance(3h);
    s.reported("child.transferred");
    s.world.advance(3h);
    s.arrived_at(first_id, came + 4h);
    ASSERT_EQ(s.owed(first).size(), done ? 1U : 2U);
    EXPECT_EQ(s.owed(first).back().event, second);
    EXPECT_EQ(s.world.look(s.owed(first).back()).deadline, came + 10h);
    if (!done) {
      EXPECT_EQ(s.world.look(s.owed(first).at(0)).deadline, came + 4h + 10h);
    }
  }
}

TEST(OwedOnce, ThatAChildHadLeftIsReportedWhenItsCaseIsClosedAndNothingIsOwedSinceAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Stay s;
    s.arrives();
    s.world.advance(4h);
    const EntryIndex back = s.arrives();
    s.world.advance(2h);
    s.reported("case.closed");
    const std::string closed = s.world.last_id();
    s.reported("child.transferred", 4h);
    (void)s.world.restart_as(restarted);
    EXPECT_TRUE(s.owed(back).empty());
    s.world.withdraw(closed);
    ASSERT_EQ(s.owed(back).size(), 2U) << "it was not closed: by then each of the two stays owes one";
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(OwedOnce, WhatWasDoneSinceAChildCameBackIsDoneAlsoWhereThatItHadLeftIsReportedAfterwards) {
  for (const bool one_follows : {false, true}) {
    auto p = policy_of_stays();
    p->clocks[0].stopped_by = {"child.nts_referred"};
    if (one_follows) {
      Clock next = p->clocks[0];
      next.number = 3;
      next.name = "write_up";
      next.starts = "";
      next.stopped_by = {};
      next.once_a_stay = false;
      next.after = "report";
      p->clocks.push_back(next);
    }
    Stay s(p);
    s.arrives();
    s.world.advance(4h);
    const EntryIndex back = s.arrives();
    s.world.advance(2h);
    s.reported("child.nts_referred");
    s.reported("child.transferred", 4h);
    EXPECT_TRUE(s.owed(back).empty());
    EXPECT_EQ(s.owed(back, 3).size(), one_follows ? 2U : 0U) << "of each stay's";
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(OwedOnce, ThatACaseWasClosedIsCorrectedToTheMinuteOfAnotherArrivalAndEndsThatToo) {
  Stay s;
  s.arrives();
  s.world.advance(4h);
  const EntryIndex second = s.arrives();
  const Instant came = s.world.now();
  s.world.advance(2h);
  s.reported("case.closed");
  s.world.correct(s.world.last_id(), [&](v1::EventCorrected& c) {
    c.mutable_case_closed();
    c.mutable_time()->set_seconds(to_us(came) / 1'000'000);
  });
  EXPECT_TRUE(s.owed(second).empty());
}

TEST(OwedOnce, ACaseIsClosedLaterThanItWasSaidAndAnArrivalSinceIsOwedItsOwn) {
  auto policy = policy_of_stays();
  policy->clocks.pop_back();  // what each arrival makes owed would be owed again, and so it is refused
  Stay s(policy);
  s.arrives();
  s.world.advance(4h);
  const EntryIndex second = s.arrives();
  s.world.advance(2h);
  s.reported("case.closed");
  s.world.correct(s.world.last_id(), [&](v1::EventCorrected& c) {
    c.mutable_case_closed();
    c.mutable_time()->set_seconds(to_us(s.world.now() - 4h) / 1'000'000);
  });
  ASSERT_EQ(s.owed(second).size(), 1U) << "it was closed before the child came back";
  EXPECT_EQ(s.owed(second).at(0).event, second);
}

TEST(OwedOnce, AReportThatOwesItsOwnSinceItWasCorrectedIsNotOwedItASecondTime) {
  Stay s;
  const auto [came, second, second_id] = s.arrives_again_after_an_hour();
  s.reported("child.transferred", 3h);
  const std::string transferred = s.world.last_id();
  s.arrived_at(second_id, came + 6h);
  ASSERT_EQ(s.owed(second).size(), 2U) << "one of each stay";
  s.transferred_at(transferred, came + 5h);
  ASSERT_EQ(s.owed(second).size(), 2U);
  EXPECT_EQ(s.world.look(s.owed(second).back()).deadline, came + 6h + 10h);
}

TEST(OwedOnce, WhatAReportIsOwedInTheNextStayBeginsNoEarlierThanTheChildHadLeft) {
  Stay s;
  const auto [came, second, second_id] = s.arrives_again_after_an_hour();
  s.arrived_at(second_id, came + 6h);
  s.reported("child.transferred", 3h);
  ASSERT_EQ(s.owed(second).size(), 2U);
  EXPECT_EQ(s.owed(second).back().event, second);
  EXPECT_EQ(s.world.look(s.owed(second).back()).deadline, came + 4h + 10h);
}

TEST(OwedOnce, OfThreeReportsTheEarliestThatStandsSaysFromWhenItIsOwedAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Stay s;
    s.arrives();
    const Instant came = s.world.now();
    const std::string first_id = s.world.last_id();
    const EntryIndex second = s.arrives(30min);
    s.world.advance(1h);
    s.arrives(5h);
    const std::string third_id = s.world.last_id();
    s.world.withdraw(first_id);
    (void)s.world.restart_as(restarted);
    ASSERT_EQ(s.owed(second).size(), 1U);
    EXPECT_EQ(s.owed(second).at(0).event, second);
    EXPECT_EQ(s.world.look(s.owed(second).at(0)).deadline, came - 4h + 10h);
    s.arrived_at(third_id, came - 2h);
    EXPECT_EQ(s.world.look(s.owed(second).at(0)).deadline, came - 2h + 10h);
    s.world.withdraw(third_id);
    ASSERT_EQ(s.owed(second).size(), 1U);
    EXPECT_EQ(s.world.look(s.owed(second).at(0)).deadline, came - 30min + 10h);
  }
}

TEST(OwedOnce, OfTwoReportsSinceAChildCameBackTheEarlierSaysFromWhenItIsOwed) {
  Stay s;
  s.arrives();
  s.world.advance(5h);
  const EntryIndex back = s.arrives();
  const Instant came = s.world.now();
  s.world.advance(1h);
  s.arrives(2h);
  const std::string third_id = s.world.last_id();
  s.reported("child.transferred", 3h);
  ASSERT_EQ(s.owed(back).size(), 2U);
  EXPECT_EQ(s.owed(back).back().event, back);
  EXPECT_EQ(s.world.look(s.owed(back).back()).deadline, came - 1h + 10h);
  s.world.withdraw(third_id);
  EXPECT_EQ(s.world.look(s.owed(back).back()).deadline, came + 10h);
}

}  // namespace
}  // namespace told::core::test
