// The search for a missing child: what ends it, and what cannot.
#include <gtest/gtest.h>

#include "core/searched.hpp"

namespace told::core::test {
namespace {

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
  auto p = policy_of_grades();
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

}  // namespace
}  // namespace told::core::test
