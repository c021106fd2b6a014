// Whose case it is: two cases that are the same child's, an event that was about another child. Above 400 lines: both
// orders, each with what it must leave as it was, also after a restart.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

const Actor manager{"Manager B", "service manager", "", v1::MEANS_LOCAL, "local", ""};

std::shared_ptr<Policy> policy_with_a_clock() {
  auto p = small_policy();
  Clock record;
  record.number = 1;
  record.name = "record";
  record.starts = "child.arrived";
  record.who = "team_manager";
  record.duty = "the record";
  record.due = 4h;
  record.warn.kind = RungTime::Kind::share;
  record.warn.percent = 50;
  record.ladder = "usual";
  record.stopped_by = {"child.nts_referred"};
  p->clocks = {record};
  p->not_told = {"case.closed"};
  return p;
}

struct Cases {
  World world;
  explicit Cases(std::shared_ptr<Policy> policy = small_policy()) : world(std::move(policy)) { everybody_connects(); }
  void everybody_connects() {
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager", "barnardos", "panel"})
      world.connect(who);
    (void)world.newly_told();
  }
  void everybody_acknowledges() {
    for (const Received& r : world.newly_received())
      if (world.look(r.id).asks_acknowledgement()) world.acknowledge(r.id, r.recipient);
  }
  CaseNumber missing(const std::string& subject) {
    world.missing(subject);
    return state().case_of(*state().event(world.last_event()));
  }
  v1::AcknowledgementResult join(CaseNumber one, CaseNumber other) {
    return ordered(JoinCases{1, one, other, manager, "the same fingerprints"});
  }
  v1::AcknowledgementResult move(EntryIndex event, CaseNumber to = 0) {
    return ordered(MoveEvent{1, event, to, manager, "another name was meant"});
  }
  v1::AcknowledgementResult ordered(Command c) {
    const std::size_t before = world.ledger().size();
    world.perform(std::move(c));
    changed = world.ledger().size() > before;
    return world.acted();
  }
  const State& state() { return world.engine().state(); }
  bool changed = false;
};

TEST(TheSameChild, GoesOnInTheOlderCaseAndEverybodyWhoWasToldIsToldSo) {
  Cases t;
  const CaseNumber older = t.missing("T-1");
  t.everybody_acknowledges();
  t.world.happens("child.arrived", "T-2");
  const CaseNumber younger = t.world.last_event();
  t.world.advance(15min);  // the duty manager is called about the second
  (void)t.world.newly_told();

  const auto result = t.join(younger, older);
  EXPECT_TRUE(result.recorded());
  EXPECT_EQ(result.case_ref(), to_reference(Named::case_, older));
  EXPECT_EQ(t.world.newly_told(), (Names{"police", "home_office", "duty_manager"}));
  const NotificationId police = t.world.last_of("police");
  EXPECT_TRUE(t.world.look(police).is(v1::NOTIFICATION_KIND_SAME_CHILD));
  EXPECT_EQ(t.state().same_child(younger), (std::vector<CaseNumber>{older, younger}));

  t.world.acknowledge(police, "police");
  t.world.advance(15min);  // and the Home Office does not
  EXPECT_TRUE(t.world.newly_told().contains("duty_manager"));
  EXPECT_EQ(t.missing("T-2"), older);
  EXPECT_TRUE(t.world.engine().limbo().empty());
}

TEST(TheSameChild, IsToldToNobodyWhoWasToldNothingAndNotOfWhatWasWithdrawn) {
  Cases t;
  const CaseNumber older = t.missing("T-1");
  t.world.happens("child.located", "T-2");  // told to the police alone
  const CaseNumber younger = t.world.last_event();
  t.world.withdraw("event-1");
  (void)t.world.newly_told();
  t.join(older, younger);
  EXPECT_EQ(t.world.newly_told(), (Names{"police"}));
}

