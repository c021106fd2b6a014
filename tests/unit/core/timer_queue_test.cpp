#include "core/timer_queue.hpp"

#include <gtest/gtest.h>

#include <random>

namespace told::core {
namespace {

using namespace std::chrono_literals;

TEST(TheTimerQueue, GivesTimersInOrderOfTheirTimeAndNoneEarly) {
  TimerQueue queue;
  std::mt19937_64 random(7);
  for (std::uint64_t i = 0; i < 10000; ++i) queue.arm({from_us(static_cast<std::int64_t>(random() % 1'000'000)), i, 0});
  Instant last{};
  for (Instant at{}; at <= from_us(1'000'000); at += 1ms)
    while (const auto timer = queue.pop_due(at)) {
      EXPECT_LE(timer->due, at);
      EXPECT_GE(timer->due, last);
      last = timer->due;
    }
  EXPECT_EQ(queue.size(), 0U);
}

TEST(TheTimerQueue, TakesTwentyFourBytesForATimer) { EXPECT_EQ(sizeof(Timer), 24U); }

TEST(TheTimerQueue, KeepsItsOrderAfterASweep) {
  TimerQueue queue;
  for (std::uint64_t i = 0; i < 100; ++i) queue.arm({from_us(static_cast<std::int64_t>((i * 37) % 100)), i, 0});
  queue.sweep([](const Timer& t) { return t.notification % 2 == 0; });
  EXPECT_EQ(queue.size(), 50U);
  Instant last{};
  while (const auto timer = queue.pop_due(Instant::max())) {
    EXPECT_EQ(timer->notification % 2, 0U);
    EXPECT_GE(timer->due, last);
    last = timer->due;
  }
}

}  // namespace
}  // namespace told::core
