#include "core/london.hpp"

#include <gtest/gtest.h>

namespace told::core {
namespace {

using namespace std::chrono_literals;

Instant utc(int year, int month, int day, Duration of_day) {
  return Instant{std::chrono::sys_days{std::chrono::year{year} / month / day}} + of_day;
}

TEST(LondonTime, IsGmtInWinterAndBstInSummerAndSaysWhich) {
  EXPECT_EQ(in_london(utc(2026, 1, 12, 21h + 5min), ShownTo::the_minute), "21:05 on Mon 12 Jan 2026 (GMT)");
  EXPECT_EQ(in_london(utc(2026, 7, 4, 23h + 30min + 7s), ShownTo::the_second), "00:30:07 on Sun 05 Jul 2026 (BST)");
}

TEST(LondonTime, TellsTheHourThatComesTwiceApart) {
  EXPECT_EQ(in_london(utc(2026, 10, 25, 30min), ShownTo::the_minute), "01:30 on Sun 25 Oct 2026 (BST)");
  EXPECT_EQ(in_london(utc(2026, 10, 25, 90min), ShownTo::the_minute), "01:30 on Sun 25 Oct 2026 (GMT)");
  EXPECT_EQ(in_london(utc(2026, 3, 29, 1h), ShownTo::the_minute), "02:00 on Sun 29 Mar 2026 (BST)");
}

}  // namespace
}  // namespace told::core