TEST(TheSameChild, CarriesOpenEpisodesScreensAndObligationsOverAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Cases t{policy_with_a_clock()};
    t.world.happens("child.arrived", "T-1");
    const CaseNumber older = t.world.last_event();
    const CaseNumber younger = t.missing("T-2");
    t.world.happens("child.arrived", "T-2");
    t.world.perform(OrderScreen{1, younger, "duty_manager", false, manager, "the case is about them"});
    t.join(younger, older);
    if (t.world.restart_as(restarted)) t.everybody_connects();

    EXPECT_TRUE(t.state().screened(older, "duty_manager"));
    EXPECT_TRUE(t.state().screened(younger, "duty_manager"));
    EXPECT_EQ(t.state().obligations(older).size(), 2U);
    EXPECT_EQ(t.state().open_episodes(older, Instant::max()), (std::vector<EntryIndex>{younger}));
    (void)t.world.newly_told();
    t.world.advance(15min);
    EXPECT_FALSE(t.world.newly_told().contains("duty_manager"));

    // Located under the one reference ends the episode that began under the other.
    EXPECT_EQ(t.world.located("T-1").case_ref(), to_reference(Named::case_, older));
    EXPECT_TRUE(t.state().open_episodes(younger, Instant::max()).empty());
    t.world.happens("case.closed", "T-2");
    EXPECT_TRUE(t.state().obligations(older).empty());
    EXPECT_TRUE(t.world.engine().limbo().empty());
  }
}

TEST(TheSameChild, InAThirdCaseJoinsAllThree) {
  for (const bool through_projection : {false, true}) {
    Cases t;
    const CaseNumber first = t.missing("T-1");
    const CaseNumber second = t.missing("T-2");
    const CaseNumber third = t.missing("T-3");
    t.join(third, second);
    t.join(first, third);
    t.world.restart(through_projection);
    EXPECT_EQ(t.state().same_child(second), (std::vector<CaseNumber>{first, second, third}));
    EXPECT_EQ(t.state().open_episodes(third, Instant::max()), (std::vector<EntryIndex>{first, second, third}));
    EXPECT_EQ(t.join(second, first).problem().code(), "nothing_changes");
  }
}

TEST(TheSameChild, CountsOnceTowardsAQuota) {
  auto policy = small_policy();
  policy->quotas = {{"places", "child.arrived", {"child.transferred"}, 2}};
  for (const bool through_projection : {false, true}) {
    Cases t{policy};
    std::vector<CaseNumber> cases;
    for (const char* child : {"T-1", "T-2", "T-3"}) {
      t.world.happens("child.arrived", child);
      cases.push_back(t.world.last_event());
    }
    EXPECT_NE(t.state().open_alarm("quota", "places"), 0U);
    t.join(cases[0], cases[2]);
    EXPECT_EQ(t.state().open_alarm("quota", "places"), 0U);
    t.world.restart(through_projection);
    EXPECT_EQ(t.state().counted("told.child.arrived.v1").size(), 2U);
  }
}

/// About a section 36 referral "lead" is called; about everything else, the managers.
std::shared_ptr<Policy> policy_with_a_sealed_stream() {
  auto p = small_policy();
  p->recipients.push_back({"lead", "lead", "generic", "zmq_queue", false});
  p->recipients.back().prevent = true;
  p->ladders["sealed"] = {"sealed", {{10min, {"lead"}}}, 30min};
  for (Rule& rule : p->rules)
    if (rule.when == "prevent.section36") rule.ladder[0] = rule.ladder[1] = "sealed";
  return p;
}

TEST(ThePreventStream, IsNotLeftByWhatIsSaidLaterOfItsEvents) {
  for (const bool joined : {true, false}) {
    Cases t{policy_with_a_sealed_stream()};
    t.world.connect("lead");
    t.world.happens("prevent.section36", "T-1");
    const CaseNumber one = t.world.last_event();
    const std::string first = t.world.last_id();
    t.world.advance(11min);
    ASSERT_EQ(t.world.newly_told(), (Names{"panel", "lead"}));
    if (joined) {
      t.world.happens("prevent.section36", "T-2");
      EXPECT_TRUE(t.join(one, t.world.last_event()).recorded());
    } else {
      t.world.withdraw(first);
    }
    ASSERT_EQ(t.world.newly_told(), (Names{"panel", "lead"}));  // neither answers
    t.world.advance(16min);
    EXPECT_EQ(t.world.newly_told(), Names{"lead"}) << joined;
  }
}

