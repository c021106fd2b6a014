// What is owed once while a child stays, however many report that it came.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

/// A report is owed once a stay, within 10 h of an arrival; an answer to each who reports one.
std::shared_ptr<Policy> policy_of_stays() {
  auto p = policy_with_clocks();
  p->clocks.pop_back();  // the visits: of each report
  p->clocks[0].once_a_stay = true;
  p->clocks[0].stopped_by = {};
  Clock again = p->clocks[0];
  again.number = 2;
  again.name = "answer";
  again.once_a_stay = false;
  p->clocks.push_back(again);
  return p;
}

Actor who_knows() { return {"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""}; }

struct Stay {
  explicit Stay(std::shared_ptr<Policy> policy = policy_of_stays()) : world(std::move(policy)) {
    for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager", "service_manager"})
      world.connect(who);
  }
  EntryIndex reported(const std::string& type, Duration ago = {}, v1::Status status = v1::STATUS_ACTUAL,
                      const std::string& child = "T-1") {
    const auto result = world.happens(type, child, [&](v1::Event& e) {
      e.mutable_time()->set_seconds(to_us(world.now() - ago) / 1'000'000);
      e.set_status(status);
    });
    EXPECT_EQ(result.verdict(), v1::VERDICT_ACCEPTED);
    return world.last_event();
  }
  EntryIndex arrives(Duration ago = {}) { return reported("child.arrived", ago); }
  void arrived_at(const std::string& report, Instant at) {
    world.correct(report, [&](v1::EventCorrected& c) {
      c.mutable_child_arrived();
      c.mutable_time()->set_seconds(to_us(at) / 1'000'000);
    });
  }
  void transferred_at(const std::string& report, Instant at) {
    world.correct(report, [&](v1::EventCorrected& c) {
      c.mutable_child_transferred();
      c.mutable_time()->set_seconds(to_us(at) / 1'000'000);
    });
  }
  /// Open ones of the case that the event is of now.
  [[nodiscard]] std::vector<NotificationId> owed(EntryIndex of, std::uint16_t clock = 1) {
    const State& s = world.engine().state();
    std::vector<NotificationId> all = s.obligations(s.case_of(*s.event(of)));
    std::erase_if(all, [&](NotificationId id) { return world.look(id).rule != clock; });
    return all;
  }
  void another_child(EntryIndex event, CaseNumber to = 0) {
    world.perform(MoveEvent{1, event, to, who_knows(), "the brother"});
    ASSERT_TRUE(world.acted().recorded());
  }
  World world;
};

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
  Stay s;
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
  s.arrives();
  const Instant came = s.world.now();
  s.world.advance(1h);
  const EntryIndex second = s.arrives();
  const std::string second_id = s.world.last_id();
  s.world.advance(6h);
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
  s.arrives();
  const Instant came = s.world.now();
  s.world.advance(1h);
  const EntryIndex second = s.arrives();
  const std::string second_id = s.world.last_id();
  s.world.advance(6h);
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
