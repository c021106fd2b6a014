// Two references that are not the same child's after all: how that is undone.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/world.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;

const Actor manager{"Manager B", "service manager", "", v1::MEANS_LOCAL, "local", ""};

void they_all_connect(World& world) {
  for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager", "service_manager"})
    world.connect(who);
}

bool ordered(World& world, Command c) {
  world.perform(std::move(c));
  return world.acted().recorded();
}

/// What was said last of whose case something is.
const v1::LedgerEntry& said_last(const World& world) {
  return *std::find_if(world.ledger().rbegin(), world.ledger().rend(),
                       [](const v1::LedgerEntry& entry) { return entry.has_identity_changed(); });
}

/// A child is missing by one reference, and another by another; somebody has said that they are one.
struct TwoAsOne {
  World world;
  CaseNumber older = 0, younger = 0;

  TwoAsOne() {
    they_all_connect(world);
    world.missing("T-1");
    older = world.last_event();
    world.missing("T-2");
    younger = world.last_event();
  }
  void join() { ASSERT_TRUE(ordered(world, JoinCases{1, older, younger, manager, "the same fingerprints"})); }
  void restart_as(int how) {
    if (world.restart_as(how)) they_all_connect(world);
  }
  bool searched_for(EntryIndex missing) { return world.engine().state().event(missing)->episode_open; }
};

TEST(AMistakenSameChild, IsUndoneByMovingTheReportOfTheYoungerReferenceWhichStandsByItselfAgain) {
  for (const int restarted : {0, 1, 2}) {
    TwoAsOne two;
    World& world = two.world;
    two.join();
    two.restart_as(restarted);
    (void)world.newly_told();
    ASSERT_TRUE(ordered(world, MoveEvent{1, two.younger, 0, manager, "they are two"}));
    EXPECT_EQ(said_last(world).identity_changed().parted_case(), two.younger);
    EXPECT_TRUE(world.newly_told().contains("police"));
    two.restart_as(restarted);
    const State& state = world.engine().state();
    EXPECT_EQ(state.goes_on_as(two.younger), two.younger);
    EXPECT_EQ(state.same_child(two.older), std::vector<CaseNumber>{two.older});

    world.happens("child.located", "T-2");
    EXPECT_TRUE(two.searched_for(two.older)) << restarted;
    EXPECT_FALSE(two.searched_for(two.younger)) << restarted;
    EXPECT_TRUE(world.engine().limbo().empty());
    // And they may turn out to be one again.
    ASSERT_TRUE(ordered(world, JoinCases{1, two.older, two.younger, manager, "one after all"}));
    two.restart_as(restarted);
    EXPECT_EQ(world.engine().state().goes_on_as(two.younger), two.older);
  }
}

