// A search was ended by hand, and reports that the child was missing are withdrawn: what is owed after it.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

/// An interview is owed after each absence, and that it is written up once it is done. Exercises are played by one.
std::shared_ptr<Policy> policy_that_talks() {
  auto p = small_policy();
  Clock talk;
  talk.number = 1;
  talk.name = "talk";
  talk.starts = "child.located";
  talk.who = "barnardos";
  talk.due = Due{72h};
  talk.warn = RungTime{36h};
  talk.ladder = "usual";
  Clock write_up = talk;
  write_up.number = 2;
  write_up.name = "write_up";
  write_up.starts = "";
  write_up.after = "talk";
  p->clocks = {talk, write_up};
  p->recipients.push_back({"player", "player", "generic", "zmq_queue", true});
  for (const char* when : {"child.missing", "child.located"}) {
    Rule rule = p->rules[2];
    rule.number = static_cast<std::uint32_t>(p->rules.size() + 1);
    rule.when = when;
    rule.who = "player";
    p->rules.push_back(rule);
  }
  return p;
}

struct EndedByHand : World {
  EndedByHand() : World(policy_that_talks()) {
    for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager"}) connect(who);
  }
  /// Its id.
  std::string goes_missing() {
    advance(1h);
    missing("T-1");
    if (c == 0) c = last_event();
    return last_id();
  }
  /// The order.
  EntryIndex is_ended() {
    advance(1h);
    const EntryIndex order = engine().state().next_index();
    EXPECT_TRUE(stand_down(c).recorded());
    return order;
  }
  /// Because of what something is owed, oldest first.
  [[nodiscard]] std::vector<EntryIndex> owed_after() {
    std::vector<EntryIndex> all;
    for (const NotificationId id : engine().state().obligations(c)) all.push_back(id.event);
    return all;
  }
  void exercise(const char* type, const std::function<void(v1::Event&)>& fill = {}) {
    const auto result = happens(type, "T-1", [&](v1::Event& e) {
      e.set_status(v1::STATUS_EXERCISE);
      if (fill) fill(e);
    });
    EXPECT_EQ(result.verdict(), v1::VERDICT_ACCEPTED);
  }
  CaseNumber c = 0;
};

TEST(AfterASearchThatWasEndedByHand, NothingIsOwedWhereTheOnlyOtherReportIsOfALaterOne) {
  for (const int restarted : {0, 1, 2}) {
    EndedByHand world;
    const std::string first = world.goes_missing();
    const EntryIndex ended = world.is_ended();
    world.goes_missing();
    ASSERT_EQ(world.owed_after(), std::vector<EntryIndex>{ended});
    (void)world.restart_as(restarted);
    world.withdraw(first);
    EXPECT_TRUE(world.owed_after().empty());
    (void)world.restart_as(restarted);
    EXPECT_TRUE(world.owed_after().empty());
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(AfterASearchThatWasEndedByHand, ATalkIsOwedThoughALaterSearchNeverWas) {
  for (const int restarted : {0, 1, 2}) {
    EndedByHand world;
    world.goes_missing();
    const EntryIndex ended = world.is_ended();
    const std::string second = world.goes_missing();
    const EntryIndex ended_again = world.is_ended();
    ASSERT_EQ(world.owed_after(), (std::vector<EntryIndex>{ended, ended_again}));
    (void)world.restart_as(restarted);
    world.withdraw(second);
    EXPECT_EQ(world.owed_after(), std::vector<EntryIndex>{ended});
  }
}

TEST(AfterASearchThatWasEndedByHand, ATalkIsOwedThoughAnEarlierSearchNeverWas) {
  EndedByHand world;
  const std::string first = world.goes_missing();
  world.advance(1h);
  world.located("T-1");
  const EntryIndex found = world.last_event();
  world.goes_missing();
  const EntryIndex ended = world.is_ended();
  world.withdraw(first);
  EXPECT_EQ(world.owed_after(), (std::vector<EntryIndex>{found, ended}));
}

TEST(AfterASearchThatWasEndedByHand, ATalkIsOwedThoughOneThatWasOnlyExercisedIsWithdrawn) {
  EndedByHand world;
  world.goes_missing();
  const EntryIndex ended = world.is_ended();
  world.exercise("child.missing");
  const EntryIndex played = world.last_event();
  const std::string played_id = world.last_id();
  world.exercise("child.located");
  ASSERT_FALSE(world.engine().state().event(played)->episode_open);
  world.exercise("event.withdrawn", [&](v1::Event& e) { e.mutable_event_withdrawn()->set_supersedes(played_id); });
  EXPECT_EQ(world.owed_after(), std::vector<EntryIndex>{ended});
}

TEST(AfterASearchThatWasEndedByHand, WhatIsToBeWrittenUpOfATalkThatWasHeldIsOwedThoughTheSearchNeverWas) {
  EndedByHand world;
  const std::string first = world.goes_missing();
  const EntryIndex ended = world.is_ended();
  world.done(world.engine().state().obligations(world.c).at(0));
  ASSERT_EQ(world.owed_after(), std::vector<EntryIndex>{ended});
  world.withdraw(first);
  ASSERT_EQ(world.owed_after(), std::vector<EntryIndex>{ended});
  EXPECT_EQ(world.look(world.engine().state().obligations(world.c).at(0)).rule, 2U);
}

}  // namespace
}  // namespace told::core::test
