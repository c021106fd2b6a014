// The search for a missing child: how grave it is, whatever was said of that in which order, and what ends it.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

const Actor somebody_in_charge{"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""};

/// The small policy, where a new grade is told to the police and to the guardians, and the high pace starts the sooner.
std::shared_ptr<Policy> policy() {
  auto p = small_policy();
  for (const char* who : {"police", "barnardos"}) {
    Rule r = p->rules[2];  // child.missing to police
    r.number = static_cast<std::uint32_t>(p->rules.size() + 1);
    r.when = "child.missing_risk_changed";
    r.who = who;
    p->rules.push_back(r);
  }
  return p;
}

struct Searched {
  World world{policy()};
  Searched() { everybody_connects(); }
  void everybody_connects() {
    for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager"}) world.connect(who);
  }
  v1::PublishResult says(const std::string& type, const std::string& child, Duration ago, v1::RiskGrade grade) {
    return world.happens(type, child, [&](v1::Event& e) {
      const Instant at = world.now() - ago;
      e.mutable_time()->set_seconds(to_us(at) / 1'000'000);
      (type == "child.missing" ? *e.mutable_child_missing()->mutable_risk()
                               : *e.mutable_child_missing_risk_changed()->mutable_risk())
          .set_grade(grade);
    });
  }
  v1::PublishResult regraded(v1::RiskGrade grade, Duration ago = {}) {
    return says("child.missing_risk_changed", "T-1", ago, grade);
  }
  [[nodiscard]] v1::RiskGrade grade_of(EntryIndex missing) { return world.engine().state().event(missing)->grade; }
  void everybody_answers(EntryIndex but = 0) {
    for (const auto& [index, event] : world.engine().state().events())
      for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
        const std::string who = world.engine().state().recipient_name(event.notifications[slot].recipient);
        if (index != but) waiting.push_back({{index, static_cast<Slot>(slot)}, who});
      }
    for (const auto& [id, who] : std::exchange(waiting, {})) world.acknowledge(id, who);
  }
  std::vector<std::pair<NotificationId, std::string>> waiting;
};

TEST(TheEndOfASearch, EndsTheNewGradeTooAndIsToldToWhoeverWasToldOfThatAlone) {
  for (const bool by_hand : {false, true}) {
    for (const int restarted : {0, 1, 2}) {
      Searched s;
      s.world.missing("T-1");
      const CaseNumber c = s.world.last_event();
      s.regraded(v1::RISK_GRADE_HIGH);
      const NotificationId grade = s.world.last_of("barnardos");
      if (s.world.restart_as(restarted)) s.everybody_connects();
      (void)s.world.newly_told();
      if (by_hand)
        s.world.stand_down(c);
      else
        s.world.located("T-1");
      EXPECT_EQ(s.world.newly_told(), (Names{"police", "home_office", "barnardos"}));
      EXPECT_FALSE(s.world.look(grade).open());
      s.everybody_answers();
      (void)s.world.newly_told();
      s.world.advance(24h);
      EXPECT_EQ(s.world.newly_told(), Names{}) << "nobody is called about how grave it was";
    }
  }
}

TEST(TheEndOfASearch, ByHandLeavesOwedWhatIsOwedAfterEach) {
  auto p = policy();
  Clock clock;
  clock.number = 1;
  clock.name = "return_home_interview";
  clock.starts = "child.located";
  clock.duty = "a talk";
  clock.who = "barnardos";
  clock.due = Due{72h};
  clock.warn = RungTime{36h};
  clock.ladder = "usual";
  p->clocks.push_back(clock);
  for (const int restarted : {0, 1, 2}) {
    World world{p};
    const auto connect = [&] {
      for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager"}) world.connect(who);
    };
    connect();
    world.missing("T-1");
    const CaseNumber c = world.last_event();
    world.stand_down(c);
    if (world.restart_as(restarted)) connect();
    for (const char* who : {"police", "home_office"}) world.acknowledge(world.last_of(who), who);
    (void)world.newly_told();
    world.advance(35h);
    EXPECT_EQ(world.newly_told(), Names{});
    world.advance(1h);
    EXPECT_TRUE(world.newly_told().contains("barnardos")) << "reminded";
    const auto owed = [&] { return world.engine().state().obligations(world.engine().state().goes_on_as(c)).size(); };
    EXPECT_EQ(owed(), 1U);
    world.located("T-1");
    EXPECT_EQ(owed(), 1U) << "once for one episode";
  }
}

