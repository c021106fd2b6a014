// Who is on duty, by examples; rota_property_test.cpp has the general case.
#include "core/rota.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <ctime>

namespace told::core {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto sunday = 6 * 24h;

Day day(unsigned month, unsigned of_month) {
  return Day{std::chrono::year{2026}, std::chrono::month{month}, std::chrono::day{of_month}};
}

Instant utc(unsigned month, unsigned of_month, std::chrono::minutes of_day) {
  return std::chrono::sys_days{day(month, of_month)} + of_day;
}

const Calendar plain_london;

TEST(Rota, HandsOverWithoutAGapOnTheNightWhenAnHourComesTwice) {
  Rota rota;
  rota.weekly = {{sunday - 2h, sunday + 90min, {"evening"}, {}, {}}, {sunday + 90min, sunday + 9h, {"night"}, {}, {}}};
  // 25 October: 01:30 BST is 00:30 UTC; the clocks go back at 01:00 UTC, and 01:30 comes again at 01:30 UTC.
  EXPECT_THAT(rota.on_duty(utc(10, 25, 29min), plain_london), ElementsAre("evening"));
  EXPECT_THAT(rota.on_duty(utc(10, 25, 30min), plain_london), ElementsAre("night"));
  EXPECT_THAT(rota.on_duty(utc(10, 25, 1h + 10min), plain_london), ElementsAre("night")) << "01:10 for the second time";
  EXPECT_THAT(rota.on_duty(utc(10, 25, 1h + 30min), plain_london), ElementsAre("night"));
  EXPECT_THAT(unowned(rota, plain_london, utc(10, 24, 21h), utc(10, 25, 9h)), IsEmpty());
}

TEST(Rota, HandsOverWithoutAGapOnTheNightThatSkipsAnHour) {
  Rota rota;
  rota.weekly = {{sunday - 2h, sunday + 90min, {"evening"}, {}, {}}, {sunday + 90min, sunday + 9h, {"night"}, {}, {}}};
  // 29 March: 01:30 is skipped; the clocks go forward at 01:00 UTC.
  EXPECT_THAT(rota.on_duty(utc(3, 29, 59min), plain_london), ElementsAre("evening"));
  EXPECT_THAT(rota.on_duty(utc(3, 29, 1h), plain_london), ElementsAre("night"));
  EXPECT_THAT(unowned(rota, plain_london, utc(3, 28, 22h), utc(3, 29, 8h)), IsEmpty());
}

TEST(Rota, HasEarlierShiftsAndLaterOverridesHold) {
  Rota rota;
  rota.weekly = {{9h, 17h, {"first"}, {}, {}}, {12h, 20h, {"second"}, {}, {}}};
  rota.overrides = {{{day(3, 2), 10h}, {day(3, 2), 12h}, {"swapped"}, "swap"},
                    {{day(3, 2), 11h}, {day(3, 2), 12h}, {}, "nobody, on purpose"}};
  rota.otherwise = {"out of hours"};
  const auto at = [&](std::chrono::minutes of_day) { return rota.on_duty(utc(3, 2, of_day), plain_london); };
  EXPECT_THAT(at(8h), ElementsAre("out of hours"));
  EXPECT_THAT(at(9h), ElementsAre("first"));
  EXPECT_THAT(at(10h), ElementsAre("swapped"));
  EXPECT_THAT(at(11h), IsEmpty());
  EXPECT_THAT(at(12h), ElementsAre("first"));
  EXPECT_THAT(at(17h), ElementsAre("second"));
  EXPECT_THAT(at(20h), ElementsAre("out of hours"));
  EXPECT_THAT(unowned(rota, plain_london, utc(3, 2, 0h), utc(3, 3, 0h)),
              ElementsAre(Stretch{utc(3, 2, 11h), utc(3, 2, 12h)}));
}

TEST(Rota, CountsAShiftByTheDayOnWhichItBegins) {
  Rota rota;
  rota.weekly = {{sunday + 22h, 6h, {"night"}, day(3, 8), day(3, 8)}};
  EXPECT_THAT(rota.on_duty(utc(3, 9, 5h), plain_london), ElementsAre("night")) << "from Sunday 8 March";
  EXPECT_THAT(rota.on_duty(utc(3, 2, 5h), plain_london), IsEmpty());
  EXPECT_THAT(rota.on_duty(utc(3, 16, 5h), plain_london), IsEmpty());
}

/// London, with Christmas of 2026 (a Friday) and the Monday after.
Calendar with_christmas() {
  Calendar calendar;
  calendar.holidays = {{day(12, 25), "Christmas Day"}, {day(12, 28), "Boxing Day (substitute day)"}};
  return calendar;
}

/// Monday to Friday: one line of a policy.
std::vector<WeeklyShift> each_weekday(const WeeklyShift& monday) {
  std::vector<WeeklyShift> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(monday);
    all.back().from += i * 24h;
    all.back().to += i * 24h;
  }
  return all;
}