TEST(ThePreventStream, IsNotLeftByTheAlarmThatNobodyInItWasTold) {
  auto p = policy_with_a_sealed_stream();
  Rule to_the_lead = *std::find_if(p->rules.begin(), p->rules.end(),
                                   [](const Rule& rule) { return rule.when == "alarm.nobody_was_told"; });
  to_the_lead.who = "lead";
  to_the_lead.ladder[0] = to_the_lead.ladder[1] = "sealed";
  to_the_lead.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  p->rules.push_back(to_the_lead);
  const auto alarmed = [&](const char* type) {
    Cases t{p};
    t.world.connect("lead");
    t.world.happens(type, "T-1");
    t.world.advance(11h);
    Names told;
    for (const Received& got : t.world.newly_received())
      if (got.kind == v1::NOTIFICATION_KIND_ALARM) told.insert(got.recipient);
    return told;
  };
  EXPECT_EQ(alarmed("prevent.section36"), Names{"lead"});
  EXPECT_EQ(alarmed("child.missing"), Names{"duty_manager"});
}

TEST(TheSameChild, IsRefusedWhereOneCaseIsOfThePreventStreamOrAnExerciseOrThereIsNone) {
  Cases t;
  const CaseNumber child = t.missing("T-1");
  t.world.happens("prevent.section36", "T-1");
  const CaseNumber prevent = t.world.last_event();
  EXPECT_EQ(t.join(child, prevent).problem().code(), "other_stream");
  EXPECT_EQ(t.move(child, prevent).problem().code(), "other_stream");
  EXPECT_EQ(t.join(child, child).problem().code(), "nothing_changes");
  EXPECT_EQ(t.join(child, 4711).problem().code(), "unknown_case");
  EXPECT_FALSE(t.changed);
}

TEST(AnotherChild, IsSaidToExactlyThoseWhoWereToldOfThatEvent) {
  Cases t;
  const CaseNumber wrong = t.missing("T-1");
  t.world.happens("child.located", "T-1");  // told to the police, and to the Home Office as the end
  t.missing("T-1");
  const EntryIndex again = t.world.last_event();
  t.everybody_acknowledges();

  const auto result = t.move(again);
  ASSERT_TRUE(result.recorded());
  EXPECT_EQ(t.world.newly_told(), (Names{"police", "home_office"}));
  const NotificationId police = t.world.last_of("police");
  EXPECT_TRUE(t.world.look(police).is(v1::NOTIFICATION_KIND_ANOTHER_CHILD));
  const CaseNumber other = t.state().case_of(*t.state().event(again));
  EXPECT_NE(other, wrong);
  EXPECT_EQ(result.case_ref(), to_reference(Named::case_, other));
  t.world.acknowledge(police, "police");
  t.world.advance(15min);
  EXPECT_EQ(t.world.newly_told(), (Names{"duty_manager"}));  // called for the Home Office's silence
  EXPECT_TRUE(t.world.engine().limbo().empty());
}

TEST(AnotherChild, TakesItsOpenEpisodeAndItsObligationsWithItAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Cases t{policy_with_a_clock()};
    const CaseNumber first = t.missing("T-1");
    const CaseNumber second = t.missing("T-2");
    t.world.happens("child.arrived", "T-1");
    const EntryIndex arrived = t.world.last_event();
    EXPECT_TRUE(t.move(first, second).recorded());
    EXPECT_TRUE(t.move(arrived).recorded());
    (void)t.world.restart_as(restarted);
    EXPECT_TRUE(t.state().open_episodes(first, Instant::max()).empty());
    EXPECT_EQ(t.state().open_episodes(second, Instant::max()), (std::vector<EntryIndex>{first, second}));
    EXPECT_TRUE(t.state().obligations(first).empty());
    const CaseNumber own = t.state().case_of(*t.state().event(arrived));
    EXPECT_EQ(t.state().obligations(own).size(), 1U);

    // Back again, and into the case of its own once more: what was said last is so.
    EXPECT_TRUE(t.move(arrived, second).recorded());
    (void)t.world.restart_as(restarted);
    EXPECT_EQ(t.state().obligations(second).size(), 1U);
    EXPECT_TRUE(t.state().obligations(own).empty());
    EXPECT_TRUE(t.world.engine().limbo().empty());
  }
}

