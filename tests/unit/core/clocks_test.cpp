// Obligations: a clock that an event starts, a reminder before its end, a ladder after it, and what stops it.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/world.hpp"

namespace told::core::test {
namespace {

struct Arrived {
  World world;
  NotificationId report;
  NotificationId visit;
  explicit Arrived(std::shared_ptr<Policy> policy = policy_with_clocks()) : world(std::move(policy)) {
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager", "service_manager"})
      world.connect(who);
    world.happens("child.arrived", "T-1");
    for (const NotificationId id : world.engine().state().obligations(world.last_event()))
      (world.look(id).rule == 1 ? report : visit) = id;
    for (const char* who : {"police", "home_office"}) world.acknowledge(world.last_of(who), who);
    (void)world.newly_told();
  }
};

TEST(AnObligation, IsToldToNobodyAtFirstAndRemindsItsOwnerBeforeItsEnd) {
  Arrived a;
  a.world.advance(4h);
  EXPECT_EQ(a.world.newly_told(), Names{});
  a.world.advance(1h);
  EXPECT_EQ(a.world.newly_told(), (Names{"team_manager"}));
  EXPECT_EQ(a.world.last_of("team_manager"), a.report);
}

TEST(AnObligation, ThatIsNotDoneCallsOthersFromItsDeadlineOnAndNeverFallsSilent) {
  Arrived a;
  a.world.advance(10h);
  EXPECT_EQ(a.world.newly_told(), (Names{"team_manager", "duty_manager"}));
  a.world.advance(1h);
  EXPECT_EQ(a.world.newly_told(), (Names{"service_manager"}));
  a.world.advance(1h);
  EXPECT_EQ(a.world.newly_told(), (Names{"service_manager", "duty_manager"}));  // and the alarm duty_not_done
  EXPECT_NE(a.world.engine().state().open_alarm("duty_not_done", to_reference(a.report)), 0U);
}

TEST(AnObligation, ThatIsAReminderCallsOthersAndNobodyHearsThatItWasNotDone) {
  const auto policy = policy_with_clocks();
  policy->clocks[0].reminder = true;
  Arrived a{policy};
  a.world.advance(12h);
  EXPECT_EQ(a.world.newly_told(), (Names{"team_manager", "duty_manager", "service_manager", "service_manager"}))
      << "and not the duty manager, of an alarm";
  EXPECT_EQ(a.world.engine().state().open_alarm("duty_not_done", to_reference(a.report)), 0U);
  a.world.advance(48h);
  EXPECT_NE(a.world.engine().state().open_alarm("duty_not_done", to_reference(a.visit)), 0U) << "that one is a duty";
}

TEST(AnObligation, ThatIsDoneIsOverAndWhoeverWasCalledHearsSo) {
  Arrived a;
  a.world.advance(10h);
  (void)a.world.newly_told();
  const auto result = a.world.done(a.report);
  EXPECT_TRUE(result.recorded());
  EXPECT_FALSE(result.late());
  EXPECT_EQ(a.world.look(a.report).state, v1::NOTIFICATION_STATE_DONE);
  EXPECT_EQ(a.world.newly_told(), (Names{"duty_manager"}));
  a.world.advance(12h);
  EXPECT_EQ(a.world.newly_told(), Names{});
}

TEST(AnObligation, DoneAfterItsDeadlineIsKeptAsLate) {
  Arrived a;
  a.world.advance(11h);
  EXPECT_TRUE(a.world.done(a.report).late());
  EXPECT_TRUE(a.world.look(a.report).late);
}

TEST(AnObligation, TakenOnByItsOwnerRunsOnAndCallsOthersAtItsDeadlineOnly) {
  Arrived a;
  a.world.advance(5h);
  a.world.acknowledge(a.report, "team_manager");
  EXPECT_TRUE(a.world.look(a.report).open());
  (void)a.world.newly_told();
  a.world.advance(5h - 1s);
  EXPECT_EQ(a.world.newly_told(), Names{});
  a.world.advance(1s);
  EXPECT_EQ(a.world.newly_told(), (Names{"duty_manager"}));
}

TEST(AnObligation, IsStoppedByAnEventOfItsCaseAndByNoOther) {
  Arrived a;
  a.world.happens("child.nts_referred", "T-2");
  EXPECT_TRUE(a.world.look(a.report).open());
  a.world.happens("child.nts_referred", "T-1");
  EXPECT_EQ(a.world.look(a.report).state, v1::NOTIFICATION_STATE_DONE);
  EXPECT_TRUE(a.world.look(a.visit).open());
}

TEST(AnObligation, IsNotStoppedByWhatHappenedBeforeItBegan) {
  Arrived a;
  a.world.happens("child.nts_referred", "T-1", [&](v1::Event& e) { e.mutable_time()->set_seconds(1'700'000'000); });
  EXPECT_TRUE(a.world.look(a.report).open());
}

TEST(AnObligation, ThatRepeatsBeginsAgainWhenItIsDone) {
  Arrived a;
  a.world.advance(20h);
  a.world.done(a.visit);
  const Notification& n = a.world.look(a.visit);
  EXPECT_TRUE(n.open());
  EXPECT_EQ(n.rounds, 1);
  EXPECT_EQ(n.deadline, due_at(Due{Due::Kind::days, 7}, a.world.now(), Calendar{}).at);
  a.world.happens("child.transferred", "T-1");
  EXPECT_EQ(a.world.look(a.visit).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
}

TEST(AnObligation, IsNoLongerOwedWhenTheCaseIsClosed) {
  Arrived a;
  a.world.happens("case.closed", "T-1");
  EXPECT_EQ(a.world.look(a.report).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
  EXPECT_EQ(a.world.look(a.visit).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
  a.world.advance(72h);
  EXPECT_EQ(a.world.newly_told(), Names{});
}

TEST(AnObligation, OutlivesTheClosingOfAnEarlierStayThatIsReportedLate) {
  Arrived a;
  a.world.happens("case.closed", "T-1", [&](v1::Event& e) { e.mutable_time()->set_seconds(1'700'000'000); });
  EXPECT_TRUE(a.world.look(a.report).open());
  EXPECT_TRUE(a.world.look(a.visit).open());
}

TEST(AnObligation, ThatRepeatsEndsWithWhatHappenedBeforeItsRoundAndAfterItsFirst) {
  Arrived a;
  a.world.advance(20h);
  const Instant left = a.world.now();
  a.world.advance(1h);
  a.world.done(a.visit);
  a.world.happens("child.transferred", "T-1", [&](v1::Event& e) {
    e.mutable_time()->set_seconds(std::chrono::floor<std::chrono::seconds>(left).time_since_epoch().count());
  });
  EXPECT_EQ(a.world.look(a.visit).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
}

TEST(AnObligation, SurvivesARestartWithItsTimer) {
  for (const bool through_projection : {false, true}) {
    Arrived a;
    a.world.advance(5h);
    (void)a.world.newly_told();
    a.world.restart(through_projection);
    for (const char* who : {"duty_manager", "service_manager"}) a.world.connect(who);
    EXPECT_TRUE(a.world.engine().limbo().empty());
    EXPECT_EQ(a.world.engine().state().obligations(a.report.event).size(), 2U);
    a.world.advance(5h - 1s);
    EXPECT_EQ(a.world.newly_told(), Names{});
    a.world.advance(1s);
    EXPECT_EQ(a.world.newly_told(), (Names{"duty_manager"}));
  }
}

TEST(AnObligation, OutlivesTheEpisodeThatStartedIt) {
  auto policy = policy_with_clocks();
  policy->clocks[0].starts = "child.missing";
  World world{policy};
  world.missing("T-1");
  const EntryIndex missing = world.last_event();
  world.located("T-1");
  ASSERT_EQ(world.engine().state().obligations(missing).size(), 1U);
  EXPECT_TRUE(world.engine().limbo().empty());
}

TEST(AnObligation, IsOwedAgainByItsOldDeadlineWhenWhatStoppedItIsWithdrawnAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Arrived a;
    const Instant deadline = a.world.look(a.report).deadline;
    a.world.advance(2h);
    a.world.happens("child.nts_referred", "T-1");
    const std::string referred = a.world.last_id();
    ASSERT_EQ(a.world.look(a.report).state, v1::NOTIFICATION_STATE_DONE);
    (void)a.world.restart_as(restarted);
    for (const char* who : {"team_manager", "duty_manager"}) a.world.connect(who);
    a.world.advance(1h);
    (void)a.world.newly_told();
    EXPECT_EQ(a.world.withdraw(referred).verdict(), v1::VERDICT_ACCEPTED);
    a.world.advance(1s);
    EXPECT_EQ(a.world.newly_told(), (Names{"team_manager"}));  // at once: they believe that it is done
    (void)a.world.restart_as(restarted);
    for (const char* who : {"team_manager", "duty_manager"}) a.world.connect(who);
    const Notification& n = a.world.look(a.report);
    EXPECT_TRUE(n.open());
    EXPECT_EQ(n.deadline, deadline);
    EXPECT_EQ(n.rounds, 0);
    EXPECT_EQ(a.world.engine().state().obligations(a.report.event).size(), 2U);
    a.world.advance(deadline - a.world.now());
    EXPECT_TRUE(a.world.newly_told().contains("duty_manager"));
    a.world.happens("child.nts_referred", "T-1");
    EXPECT_EQ(a.world.look(a.report).state, v1::NOTIFICATION_STATE_DONE);
    EXPECT_TRUE(a.world.engine().limbo().empty());
  }
}

TEST(AnObligation, IsNotOwedAgainWhereWhatStartedItWasWithdrawnToo) {
  Arrived a;
  const std::string arrived = a.world.last_id();
  a.world.happens("child.nts_referred", "T-1");
  const std::string referred = a.world.last_id();
  a.world.withdraw(arrived);
  a.world.withdraw(referred);
  EXPECT_FALSE(a.world.look(a.report).open());
}

TEST(AnObligation, IsNotOwedAgainWhereAnotherEventThatStandsHasStoppedItTooUntilThatOneIsWithdrawnAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Arrived a;
    a.world.happens("child.nts_referred", "T-1");
    const std::string first = a.world.last_id();
    a.world.advance(11h);  // the second is past the deadline
    a.world.happens("child.nts_referred", "T-1");
    const std::string second = a.world.last_id();
    const Instant done = a.world.now();
    a.world.withdraw(first);
    (void)a.world.restart_as(restarted);
    EXPECT_EQ(a.world.look(a.report).state, v1::NOTIFICATION_STATE_DONE);
    EXPECT_TRUE(a.world.look(a.report).late);
    EXPECT_EQ(a.world.look(a.report).acknowledged, done);
    a.world.withdraw(second);
    EXPECT_TRUE(a.world.look(a.report).open());
    EXPECT_TRUE(a.world.engine().limbo().empty());
  }
}

TEST(AnObligation, IsNoLongerOwedAndNotOwedAgainWhereItsCaseWasClosedAfterIt) {
  for (const int restarted : {0, 1, 2}) {
    Arrived a;
    a.world.happens("child.nts_referred", "T-1");
    const std::string referred = a.world.last_id();
    a.world.advance(1h);
    a.world.happens("case.closed", "T-1");
    const std::string closed = a.world.last_id();
    a.world.happens("case.closed", "T-1");
    const std::string closed_again = a.world.last_id();
    a.world.withdraw(referred);
    a.world.withdraw(closed);  // the other closing stands
    (void)a.world.restart_as(restarted);
    EXPECT_EQ(a.world.look(a.report).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
    EXPECT_EQ(a.world.look(a.visit).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
    a.world.withdraw(closed_again);
    EXPECT_TRUE(a.world.look(a.report).open());
    EXPECT_TRUE(a.world.look(a.visit).open());
    EXPECT_TRUE(a.world.engine().limbo().empty());
  }
}

TEST(AnObligation, IsStoppedByWhatIsSaidOnlyLaterToHaveHappenedWhileItWasOwedAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Arrived a;
    const Instant deadline = a.world.look(a.report).deadline;
    a.world.happens("child.nts_referred", "T-1", [](v1::Event& e) { e.mutable_time()->set_seconds(1'700'000'000); });
    const std::string referred = a.world.last_id();
    a.world.advance(2h);
    const Instant truly = a.world.now() - 1h;
    EXPECT_TRUE(a.world.look(a.report).open());
    const auto right = [&](v1::EventCorrected& c) {
      c.mutable_time()->set_seconds(to_us(truly) / 1'000'000);
      c.mutable_child_nts_referred();
    };
    EXPECT_EQ(a.world.correct(referred, right).verdict(), v1::VERDICT_ACCEPTED);
    (void)a.world.restart_as(restarted);
    EXPECT_EQ(a.world.look(a.report).state, v1::NOTIFICATION_STATE_DONE);
    EXPECT_EQ(a.world.look(a.report).acknowledged, truly);
    EXPECT_TRUE(a.world.look(a.visit).open());
    a.world.withdraw(referred);
    EXPECT_TRUE(a.world.look(a.report).open());
    EXPECT_EQ(a.world.look(a.report).deadline, deadline);
    EXPECT_TRUE(a.world.engine().limbo().empty());
  }
}

TEST(AnObligation, IsNotStoppedByTheCorrectedTimeOfTheEventThatBeganIt) {
  auto policy = policy_with_clocks();
  policy->clocks[0].starts = policy->clocks[1].starts = "case.closed";
  World world{policy};
  world.happens("case.closed", "T-1");
  const EntryIndex closed = world.last_event();
  world.advance(1h);
  world.correct(world.last_id(), [&](v1::EventCorrected& c) {
    c.mutable_time()->set_seconds(to_us(world.now() - 30min) / 1'000'000);
    c.mutable_case_closed();
  });
  EXPECT_EQ(world.engine().state().obligations(closed).size(), 2U);
}

TEST(AnObligation, IsOwedAgainWhenTheClosingOfItsCaseIsWithdrawn) {
  Arrived a;
  a.world.happens("case.closed", "T-1");
  a.world.withdraw(a.world.last_id());
  EXPECT_TRUE(a.world.look(a.report).open());
  EXPECT_TRUE(a.world.look(a.visit).open());
}

TEST(AnObligation, ThatRepeatsGoesBackToTheRoundThatWasNotDone) {
  auto policy = policy_with_clocks();
  policy->clocks[1].stopped_by = {"child.placed"};
  policy->not_told.push_back("child.placed");
  World world{policy};
  world.happens("child.arrived", "T-1");
  const NotificationId visit = world.engine().state().obligations(world.last_event()).back();
  const Instant deadline = world.look(visit).deadline;
  world.advance(20h);
  world.happens("child.placed", "T-1");
  const std::string first = world.last_id();
  ASSERT_EQ(world.look(visit).rounds, 1);
  world.withdraw(first);
  EXPECT_EQ(world.look(visit).rounds, 0);
  EXPECT_EQ(world.look(visit).deadline, deadline);
  EXPECT_TRUE(world.look(visit).open());

  // A round that was done since shows that the earlier one is past.
  world.happens("child.placed", "T-1");
  const std::string second = world.last_id();
  world.advance(20h);
  world.happens("child.placed", "T-1");
  ASSERT_EQ(world.look(visit).rounds, 2);
  world.withdraw(second);
  EXPECT_EQ(world.look(visit).rounds, 2);
}

TEST(AnObligation, ThatBeginsAgainForYearsAndIsLateEachTimeHasRoomForAllItsCalls) {
  Arrived a;
  for (int week = 1; week <= 300; ++week) {
    a.world.advance(a.world.look(a.visit).deadline + 2h - a.world.now());  // both rungs are called
    (void)a.world.newly_received();
    a.world.done(a.visit);
    ASSERT_EQ(a.world.look(a.visit).rounds, week);
    for (const Received& r : a.world.newly_received()) EXPECT_EQ(r.kind, v1::NOTIFICATION_KIND_ANSWERED) << week;
  }
  EXPECT_LT(a.world.engine().state().event(a.visit.event)->notifications.size(), 20U);
  // Whoever was called in an earlier round alone has nothing to do with this one.
  a.world.advance(1h);
  (void)a.world.newly_told();
  a.world.done(a.visit);
  EXPECT_EQ(a.world.newly_told(), Names{});
}

TEST(AnObligation, ThatFollowsAnotherBeginsEachTimeThatThatOneIsDoneAndBesideOneThatIsStillOwed) {
  auto policy = policy_with_clocks();
  Clock write_up = policy->clocks[1];
  write_up.number = static_cast<std::uint32_t>(policy->clocks.size() + 1);
  write_up.name = "write_up";
  write_up.after = policy->clocks[1].name;
  write_up.every = std::nullopt;
  write_up.due = Due{24h};
  write_up.warn = RungTime{12h};
  policy->clocks.push_back(write_up);
  for (const int restarted : {0, 1, 2}) {
    World world{policy};
    world.happens("child.arrived", "T-1");
    const CaseNumber c = world.last_event();
    const auto owed = [&](std::uint32_t rule) {
      std::vector<NotificationId> all;
      for (const NotificationId id : world.engine().state().obligations(c))
        if (world.look(id).rule == rule) all.push_back(id);
      return all;
    };
    const NotificationId visit = owed(2).at(0);
    EXPECT_TRUE(owed(write_up.number).empty()) << "nobody has made a visit";
    world.advance(1h);
    world.done(visit);
    world.restart_as(restarted);
    ASSERT_EQ(owed(write_up.number).size(), 1U);
    const NotificationId first = owed(write_up.number).at(0);
    EXPECT_EQ(world.look(first).deadline, world.now() + 24h);
    world.advance(2h);
    world.done(visit);
    ASSERT_EQ(owed(write_up.number).size(), 2U) << "the first is not written up yet";
    EXPECT_EQ(world.look(first).deadline, world.now() + 22h);
    for (const NotificationId id : owed(write_up.number)) world.done(id);
    EXPECT_TRUE(owed(write_up.number).empty());
    world.advance(1h);
    world.done(visit);
    ASSERT_EQ(owed(write_up.number).size(), 1U);
    EXPECT_EQ(world.look(owed(write_up.number).at(0)).deadline, world.now() + 24h);
    EXPECT_FALSE(world.done(owed(write_up.number).at(0)).repeated())
        << "it is written up at once, and not a second time";
    EXPECT_TRUE(owed(write_up.number).empty());
    const Few<Notification>& made = world.engine().state().event(c)->notifications;
    EXPECT_EQ(std::count_if(made.begin(), made.end(),
                            [&](const Notification& n) {
                              return n.is(v1::NOTIFICATION_KIND_OBLIGATION) && n.rule == write_up.number;
                            }),
              2)
        << "in the place of one that is done";
  }
}

TEST(AnObligation, ThatRepeatsIsDoneOnceWhereThatIsSaidTwiceWithinAMinute) {
  for (const int restarted : {0, 1, 2}) {
    Arrived a;
    a.world.advance(2h);
    EXPECT_FALSE(a.world.done(a.visit).repeated());
    const Instant next = a.world.look(a.visit).deadline;
    a.world.advance(59s);
    (void)a.world.restart_as(restarted);
    EXPECT_TRUE(a.world.done(a.visit).repeated()) << "by telephone, and then on the board";
    EXPECT_EQ(a.world.look(a.visit).rounds, 1);
    EXPECT_EQ(a.world.look(a.visit).deadline, next);
    a.world.advance(1s);
    EXPECT_FALSE(a.world.done(a.visit).repeated());
    EXPECT_EQ(a.world.look(a.visit).rounds, 2);
    a.world.perform(Acknowledge{1,
                                a.visit,
                                {"Worker C", "social worker", "", v1::MEANS_LOCAL, "local", ""},
                                a.world.now(),
                                "the review has taken over",
                                true,
                                true});
    EXPECT_EQ(a.world.look(a.visit).state, v1::NOTIFICATION_STATE_DONE) << "for good";
  }
}

TEST(AnObligation, IsTakenOnByAWordThatComesAfterALaterRoundHasBegun) {
  Arrived a;
  a.world.advance(1h);
  const Instant said = a.world.now();
  a.world.advance(1h);
  a.world.done(a.visit);  // by telephone, while their queue is away
  Acknowledge late{
      1, a.visit, {"Worker C", "social worker", "", v1::MEANS_QUEUE, "team_manager", "team_manager"}, said, ""};
  a.world.perform(late);
  EXPECT_TRUE(a.world.acted().recorded()) << a.world.acted().DebugString();
}

TEST(AnObligation, ThatRepeatsIsOverWhenAPersonSaysThatItIsDoneForGood) {
  for (const int restarted : {0, 1, 2}) {
    Arrived a;
    a.world.advance(2h);
    a.world.perform(Acknowledge{1,
                                a.visit,
                                {"Worker C", "social worker", "", v1::MEANS_LOCAL, "local", ""},
                                a.world.now(),
                                "the review says so",
                                true,
                                true});
    EXPECT_TRUE(a.world.acted().recorded());
    (void)a.world.restart_as(restarted);
    EXPECT_EQ(a.world.look(a.visit).state, v1::NOTIFICATION_STATE_DONE);
    a.world.done(a.report);
    (void)a.world.newly_told();
    a.world.advance(24h * 30);
    EXPECT_EQ(a.world.newly_told(), Names{});
  }
}

}  // namespace
}  // namespace told::core::test
