// Later truths: corrections, withdrawals and new grades go to exactly those who were told.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

std::shared_ptr<Policy> policy_with_grades() {
  auto p = small_policy();
  Rule r = p->rules[2];  // child.missing to police
  r.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  r.when = "child.missing_risk_changed";
  p->rules.push_back(r);
  return p;
}

struct Told {
  World world{policy_with_grades()};
  Told() {
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager", "barnardos"}) world.connect(who);
  }
  static void missing(v1::EventCorrected& c) { c.mutable_child_missing(); }
};

std::shared_ptr<Policy> policy_with_a_training_desk() {
  auto p = policy_with_grades();
  p->recipients.push_back({"police_exercise", "police_exercise", "generic", "zmq_queue", true});
  Rule r = p->rules[2];  // child.missing to police
  r.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  r.who = "police_exercise";
  p->rules.push_back(r);
  return p;
}

TEST(ALaterTruth, OfAnExerciseThatCallsItselfATestIsOfTheExercise) {
  World world{policy_with_a_training_desk()};
  world.connect("police_exercise");
  world.happens("child.missing", "T-1", [&](v1::Event& e) {
    e.set_status(v1::STATUS_EXERCISE);
    e.mutable_child_missing();
  });
  const std::string id = world.last_id();
  const v1::PublishResult withdrawn = world.happens("event.withdrawn", "T-1", [&](v1::Event& e) {
    e.set_status(v1::STATUS_TEST);
    e.mutable_event_withdrawn()->set_supersedes(id);
  });
  EXPECT_EQ(withdrawn.verdict(), v1::VERDICT_ACCEPTED) << withdrawn.DebugString();
  EXPECT_EQ(world.engine().state().event(world.last_event())->status, v1::STATUS_EXERCISE);
}

// Whoever practises withdrawing with the id of a real report must not end a real search.
TEST(ALaterTruth, IsRefusedWhereItIsAnExerciseAndWhatItIsAboutIsNotOrTheReverse) {
  const auto p = policy_with_a_training_desk();
  for (const v1::Status status : {v1::STATUS_ACTUAL, v1::STATUS_EXERCISE}) {
    World world{p};
    for (const char* who : {"police", "home_office", "police_exercise"}) world.connect(who);
    world.happens("child.missing", "T-1", [&](v1::Event& e) {
      e.set_status(status);
      e.mutable_child_missing();
    });
    const std::string id = world.last_id();
    (void)world.newly_told();
    const auto withdrawn_as = [&](v1::Status said) {
      return world.happens("event.withdrawn", "T-1", [&](v1::Event& e) {
        e.set_status(said);
        e.mutable_event_withdrawn()->set_supersedes(id);
      });
    };
    const v1::PublishResult refused =
        withdrawn_as(status == v1::STATUS_ACTUAL ? v1::STATUS_EXERCISE : v1::STATUS_ACTUAL);
    EXPECT_EQ(refused.problem().code(), "another_status");
    EXPECT_EQ(refused.problem().field(), "status");
    EXPECT_EQ(world.newly_told(), Names{});
    EXPECT_EQ(withdrawn_as(status).verdict(), v1::VERDICT_ACCEPTED);
    EXPECT_EQ(world.newly_told(),
              status == v1::STATUS_ACTUAL ? (Names{"police", "home_office"}) : Names{"police_exercise"});
  }
}