TEST(AnotherChild, IsTheFirstOneAfterAllThoughNothingWasLeftInThatCaseAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Cases t;
    const CaseNumber first = t.missing("T-1");
    const CaseNumber second = t.missing("T-2");
    EXPECT_TRUE(t.move(first, second).recorded());
    (void)t.world.restart_as(restarted);
    EXPECT_EQ(t.move(second, first).problem().code(), "unknown_case") << "nothing of the first child's is known";
    EXPECT_TRUE(t.move(first, first).recorded());
    (void)t.world.restart_as(restarted);
    EXPECT_EQ(t.state().case_of(*t.state().event(first)), first);
    EXPECT_EQ(t.state().open_episodes(first, Instant::max()), std::vector<EntryIndex>{first});
    EXPECT_EQ(t.state().open_episodes(second, Instant::max()), std::vector<EntryIndex>{second});
    EXPECT_EQ(t.missing("T-1"), first) << "what comes under the reference comes to it";
    EXPECT_TRUE(t.world.engine().limbo().empty());
  }
}

TEST(AnotherChild, TakesNoGradeWithItWhereTheReferenceWouldGoOnNamingSomebodyElse) {
  auto policy = small_policy();
  policy->not_told = {"child.missing_risk_changed"};
  Cases t{policy};
  const CaseNumber first = t.missing("T-1");
  t.world.advance(1min);
  t.world.happens("child.missing_risk_changed", "T-1", [](v1::Event& e) {
    e.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
  });
  t.world.happens("child.arrived", "T-2");
  const CaseNumber second = t.world.last_event();
  EXPECT_TRUE(t.join(first, second).recorded());
  EXPECT_EQ(t.move(first).problem().code(), "reference_left_behind");
  EXPECT_FALSE(t.changed);
}

TEST(AnotherChild, WhoIsCountedAlreadyCountsOnceAlsoAfterARestart) {
  auto policy = small_policy();
  policy->quotas = {{"places", "child.arrived", {"child.transferred"}, 9}};
  policy->not_told = {"child.transferred"};
  for (const int restarted : {0, 1, 2}) {
    Cases t{policy};
    for (const char* child : {"T-1", "T-2"}) t.world.happens("child.arrived", child);
    const EntryIndex second = t.world.last_event();
    const EntryIndex first = t.state().counted("told.child.arrived.v1").begin()->second;
    EXPECT_TRUE(t.move(first, second).recorded());
    EXPECT_EQ(t.state().counted("told.child.arrived.v1").size(), 1U);
    t.world.happens("child.transferred", "T-2");
    (void)t.world.restart_as(restarted);
    EXPECT_TRUE(t.state().counted("told.child.arrived.v1").empty()) << "restarted " << restarted;
  }
}

TEST(AnotherChild, WhoIsCountedApartFromTheCaseTheyLeftIsSoAlsoAfterARestart) {
  auto policy = small_policy();
  policy->quotas = {{"places", "child.arrived", {"child.transferred"}, 9}};
  for (const int restarted : {0, 1, 2}) {
    Cases t{policy};
    t.world.happens("child.arrived", "T-1");
    const EntryIndex first = t.world.last_event();
    t.missing("T-1");  // goes on in the first case, and keeps its reference
    t.world.happens("child.arrived", "T-2");
    const EntryIndex second = t.world.last_event();
    EXPECT_TRUE(t.move(first).recorded());
    EXPECT_TRUE(t.join(first, second).recorded());
    EXPECT_TRUE(t.move(first).recorded());  // of yet another child: the order before the join is over
    (void)t.world.restart_as(restarted);
    EXPECT_EQ(t.state().counted("told.child.arrived.v1").size(), 2U) << "restarted " << restarted;
    EXPECT_TRUE(t.join(first, t.state().case_of(*t.state().event(first))).recorded());
    EXPECT_EQ(t.state().counted("told.child.arrived.v1").size(), 1U) << "restarted " << restarted;
    EXPECT_NE(t.state().event(first)->counted, t.state().event(second)->counted) << "restarted " << restarted;
  }
}

