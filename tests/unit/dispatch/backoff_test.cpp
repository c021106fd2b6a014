#include "dispatch/backoff.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace told::dispatch {
namespace {

using namespace std::chrono_literals;
using Milliseconds = Backoff::Milliseconds;

constexpr Backoff::Steady start{1h};

TEST(ABackoff, DoublesItsCeilingUpToThreeSecondsInTheFirstMinutes) {
  Milliseconds longest[8] = {};
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Backoff backoff{seed};
    for (Milliseconds& most : longest) most = std::max(most, backoff.failed(start, 0ms));
  }
  const Milliseconds ceilings[8] = {250ms, 500ms, 1s, 2s, 3s, 3s, 3s, 3s};
  for (int i = 0; i < 8; ++i) {
    EXPECT_LE(longest[i], ceilings[i]);
    EXPECT_GT(longest[i], ceilings[i] * 9 / 10) << "the whole range is used: full jitter";
  }
}

TEST(ABackoff, GivesEveryWayAnotherTimeSoThatTheyDoNotComeBackTogether) {
  std::set<std::int64_t> times;
  for (std::uint64_t seed = 0; seed < 50; ++seed) times.insert(Backoff{seed}.failed(start, 0ms).count());
  EXPECT_GT(times.size(), 30U);
}

TEST(ABackoff, TriesOnceAMinuteAtLeastHoweverLongTheTroubleLasts) {
  Milliseconds longest{0};
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Backoff backoff{seed};
    for (int i = 0; i < 40; ++i) (void)backoff.failed(start, 0ms);
    longest = std::max(longest, backoff.failed(start + 240h, 0ms));
  }
  EXPECT_LE(longest, 60s);
  EXPECT_GT(longest, 50s);
}

TEST(ABackoff, RestsAsLongAsTheRecipientAsksButNoLongerThanAQuarterOfAnHour) {
  EXPECT_GE(Backoff{1}.failed(start, 30s), 30s);
  EXPECT_EQ(Backoff{1}.failed(start, 24h), 15min);
}

TEST(ABackoff, DoesNotRestForOneMessageThatIsRefusedButWhereEverythingIs) {
  Backoff backoff{7};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(backoff.refused(start), 0ms);
  EXPECT_GT(backoff.refused(start), 0ms);
  backoff.succeeded();
  EXPECT_EQ(backoff.refused(start), 0ms);
}

TEST(ABackoff, TakesAWayForBrokenAfterFiveFailuresInARowAndNotAfterFiveInAll) {
  Backoff backoff{7};
  for (int i = 0; i < 4; ++i) (void)backoff.failed(start, 0ms);
  EXPECT_FALSE(backoff.broken());
  backoff.succeeded();
  for (int i = 0; i < 4; ++i) (void)backoff.failed(start, 0ms);
  EXPECT_FALSE(backoff.broken());
  (void)backoff.failed(start, 0ms);
  EXPECT_TRUE(backoff.broken());
}

}  // namespace
}  // namespace told::dispatch
