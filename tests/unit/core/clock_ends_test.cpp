// What is owed, at the ends of it: its ladder's, another report's, and what ends it for good.
#include <gtest/gtest.h>

#include "core/stay.hpp"

namespace told::core::test {
namespace {

/// Written up within two hours of the report.
Clock write_up_of(const Clock& report, std::uint32_t number) {
  Clock write_up = report;
  write_up.number = number;
  write_up.name = "write_up";
  write_up.after = "report";
  write_up.due = 2h;
  write_up.once_a_stay = false;
  write_up.stopped_by = {};
  return write_up;
}

/// The report alone.
std::shared_ptr<Policy> policy_of_a_report() {
  auto p = policy_with_clocks();
  p->clocks.resize(1);
  return p;
}

/// The child arrived so long ago; police and the Home Office know. The report.
NotificationId report_of(Stay& s, Duration ago = {}) {
  const EntryIndex arrival = s.arrives(ago);
  for (const char* who : {"police", "home_office"}) s.world.acknowledge(s.world.last_of(who), who);
  (void)s.world.newly_received();
  return s.owed(arrival).front();
}

TEST(AClock, ForOtherSitesIsNotBegun) {
  auto p = policy_with_clocks();
  p->clocks[0].sites = {"dover"};
  Stay s{p};
  const EntryIndex arrival = s.arrives();
  EXPECT_TRUE(s.owed(arrival, 1).empty());
  EXPECT_EQ(s.owed(arrival, 2).size(), 1U) << "the visit is owed wherever it is";
}

TEST(ADuty, WhoseLastCallIsDeclinedAfterItsEndIsSaidAtOnceNotToBeDone) {
  Stay s{policy_of_a_report()};
  const NotificationId report = report_of(s);
  s.world.advance(11h);
  EXPECT_EQ(s.world.engine().state().open_alarm("duty_not_done", to_reference(report)), 0U);
  s.world.decline(s.world.last_of("service_manager"), "service_manager");
  EXPECT_TRUE(s.world.look(report).exhausted);
  EXPECT_NE(s.world.engine().state().open_alarm("duty_not_done", to_reference(report)), 0U);
  EXPECT_TRUE(s.world.engine().limbo().empty());
}

TEST(ADuty, OfWhichACallIsDeclinedInTheMiddleOfItsLadderGoesOnByThePlan) {
  auto p = policy_of_a_report();
  std::vector<Rung>& rungs = p->ladders["owed"].rungs;
  Rung last = rungs.back();
  last.after.due = 2h;
  last.who = {"barnardos"};
  rungs.push_back(last);
  Stay s{p};
  const NotificationId report = report_of(s);
  s.world.advance(10h);
  (void)s.world.newly_told();
  s.world.decline(s.world.last_of("duty_manager"), "duty_manager");
  EXPECT_EQ(s.world.newly_told(), Names{"service_manager"});
  EXPECT_EQ(s.world.look(report).next, s.world.look(report).deadline + 2h);
}

TEST(ADuty, ThatIsHeardOfAfterItsEndIsToldOnceToWhoeverOwesItAndIsCalledBesides) {
  auto p = policy_of_a_report();
  p->ladders["owed"].rungs[0].who = {"duty_manager", "team_manager"};
  Stay s{p};
  const NotificationId report = report_of(s, 11h);
  s.world.advance(0min);
  Names told;
  std::size_t of_the_report = 0;
  for (const Received& r : s.world.newly_received()) {
    told.insert(r.recipient);
    of_the_report += r.id == report ? 1 : 0;
  }
  EXPECT_EQ(told, (Names{"duty_manager", "team_manager"}));
  EXPECT_EQ(of_the_report, 1U);
}

TEST(ADuty, WhoseLadderEndsBeforeItIsDueIsChasedFromItsEndOnceSomebodyTookItOn) {
  auto p = policy_of_a_report();
  std::vector<Rung>& rungs = p->ladders["owed"].rungs;
  rungs.resize(1);
  rungs[0].after.kind = RungTime::Kind::share;
  rungs[0].after.percent = 80;
  Stay s{p};
  const NotificationId report = report_of(s);
  s.world.advance(5h);
  s.world.acknowledge(report, "team_manager");
  (void)s.world.newly_told();
  EXPECT_EQ(s.world.look(report).next, s.world.look(report).deadline);
  s.world.advance(5h - 1s);
  EXPECT_EQ(s.world.newly_told(), Names{});
  s.world.advance(1s);
  EXPECT_EQ(s.world.newly_told(), Names{"duty_manager"});
}

TEST(ADuty, ThatTheClosingOfTheCaseDoesIsDoneForGoodAndNothingIsOwedAfterIt) {
  auto p = policy_with_clocks();
  for (Clock& clock : p->clocks) clock.stopped_by = {"case.closed"};
  p->clocks.push_back(write_up_of(p->clocks[0], 3));
  for (const int restarted : {0, 1, 2}) {
    Stay s{p};
    const NotificationId report = report_of(s);
    const NotificationId visit = s.owed(report.event, 2).front();
    s.world.advance(1h);
    s.reported("case.closed");
    (void)s.world.restart_as(restarted);
    for (const NotificationId id : {report, visit})
      EXPECT_EQ(s.world.look(id).state, v1::NOTIFICATION_STATE_DONE) << "and the visit has no next round";
    EXPECT_TRUE(s.world.engine().state().obligations(report.event).empty());
  }
}

TEST(ADutyThatRepeats, BegunLateIsNotDoneByWhatWasReportedBefore) {
  auto p = policy_with_clocks();
  p->clocks[1].stopped_by = {"child.nts_referred"};
  Stay s{p};
  s.reported("child.nts_referred", 1h);
  const EntryIndex arrival = s.arrives(2h);
  ASSERT_EQ(s.owed(arrival, 2).size(), 1U);
  EXPECT_EQ(s.world.look(s.owed(arrival, 2).front()).rounds, 0U) << "whether a round was done a person says";
  EXPECT_TRUE(s.owed(arrival, 1).empty()) << "the report was done by it";
}

TEST(ADuty, IsNotDoneByWhatWasDoneInAnExercise) {
  Stay s{policy_of_a_report()};
  s.reported("child.nts_referred", 1h, v1::STATUS_EXERCISE);
  const EntryIndex arrival = s.arrives(2h);
  ASSERT_EQ(s.owed(arrival).size(), 1U);
  s.reported("child.nts_referred", 1h);
  EXPECT_TRUE(s.owed(arrival).empty());
}

TEST(DutiesOfOneReport, ThatAClosingHadEndedAreEndedByWhatElseEndsEachWhereThatIsWithdrawn) {
  for (const int restarted : {0, 1, 2}) {
    Stay s{policy_with_clocks()};
    const NotificationId report = report_of(s);
    const NotificationId visit = s.owed(report.event, 2).front();
    s.world.advance(1h);
    s.reported("case.closed");
    const std::string closing = s.world.last_id();
    s.world.advance(1h);
    const EntryIndex referral = s.reported("child.nts_referred");
    const EntryIndex transfer = s.reported("child.transferred");
    ASSERT_EQ(s.world.look(report).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
    (void)s.world.restart_as(restarted);
    s.world.withdraw(closing);
    EXPECT_EQ(s.world.look(report).state, v1::NOTIFICATION_STATE_DONE);
    EXPECT_EQ(s.world.look(visit).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
    std::vector<EntryIndex> by;
    for (const v1::ClocksStopped& each : s.world.ledger()[s.world.last_event()].event_accepted().clocks_stopped())
      by.push_back(each.by());
    EXPECT_EQ(by, (std::vector<EntryIndex>{referral, transfer}));
    (void)s.world.restart_as(restarted);
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(ADutyOfACorrection, IsOwedAgainWhereWhatHadDoneItIsWithdrawn) {
  auto p = policy_of_a_report();
  ASSERT_EQ(p->clocks[0].only_if.read("child.aliases", "child.arrived"), "");
  Stay s{p};
  const EntryIndex arrival = s.arrives();
  const std::string id = s.world.last_id();
  EXPECT_TRUE(s.owed(arrival).empty());
  s.world.correct(id,
                  [](v1::EventCorrected& c) { c.mutable_child_arrived()->mutable_child()->add_aliases("child B"); });
  ASSERT_EQ(s.owed(arrival).size(), 1U);
  const NotificationId report = s.owed(arrival).front();
  EXPECT_NE(report.event, arrival) << "the correction makes it owed";
  const Instant due = s.world.look(report).deadline;
  s.world.advance(1h);
  s.reported("child.nts_referred");
  ASSERT_TRUE(s.owed(arrival).empty());
  s.world.withdraw(s.world.last_id());
  EXPECT_EQ(s.owed(arrival), (std::vector<NotificationId>{report}));
  EXPECT_EQ(s.world.look(report).deadline, due);
}

TEST(WhatDidADuty, IsWithdrawnAllTheSameThoughThatCannotBeReadAnyMore) {
  World world{policy_of_a_report(), 1};
  for (const char* who : {"police", "home_office"}) world.connect(who);
  world.happens("child.arrived", "T-1");
  const EntryIndex arrival = world.last_event();
  for (const char* who : {"police", "home_office"}) world.acknowledge(world.last_of(who), who);
  State& state = world.engine().state_for_restore();
  world.happens("child.nts_referred", "T-1");
  const EntryIndex referral = world.last_event();
  const std::string id = world.last_id();
  const v1::EventRow row = state.row(*state.event(referral));
  world.happens("child.nts_referred", "T-2");
  (void)state.take_changes();
  state.projected(state.next_index());
  ASSERT_EQ(state.event(arrival), nullptr);
  world.perform(Recall{row});
  EXPECT_EQ(world.withdraw(id).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_TRUE(state.event(referral)->withdrawn);
  EXPECT_TRUE(world.ledger()[world.last_event()].event_accepted().owed_again().empty());
}

// Of the policy in force by now the third clock is another than of the one that the report is owed by.
TEST(WhatIsOwedAfterAReport, TakesNoPlaceOfWhatIsOwedByALaterPolicy) {
  auto before = policy_of_stays();
  before->clocks.push_back(write_up_of(before->clocks[0], 3));
  auto after = policy_of_stays();
  after->clocks.push_back(after->clocks[1]);
  after->clocks[2].number = 3;
  after->clocks[1] = write_up_of(after->clocks[0], 2);
  Stay s{before};
  s.arrives();
  const std::string first = s.world.last_id();
  s.world.perform(AdoptPolicy{0, after, std::string(32, 'y')});
  s.world.advance(1h);
  const EntryIndex second = s.arrives();
  ASSERT_EQ(s.owed(second, 3).size(), 1U);
  const NotificationId answer = s.owed(second, 3).front();
  s.world.done(answer);
  ASSERT_EQ(s.world.look(answer).state, v1::NOTIFICATION_STATE_DONE);
  s.world.withdraw(first);
  ASSERT_EQ(s.owed(second).size(), 1U);
  const NotificationId report = s.owed(second).front();
  ASSERT_EQ(report.event, second) << "it is owed by the report that is left";
  s.world.done(report);
  EXPECT_EQ(s.world.look(answer).state, v1::NOTIFICATION_STATE_DONE);
  ASSERT_EQ(s.owed(second, 3).size(), 1U);
  const NotificationId write_up = s.owed(second, 3).front();
  EXPECT_NE(write_up, answer);
  EXPECT_EQ(s.world.look(write_up).deadline, s.world.now() + 2h);
}

// What somebody took on in an earlier round is past.
TEST(ACallOfAnEarlierRound, ThatIsGivenBackCallsNobodyAboutTheNext) {
  Stay s{policy_with_clocks()};
  const NotificationId report = report_of(s);
  s.world.done(report);
  const NotificationId visit = s.owed(report.event, 2).front();
  s.world.advance(48h);
  const NotificationId call = s.world.last_of("duty_manager");
  s.world.acknowledge(call, "duty_manager");
  s.world.done(visit);
  ASSERT_TRUE(s.world.look(visit).open());
  ASSERT_EQ(s.world.look(visit).rung, 0);
  (void)s.world.newly_told();
  s.world.decline(call, "duty_manager");
  EXPECT_EQ(s.world.newly_told(), Names{}) << "the next visit is due in a week";
  EXPECT_EQ(s.world.look(visit).rung, 0);
}

// Else the ladder of a later round would be held by who had taken the first and is on duty no more, and fall silent.
TEST(ACallOfAnEarlierRound, ThatWasTakenHoldsNoLadderOfTheNext) {
  auto policy = policy_with_clocks();
  Rota desk;
  desk.name = "desk";
  const LocalTime changes = Calendar{}.local(World{}.now() + 96h);
  const LocalTime begins = Calendar{}.local(World{}.now() - 24h);
  desk.overrides = {{begins, changes, {"duty_manager"}, "first"}};
  desk.otherwise = {"barnardos"};
  policy->rotas = {desk};
  policy->ladders["owed"].rungs.front().who = {"desk"};
  policy->ladders["owed"].rungs.front().quorum = 1;
  Stay s{policy};
  const NotificationId report = report_of(s);
  s.world.done(report);
  const NotificationId visit = s.owed(report.event, 2).front();
  s.world.advance(48h);
  s.world.acknowledge(s.world.last_of("duty_manager"), "duty_manager");
  s.world.done(visit);
  (void)s.world.newly_told();
  s.world.advance(24h * 7 + 4h);
  const Names told = s.world.newly_told();
  EXPECT_TRUE(told.contains("barnardos"));
  EXPECT_TRUE(told.contains("service_manager")) << "nobody has taken this round's call";
}

}  // namespace
}  // namespace told::core::test