TEST(AMistakenSameChild, IsUndoneWithTheLastOfTheReportsOfTheYoungerReferenceWhichGoesOnWhereTheyAre) {
  for (const int restarted : {0, 1, 2}) {
    TwoAsOne two;
    World& world = two.world;
    world.happens("child.arrived", "T-2");
    const EntryIndex arrived = world.last_event();
    two.join();
    ASSERT_TRUE(ordered(world, MoveEvent{1, two.younger, 0, manager, "they are two"}));
    EXPECT_EQ(said_last(world).identity_changed().parted_case(), 0U) << "its arrival is there still";
    const CaseNumber apart = said_last(world).case_number();
    two.restart_as(restarted);
    ASSERT_TRUE(ordered(world, MoveEvent{1, arrived, apart, manager, "they are two"}));
    two.restart_as(restarted);
    const State& state = world.engine().state();
    EXPECT_EQ(state.goes_on_as(apart), two.younger);
    EXPECT_EQ(state.goes_on_as(two.younger), two.younger);

    world.happens("child.located", "T-2");
    EXPECT_FALSE(two.searched_for(two.younger)) << restarted;
    EXPECT_TRUE(two.searched_for(two.older)) << restarted;
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

// The second child's own report was the first one's after all; what came under its reference while the two were one is
// still its publisher's to correct.
TEST(AMistakenSameChild, WhoseOwnReportIsMovedBackLeavesWhatCameUnderItsReferenceToBeCorrected) {
  for (const int restarted : {0, 1, 2}) {
    TwoAsOne two;
    World& world = two.world;
    two.join();
    world.happens("child.arrived", "T-2");
    const std::string arrived = world.last_id();
    ASSERT_TRUE(ordered(world, MoveEvent{1, two.younger, 0, manager, "they are two"}));
    ASSERT_TRUE(ordered(world, MoveEvent{1, two.younger, two.older, manager, "it was hers after all"}));
    two.restart_as(restarted);
    const auto corrected = world.correct(
        arrived, [](v1::EventCorrected& c) { c.mutable_child_arrived(); }, "T-2");
    EXPECT_EQ(corrected.verdict(), v1::VERDICT_ACCEPTED) << corrected.ShortDebugString();
    EXPECT_EQ(world
                  .correct(
                      arrived, [](v1::EventCorrected& c) { c.mutable_child_arrived(); }, "T-9")
                  .problem()
                  .code(),
              "another_subject");
  }
}

TEST(AMistakenSameChild, LeavesWhoeverWasKeptOutAndTheLegalHoldWithBoth) {
  for (const int restarted : {0, 1, 2}) {
    for (const bool before : {false, true}) {
      TwoAsOne two;
      World& world = two.world;
      if (!before) two.join();
      ASSERT_TRUE(ordered(world, OrderScreen{1, two.younger, "duty_manager", false, manager, "an allegation"}));
      ASSERT_TRUE(ordered(world, OrderHold{1, two.younger, false, manager, "an inquiry"}));
      if (before) two.join();
      ASSERT_TRUE(ordered(world, MoveEvent{1, two.younger, 0, manager, "they are two"}));
      two.restart_as(restarted);
      const State& state = world.engine().state();
      for (const CaseNumber c : {two.older, two.younger}) {
        EXPECT_TRUE(state.screened(c, "duty_manager")) << before << restarted;
        EXPECT_TRUE(state.held(c)) << before << restarted;
      }
      (void)world.newly_told();
      world.advance(16min);
      EXPECT_FALSE(world.newly_told().contains("duty_manager")) << before << restarted;
      ASSERT_TRUE(ordered(world, OrderScreen{1, two.younger, "duty_manager", true, manager, "of the other"}));
      EXPECT_FALSE(world.engine().state().screened(two.younger, "duty_manager"));
      EXPECT_TRUE(world.engine().state().screened(two.older, "duty_manager"));
    }
  }
}

TEST(AMistakenSameChild, LetsNobodyInWhoIsKeptOutOfTheOneWhileItsReportsAreMovedOneByOne) {
  for (const int restarted : {0, 1, 2}) {
    TwoAsOne two;
    World& world = two.world;
    ASSERT_TRUE(ordered(world, OrderScreen{1, two.younger, "police", false, manager, "an allegation"}));
    world.happens("child.arrived", "T-2");
    const EntryIndex second = world.last_event();
    two.join();
    two.restart_as(restarted);
    (void)world.newly_received();
    ASSERT_TRUE(ordered(world, MoveEvent{1, second, 0, manager, "they are two"}));
    const CaseNumber own = world.engine().state().case_of(*world.engine().state().event(second));
    ASSERT_TRUE(ordered(world, MoveEvent{1, two.younger, own, manager, "they are two"}));
    for (const Received& r : world.newly_received())
      if (r.recipient == "police") {
        EXPECT_EQ(r.kind, v1::NOTIFICATION_KIND_ANOTHER_CHILD) << "what they have in hand, to be mended";
      }
    EXPECT_TRUE(world.engine().state().screened(two.younger, "police"));
  }
}

TEST(AMistakenSameChild, IsNotUndoneByTheReportOfTheOlderReferenceWhichWouldNameTheOtherChild) {
  TwoAsOne two;
  World& world = two.world;
  two.join();
  EXPECT_FALSE(ordered(world, MoveEvent{1, two.older, 0, manager, "they are two"}));
  EXPECT_EQ(world.acted().problem().code(), "reference_left_behind");
  ASSERT_TRUE(ordered(world, MoveEvent{1, two.younger, 0, manager, "they are two"}));
  EXPECT_TRUE(ordered(world, MoveEvent{1, two.older, 0, manager, "and it was a third"}))
      << "now nothing is left with it";
}

TEST(AMistakenSameChild, LeavesItsPublisherFreeToMendWhatItReportedMeanwhile) {
  for (const int restarted : {0, 1, 2, 3, 4, 5}) {
    TwoAsOne two;
    World& world = two.world;
    world.happens("child.arrived", "T-3");
    const CaseNumber third = restarted < 3 ? 0 : world.last_event();
    two.join();
    world.happens("child.arrived", "T-2");
    const std::string meanwhile = world.last_id();
    ASSERT_TRUE(ordered(world, MoveEvent{1, two.younger, third, manager, "they are two"}));
    two.restart_as(restarted % 3);
    EXPECT_EQ(world.withdraw(meanwhile, "T-2").verdict(), v1::VERDICT_ACCEPTED) << restarted;
  }
}

TEST(AMistakenSameChild, OfAThirdReferenceLeavesTheOtherTwoTogether) {
  TwoAsOne two;
  World& world = two.world;
  two.join();
  world.missing("T-3");
  const CaseNumber third = world.last_event();
  ASSERT_TRUE(ordered(world, JoinCases{1, two.younger, third, manager, "and that one"}));
  ASSERT_TRUE(ordered(world, MoveEvent{1, third, 0, manager, "not that one"}));
  world.restart();
  const State& state = world.engine().state();
  EXPECT_EQ(state.goes_on_as(third), third);
  EXPECT_EQ(state.goes_on_as(two.younger), two.older);
}

}  // namespace
}  // namespace told::core::test