TEST(TheEndOfASearch, EndsAGradeOfWhichNobodyHasReportedTheStart) {
  Searched s;
  s.regraded(v1::RISK_GRADE_HIGH);
  (void)s.world.newly_told();
  s.world.located("T-1");
  EXPECT_EQ(s.world.newly_told(), (Names{"police", "barnardos"}));
  s.everybody_answers();
  s.world.advance(24h);
  EXPECT_EQ(s.world.newly_told(), Names{});
}

TEST(TheEndOfASearch, EndsTheChaseForItsCorrectionsAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Searched s;
    s.world.missing("T-1");
    const std::string id = s.world.last_id();
    s.everybody_answers();
    s.world.correct(id, [](v1::EventCorrected& c) { c.mutable_child_missing(); });
    const EntryIndex correction = s.world.last_event();
    if (s.world.restart_as(restarted)) s.everybody_connects();
    s.world.located("T-1");
    s.everybody_answers(correction);
    (void)s.world.newly_told();
    s.world.advance(24h);
    EXPECT_EQ(s.world.newly_told(), Names{});
  }
}

TEST(AWithdrawal, OfTheOnlyReportThatAChildIsMissingEndsItsGradesAndIsToldToThoseWhoHeardOfThem) {
  for (const bool reported_twice : {false, true}) {
    Searched s;
    s.world.missing("T-1");
    const std::string id = s.world.last_id();
    if (reported_twice) s.world.missing("T-1");
    s.regraded(v1::RISK_GRADE_HIGH);
    s.world.advance(5min);
    s.world.acknowledge(s.world.last_of("police"), "police");
    (void)s.world.newly_told();
    s.world.withdraw(id);
    EXPECT_EQ(s.world.newly_told().contains("barnardos"), !reported_twice);
    s.everybody_answers();
    (void)s.world.newly_told();
    s.world.advance(24h);
    EXPECT_EQ(s.world.newly_told(), Names{});
  }
}

TEST(TheGradeOfASearch, IsTheOneThatHappenedLastInWhateverOrderItIsReported) {
  for (const int restarted : {0, 1, 2}) {
    Searched s;
    s.says("child.missing", "T-1", 30min, v1::RISK_GRADE_LOW);
    const EntryIndex missing = s.world.last_event();
    s.regraded(v1::RISK_GRADE_HIGH, 10min);
    EXPECT_EQ(s.grade_of(missing), v1::RISK_GRADE_HIGH);
    if (s.world.restart_as(restarted)) s.everybody_connects();
    s.regraded(v1::RISK_GRADE_MEDIUM, 20min);  // on its way for longer
    EXPECT_EQ(s.grade_of(missing), v1::RISK_GRADE_HIGH);
    s.regraded(v1::RISK_GRADE_MEDIUM, 5min);
    EXPECT_EQ(s.grade_of(missing), v1::RISK_GRADE_MEDIUM);
  }
}

TEST(TheGradeOfASearch, ThatPoliceGaveBeforeTheReportCameSetsThePaceOfItsNotices) {
  Searched s;
  s.regraded(v1::RISK_GRADE_HIGH, 5min);
  s.says("child.missing", "T-1", 20min, v1::RISK_GRADE_MEDIUM);
  const NotificationId home_office = s.world.last_of("home_office");
  EXPECT_EQ(s.grade_of(home_office.event), v1::RISK_GRADE_HIGH);
  EXPECT_EQ(s.world.look(home_office).deadline, s.world.now() - 20min + 15min);
}

TEST(TheGradeOfASearch, IsWhatItWasWhenTheNewOneIsTakenBack) {
  for (const int restarted : {0, 1, 2}) {
    Searched s;
    s.world.missing("T-1", v1::RISK_GRADE_HIGH);
    const NotificationId home_office = s.world.last_of("home_office");
    s.world.advance(1min);
    s.regraded(v1::RISK_GRADE_LOW);
    const std::string id = s.world.last_id();
    EXPECT_EQ(s.grade_of(home_office.event), v1::RISK_GRADE_LOW);
    if (s.world.restart_as(restarted)) s.everybody_connects();
    EXPECT_EQ(s.world.withdraw(id).verdict(), v1::VERDICT_ACCEPTED);
    EXPECT_EQ(s.grade_of(home_office.event), v1::RISK_GRADE_HIGH);
    (void)s.world.newly_told();
    s.world.advance(10min);
    EXPECT_TRUE(s.world.newly_told().contains("team_manager")) << "by the high pace";
  }
}

