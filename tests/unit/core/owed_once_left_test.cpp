// What is owed once while a child stays, where it turns out when the child left, or that it came at another time.
#include <gtest/gtest.h>

#include "core/stay.hpp"

namespace told::core::test {
namespace {

/// And a talk after each absence.
std::shared_ptr<Policy> policy_of_stays_and_talks() {
  auto p = policy_of_stays();
  Clock talk = p->clocks[0];
  talk.number = 3;
  talk.name = "talk";
  talk.starts = "child.located";
  talk.once_a_stay = false;
  p->clocks.push_back(talk);
  return p;
}

TEST(WhatIsOwedAfterAnAbsence, IsOwedOnceThoughTheChildLeftBetweenTwoReportsThatItIsFound) {
  Stay s{policy_of_stays_and_talks()};
  const EntryIndex first = s.reported("child.located");
  s.world.advance(4h);
  s.reported("child.located");
  s.reported("child.transferred", 2h);
  ASSERT_EQ(s.owed(first, 3).size(), 1U);
  EXPECT_EQ(s.owed(first, 3).at(0).event, first);
}

TEST(WhatIsOwedAfterAnAbsence, IsOwedOnceThoughTheChildWasFoundAfterItLeftAndNotBefore) {
  Stay s{policy_of_stays_and_talks()};
  const EntryIndex found = s.reported("child.located");
  const std::string id = s.world.last_id();
  const Instant at = s.world.now();
  s.world.advance(1h);
  s.reported("child.transferred");
  s.world.advance(2h);
  s.world.correct(id, [&](v1::EventCorrected& c) {
    c.mutable_child_located();
    c.mutable_time()->set_seconds(to_us(at + 2h) / 1'000'000);
  });
  ASSERT_EQ(s.owed(found, 3).size(), 1U);
  EXPECT_EQ(s.owed(found, 3).at(0).event, found);
  EXPECT_EQ(s.world.look(s.owed(found, 3).at(0)).deadline, at + 2h + 10h);
}

TEST(AnArrival, OfWhichNobodyElseReportedIsOfALaterStayAndNothingIsOwedOfTheEarlier) {
  for (const int restarted : {0, 1, 2}) {
    Stay s;
    const EntryIndex arrival = s.arrives();
    const std::string id = s.world.last_id();
    const Instant came = s.world.now();
    s.world.advance(2h);
    s.reported("child.transferred");
    s.world.advance(3h);
    (void)s.world.restart_as(restarted);
    s.arrived_at(id, came + 4h);
    ASSERT_EQ(s.owed(arrival).size(), 1U);
    EXPECT_EQ(s.owed(arrival).at(0).event, arrival);
    EXPECT_EQ(s.world.look(s.owed(arrival).at(0)).deadline, came + 4h + 10h);
  }
}

TEST(AnArrival, ThatAClockWhichGoesAheadReportedIsOfTheStayThatItBeganAlsoOnceThatIsCorrected) {
  Stay s;
  const Instant came = s.world.now();
  const EntryIndex arrival = s.arrives(-10min);
  const std::string id = s.world.last_id();
  s.world.advance(1min);
  s.arrives();
  s.world.advance(5min);
  s.reported("child.transferred", 1min);
  s.world.advance(1min);
  s.arrived_at(id, came - 1min);
  ASSERT_EQ(s.owed(arrival).size(), 1U);
  EXPECT_EQ(s.owed(arrival).at(0).event, arrival);
  EXPECT_EQ(s.world.look(s.owed(arrival).at(0)).deadline, came - 1min + 10h);
}

TEST(WhatWasNotOwedAnyMoreSinceTheCaseWasClosed, IsNotOwedBySecondReportWhereTheFirstIsOfALaterTime) {
  Stay s;
  const EntryIndex first = s.arrives();
  const std::string id = s.world.last_id();
  const Instant came = s.world.now();
  s.world.advance(1h);
  const EntryIndex second = s.arrives();
  s.world.advance(1h);
  s.reported("case.closed");
  ASSERT_TRUE(s.owed(first).empty());
  s.world.advance(3h);
  s.arrived_at(id, came + 4h);
  for (const NotificationId each : s.owed(first)) EXPECT_NE(each.event, second);
}

TEST(ThatAChildHadLeft, BeforeItCameChangesNothingOfWhatTwoReportOfOneStay) {
  Stay s;
  const EntryIndex first = s.arrives();
  const Instant came = s.world.now();
  s.world.advance(1h);
  s.arrives();
  s.reported("child.transferred", 2h);
  ASSERT_EQ(s.owed(first).size(), 1U);
  EXPECT_EQ(s.owed(first).at(0).event, first);
  EXPECT_EQ(s.world.look(s.owed(first).at(0)).deadline, came + 10h);
}

TEST(ThatAChildHadLeft, InTheMinuteOfAnArrivalDoesWhatThatOwedInWhicheverOrderTheTwoAreReported) {
  for (const bool left_first : {false, true}) {
    auto policy = policy_of_stays();
    policy->clocks[0].stopped_by = {"child.transferred"};
    Stay s{policy};
    const EntryIndex first = s.arrives();
    s.world.advance(4h);
    if (left_first) s.reported("child.transferred");
    s.arrives();
    if (!left_first) s.reported("child.transferred");
    EXPECT_TRUE(s.owed(first).empty());
  }
}

TEST(ThatAChildHadLeft, InTheInstantOfAnArrivalPartsThatOneFromTheEarlierInWhicheverOrderTheTwoAreReported) {
  for (const bool left_first : {false, true}) {
    Stay s;
    const EntryIndex first = s.arrives();
    s.world.advance(4h);
    if (left_first) s.reported("child.transferred");
    const EntryIndex second = s.arrives();
    if (!left_first) s.reported("child.transferred");
    std::vector<EntryIndex> of;
    for (const NotificationId id : s.owed(first)) of.push_back(id.event);
    EXPECT_EQ(of, (std::vector<EntryIndex>{first, second})) << left_first;
  }
}

TEST(ACorrection, OfAnythingButATimeChangesNothingOfWhatIsOwedAStay) {
  Stay s;
  const EntryIndex first = s.arrives();
  s.world.advance(1h);
  s.reported("child.transferred");
  const std::string left = s.world.last_id();
  s.world.advance(1h);
  s.arrives();
  const std::string came = s.world.last_id();
  s.world.advance(1h);
  s.arrives();
  const std::vector<NotificationId> owed = s.owed(first);
  s.world.correct(left,
                  [](v1::EventCorrected& c) { c.mutable_child_transferred()->mutable_nts()->set_receiving_la("B"); });
  EXPECT_EQ(s.owed(first), owed);
  s.world.correct(came,
                  [](v1::EventCorrected& c) { c.mutable_child_arrived()->mutable_child()->add_nationality("SY"); });
  EXPECT_EQ(s.owed(first), owed);
}

TEST(AnArrival, ThatIsMovedToAChildOfWhomSomethingElseIsOwedAStayLeavesThatAsItIs) {
  auto policy = policy_of_stays_and_talks();
  policy->clocks[2].once_a_stay = true;
  Stay s{policy};
  const EntryIndex arrival = s.arrives();
  s.world.advance(2h);
  const EntryIndex found = s.reported("child.located", {}, v1::STATUS_ACTUAL, "T-2");
  const NotificationId talk = s.owed(found, 3).at(0);
  const Instant deadline = s.world.look(talk).deadline;
  s.another_child(arrival, s.world.engine().state().case_of(*s.world.engine().state().event(found)));
  EXPECT_EQ(s.owed(found, 3), std::vector<NotificationId>{talk});
  EXPECT_EQ(s.world.look(talk).deadline, deadline);
  EXPECT_EQ(s.owed(found).size(), 1U) << "and what an arrival makes owed is owed there now";
}

TEST(AnArrival, ThatIsWithdrawnLeavesNothingDoneThatNobodyDid) {
  for (const int restarted : {0, 1, 2}) {
    Stay s;
    const EntryIndex arrival = s.arrives();
    const NotificationId report = s.owed(arrival).at(0);
    s.world.withdraw(s.world.last_id());
    const v1::EventAccepted& said = s.world.ledger()[s.world.last_event()].event_accepted();
    ASSERT_EQ(said.clocks_stopped_size(), 1);
    for (const v1::ClockStopped& clock : said.clocks_stopped(0).clocks()) EXPECT_TRUE(clock.no_longer_owed());
    (void)s.world.restart_as(restarted);
    EXPECT_EQ(s.world.look(report).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
  }
}

TEST(AReportOfAnEarlierTime, ChangesNothingOfWhatWasDone) {
  Stay s;
  const EntryIndex first = s.arrives();
  const Instant came = s.world.now();
  const NotificationId report = s.owed(first).at(0);
  s.world.advance(1h);
  s.world.done(report);
  s.arrives(3h);
  EXPECT_EQ(s.world.ledger()[s.world.last_event()].event_accepted().recomputed_size(), 0);
  EXPECT_EQ(s.world.look(report).deadline, came + 10h);
  EXPECT_EQ(s.world.look(report).state, v1::NOTIFICATION_STATE_DONE);
}

TEST(AReportOfAnEarlierTime, ChangesNothingOfALaterRound) {
  auto policy = policy_of_stays();
  policy->clocks[0].every = Due{Due::Kind::days, 7};
  Stay s{policy};
  const EntryIndex first = s.arrives();
  s.world.advance(1h);
  s.world.done(s.owed(first).at(0));
  ASSERT_EQ(s.owed(first).size(), 1U);
  const Instant next = s.world.look(s.owed(first).at(0)).deadline;
  s.arrives(3h);
  ASSERT_EQ(s.owed(first).size(), 1U);
  EXPECT_EQ(s.world.look(s.owed(first).at(0)).deadline, next);
}

TEST(AReportOfAnEarlierTime, CallsNobodyASecondTimeWhoWasCalledAlready) {
  Stay s;
  const EntryIndex first = s.arrives();
  const Instant came = s.world.now();
  const NotificationId report = s.owed(first).at(0);
  s.world.advance(6h);
  ASSERT_EQ(s.world.look(report).rung, 1U) << "they were reminded";
  const Instant next = s.world.look(report).next;
  (void)s.world.newly_received();
  s.arrives(8h);
  EXPECT_EQ(s.world.look(report).deadline, came - 2h + 10h);
  EXPECT_EQ(s.world.look(report).rung, 1U);
  EXPECT_EQ(s.world.look(report).next, next);
  EXPECT_FALSE(s.world.newly_told().contains("team_manager"));
}

TEST(WhatAnOlderPolicyHadOwedOnceAnAbsence, IsNotWhatIsOwedOnceAStayByTheSameName) {
  auto policy = policy_of_stays_and_talks();
  Stay s{policy};
  const EntryIndex first = s.reported("child.located");
  auto next = policy_of_stays_and_talks();
  next->clocks[2].once_a_stay = true;
  s.world.perform(AdoptPolicy{0, next, std::string(32, 'y')});
  s.world.advance(1h);
  const EntryIndex second = s.reported("child.located");
  ASSERT_EQ(s.owed(first, 3).size(), 2U);
  EXPECT_EQ(s.owed(first, 3).at(1).event, second);
  s.world.advance(1h);
  s.reported("child.located");
  EXPECT_EQ(s.owed(first, 3).size(), 2U) << "and that once";
}

}  // namespace
}  // namespace told::core::test