TEST(Rota, OfWorkingDaysLeavesAHolidayToTheOutOfHoursTeam) {
  const Calendar calendar = with_christmas();
  Rota rota;
  rota.weekly = each_weekday({9h, 17h, {"manager"}, {}, {}, Begins::working_days});
  rota.otherwise = {"out of hours"};
  const auto at_ten = [&](unsigned of_december) { return rota.on_duty(utc(12, of_december, 10h), calendar); };
  EXPECT_THAT(at_ten(24), ElementsAre("manager"));
  EXPECT_THAT(at_ten(25), ElementsAre("out of hours"));
  EXPECT_THAT(at_ten(26), ElementsAre("out of hours")) << "a Saturday";
  EXPECT_THAT(at_ten(28), ElementsAre("out of hours"));
  EXPECT_THAT(at_ten(29), ElementsAre("manager"));
  rota.otherwise.clear();
  EXPECT_THAT(unowned(rota, calendar, utc(12, 24, 9h), utc(12, 29, 17h)),
              ElementsAre(Stretch{utc(12, 24, 17h), utc(12, 29, 9h)}));
  for (Instant at = utc(12, 24, 9h); at < utc(12, 29, 9h); at += 1h)
    EXPECT_LE(next_change(rota, calendar, at), at < utc(12, 24, 17h) ? utc(12, 24, 17h) : utc(12, 29, 9h));
}

TEST(Rota, OfDaysThatAreNotWorkedHasWeekendsAndHolidays) {
  const Calendar calendar = with_christmas();
  Rota rota;
  for (int i = 0; i < 7; ++i)
    rota.weekly.push_back({i * 24h + 8h, i * 24h + 20h, {"weekend team"}, {}, {}, Begins::days_not_worked});
  const auto at_noon = [&](unsigned of_december) { return rota.on_duty(utc(12, of_december, 12h), calendar); };
  EXPECT_THAT(at_noon(24), IsEmpty());
  for (const unsigned of_december : {25U, 26U, 27U, 28U})
    EXPECT_THAT(at_noon(of_december), ElementsAre("weekend team"));
  EXPECT_THAT(at_noon(29), IsEmpty());
}

TEST(Rota, CountsANightByTheDayOnWhichItBeginsOnTheEveOfAHolidayToo) {
  const Calendar calendar = with_christmas();
  Rota rota;
  rota.weekly = each_weekday({17h, 33h, {"night"}, {}, {}, Begins::working_days});
  EXPECT_THAT(rota.on_duty(utc(12, 25, 8h), calendar), ElementsAre("night")) << "from Christmas Eve";
  EXPECT_THAT(rota.on_duty(utc(12, 25, 18h), calendar), IsEmpty());
  EXPECT_THAT(rota.on_duty(utc(12, 29, 8h), calendar), IsEmpty()) << "Monday was none";
}

TEST(Rota, OfAWholeWeekIsOneShift) {
  Rota rota;
  rota.weekly = {{9h, 9h, {"all week"}, {}, {}}};
  EXPECT_THAT(unowned(rota, plain_london, utc(3, 1, 0h), utc(4, 30, 0h)), IsEmpty());
}

TEST(Rota, ReportsHoursWithoutAnybody) {
  Rota rota;
  rota.weekly = {{9h, 17h, {"monday"}, {}, {}}};
  EXPECT_THAT(unowned(rota, plain_london, utc(3, 2, 0h), utc(3, 10, 0h)),
              ElementsAre(Stretch{utc(3, 2, 0h), utc(3, 2, 9h)}, Stretch{utc(3, 2, 17h), utc(3, 9, 9h)},
                          Stretch{utc(3, 9, 17h), utc(3, 10, 0h)}));
  EXPECT_THAT(unowned(rota, plain_london, utc(3, 2, 0h), utc(3, 2, 0h)), IsEmpty());
}

// An escalation asks once for each rung, and a rehearsal of a year some hundred thousand times.
TEST(Rota, AnswersFromALongRotaInMicroseconds) {
  Rota rota;
  for (int i = 0; i < 21; ++i) rota.weekly.push_back({8h * i, 8h * i + 8h - 1min, {"a", "b"}, {}, {}});
  for (unsigned i = 1; i <= 28; ++i) rota.overrides.push_back({{day(2, i), 9h}, {day(2, i), 10h}, {"c"}, "holiday"});
  constexpr int times = 20'000;
  std::size_t on_duty = 0;
  const std::clock_t begin = std::clock();  // of the processor: whatever else the machine does is not in it
  for (int i = 0; i < times; ++i) on_duty += rota.on_duty(utc(3, 2, 0h) + i * 1min, plain_london).size();
  const double each = 1e9 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / times;
  EXPECT_GT(on_duty, 30'000U);
  // Optimised it takes a quarter of a microsecond; a sanitizer's build has room too.
  EXPECT_LT(each, 20'000);
  RecordProperty("nanoseconds", std::to_string(each));
}

}  // namespace
}  // namespace told::core
