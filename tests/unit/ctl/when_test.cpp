#include "ctl/when.hpp"

#include <gtest/gtest.h>

#include "ctl/exit.hpp"

namespace told::ctl {
namespace {

using namespace std::chrono;

const core::Instant evening = sys_days{2026y / July / 1} + 20h + 30min;  // 21:30 in London

TEST(When, ATimeOfDayIsLondonTime) {
  EXPECT_EQ(read_time("21:14", evening), core::Instant(sys_days{2026y / July / 1} + 20h + 14min));
  EXPECT_EQ(read_time("21:14:07", evening), core::Instant(sys_days{2026y / July / 1} + 20h + 14min + 7s));
}

TEST(When, ATimeThatHasNotBeenTodayWasYesterday) {
  EXPECT_EQ(read_time("23:50", evening), core::Instant(sys_days{2026y / June / 30} + 22h + 50min));
}

TEST(When, RFC3339IsAsItSays) {
  EXPECT_EQ(read_time("2026-11-22T21:14:07Z", evening),
            core::Instant(sys_days{2026y / November / 22} + 21h + 14min + 7s));
}

TEST(When, AnythingElseIsRefusedWithAnExample) {
  for (const auto* text : {"", "now", "25:00", "9pm", "21:14 ", "12:61"})
    EXPECT_THROW((void)read_time(text, evening), Failure) << text;
}

}  // namespace
}  // namespace told::ctl
