// Lanes, where it is said whose case something is: what waits is of another case now, or two cases are one child's.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/world.hpp"

namespace told::core::test {
namespace {

/// The entries that made what the team manager received since the last time, of the case.
std::vector<EntryIndex> made_by(World& world, CaseNumber c) {
  std::vector<EntryIndex> all;
  const State& state = world.engine().state();
  for (const Received& r : world.newly_received())
    if (r.recipient == "team_manager" && state.case_of(*state.event(r.id.event)) == c)
      all.push_back(world.look(r.id).made_by);
  return all;
}

/// Nobody answers, and the team manager is not there: a call about one child waits, a reminder of what another one is
/// owed, and a second call about the first.
struct Waiting {
  World world{[] {
    auto policy = policy_with_clocks();
    policy->clocks.pop_back();
    return policy;
  }()};
  CaseNumber called = 0, owed = 0;
  Waiting() {
    world.happens("child.arrived", "T-1");
    owed = world.last_event();
    world.advance(3h);
    world.missing("T-2");
    called = world.last_event();
    world.advance(3h);
    world.missing("T-2");
    world.advance(1h);
    (void)world.newly_received();
  }
};

TEST(ALane, HasWhatWaitsOfTwoCasesThatAreOneChildsInTheOrderInWhichItWasMade) {
  for (const int restarted : {0, 1, 2}) {
    Waiting w;
    w.world.perform(JoinCases{1, w.owed, w.called, {}, "the same fingerprints"});
    ASSERT_TRUE(w.world.acted().recorded());
    w.world.restart_as(restarted);
    w.world.connect("team_manager");
    const std::vector<EntryIndex> made = made_by(w.world, w.owed);
    EXPECT_GE(made.size(), 3U);
    EXPECT_TRUE(std::is_sorted(made.begin(), made.end())) << testing::PrintToString(made);
  }
}

}  // namespace
}  // namespace told::core::test
