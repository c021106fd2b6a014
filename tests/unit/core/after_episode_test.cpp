// What is owed after an episode: once, whoever says in whatever order that it is over.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

/// The small policy, and an interview within 72 hours after each episode.
std::shared_ptr<Policy> policy_with_an_interview() {
  auto p = small_policy();
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
  return p;
}

struct Looked {
  World world{policy_with_an_interview()};
  CaseNumber c = 0;
  Looked() {
    for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager"}) world.connect(who);
    world.missing("T-1");
    c = world.last_event();
  }
  void reported(const std::string& type, Instant at, const std::string& child = "T-1") {
    world.happens(type, child, [&](v1::Event& e) {
      e.mutable_time()->set_seconds(to_us(at) / 1'000'000);
      if (type == "child.missing") e.mutable_child_missing();
    });
  }
  [[nodiscard]] std::vector<NotificationId> owed() { return world.engine().state().obligations(c); }
  [[nodiscard]] Instant due() { return world.look(owed().at(0)).deadline; }
};

TEST(AfterAnEpisode, AnInterviewIsOwedOnceThoughTwoReportThatTheChildIsFoundAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Looked s;
    s.world.advance(30min);
    s.world.located("T-1");
    const EntryIndex first = s.world.last_event();
    const std::string first_id = s.world.last_id();
    s.world.advance(5min);
    s.world.located("T-1");
    const EntryIndex second = s.world.last_event();
    const Instant found = s.world.now();
    (void)s.world.restart_as(restarted);
    ASSERT_EQ(s.owed().size(), 1U);
    EXPECT_EQ(s.owed().at(0).event, first);
    s.world.advance(1h);
    // The first was in error: it is owed because of the other.
    s.world.withdraw(first_id);
    (void)s.world.restart_as(restarted);
    ASSERT_EQ(s.owed().size(), 1U);
    EXPECT_EQ(s.owed().at(0).event, second);
    EXPECT_EQ(s.due(), found + 72h);
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(AfterAnEpisode, AnInterviewIsOwedForEachOfTwo) {
  Looked s;
  s.world.located("T-1");
  s.world.advance(10min);
  s.world.missing("T-1");
  s.world.advance(10min);
  s.world.located("T-1");
  EXPECT_EQ(s.owed().size(), 2U);
}

TEST(AfterAnEpisode, ThatWasEndedByHandLongAgoAnInterviewIsOwedWhenTheChildIsFoundAgain) {
  for (const bool done : {true, false}) {
    Looked s;
    s.world.stand_down(s.c);
    const NotificationId interview = s.owed().at(0);
    s.world.advance(1h);
    if (done) s.world.done(interview);
    s.world.advance(14 * 24h);
    s.world.located("T-1");
    ASSERT_EQ(s.owed().size(), done ? 1U : 2U);
    EXPECT_EQ(s.owed().back().event, s.world.last_event());
  }
}

TEST(AfterAnEpisode, ThatWasEndedByHandTheInterviewIsDueFromWhenTheChildCameBackAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    Looked s;
    s.world.advance(4h);
    const Instant back = s.world.now();
    s.world.advance(56h);
    s.world.stand_down(s.c);
    const Instant ended = s.world.now();
    ASSERT_EQ(s.due(), ended + 72h);
    s.world.advance(30min);
    s.reported("child.located", back);
    const std::string report = s.world.last_id();
    (void)s.world.restart_as(restarted);
    ASSERT_EQ(s.owed().size(), 1U);
    EXPECT_EQ(s.due(), back + 72h);
    EXPECT_TRUE(s.world.engine().limbo().empty());
    // By a manager's word the child is there all the same.
    s.world.withdraw(report);
    ASSERT_EQ(s.owed().size(), 1U);
    EXPECT_EQ(s.due(), ended + 72h);
  }
}

TEST(AfterAnEpisode, OfWhichTheEndWasReportedBeforeTheStartNothingIsOwedASecondTimeWhenItIsEndedByHand) {
  Looked s;
  s.world.stand_down(s.c);
  s.world.done(s.owed().at(0));
  s.world.advance(10h);
  s.reported("child.located", s.world.now() - 1h);
  s.reported("child.missing", s.world.now() - 2h);
  s.world.advance(20min);
  ASSERT_EQ(s.owed().size(), 1U);
  s.world.stand_down(s.c);
  EXPECT_EQ(s.owed().size(), 1U);
  s.world.advance(1h);
  s.world.missing("T-1");
  s.world.stand_down(s.c);
  EXPECT_EQ(s.owed().size(), 2U) << "another one";
}

TEST(AfterAnEpisode, ThatNeverWasNothingIsOwedAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2})
    for (const bool reported_twice : {false, true}) {
      Looked s;
      const std::string missing = s.world.last_id();
      if (reported_twice) s.world.missing("T-1");
      s.world.advance(10min);
      s.world.stand_down(s.c);
      ASSERT_EQ(s.owed().size(), 1U);
      s.world.withdraw(missing);
      (void)s.world.restart_as(restarted);
      EXPECT_EQ(s.owed().size(), reported_twice ? 1U : 0U);
      EXPECT_TRUE(s.world.engine().limbo().empty());
    }
}

TEST(AfterAnEpisode, ThatNeverWasItIsOwedWhereTheChildIsReportedFoundAllTheSame) {
  Looked s;
  const std::string missing = s.world.last_id();
  s.world.advance(10min);
  s.world.stand_down(s.c);
  s.world.advance(10min);
  s.world.located("T-1");
  const EntryIndex found = s.world.last_event();
  ASSERT_EQ(s.owed().size(), 1U);
  s.world.withdraw(missing);
  ASSERT_EQ(s.owed().size(), 1U);
  EXPECT_EQ(s.owed().at(0).event, found);
}

TEST(AfterAnEpisode, WhoeverWasFoundWasAnotherChildThenEachOfThemIsOwedOne) {
  for (const bool first_is_moved : {true, false}) {
    Looked s;
    s.world.located("T-1");
    const EntryIndex first = s.world.last_event();
    s.world.advance(5min);
    s.world.located("T-1");
    const EntryIndex second = s.world.last_event();
    const Actor manager{"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""};
    s.world.perform(MoveEvent{1, first_is_moved ? first : second, 0, manager, "the brother"});
    ASSERT_TRUE(s.world.acted().recorded());
    ASSERT_EQ(s.owed().size(), 1U);
    EXPECT_EQ(s.owed().at(0).event, first_is_moved ? second : first);
    const CaseNumber brothers =
        s.world.engine().state().case_of(*s.world.engine().state().event(first_is_moved ? first : second));
    ASSERT_NE(brothers, s.c);
    EXPECT_EQ(s.world.engine().state().obligations(brothers).size(), 1U);
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(AfterAnEpisode, WhatIsOwedAlreadyIsNotBegunByACorrectionOfTheSecondReport) {
  Looked s;
  s.world.located("T-1");
  s.world.advance(5min);
  s.world.located("T-1");
  s.world.correct(s.world.last_id(), [](v1::EventCorrected& c) { c.mutable_child_located(); });
  EXPECT_EQ(s.owed().size(), 1U);
}

}  // namespace
}  // namespace told::core::test
