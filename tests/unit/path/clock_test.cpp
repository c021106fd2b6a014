// told's own time, on a machine whose two clocks are turned by hand.
#include "path/clock.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace told::path {
namespace {

using namespace std::chrono_literals;

struct Hands final : MachineClocks {
  [[nodiscard]] core::Duration boot() const override { return at; }
  [[nodiscard]] core::Duration wall() const override { return at + apart; }
  void wake_at(core::Duration boot) override { armed = boot; }
  void on_wake(std::function<void()>, std::function<void()> look) override { look_at_it = std::move(look); }

  void pass(core::Duration d) { at += d; }
  /// Somebody sets the wall clock: the kernel says so at once.
  void step(core::Duration by) {
    apart += by;
    look_at_it();
  }

  core::Duration at = 100s, apart = 1'795'000'000s, armed{};
  std::function<void()> look_at_it;
};

struct OurTime : testing::Test {
  OurTime() {
    clock.on_step([this](core::Duration step) { steps.push_back(step); });
  }
  Hands hands;
  Clock clock{hands, core::Instant{}};
  std::vector<core::Duration> steps;
};

TEST_F(OurTime, GoesOnByTheBootClockWhateverTheWallClockIsSetTo) {
  const core::Instant begun = clock.now();
  for (const core::Duration step : {core::Duration{1h}, core::Duration{-48h}, core::Duration{87'600h}}) {
    hands.pass(10s);
    hands.step(step);
  }
  EXPECT_EQ(clock.now() - begun, 30s);
  EXPECT_EQ(steps, (std::vector<core::Duration>{1h, -48h, 87'600h}));
}

TEST_F(OurTime, FollowsASlowClockByASecondAMinuteAtMost) {
  hands.pass(60s);
  const core::Instant before = clock.now();
  hands.step(4s);
  EXPECT_EQ(clock.now() - before, 1s);
  hands.pass(60s);
  hands.look_at_it();
  EXPECT_EQ(clock.now() - before, 62s);
  EXPECT_TRUE(steps.empty());
}

// A time service that sets the clock again and again within a second must not carry ours along.
TEST_F(OurTime, IsNotCarriedAlongByAClockThatIsSetManyTimesInASecond) {
  hands.pass(60s);
  const core::Instant before = clock.now();
  for (int i = 0; i < 10; ++i) {
    hands.pass(100ms);
    hands.step(i == 0 ? -4s : core::Duration{-10ms});
  }
  EXPECT_GE(clock.now() - before, 1s - 1s - 20ms);  // a second of the minute that had passed, and hardly more
  EXPECT_LE(clock.now() - before, 1s - 1s);
}

TEST_F(OurTime, TakesTheLaterOfTwoTimesForWhatMayHaveHappenedAlready) {
  hands.step(1h);
  EXPECT_EQ(clock.latest() - clock.now(), 1h);
  hands.step(-2h);
  EXPECT_EQ(clock.latest(), clock.now());
}

TEST(OurTimeAtAStart, IsNeverBeforeTheLedgers) {
  Hands hands;
  const core::Instant last{hands.wall() + 1h};
  const Clock clock{hands, last};
  EXPECT_EQ(clock.now(), last);
  EXPECT_FALSE(clock.sane());
}

}  // namespace
}  // namespace told::path