TEST(AnotherChild, HasTheGradeThatWasGivenOfItsSearchAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    auto policy = small_policy();
    policy->not_told = {"child.missing_risk_changed"};
    Cases t{policy};
    t.world.happens("child.arrived", "T-1");
    const CaseNumber wrong = t.missing("T-1");
    const EntryIndex report = t.world.last_event();
    t.world.advance(1min);
    t.world.happens("child.missing_risk_changed", "T-1", [](v1::Event& e) {
      e.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
    });
    const EntryIndex grade = t.world.last_event();
    (void)t.world.restart_as(restarted);
    EXPECT_TRUE(t.move(report).recorded());
    (void)t.world.restart_as(restarted);
    const CaseNumber right = t.state().case_of(*t.state().event(report));
    EXPECT_NE(right, wrong);
    EXPECT_EQ(t.state().case_of(*t.state().event(grade)), right);
    EXPECT_EQ(t.state().event(report)->grade, v1::RISK_GRADE_HIGH);
    EXPECT_TRUE(t.state().grades_said(wrong).empty()) << "nobody is missing there";
    EXPECT_TRUE(t.move(report, wrong).recorded()) << "it was theirs after all";
    EXPECT_EQ(t.state().case_of(*t.state().event(grade)), wrong);
    EXPECT_TRUE(t.world.engine().limbo().empty());
  }
}

TEST(AnotherChild, LeavesTheGradeWhereAnotherReportOfThatSearchStands) {
  auto policy = small_policy();
  policy->not_told = {"child.missing_risk_changed"};
  Cases t{policy};
  const CaseNumber c = t.missing("T-1");
  t.missing("T-1");
  const EntryIndex second = t.world.last_event();
  t.world.happens("child.missing_risk_changed", "T-1", [](v1::Event& e) {
    e.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
  });
  const EntryIndex grade = t.world.last_event();
  EXPECT_TRUE(t.move(second).recorded());
  EXPECT_EQ(t.state().case_of(*t.state().event(grade)), c) << "which of the two it is of a person says";
}

TEST(AnotherChild, LeavesWhatItHadStoppedOwedAsBefore) {
  for (const int restarted : {0, 1, 2}) {
    auto policy = policy_with_a_clock();
    policy->not_told.push_back("child.nts_referred");
    Cases t{policy};
    t.world.happens("child.arrived", "T-1");
    const CaseNumber first = t.world.last_event();
    t.everybody_acknowledges();
    const NotificationId record = t.state().obligations(first).at(0);
    const Instant deadline = t.world.look(record).deadline;
    t.world.happens("child.nts_referred", "T-1");
    ASSERT_TRUE(t.state().obligations(first).empty());
    (void)t.world.restart_as(restarted);
    t.everybody_connects();
    EXPECT_TRUE(t.move(t.world.last_event()).recorded());
    t.world.advance(1s);
    EXPECT_EQ(t.world.newly_told(), Names{"team_manager"});
    (void)t.world.restart_as(restarted);
    EXPECT_EQ(t.state().obligations(first), (std::vector<NotificationId>{record}));
    EXPECT_EQ(t.world.look(record).deadline, deadline);
    EXPECT_TRUE(t.world.engine().limbo().empty());
  }
}

TEST(AnotherChild, IsWhereALaterCorrectionOfThatEventGoes) {
  Cases t;
  const CaseNumber first = t.missing("T-1");
  t.move(first);
  const CaseNumber other = t.state().case_of(*t.state().event(first));
  const auto corrected = t.world.correct("event-1", [](v1::EventCorrected& c) { c.mutable_child_missing(); });
  EXPECT_EQ(corrected.case_ref(), to_reference(Named::case_, other));
  EXPECT_EQ(t.move(t.world.last_event()).problem().code(), "not_an_original");
  EXPECT_EQ(t.missing("T-1"), first);  // the publisher's own reference is of the first child still
}

TEST(AnotherChild, IsRefusedWhereAMissingChildWouldBeForgotten) {
  Cases t;
  t.missing("T-1");
  t.world.located("T-1");
  const EntryIndex located = t.world.last_event();
  EXPECT_EQ(t.move(located).problem().code(), "would_fall_silent");
  EXPECT_EQ(t.move(4711).problem().code(), "unknown_event");
  EXPECT_FALSE(t.changed);
}