TEST(ACorrection, GoesToExactlyThoseWhoWereToldWithADeadlineAndALadderOfItsOwn) {
  Told t;
  t.world.missing("T-1");
  t.world.advance(15min);  // the duty manager is called about both
  for (const char* who : {"police", "home_office"}) t.world.acknowledge(t.world.last_of(who), who);
  (void)t.world.newly_told();
  EXPECT_EQ(t.world.correct(t.world.last_id(), Told::missing).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(t.world.newly_told(), (Names{"police", "home_office", "duty_manager"}));
  const Notification& n = t.world.look(t.world.last_of("police"));
  EXPECT_TRUE(n.is(v1::NOTIFICATION_KIND_CORRECTION));
  EXPECT_EQ(n.deadline, t.world.now() + 30min);
  t.world.advance(30min);
  EXPECT_TRUE(t.world.newly_told().contains("team_manager"));
}

TEST(ACorrection, OfWhenItHappenedReckonsRunningClocksAnewAndCallsNobodyTwice) {
  Told t;
  t.world.missing("T-1");
  const NotificationId police = t.world.last_of("police");
  const Instant earlier = t.world.now() - 10min;
  t.world.correct(t.world.last_id(), [&](v1::EventCorrected& c) {
    c.mutable_child_missing();
    c.mutable_time()->set_seconds(to_us(earlier) / 1'000'000);
  });
  EXPECT_EQ(t.world.look(police).deadline, earlier + 30min);
  (void)t.world.newly_told();
  t.world.advance(5min);
  EXPECT_TRUE(t.world.newly_told().contains("duty_manager"));
}

TEST(ACorrection, ToAHighGradeStartsTheLadderAgainAtTheFasterPace) {
  Told t;
  t.world.missing("T-1");
  const NotificationId police = t.world.last_of("police");
  t.world.advance(3min);
  t.world.correct(t.world.last_id(), [](v1::EventCorrected& c) {
    c.mutable_child_missing()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
  });
  EXPECT_EQ(t.world.look(police).deadline, t.world.now() + 15min);
  (void)t.world.newly_told();
  t.world.advance(5min);
  EXPECT_TRUE(t.world.newly_told().contains("duty_manager"));
}

TEST(ALaterTruth, UnderAnotherChildsReferenceIsRefusedAndEndsNothing) {
  Told t;
  t.world.missing("T-1", v1::RISK_GRADE_HIGH);
  const std::string first = t.world.last_id();
  const EntryIndex event = t.world.last_event();
  t.world.missing("T-2");
  (void)t.world.newly_told();
  for (const v1::PublishResult& refused : {t.world.withdraw(first, "T-2"), t.world.withdraw(first, "never seen"),
                                           t.world.correct(first, Told::missing, "T-2")}) {
    EXPECT_EQ(refused.problem().code(), "another_subject");
    EXPECT_EQ(refused.problem().field(), "subject");
  }
  EXPECT_EQ(t.world.newly_told(), Names{});
  EXPECT_FALSE(t.world.engine().state().event(event)->withdrawn);
  EXPECT_EQ(t.world.correct(first, Told::missing).verdict(), v1::VERDICT_ACCEPTED);
}

TEST(AWithdrawal, OfAPreventReferralNeedNotSayOfWhichStreamItIs) {
  Told t;
  t.world.happens("prevent.section36", "T-1", [](v1::Event& e) { e.mutable_prevent_section36(); });
  EXPECT_EQ(t.world.withdraw(t.world.last_id(), "T-1").verdict(), v1::VERDICT_ACCEPTED);
}

TEST(ACorrection, OfAnUnknownEventOfAnotherKindOrOfACorrectionIsRefused) {
  Told t;
  EXPECT_EQ(t.world.correct("never", Told::missing).problem().code(), "unknown_event");
  t.world.missing("T-1");
  const std::string first = t.world.last_id();
  EXPECT_EQ(t.world.correct(first, [](v1::EventCorrected& c) { c.mutable_child_located(); }).problem().code(),
            "type_mismatch");
  t.world.correct(first, Told::missing);
  EXPECT_EQ(t.world.correct(t.world.last_id(), Told::missing).problem().code(), "not_an_original");
}

TEST(AWithdrawal, IsToldToThoseWhoWereToldAndEndsWhatWasOpenAboutTheEvent) {
  Told t;
  t.world.missing("T-1");
  const NotificationId police = t.world.last_of("police");
  (void)t.world.newly_told();
  EXPECT_EQ(t.world.withdraw(t.world.last_id()).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(t.world.newly_told(), (Names{"police", "home_office"}));
  EXPECT_EQ(t.world.look(police).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
  EXPECT_TRUE(t.world.look(t.world.last_of("police")).is(v1::NOTIFICATION_KIND_WITHDRAWAL));
  EXPECT_TRUE(t.world.engine().state().open_episodes(police.event, Instant::max()).empty());
  for (const char* who : {"police", "home_office"}) t.world.acknowledge(t.world.last_of(who), who);
  (void)t.world.newly_told();
  t.world.advance(3h);
  EXPECT_EQ(t.world.newly_told(), Names{});
}

TEST(AWithdrawal, OfWhatNobodyHasHeardYetTellsNobodyAndIsNeverDelivered) {
  World world{policy_with_grades()};
  world.missing("T-1");
  const std::string id = world.last_id();
  world.withdraw(id);
  for (const char* who : {"police", "home_office"}) world.connect(who);
  EXPECT_EQ(world.newly_told(), Names{});
}

TEST(AWithdrawal, EndsTheCorrectionsTooAndIsToldToWhoeverWasCalledAboutThem) {
  Told t;
  t.world.missing("T-1");
  const std::string id = t.world.last_id();
  for (const char* who : {"police", "home_office"}) t.world.acknowledge(t.world.last_of(who), who);
  t.world.correct(id, Told::missing);
  const NotificationId correction = t.world.last_of("police");
  t.world.acknowledge(t.world.last_of("home_office"), "home_office");
  t.world.advance(15min);  // the police do not answer
  EXPECT_TRUE(t.world.newly_told().contains("duty_manager"));
  EXPECT_EQ(t.world.withdraw(id).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(t.world.newly_told(), (Names{"police", "home_office", "duty_manager"}));
  EXPECT_EQ(t.world.look(correction).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
  for (const char* who : {"police", "home_office", "duty_manager"}) t.world.acknowledge(t.world.last_of(who), who);
  (void)t.world.newly_told();
  t.world.advance(24h);
  EXPECT_EQ(t.world.newly_told(), Names{});
}

TEST(AWithdrawal, OfWhatWasCorrectedBeforeAnybodyHeardOfItIsNeverDeliveredAndClimbsNoLadder) {
  World world{policy_with_grades()};
  world.connect("duty_manager");
  world.missing("T-1");
  const std::string id = world.last_id();
  world.correct(id, Told::missing);
  world.withdraw(id);
  for (const char* who : {"police", "home_office"}) world.connect(who);
  world.advance(24h);
  EXPECT_EQ(world.newly_told(), Names{});
}

TEST(AWithdrawal, ThatWouldLeaveAMissingChildWithoutAnybodyCalledIsRefused) {
  Told t;
  t.world.missing("T-1");
  t.world.located("T-1");
  const std::string located = t.world.last_id();
  EXPECT_EQ(t.world.withdraw(located).problem().code(), "would_fall_silent");
  t.world.missing("T-1");
  EXPECT_EQ(t.world.withdraw(located).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(t.world.withdraw(located).problem().code(), "withdrawn_already");
}

TEST(AWithdrawal, OfOneOfTwoReportsThatAChildIsFoundIsTaken) {
  Told t;
  t.world.missing("T-1");
  t.world.located("T-1");
  const std::string first = t.world.last_id();
  t.world.located("T-1");
  const std::string second = t.world.last_id();
  EXPECT_EQ(t.world.withdraw(first).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(t.world.withdraw(second).problem().code(), "would_fall_silent")
      << "the child was missing, and nothing ends that";
}

TEST(ANewGrade, StartsTheOpenLaddersOfTheEpisodeAgainAtItsPace) {
  Told t;
  t.world.missing("T-1");
  const NotificationId home_office = t.world.last_of("home_office");
  t.world.advance(10min);
  (void)t.world.newly_told();
  t.world.happens("child.missing_risk_changed", "T-1", [](v1::Event& e) {
    e.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
  });
  EXPECT_EQ(t.world.newly_told(), (Names{"police"}));
  EXPECT_EQ(t.world.look(home_office).deadline, t.world.now() + 15min);
  t.world.advance(5min);
  EXPECT_TRUE(t.world.newly_told().contains("duty_manager"));
  t.world.advance(5min);
  EXPECT_TRUE(t.world.newly_told().contains("team_manager"));
}

TEST(ANewGrade, ThatIsLowerGivesNobodyMoreTimeThanWasLeft) {
  Told t;
  t.world.missing("T-1", v1::RISK_GRADE_HIGH);
  const NotificationId home_office = t.world.last_of("home_office");
  const Instant deadline = t.world.look(home_office).deadline;
  t.world.happens("child.missing_risk_changed", "T-1", [](v1::Event& e) {
    e.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(v1::RISK_GRADE_LOW);
  });
  EXPECT_EQ(t.world.look(home_office).deadline, deadline);
}

TEST(ALaterTruth, IsTheSameAfterARestart) {
  for (const bool through_projection : {false, true}) {
    Told t;
    t.world.missing("T-1");
    const NotificationId police = t.world.last_of("police");
    const std::string first = t.world.last_id();
    t.world.correct(first, [](v1::EventCorrected& c) {
      c.mutable_child_missing()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
    });
    const Instant deadline = t.world.look(police).deadline;
    t.world.restart(through_projection);
    EXPECT_EQ(t.world.look(police).deadline, deadline);
    EXPECT_EQ(t.world.withdraw(first).verdict(), v1::VERDICT_ACCEPTED);
    t.world.restart(through_projection);
    EXPECT_EQ(t.world.withdraw(first).problem().code(), "withdrawn_already");
    EXPECT_TRUE(t.world.engine().limbo().empty());
  }
}

// A new grade does not say where the child is placed, so no condition can say whose it is.
TEST(ARule, OnlyForWhomIsToldOfTheMissingChildTellsWhoeverARuleNamedThenAndNobodyElse) {
  auto policy = policy_with_grades();
  policy->rules.back().only_if_told = true;  // the new grade, to police
  Rule everybody = policy->rules.back();
  everybody.number = static_cast<std::uint32_t>(policy->rules.size() + 1);
  everybody.who = "barnardos";
  everybody.only_if_told = false;
  policy->rules.push_back(everybody);
  Rule called_only = everybody;
  called_only.number = static_cast<std::uint32_t>(policy->rules.size() + 1);
  called_only.who = "duty_manager";
  called_only.only_if_told = true;
  policy->rules.push_back(called_only);
  const auto everybody_connects = [](World& world) {
    for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager"}) world.connect(who);
  };
  const auto regraded = [](World& world) {
    (void)world.newly_told();
    world.happens("child.missing_risk_changed", "T-1", [](v1::Event& e) { e.mutable_child_missing_risk_changed(); });
    return world.newly_told();
  };
  for (const int restarted : {0, 1, 2}) {
    World world{policy};
    everybody_connects(world);
    EXPECT_EQ(regraded(world), Names{"barnardos"}) << "nobody is missing yet";
    world.missing("T-1");
    world.advance(15min);  // the duty manager is called, and was not told
    if (world.restart_as(restarted)) everybody_connects(world);
    EXPECT_EQ(regraded(world), (Names{"barnardos", "police"}));
    world.located("T-1");
    EXPECT_EQ(regraded(world), Names{"barnardos"}) << "it is over";
  }
}

TEST(ARule, OnlyForWhomIsToldOfTheMissingChildIsOfNoUseToAnExercise) {
  auto policy = policy_with_grades();
  policy->recipients.push_back({"police_exercise", "police_exercise", "generic", "zmq_queue", true});
  for (const char* when : {"child.missing", "child.missing_risk_changed"}) {
    Rule r = policy->rules[2];
    r.number = static_cast<std::uint32_t>(policy->rules.size() + 1);
    r.when = when;
    r.who = "police_exercise";
    r.only_if_told = r.when != "child.missing";
    policy->rules.push_back(r);
  }
  World world{policy};
  for (const char* who : {"police", "home_office", "police_exercise"}) world.connect(who);
  const auto regraded = [&](v1::Status status) {
    return world.happens("child.missing_risk_changed", "T-1", [&](v1::Event& e) {
      e.set_status(status);
      e.mutable_child_missing_risk_changed();
    });
  };
  world.missing("T-1");
  EXPECT_EQ(regraded(v1::STATUS_EXERCISE).problem().code(), "no_exercise_recipient") << "the child is really missing";
  EXPECT_EQ(regraded(v1::STATUS_ACTUAL).verdict(), v1::VERDICT_ACCEPTED);
}

TEST(ARule, OnlyForWhomIsToldOfTheMissingChildWaitsForWhoeverIsKeptOut) {
  auto policy = policy_with_grades();
  policy->rules.back().only_if_told = true;
  World world{policy};
  for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
  world.happens("child.arrived", "T-1", [](v1::Event& e) { e.mutable_child_arrived(); });
  const CaseNumber c = world.last_event();
  const Actor head{"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""};
  world.perform(OrderScreen{1, c, "police", false, head, "why"});
  world.missing("T-1");
  world.happens("child.missing_risk_changed", "T-1", [](v1::Event& e) { e.mutable_child_missing_risk_changed(); });
  const EntryIndex grade = world.last_event();
  (void)world.newly_received();
  world.perform(OrderScreen{1, c, "police", true, head, "why"});
  std::vector<EntryIndex> heard;
  for (const Received& r : world.newly_received())
    if (r.recipient == "police") heard.push_back(r.id.event);
  EXPECT_NE(std::find(heard.begin(), heard.end(), grade), heard.end()) << "the new grade, once they are let in";
}

}  // namespace
}  // namespace told::core::test
