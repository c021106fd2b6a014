#include "audit/kinds.hpp"

#include <gtest/gtest.h>

#include "audit/clock.hpp"
#include "audit/words.hpp"

namespace told::audit {

using namespace std::chrono_literals;

TEST(Kinds, AnEventTypeReadsAsAPersonWouldSayIt) {
  EXPECT_EQ(event_words("told.child.missing.v1"), "child missing");
  EXPECT_EQ(event_words("stand_down"), "missing episode ended by hand");
}

TEST(Kinds, ANoteCanNeitherForgeALineNorDriveTheTerminal) {
  EXPECT_EQ(on_one_line("first\nsecond"), "first second");
  EXPECT_EQ(on_one_line("\x1b[31mred"), "?[31mred");
  EXPECT_EQ(on_one_line("a\xE2\x80\xAE"
                        "b"),
            "a?b");
  EXPECT_EQ(on_one_line("a\xC2\x9B"
                        "b"),
            "a?b");
  EXPECT_EQ(on_one_line("Zo\xC3\xAB \xE2\x80\x94 \xE2\x81\x87"), "Zo\xC3\xAB \xE2\x80\x94 \xE2\x81\x87");
}

TEST(Clock, TimeLeftIsSaidInWords) {
  const auto now = core::from_us(1'795'000'000'000'000);
  EXPECT_EQ(time_left(now + 4min + 30s, now), "4 min left");
  EXPECT_EQ(time_left(now - 12min, now), "12 min LATE");
  EXPECT_EQ(time_left(now + 30s, now), "30 s left");
  EXPECT_EQ(time_left(now + 3h + 10min, now), "3 h 10 min left");
  EXPECT_EQ(time_left(now + 52h, now), "2 days 4 h left");
}

TEST(Clock, PeopleReadLondonTimeInSummerToo) {
  using namespace std::chrono;
  const core::Instant summer = sys_days{2026y / July / 1} + 20h + 14min + 7s;
  const core::Instant winter = sys_days{2026y / November / 22} + 21h + 14min + 7s;
  EXPECT_EQ(clock_time(summer), "21:14:07");
  EXPECT_EQ(full_time(summer), "Wed 01 Jul 2026 21:14:07 BST");
  EXPECT_EQ(full_time(winter), "Sun 22 Nov 2026 21:14:07 GMT");
  EXPECT_EQ(short_time(winter + 30min, winter), "21:44");
  EXPECT_EQ(short_time(winter + 4s, winter), "21:14:11");
  EXPECT_EQ(short_time(winter + 20h, winter), "Mon 23 Nov 17:14");
  EXPECT_EQ(short_time(winter + 10 * 24h + 20h, winter), "Thu 3 Dec 17:14");
  EXPECT_EQ(utc_time(summer), "2026-07-01T20:14:07Z");
}

// "Next at 01:30", said at half past one, is nonsense unless it says which of the two.
TEST(Clock, InTheHourThatComesTwiceItSaysWhich) {
  using namespace std::chrono;
  const core::Instant first = sys_days{2026y / October / 25} + 30min;
  EXPECT_EQ(short_time(first, first - 20min), "01:30 BST");
  EXPECT_EQ(short_time(first + 1h, first), "01:30 GMT");
  EXPECT_EQ(short_time(first + 1h, first - 24h), "Sun 25 Oct 01:30 GMT");
  EXPECT_EQ(clock_time(first), "01:30:00 BST");
  EXPECT_EQ(clock_time(first + 90min), "02:00:00");
  EXPECT_EQ(clock_time(first - 31min), "00:59:00");
}

}  // namespace told::audit