TEST(TheGradeOfASearch, FollowsACorrectionOfTheNewGradeAndNotOneOfWhatWasBeforeIt) {
  Searched s;
  s.world.missing("T-1", v1::RISK_GRADE_LOW);
  const std::string missing_id = s.world.last_id();
  const NotificationId home_office = s.world.last_of("home_office");
  s.world.advance(1min);
  s.regraded(v1::RISK_GRADE_MEDIUM);
  const std::string grade_id = s.world.last_id();
  s.world.correct(grade_id, [](v1::EventCorrected& c) {
    c.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
  });
  EXPECT_EQ(s.grade_of(home_office.event), v1::RISK_GRADE_HIGH);
  EXPECT_EQ(s.world.look(home_office).deadline, s.world.now() + 15min);
  const NotificationId correction = s.world.last_of("barnardos");
  EXPECT_TRUE(s.world.look(correction).is(v1::NOTIFICATION_KIND_CORRECTION));
  EXPECT_EQ(s.world.look(correction).deadline, s.world.now() + 15min) << "it is as urgent as what it says";
  // A name is put right; the grade was low then.
  s.world.correct(missing_id, [](v1::EventCorrected& c) {
    c.mutable_child_missing()->mutable_risk()->set_grade(v1::RISK_GRADE_LOW);
  });
  EXPECT_EQ(s.grade_of(home_office.event), v1::RISK_GRADE_HIGH);
}

TEST(TheGradeOfASearch, IsOfTheCaseThatAGradeBelongsTo) {
  for (const bool joined : {false, true}) {
    Searched s;
    s.world.missing("T-1", v1::RISK_GRADE_LOW);
    const EntryIndex missing = s.world.last_event();
    s.world.advance(1min);
    s.says("child.missing_risk_changed", "T-2", {}, v1::RISK_GRADE_HIGH);
    const EntryIndex grade = s.world.last_event();
    EXPECT_EQ(s.grade_of(missing), v1::RISK_GRADE_LOW);
    const NotificationId home_office = {missing, 1};
    if (joined)
      s.world.perform(JoinCases{1, missing, grade, somebody_in_charge, "the same child"});
    else
      s.world.perform(MoveEvent{1, grade, missing, somebody_in_charge, "the other brother"});
    EXPECT_EQ(s.grade_of(missing), v1::RISK_GRADE_HIGH);
    EXPECT_EQ(s.world.look(home_office).deadline, s.world.now() + 15min);
    (void)s.world.newly_told();
    s.world.advance(5min);
    EXPECT_TRUE(s.world.newly_told().contains("duty_manager")) << "by the new pace";
    if (joined) continue;
    s.world.perform(MoveEvent{1, grade, 0, somebody_in_charge, "neither of them"});
    EXPECT_EQ(s.grade_of(missing), v1::RISK_GRADE_LOW);
  }
}

TEST(AMissingReport, ThatWasEndedIsNotMovedToAnotherChildWhomNobodyIsLookingFor) {
  for (const bool by_hand : {false, true}) {
    Searched s;
    s.world.happens("child.arrived", "T-2", [](v1::Event& e) { e.mutable_child_arrived(); });
    const CaseNumber other = s.world.last_event();
    s.world.missing("T-1");
    const EntryIndex missing = s.world.last_event();
    if (by_hand)
      s.world.stand_down(missing);
    else
      s.world.located("T-1");
    for (const CaseNumber to : {other, CaseNumber{0}}) {
      s.world.perform(MoveEvent{1, missing, to, somebody_in_charge, "the brother"});
      EXPECT_EQ(s.world.acted().problem().code(), "would_fall_silent");
    }
    s.world.missing("T-2");
    s.world.perform(MoveEvent{1, missing, other, somebody_in_charge, "the brother"});
    EXPECT_TRUE(s.world.acted().recorded()) << s.world.acted().ShortDebugString();
  }
}

TEST(ACorrection, OfATimeIsTakenOnceTheChildIsReportedMissingAnew) {
  Searched s;
  s.world.missing("T-1");
  s.world.advance(30min);
  s.world.located("T-1");
  const std::string located = s.world.last_id();
  s.world.advance(1min);
  s.world.missing("T-1");
  const v1::PublishResult taken = s.world.correct(located, [&](v1::EventCorrected& c) {
    c.mutable_time()->set_seconds(to_us(s.world.now() - 2h) / 1'000'000);
    c.mutable_child_located();
  });
  EXPECT_EQ(taken.verdict(), v1::VERDICT_ACCEPTED);
}

