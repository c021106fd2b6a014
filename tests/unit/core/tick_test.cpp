// Time passes: what fell due meanwhile happens, and what was over by then does not.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

TEST(ATick, ThatFindsThousandsDueTakesAThousandAndTheNextOneTheRest) {
  World world;
  constexpr std::size_t cases = 600;
  for (std::size_t i = 0; i < cases; ++i) world.missing("T-" + std::to_string(i));
  world.sleep(15min);
  world.perform(Tick{});
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), 1000U);
  EXPECT_LE(world.engine().next_due(), world.now());
  world.perform(Tick{});
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), 2 * cases) << "police and the Home Office";
  EXPECT_GT(world.engine().next_due(), world.now());
}

TEST(ATimer, OfWhatWasForgottenCallsNobody) {
  World world{small_policy(), 0};
  for (const char* who : {"police", "home_office", "duty_manager"}) world.connect(who);
  world.happens("child.arrived", "T-1");
  const EntryIndex arrival = world.last_event();
  for (const char* who : {"police", "home_office"}) world.acknowledge(world.last_of(who), who);
  State& state = world.engine().state_for_restore();
  (void)state.take_changes();
  state.projected(state.next_index());
  ASSERT_EQ(state.event(arrival), nullptr);
  (void)world.newly_told();
  world.advance(1h);
  EXPECT_EQ(world.newly_told(), Names{});
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), 0U);
}

}  // namespace
}  // namespace told::core::test