TEST(AnotherChild, HasWhatIsSaidOfItStoppedAndEndedInItsOwnCaseAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    auto policy = policy_with_a_clock();
    policy->not_told.push_back("child.nts_referred");
    Cases t{policy};
    const CaseNumber missing = t.missing("T-1");
    t.world.happens("child.arrived", "T-1");
    t.everybody_acknowledges();
    t.missing("T-2");
    t.world.happens("child.nts_referred", "T-2");
    const EntryIndex referred = t.world.last_event();
    t.world.located("T-2");
    const EntryIndex located = t.world.last_event();
    t.missing("T-2");  // there is one whom somebody looks for
    t.everybody_acknowledges();
    if (t.world.restart_as(restarted)) t.everybody_connects();

    EXPECT_TRUE(t.move(referred, missing).recorded());
    EXPECT_TRUE(t.state().obligations(missing).empty());
    (void)t.world.newly_told();
    EXPECT_TRUE(t.move(located, missing).recorded());
    EXPECT_TRUE(t.state().open_episodes(missing, Instant::max()).empty());
    (void)t.world.restart_as(restarted);
    EXPECT_TRUE(t.state().obligations(missing).empty());
    EXPECT_TRUE(t.state().open_episodes(missing, Instant::max()).empty());
    EXPECT_TRUE(t.world.engine().limbo().empty());
  }
}

TEST(AnotherChild, WhoIsFoundIsToldToThoseWhoWereToldThatItWasMissing) {
  Cases t;
  const CaseNumber missing = t.missing("T-1");
  t.world.advance(15min);  // the duty manager is called
  t.missing("T-2");
  t.world.located("T-2");
  const EntryIndex located = t.world.last_event();
  t.missing("T-2");
  t.everybody_acknowledges();
  (void)t.world.newly_received();
  t.move(located, missing);
  std::map<std::string, v1::NotificationKind> told;
  for (const Received& r : t.world.newly_received())
    EXPECT_TRUE(told.emplace(r.recipient, r.kind).second) << r.recipient;
  EXPECT_EQ(told, (std::map<std::string, v1::NotificationKind>{
                      {"police", v1::NOTIFICATION_KIND_ANOTHER_CHILD},  // who had been told of the report, too
                      {"home_office", v1::NOTIFICATION_KIND_ANOTHER_CHILD},
                      {"duty_manager", v1::NOTIFICATION_KIND_STAND_DOWN}}));
}

TEST(ThePreventStream, HearsAloneThatItsPanelCannotBeReachedAndTheOthersThatTheirsCannot) {
  auto p = policy_with_a_sealed_stream();
  Rule to_the_lead = *std::find_if(p->rules.begin(), p->rules.end(),
                                   [](const Rule& rule) { return rule.when == "alarm.delivery_failing"; });
  to_the_lead.who = "lead";
  to_the_lead.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  p->rules.push_back(to_the_lead);
  for (Recipient& r : p->recipients) r.prevent = r.prevent || r.name == "panel";
  const auto alarmed = [&](const char* type, const char* recipient) {
    Cases t{p};
    t.world.connect("lead");
    t.world.no_receipts_from(recipient);
    t.world.happens(type, "T-1");
    (void)t.world.newly_received();
    const NotificationId id = t.world.last_of(recipient);
    for (std::uint32_t attempt = 1; attempt <= 5; ++attempt) {
      t.world.perform(EndAttempt{id, attempt, v1::OUTCOME_DEFERRED, recipient, "queue", "full", ""});
    }
    Names told;
    for (const Received& got : t.world.newly_received())
      if (got.kind == v1::NOTIFICATION_KIND_ALARM) told.insert(got.recipient);
    return told;
  };
  EXPECT_EQ(alarmed("prevent.section36", "panel"), Names{"lead"});
  EXPECT_EQ(alarmed("child.missing", "police"), Names{"duty_manager"});
  // The same where it is the way that fails, with another message each time.
  const auto broken = [&](const char* recipient) {
    Cases t{p};
    t.world.connect("lead");
    (void)t.world.newly_received();
    t.world.perform(RaiseAlarm{"delivery_failing", recipient});
    t.world.perform(RaiseAlarm{"delivery_failing", recipient});
    Names told;
    for (const Received& got : t.world.newly_received()) EXPECT_TRUE(told.insert(got.recipient).second);
    return told;
  };
  EXPECT_EQ(broken("panel"), Names{"lead"});
  EXPECT_EQ(broken("police"), Names{"duty_manager"});
}

}  // namespace
}  // namespace told::core::test