TEST(ACorrection, OfWhenAChildWasFoundEndsTheSearchThatThatEndsAndIsToldToWhoeverWasToldOfItAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Searched s;
    s.world.missing("T-1");
    const EntryIndex missing = s.world.last_event();
    s.world.advance(16min);  // the duty manager is called
    s.world.happens("child.located", "T-1", [&](v1::Event& e) {
      e.mutable_time()->set_seconds(to_us(s.world.now() - 1h) / 1'000'000);
      e.mutable_child_located();
    });
    const std::string located = s.world.last_id();
    ASSERT_EQ(s.world.engine().state().open_episodes(missing, Instant::max()).size(), 1U);
    s.world.missing("T-1");  // and then again
    const EntryIndex again = s.world.last_event();
    (void)s.world.newly_told();
    s.world.advance(1min);
    const auto corrected_to = [&](Instant time) {
      s.world.correct(located, [&](v1::EventCorrected& c) {
        c.mutable_time()->set_seconds(to_us(time) / 1'000'000);
        c.mutable_child_located();
      });
    };
    corrected_to(s.world.now() - 2min);
    (void)s.world.restart_as(restarted);
    EXPECT_EQ(s.world.engine().state().open_episodes(missing, Instant::max()), std::vector<EntryIndex>{again});
    for (const Notification& n : s.world.engine().state().event(missing)->notifications) EXPECT_FALSE(n.open());
    const Event& correction = *s.world.engine().state().event(s.world.last_event());
    Names told;
    for (const Notification& n : correction.notifications)
      told.insert(s.world.engine().state().recipient_name(n.recipient));
    EXPECT_TRUE(told.contains("duty_manager"));
    // A report of one end is not made that of another.
    corrected_to(s.world.now());
    EXPECT_EQ(s.world.engine().state().open_episodes(missing, Instant::max()), std::vector<EntryIndex>{again});
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(ACorrection, OfATimeThatWouldLeaveAMissingChildWithoutAnybodyCalledIsRefused) {
  for (const bool of_the_end : {false, true}) {
    Searched s;
    s.world.missing("T-1");
    const std::string missing = s.world.last_id();
    s.world.advance(30min);
    s.world.located("T-1");
    const std::string located = s.world.last_id();
    const auto corrected_to = [&](Instant time) {
      return s.world.correct(of_the_end ? located : missing, [&](v1::EventCorrected& c) {
        c.mutable_time()->set_seconds(to_us(time) / 1'000'000);
        if (of_the_end)
          c.mutable_child_located();
        else
          c.mutable_child_missing();
      });
    };
    const Instant wrong = of_the_end ? s.world.now() - 1h : s.world.now() + 1s;
    s.world.advance(1min);
    const v1::PublishResult refused = corrected_to(wrong);
    EXPECT_EQ(refused.problem().code(), "would_fall_silent");
    EXPECT_EQ(refused.problem().field(), "event_corrected.time");
    EXPECT_EQ(corrected_to(s.world.now() - 10min).verdict(), v1::VERDICT_ACCEPTED);
  }
}

TEST(NotOurs, AfterItWasAcceptedCallsSomebodyAtOnceAndSaysThatItWasInTheWrongHands) {
  auto with_alarm = policy();
  Rule alarm = with_alarm->rules[6];
  alarm.number = static_cast<std::uint32_t>(with_alarm->rules.size() + 1);
  alarm.when = "alarm.wrong_recipient";
  with_alarm->rules.push_back(alarm);
  for (const int restarted : {0, 1, 2}) {
    World world{with_alarm};
    const auto connect = [&] {
      for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
    };
    connect();
    world.missing("T-1");
    const NotificationId police = world.last_of("police");
    for (const char* who : {"police", "home_office"}) world.acknowledge(world.last_of(who), who);
    if (world.restart_as(restarted)) connect();
    (void)world.newly_told();
    world.decline(police, "police");
    EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
    EXPECT_EQ(world.look(police).state, v1::NOTIFICATION_STATE_DECLINED);
    EXPECT_NE(world.engine().state().open_alarm("wrong_recipient", to_reference(police)), 0U);
    world.advance(30min);
    EXPECT_TRUE(world.newly_told().contains("team_manager")) << "and the ladder goes on";
    world.acknowledge(police, "police");
    EXPECT_FALSE(world.look(police).open());
  }
}

TEST(NotOurs, SaidOfAnExerciseIsNoDataInTheWrongHands) {
  auto p = policy();
  Rule alarm = p->rules[6];
  alarm.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  alarm.when = "alarm.wrong_recipient";
  p->rules.push_back(alarm);
  p->recipients.push_back({"police_exercise", "police_exercise", "generic", "zmq_queue", true});
  Rule exercise = p->rules[2];  // child.missing to police
  exercise.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  exercise.who = "police_exercise";
  p->rules.push_back(exercise);
  World world{p};
  world.connect("police_exercise");
  world.happens("child.missing", "T-1", [](v1::Event& e) {
    e.set_status(v1::STATUS_EXERCISE);
    e.mutable_child_missing();
  });
  world.decline(world.last_of("police_exercise"), "police_exercise");
  EXPECT_EQ(world.count(v1::LedgerEntry::kDeclined), 1U);
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 0U);
}

