// An event concerns somebody only as it is corrected, or makes something owed only then: they are told of it, and it is
// owed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/on_duty.hpp"

namespace told::core::test {
namespace {

const Instant start{std::chrono::sys_days{std::chrono::year{2026} / 3 / 27} + 21h};

Condition condition(const std::string& text, const std::string& when) {
  Condition made;
  EXPECT_EQ(made.read(text, when), "");
  return made;
}

Rule& add_rule(Policy& p, const std::string& when, const std::string& who, const std::string& only_if) {
  Rule r = p.rules[2];
  r.number = static_cast<std::uint32_t>(p.rules.size() + 1);
  r.when = when;
  r.who = who;
  r.only_if = only_if.empty() ? Condition{} : condition(only_if, when);
  p.rules.push_back(r);
  return p.rules.back();
}

/// The guardians hear of an arrival with indicators of trafficking, and the team manager owes a referral by ten hours
/// after it, which a referral stops; Kent hears of a child who is missing from there, and of its new grade.
std::shared_ptr<Policy> policy_with_conditions() {
  auto p = small_policy();
  for (const char* name : {"kent", "guardians_exercise"})
    p->recipients.push_back({name, name, "generic", "zmq_queue", std::string{name} == "guardians_exercise"});
  add_rule(*p, "child.arrived", "barnardos", "trafficking.indicators");
  add_rule(*p, "child.arrived", "guardians_exercise", "");
  add_rule(*p, "child.missing", "kent", "placement.county == \"Kent\"");
  add_rule(*p, "child.missing_risk_changed", "police", "");
  add_rule(*p, "child.missing_risk_changed", "kent", "").only_if_told = true;
  Clock referral;
  referral.number = 1;
  referral.name = "referral";
  referral.starts = "child.arrived";
  referral.only_if = condition("trafficking.indicators", "child.arrived");
  referral.who = "team_manager";
  referral.due = 10h;
  referral.warn.kind = RungTime::Kind::share;
  referral.warn.percent = 50;
  referral.stopped_by = {"child.nrm_referred"};
  referral.ladder = "usual";
  p->clocks = {referral};
  p->not_told = {"child.nrm_referred", "case.closed"};
  return p;
}

struct Corrected {
  World world;
  std::string id;
  explicit Corrected(std::shared_ptr<Policy> policy = policy_with_conditions()) : world(std::move(policy)) {
    connect();
  }
  void connect() {
    for (const char* who :
         {"police", "home_office", "barnardos", "kent", "duty_manager", "team_manager", "guardians_exercise"})
      world.connect(who);
  }
  void happens(const std::string& type, const std::function<void(v1::Event&)>& fill = {}) {
    EXPECT_EQ(world.happens(type, "T-1", fill).verdict(), v1::VERDICT_ACCEPTED);
    id = world.last_id();
    (void)world.newly_told();
  }
  void missing() {
    happens("child.missing", [](v1::Event& e) { e.mutable_child_missing(); });
  }
  /// Of the event that happened last but for corrections. Who received anything.
  Names correct(const std::function<void(v1::EventCorrected&)>& fill) {
    (void)world.newly_received();
    EXPECT_EQ(world.correct(id, fill).verdict(), v1::VERDICT_ACCEPTED);
    return world.newly_told();
  }
  [[nodiscard]] const Notification& last_of(const std::string& who) { return world.look(world.last_of(who)); }
  [[nodiscard]] std::vector<NotificationId> owed() {
    const State& state = world.engine().state();
    return state.obligations(state.case_of(*state.event(world.last_event())));
  }
};

void with_indicators(v1::EventCorrected& c) {
  c.mutable_child_arrived()->mutable_trafficking()->add_indicators("debt");
}
void from_kent(v1::EventCorrected& c) { c.mutable_child_missing()->mutable_placement()->set_county("Kent"); }

TEST(ACorrectionThatMakesARuleHold, TellsWhomItConcernsNowAsTheEventWouldHaveAndTheOthersThatItWasWrong) {
  Corrected c;
  c.happens("child.arrived");
  c.world.advance(10min);
  EXPECT_EQ(c.correct(with_indicators), (Names{"police", "home_office", "barnardos"}));
  EXPECT_TRUE(c.last_of("police").is(v1::NOTIFICATION_KIND_CORRECTION));
  const Notification& told = c.last_of("barnardos");
  EXPECT_TRUE(told.is(v1::NOTIFICATION_KIND_TELL));
  EXPECT_EQ(told.deadline, c.world.now() + 30min) << "they could not have been told before";
  const State& state = c.world.engine().state();
  const Event& correction = *state.event(c.world.last_event());
  EXPECT_EQ(state.type_told(correction, told), "told.child.arrived.v1");
  EXPECT_EQ(state.time_told(correction, told), c.world.now() - 10min);
  EXPECT_EQ(state.type_told(correction, c.last_of("police")), "told.event.corrected.v1");
  c.world.advance(15min);
  EXPECT_TRUE(c.world.newly_told().contains("duty_manager")) << "nobody has answered";
}

TEST(ACorrectionThatMakesARuleHold, TellsNobodyAnewWhoWasToldAsTheOneOnDuty) {
  auto policy = policy_with_conditions();
  policy->rotas = {always("on_duty", {"barnardos"})};
  add_rule(*policy, "child.arrived", "on_duty", "");
  Corrected c{policy};
  c.happens("child.arrived");
  EXPECT_EQ(c.correct(with_indicators), (Names{"police", "home_office", "barnardos"}));
  EXPECT_TRUE(c.last_of("barnardos").is(v1::NOTIFICATION_KIND_CORRECTION));
  std::size_t times = 0;
  for (const v1::Duty& duty : c.world.ledger()[c.world.last_event()].event_accepted().duties())
    times += duty.recipient() == "barnardos" ? 1 : 0;
  EXPECT_EQ(times, 1U);
}

TEST(ACorrectionThatMakesAClockApply, BeginsItFromWhenItHappenedAndOnce) {
  for (const int restarted : {0, 1, 2}) {
    Corrected c;
    c.happens("child.arrived");
    c.world.advance(1h);
    (void)c.correct(with_indicators);
    ASSERT_EQ(c.owed().size(), 1U);
    const NotificationId id = c.owed()[0];
    EXPECT_EQ(c.world.look(id).deadline, start + 10h);
    EXPECT_EQ(c.world.engine().state().type_told(*c.world.engine().state().event(id.event), c.world.look(id)),
              "told.child.arrived.v1");
    if (c.world.restart_as(restarted)) c.connect();
    (void)c.correct(with_indicators);
    EXPECT_EQ(c.owed(), std::vector<NotificationId>{id});
    // It is as old as the event, so a correction of when that was moves it.
    (void)c.correct([](v1::EventCorrected& e) {
      with_indicators(e);
      e.mutable_time()->set_seconds(to_us(start - 1h) / 1'000'000);
    });
    EXPECT_EQ(c.owed(), std::vector<NotificationId>{id});
    EXPECT_EQ(c.world.look(id).deadline, start + 9h);
    c.happens("child.nrm_referred");
    EXPECT_TRUE(c.owed().empty());
    EXPECT_TRUE(c.world.engine().limbo().empty());
  }
}

TEST(ACorrectionThatMakesAClockApply, BeginsItNotWhereItWasDoneMeanwhileOrTheCaseIsClosed) {
  for (const char* meanwhile : {"child.nrm_referred", "case.closed"}) {
    Corrected c;
    c.happens("child.arrived");
    const std::string arrival = c.id;
    c.world.advance(1h);
    c.happens(meanwhile);
    c.id = arrival;
    EXPECT_TRUE(c.correct(with_indicators).contains("barnardos"));
    EXPECT_TRUE(c.owed().empty()) << meanwhile;
  }
}

// Where another arrival ends it as well, the one that it is owed for does not.
TEST(ACorrectionThatMakesAClockApply, BeginsItAgainWhereWhatEndedItIsWithdrawnThoughItsOwnEventIsOfTheSort) {
  auto policy = policy_with_conditions();
  policy->clocks[0].stopped_by.push_back("child.arrived");
  Corrected c(policy);
  c.happens("child.arrived");
  (void)c.correct(with_indicators);
  const std::vector<NotificationId> owed = c.owed();
  ASSERT_EQ(owed.size(), 1U);
  c.world.advance(1h);
  c.happens("child.nrm_referred");
  ASSERT_TRUE(c.owed().empty());
  EXPECT_EQ(c.world.withdraw(c.id).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(c.owed(), owed);
}

TEST(WhatACorrectionMakesOwed, GoesWithTheEventWhereThatWasAboutAnotherChild) {
  for (const int restarted : {0, 1, 2}) {
    Corrected c;
    c.happens("child.arrived");
    const EntryIndex arrival = c.world.last_event();
    (void)c.correct(with_indicators);
    const std::vector<NotificationId> owed = c.owed();
    ASSERT_EQ(owed.size(), 1U);
    const Actor manager{"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""};
    (void)c.world.newly_told();
    c.world.perform(MoveEvent{1, arrival, 0, manager, "why"});
    EXPECT_EQ(c.world.newly_told(), (Names{"police", "home_office", "barnardos"}));
    if (c.world.restart_as(restarted)) c.connect();
    EXPECT_EQ(c.owed(), owed);
    c.happens("child.nrm_referred");
    EXPECT_EQ(c.world.look(owed[0]).state, v1::NOTIFICATION_STATE_OPEN) << "the first child's referral";
    EXPECT_TRUE(c.world.engine().limbo().empty());
  }
}

TEST(WhatACorrectionMakesOwed, GoesWithTheReferenceThatStandsByItselfAgain) {
  for (const int restarted : {0, 1, 2}) {
    Corrected c;
    c.world.happens("child.arrived", "T-0");
    const CaseNumber older = c.world.last_event();
    c.happens("child.arrived");
    const EntryIndex arrival = c.world.last_event();
    const Actor manager{"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""};
    c.world.perform(JoinCases{1, older, arrival, manager, "why"});
    (void)c.correct(with_indicators);
    ASSERT_EQ(c.owed().size(), 1U);
    c.world.perform(MoveEvent{1, arrival, 0, manager, "why"});
    if (c.world.restart_as(restarted)) c.connect();
    EXPECT_EQ(c.world.engine().state().obligations(arrival).size(), 1U) << restarted;
    EXPECT_TRUE(c.world.engine().state().obligations(older).empty()) << restarted;
    c.happens("child.nrm_referred");
    EXPECT_TRUE(c.owed().empty()) << restarted;
  }
}

TEST(ACorrection, ThatMakesAClockApplyNoLongerLeavesItToAPersonToSay) {
  Corrected c;
  c.happens("child.arrived",
            [](v1::Event& e) { e.mutable_child_arrived()->mutable_trafficking()->add_indicators("x"); });
  const auto before = c.owed();
  EXPECT_EQ(before.size(), 1U);
  (void)c.correct([](v1::EventCorrected& e) { e.mutable_child_arrived(); });
  EXPECT_EQ(c.owed(), before);
}

TEST(WhoeverWasToldByACorrection, IsToldOfALaterOneAsOfACorrectionAndOfNothingTwice) {
  for (const int restarted : {0, 1, 2}) {
    Corrected c;
    c.missing();
    EXPECT_EQ(c.correct(from_kent), (Names{"police", "home_office", "kent"}));
    if (c.world.restart_as(restarted)) c.connect();
    EXPECT_EQ(c.correct(from_kent), (Names{"police", "home_office", "kent"}));
    EXPECT_TRUE(c.last_of("kent").is(v1::NOTIFICATION_KIND_CORRECTION));
    EXPECT_NE(c.last_of("kent").rule, 0) << "what they may see they see again";
    EXPECT_EQ(c.correct([](v1::EventCorrected& e) { e.mutable_child_missing(); }),
              (Names{"police", "home_office", "kent"}))
        << "it concerns them no more, and they were told that it did";
    EXPECT_TRUE(c.world.engine().limbo().empty());
  }
}

TEST(WhoeverWasToldByACorrection, IsAskedToDeleteItWhereAllOfItIsWithdrawnAndOwesNothing) {
  for (const int restarted : {0, 1, 2}) {
    Corrected c;
    c.happens("child.arrived");
    (void)c.correct(with_indicators);
    const NotificationId told = c.world.last_of("barnardos");
    if (c.world.restart_as(restarted)) c.connect();
    (void)c.world.newly_told();
    c.world.withdraw(c.id);
    EXPECT_EQ(c.world.newly_told(), (Names{"police", "home_office", "barnardos"}));
    EXPECT_TRUE(c.last_of("barnardos").is(v1::NOTIFICATION_KIND_WITHDRAWAL));
    EXPECT_EQ(c.world.look(told).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
    EXPECT_TRUE(c.owed().empty());
    EXPECT_EQ(c.world.ledger()[c.world.last_event()].event_accepted().clocks_stopped_size(), 1);
  }
}

TEST(WhoeverWasToldByACorrection, IsToldOfTheNewGradeAndOfTheEnd) {
  for (const int restarted : {0, 1, 2}) {
    Corrected c;
    c.missing();
    (void)c.correct(from_kent);
    const NotificationId told = c.world.last_of("kent");
    if (c.world.restart_as(restarted)) c.connect();
    (void)c.world.newly_told();
    c.world.happens("child.missing_risk_changed", "T-1", [](v1::Event& e) { e.mutable_child_missing_risk_changed(); });
    EXPECT_EQ(c.world.newly_told(), (Names{"police", "kent"}));
    c.world.located("T-1");
    EXPECT_TRUE(c.world.newly_told().contains("kent"));
    EXPECT_EQ(c.world.look(told).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
  }
}

TEST(ACorrectionThatMakesARuleHold, CallsNobodyToLookForAChildWhoIsFound) {
  Corrected c;
  c.missing();
  const std::string missing = c.id;
  c.world.located("T-1");
  c.id = missing;
  EXPECT_EQ(c.correct(from_kent), (Names{"police", "home_office"}));
}

TEST(ACorrectionThatMakesARuleHold, WaitsForWhoeverIsKeptOutAndCallsSomebodyInstead) {
  Corrected c;
  c.happens("child.arrived");
  const CaseNumber number = c.world.last_event();
  const Actor head{"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""};
  c.world.perform(OrderScreen{1, number, "barnardos", false, head, "why"});
  EXPECT_FALSE(c.correct(with_indicators).contains("barnardos"));
  c.world.advance(1s);
  EXPECT_EQ(c.world.newly_told(), Names{"duty_manager"}) << "the first rung is called at once";
  (void)c.correct(with_indicators);
  EXPECT_FALSE(c.world.newly_told().contains("barnardos"));
  (void)c.world.newly_received();
  c.world.perform(OrderScreen{1, number, "barnardos", true, head, "why"});
  const std::vector<Received> heard = c.world.newly_received();
  EXPECT_EQ(std::count_if(
                heard.begin(), heard.end(),
                [](const Received& r) { return r.recipient == "barnardos" && r.kind == v1::NOTIFICATION_KIND_TELL; }),
            1)
      << "once they are let in";
}

TEST(ACorrectionThatMakesARuleHold, OfAnExerciseTellsNobodyInEarnest) {
  Corrected c;
  c.happens("child.arrived", [](v1::Event& e) {
    e.set_status(v1::STATUS_EXERCISE);
    e.mutable_child_arrived();
  });
  c.world.happens("event.corrected", "T-1", [&](v1::Event& e) {
    e.set_status(v1::STATUS_EXERCISE);
    e.mutable_event_corrected()->set_supersedes(c.id);
    with_indicators(*e.mutable_event_corrected());
  });
  EXPECT_EQ(c.world.newly_told(), Names{"guardians_exercise"});
  EXPECT_TRUE(c.owed().empty());
}

TEST(ACorrectionThatMakesARuleHold, TellsNobodyOfARotaAgainThoughSomebodyElseIsOnDutyByNow) {
  auto policy = policy_with_conditions();
  policy->recipients.push_back({"manager_b", "manager_b", "generic", "zmq_queue", false});
  Rota rota;
  rota.name = "manager_on_duty";
  rota.weekly = {{4 * 24h, 4 * 24h + 22h, {"duty_manager"}, {}, {}}};  // on Friday until an hour after the start
  rota.otherwise = {"manager_b"};
  policy->rotas = {rota};
  add_rule(*policy, "child.arrived", "manager_on_duty", "");
  Corrected c{policy};
  c.world.connect("manager_b");
  c.happens("child.arrived");
  for (const char* who : {"police", "home_office", "duty_manager"}) c.world.acknowledge(c.world.last_of(who), who);
  c.world.advance(2h);
  EXPECT_EQ(c.correct(with_indicators), (Names{"police", "home_office", "duty_manager", "barnardos"}));
  EXPECT_TRUE(c.last_of("duty_manager").is(v1::NOTIFICATION_KIND_CORRECTION));
}

}  // namespace
}  // namespace told::core::test
