// Quotas: what is counted apart from what else is counted, and from exercises.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

struct PlacesAndSearches : World {
  PlacesAndSearches()
      : World([] {
          auto policy = small_policy();
          policy->quotas = {{"places", "child.arrived", {"child.transferred"}, 0},
                            {"searches", "child.missing", {"child.located"}, 0}};
          policy->not_told = {"child.transferred"};
          return policy;
        }()) {}
  bool crossed(const char* quota) { return engine().state().open_alarm("quota", quota) != 0; }
  EntryIndex transfer_is_exercised() {
    happens("child.transferred", "T-1", [](v1::Event& e) { e.set_status(v1::STATUS_EXERCISE); });
    return last_event();
  }
};

TEST(AQuota, IsNotEndedByWhatEndsAnother) {
  PlacesAndSearches world;
  world.happens("child.arrived", "T-1");
  world.missing("T-1");
  EXPECT_TRUE(world.crossed("places"));
  EXPECT_TRUE(world.crossed("searches"));
  world.advance(1h);
  world.located("T-1");
  EXPECT_TRUE(world.crossed("places"));
  EXPECT_FALSE(world.crossed("searches"));
  world.happens("child.transferred", "T-1");
  EXPECT_FALSE(world.crossed("places"));
}

TEST(AQuota, CountsAChildWhoseTransferWasOnlyExercised) {
  for (const int restarted : {0, 1, 2}) {
    PlacesAndSearches world;
    world.transfer_is_exercised();
    (void)world.restart_as(restarted);
    world.happens("child.arrived", "T-1",
                  [&](v1::Event& e) { e.mutable_time()->set_seconds(to_us(world.now() - 1h) / 1'000'000); });
    EXPECT_TRUE(world.crossed("places"));
  }
}

TEST(AQuota, GoesOnCountingAChildThatTheYoungerOfTwoJoinedCasesCountedAndSaysNothingOfIt) {
  PlacesAndSearches world;
  world.missing("T-1");
  const CaseNumber older = world.last_event();
  world.happens("child.arrived", "T-2");
  world.perform(
      JoinCases{1, older, world.last_event(), {"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""}, "the same"});
  ASSERT_TRUE(world.acted().recorded());
  for (const v1::LedgerEntry& entry : world.ledger()) {
    EXPECT_EQ(entry.identity_changed().uncounted_size(), 0);
    EXPECT_EQ(entry.identity_changed().counted_again_size(), 0);
  }
  EXPECT_TRUE(world.engine().state().counted("told.child.arrived.v1").contains(older));
}

TEST(AQuota, StaysAsItIsWhereAnExerciseWasOfAnotherChild) {
  for (const int restarted : {0, 1, 2}) {
    PlacesAndSearches world;
    world.happens("child.arrived", "T-1");
    const CaseNumber c = world.last_event();
    const EntryIndex exercise = world.transfer_is_exercised();
    (void)world.restart_as(restarted);
    world.perform(MoveEvent{1, exercise, 0, {"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""}, "another's"});
    ASSERT_TRUE(world.acted().recorded());
    const auto& counted = world.engine().state().counted("told.child.arrived.v1");
    EXPECT_EQ(counted.size(), 1U);
    EXPECT_TRUE(counted.contains(c));
  }
}

}  // namespace
}  // namespace told::core::test