// The first rung of a manager's own ladder is the rota that they are on.
TEST(NotOurs, SaidByWhoeverTheRotaOfTheRungNamesCallsSomebodyElseAtOnce) {
  for (const bool accepted_before : {false, true}) {
    auto p = policy();
    Rota managers;
    managers.name = "manager_on_duty";
    managers.otherwise = {"police"};
    p->rotas = {managers};
    p->ladders["usual"].rungs[0].who = {"manager_on_duty"};
    World world{p};
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
    world.missing("T-1");
    const NotificationId police = world.last_of("police");
    if (accepted_before) world.acknowledge(police, "police");
    (void)world.newly_told();
    world.decline(police, "police");
    EXPECT_EQ(world.newly_told(), Names{"team_manager"});
  }
}

TEST(NotOurs, AtTheTopOfTheLadderCallsThoseOfItAgainAtOnce) {
  Searched s;
  s.world.missing("T-1");
  const NotificationId police = s.world.last_of("police");
  s.world.advance(61min);  // up to the top, and round again
  s.world.acknowledge(police, "police");
  (void)s.world.newly_told();
  s.world.advance(1min);
  s.world.decline(police, "police");
  EXPECT_TRUE(s.world.newly_told().contains("team_manager"));
}

TEST(NotOurs, OnceTheChildIsFoundIsKeptAndCallsNobody) {
  Searched s;
  s.world.missing("T-1");
  const NotificationId police = s.world.last_of("police");
  s.world.acknowledge(police, "police");
  s.world.located("T-1");
  s.everybody_answers();
  (void)s.world.newly_told();
  s.world.decline(police, "police");
  EXPECT_FALSE(s.world.look(police).open());
  s.world.advance(3h);
  EXPECT_EQ(s.world.newly_told(), Names{});
}

TEST(WhatIsReceivedLate, IsKnownToSomebodyElseAtOnceThoughTheFirstRungTellsTheSilentAgain) {
  auto p = policy();
  Rung again;
  again.after = 5min;
  again.again = true;
  auto& rungs = p->ladders["usual"].rungs;
  rungs.insert(rungs.begin(), again);
  World world{p};
  for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
  const auto missing = [&](Duration ago) {
    world.happens("child.missing", "T-1", [&](v1::Event& e) {
      e.mutable_time()->set_seconds(to_us(world.now() - ago) / 1'000'000);
      e.mutable_child_missing();
    });
    world.advance(0min);
    return world.newly_told();
  };
  EXPECT_EQ(missing({}), (Names{"police", "home_office"}));
  EXPECT_EQ(missing(4h), (Names{"police", "home_office", "duty_manager"}));
  v1::EscalationReason reason = v1::ESCALATION_REASON_UNSPECIFIED;
  for (const v1::LedgerEntry& entry : world.ledger())
    if (entry.has_escalated()) reason = entry.escalated().reason();
  EXPECT_EQ(reason, v1::ESCALATION_REASON_RECEIVED_LATE);
  EXPECT_FALSE(world.newly_told().contains("team_manager")) << "not everybody in one breath";
}

TEST(WhatIsReceivedLate, RemindsWhoeverOwesItAndCallsSomebodyAtOnce) {
  auto p = policy();
  Clock clock;
  clock.number = 1;
  clock.name = "record";
  clock.starts = "child.arrived";
  clock.duty = "the record";
  clock.who = "barnardos";
  clock.due = Due{24h};
  clock.warn = RungTime{12h};
  p->ladders["owed"] = {"owed", {{20h, {"duty_manager"}}, {30h, {"team_manager"}}}, 30min};
  clock.ladder = "owed";
  p->clocks.push_back(clock);
  World world{p};
  for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager"}) world.connect(who);
  world.happens("child.arrived", "T-1", [&](v1::Event& e) {
    e.mutable_time()->set_seconds(to_us(world.now() - 7 * 24h) / 1'000'000);
    e.mutable_child_arrived();
  });
  world.advance(0min);
  const Names told = world.newly_told();
  EXPECT_TRUE(told.contains("barnardos"));
  EXPECT_TRUE(told.contains("duty_manager"));
  EXPECT_FALSE(told.contains("team_manager"));
}

}  // namespace
}  // namespace told::core::test
