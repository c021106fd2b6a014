// State and ledger cannot disagree: what is folded in from the ledger, or put back from rows, is what ran live.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/world.hpp"

namespace told::core::test {
namespace {

std::vector<std::string> rows_of(const State& state) {
  std::vector<std::string> rows;
  for (const auto& [index, event] : state.events()) rows.push_back(state.row(event).ShortDebugString());
  std::sort(rows.begin(), rows.end());
  return rows;
}

void a_busy_night(World& world) {
  for (const char* who : {"police", "home_office", "duty_manager"}) world.connect(who);
  world.no_receipts_from("home_office");
  for (int i = 0; i < 6; ++i)
    world.missing("T-" + std::to_string(i), i % 2 == 0 ? v1::RISK_GRADE_HIGH : v1::RISK_GRADE_LOW);
  world.acknowledge(world.last_of("police"), "police");
  world.advance(20min);
  world.located("T-1");
  world.decline(world.last_of("police"), "police");
  world.perform(RaiseAlarm{"worker_silent", "home_office"});
  world.advance(3h);
  world.perform(ClearAlarm{"worker_silent", "home_office"});
  world.missing("T-1");
}

TEST(AReplay, GivesTheSameStateAsRunningLive) {
  World world;
  a_busy_night(world);
  Engine again;
  std::vector<std::string> live = rows_of(world.engine().state());
  world.restart(false);
  // The restart itself ends what was in flight: take the same step on both sides by comparing after a second one.
  const std::vector<std::string> replayed = rows_of(world.engine().state());
  world.restart(true);
  EXPECT_EQ(replayed, rows_of(world.engine().state()));
  ASSERT_EQ(live.size(), replayed.size());
}

TEST(TheSameCommands, InTheSameOrderGiveTheSameBytes) {
  World one;
  World two;
  a_busy_night(one);
  a_busy_night(two);
  ASSERT_EQ(one.ledger().size(), two.ledger().size());
  for (std::size_t i = 0; i < one.ledger().size(); ++i)
    EXPECT_EQ(one.ledger()[i].SerializeAsString(), two.ledger()[i].SerializeAsString()) << i;
}

TEST(AfterARestart, DuplicatesAreStillRecognisedAndTheCaseIsTheSame) {
  for (const bool through_projection : {false, true}) {
    World world;
    const v1::PublishResult first = world.missing("T-1");
    world.restart(through_projection);
    v1::Event e;
    e.set_id("event-1");
    e.set_source("port");
    e.set_type("told.child.missing.v1");
    e.set_subject("T-1");
    e.set_status(v1::STATUS_ACTUAL);
    e.mutable_child_missing();
    EXPECT_EQ(world.publish(e).problem().code(), "id_reused");
    EXPECT_EQ(world.located("T-1").case_ref(), first.case_ref());
  }
}

TEST(AfterARestart, ThoseToldOfTheStartAreToldOfTheEnd) {
  for (const bool through_projection : {false, true}) {
    World world;
    for (const char* who : {"police", "home_office"}) world.connect(who);
    world.missing("T-1");
    world.acknowledge(world.last_of("police"), "police");
    world.acknowledge(world.last_of("home_office"), "home_office");
    world.restart(through_projection);
    for (const char* who : {"police", "home_office"}) world.connect(who);
    (void)world.newly_told();
    world.located("T-1");
    EXPECT_EQ(world.newly_told(), (Names{"police", "home_office"}));
  }
}

TEST(ARow, IsWantedAtAStartWhileAnybodyIsStillToBeToldThoughAllHaveAnswered) {
  World world;
  world.connect("home_office");
  world.happens("child.arrived", "T-1");
  const EntryIndex event = world.last_event();
  const auto wanted = [&] { return world.engine().state().row(*world.engine().state().event(event)).open(); };
  for (Slot slot = 0; slot < world.engine().state().event(event)->notifications.size(); ++slot) {
    EXPECT_TRUE(wanted());
    world.record_call({event, slot});
  }
  EXPECT_TRUE(wanted()) << "the police answered by telephone, and it still goes to their desk";
  world.connect("police");
  EXPECT_FALSE(wanted());
}

TEST(AGapInTheLedger, IsNeverFoldedIn) {
  State state;
  v1::LedgerEntry e;
  e.set_index(3);
  e.mutable_stopped();
  EXPECT_THROW(state.apply(e, nullptr, nullptr), std::logic_error);
}

// A start remembers other closed events than the run before it did (those with the highest numbers, not those closed
// last). What that run still recorded of one of them changes nothing, and must not keep told from starting.
TEST(WhatIsSaidOfAClosedEvent, IsFoldedInWhereTheEventIsNotRememberedAnyMore) {
  State state;
  state.restore_position(1000, from_us(1));
  v1::LedgerEntry e;
  e.set_index(1000);
  e.set_time_us(2);
  e.set_event(7);
  e.mutable_acknowledged()->set_repeated(true);
  EXPECT_NO_THROW(state.apply(e, nullptr, nullptr));
  e.set_index(1001);
  e.mutable_declined();
  EXPECT_NO_THROW(state.apply(e, nullptr, nullptr));
  e.set_index(1002);
  e.mutable_attempt_ended()->set_outcome(v1::OUTCOME_DELIVERED);
  EXPECT_NO_THROW(state.apply(e, nullptr, nullptr));
  EXPECT_EQ(state.next_index(), 1003U);
}

TEST(WhatWouldChangeAnEvent, IsAFaultWhereThereIsNoSuchEvent) {
  for (const bool acknowledges : {true, false}) {
    State state;
    state.restore_position(1000, from_us(1));
    v1::LedgerEntry e;
    e.set_index(1000);
    e.set_event(7);
    if (acknowledges)
      e.mutable_acknowledged();
    else
      e.mutable_attempt_intended()->set_attempt(1);
    EXPECT_THROW(state.apply(e, nullptr, nullptr), std::logic_error);
  }
}

}  // namespace
}  // namespace told::core::test
