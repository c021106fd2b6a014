// Deadlines as DOMAIN's arithmetic has them, and as people are told them.
#include "core/due.hpp"

#include <gmock/gmock.h>

namespace told::core {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Day day(int year, unsigned month, unsigned of_month) {
  return Day{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{of_month}};
}

Calendar london() {
  Calendar calendar;
  calendar.holidays = {{day(2026, 4, 3), "Good Friday"},          {day(2026, 4, 6), "Easter Monday"},
                       {day(2026, 5, 25), "Spring bank holiday"}, {day(2026, 12, 25), "Christmas Day"},
                       {day(2026, 12, 28), "Boxing Day"},         {day(2026, 12, 29), "council closure"}};
  calendar.horizon = day(2026, 12, 28);
  return calendar;
}

const Due next_working_day{Due::Kind::working_days, 1};
const Due next_day{Due::Kind::days, 1};

std::string due_in_words(const Due& due, const LocalTime& from) {
  const Calendar calendar = london();
  return calendar.in_words(due_at(due, calendar.instant(from), calendar).at);
}

TEST(Due, OnTheNextWorkingDayCountsFromTheLocalDate) {
  EXPECT_EQ(due_in_words(next_working_day, {day(2026, 3, 6), 23h + 50min}), "Monday 9 March 2026 17:00");
  EXPECT_EQ(due_in_words(next_working_day, {day(2026, 3, 5), 0h}), "Friday 6 March 2026 17:00");
  EXPECT_EQ(due_in_words(next_working_day, {day(2026, 3, 8), 12h}), "Monday 9 March 2026 17:00") << "from a Sunday";
  // 23:30 UTC in June is half past midnight in London, on the day after.
  const Calendar calendar = london();
  EXPECT_EQ(
      calendar.in_words(due_at(next_working_day, std::chrono::sys_days{day(2026, 6, 3)} + 23h + 30min, calendar).at),
      "Friday 5 June 2026 17:00");
}

TEST(Due, InWorkingDaysPassesOverBankHolidaysAndClosures) {
  EXPECT_EQ(due_in_words(next_working_day, {day(2026, 4, 2), 12h}), "Tuesday 7 April 2026 17:00");
  EXPECT_EQ(due_in_words({Due::Kind::working_days, 10}, {day(2026, 5, 15), 9h}), "Monday 1 June 2026 17:00");
  EXPECT_EQ(due_in_words(next_working_day, {day(2026, 12, 24), 12h}), "Wednesday 30 December 2026 17:00");
}

std::string share_in_words(std::uint32_t percent, const Due& within, const LocalTime& from) {
  const Calendar calendar = london();
  const Instant start = calendar.instant(from);
  return calendar.in_words(share_at(percent, start, due_at(within, start, calendar).at, within, calendar));
}

TEST(Shares, OfWorkingDaysAreOfTheirWorkingHours) {
  const LocalTime friday_night{day(2026, 3, 6), 23h + 50min};
  EXPECT_EQ(share_in_words(50, next_working_day, friday_night), "Monday 9 March 2026 13:00");
  EXPECT_EQ(share_in_words(80, next_working_day, friday_night), "Monday 9 March 2026 15:24") << "and not at 03:58";
  // Monday 10:00 to Tuesday 17:00 are 7 and 8 hours.
  EXPECT_EQ(share_in_words(50, next_working_day, {day(2026, 3, 9), 10h}), "Tuesday 10 March 2026 09:30");
  EXPECT_EQ(share_in_words(20, next_working_day, {day(2026, 3, 9), 10h}), "Monday 9 March 2026 13:00");
  EXPECT_EQ(share_in_words(100, next_working_day, friday_night), "Monday 9 March 2026 17:00");
}

TEST(Shares, OfWorkingDaysPassOverBankHolidaysAndClosures) {
  // Maundy Thursday evening to Tuesday: four days of which none is worked but the last.
  EXPECT_EQ(share_in_words(50, next_working_day, {day(2026, 4, 2), 18h}), "Tuesday 7 April 2026 13:00");
  EXPECT_EQ(share_in_words(80, {Due::Kind::working_days, 2}, {day(2026, 12, 24), 20h}),
            "Thursday 31 December 2026 13:48");
}

TEST(Shares, OfNothingThatIsLeftLieWhereRealTimeHasThem) {
  const Calendar calendar = london();
  const Instant from = calendar.instant({day(2026, 3, 6), 19h});
  const Instant deadline = from + 4h;  // both after the close: nobody works in between
  EXPECT_EQ(share_at(50, from, deadline, next_working_day, calendar), from + 2h);
}

TEST(Shares, OfWorkingDaysHoldOnBothNightsOfAClockChange) {
  EXPECT_EQ(share_in_words(50, next_working_day, {day(2026, 3, 28), 23h}), "Monday 30 March 2026 13:00");
  EXPECT_EQ(share_in_words(50, next_working_day, {day(2026, 10, 24), 23h}), "Monday 26 October 2026 13:00");
  EXPECT_EQ(share_in_words(50, next_working_day, {day(2026, 10, 25), 1h + 30min}), "Monday 26 October 2026 13:00");
}

TEST(Shares, OfHoursAndOfCalendarDaysAreOfRealTime) {
  EXPECT_EQ(share_in_words(50, 48h, {day(2026, 3, 27), 12h}), "Saturday 28 March 2026 12:00");
  EXPECT_EQ(share_in_words(50, 48h, {day(2026, 3, 28), 12h}), "Sunday 29 March 2026 13:00") << "an hour was skipped";
  EXPECT_EQ(share_in_words(50, next_day, {day(2026, 3, 6), 23h + 50min}), "Saturday 7 March 2026 11:54");
}

TEST(Repeats, AreSaidAsTheyCome) {
  EXPECT_EQ(interval_in_words(30min), "every 30 min");
  EXPECT_EQ(interval_in_words(24h * 30), "every 30 days");
  EXPECT_EQ(interval_in_words(24h * 3 + 1h), "every 73 h");
  EXPECT_EQ(interval_in_words(next_working_day), "at close of every working day");
  EXPECT_EQ(interval_in_words(Due{Due::Kind::working_days, 2}), "at close of every 2 working days");
}

TEST(Due, IsCountedInYearsWhereTheMonthsAreWholeOnes) {
  EXPECT_EQ(counted_in_words({Due::Kind::months, 12}), "1 year");
  EXPECT_EQ(counted_in_words({Due::Kind::months, 24}), "2 years");
  EXPECT_EQ(counted_in_words({Due::Kind::months, 18}), "18 months");
  EXPECT_EQ(counted_in_words({Due::Kind::days, 1}), "1 day");
}

TEST(Due, AtTheEndOfACalendarDayIsOneSecondBeforeMidnight) {
  const Calendar calendar = london();
  EXPECT_EQ(due_in_words(next_day, {day(2026, 4, 2), 12h}), "Friday 3 April 2026 23:59");
  const auto at = due_at({Due::Kind::days, 7}, calendar.instant({day(2026, 3, 22), 0h}), calendar).at;
  EXPECT_EQ(calendar.local(at), (LocalTime{day(2026, 3, 29), 24h - 1s})) << "a day of 23 hours";
}

TEST(Due, ElapsedIsRealTimeAcrossBothChangesOfTheClocks) {
  EXPECT_EQ(due_in_words(48h, {day(2026, 3, 28), 12h}), "Monday 30 March 2026 13:00");
  EXPECT_EQ(due_in_words(48h, {day(2026, 10, 24), 12h}), "Monday 26 October 2026 11:00");
}

TEST(Due, BeyondTheHorizonIsEarlyAtWorstAndSaysSo) {
  const Calendar calendar = london();
  const auto known = due_at(next_working_day, calendar.instant({day(2026, 12, 22), 12h}), calendar);
  EXPECT_FALSE(known.beyond_horizon);
  const auto beyond = due_at(next_working_day, calendar.instant({day(2026, 12, 31), 12h}), calendar);
  EXPECT_TRUE(beyond.beyond_horizon);
  EXPECT_EQ(calendar.in_words(beyond.at), "Friday 1 January 2027 17:00") << "New Year's Day is not known";
  EXPECT_TRUE(due_at(next_working_day, {}, Calendar{}).beyond_horizon) << "no calendar at all";
  EXPECT_FALSE(due_at(48h, {}, Calendar{}).beyond_horizon);
}

TEST(Calendar, HorizonIsNearWithinTheDaysOfItsWarning) {
  const Calendar calendar = london();
  EXPECT_FALSE(calendar.horizon_is_near(calendar.instant({day(2026, 10, 29), 12h})));
  EXPECT_TRUE(calendar.horizon_is_near(calendar.instant({day(2026, 10, 30), 12h})));
  EXPECT_TRUE(Calendar{}.horizon_is_near({}));
}

TEST(Calendar, TakesTheFirstInstantOfATimeThatIsSkippedOrComesTwice) {
  const Calendar calendar = london();
  EXPECT_EQ(calendar.instant({day(2026, 3, 29), 1h + 30min}), std::chrono::sys_days{day(2026, 3, 29)} + 1h);
  EXPECT_EQ(calendar.instant({day(2026, 10, 25), 1h + 30min}), std::chrono::sys_days{day(2026, 10, 25)} + 30min);
}

TEST(Calendar, IsAtTheLastSecondThatWasShownWhileAnHourComesAgain) {
  const Calendar calendar = london();
  const auto set_back = std::chrono::sys_days{day(2026, 10, 25)} + 1h;
  const LocalTime last{day(2026, 10, 25), 1h + 59min + 59s};
  for (const auto since : {0s, 1s, 3599s}) EXPECT_EQ(calendar.clock_face(set_back + since), last);
  EXPECT_EQ(calendar.clock_face(set_back - 2s).of_day, last.of_day - 1s);
  EXPECT_EQ(calendar.clock_face(set_back + 1h).of_day, last.of_day + 1s);
}

TEST(Calendar, OfAnUnknownZoneThrowsWhenItIsAsked) {
  Calendar nowhere;
  nowhere.zone = "Europe/Atlantis";
  EXPECT_THROW((void)nowhere.local({}), std::runtime_error);
  EXPECT_TRUE(is_zone("Europe/London"));
  EXPECT_FALSE(is_zone("Europe/Atlantis"));
}

std::string reckoned(const Due& due, const LocalTime& from) {
  const Calendar calendar = london();
  return reckoning_in_words(due, calendar.instant(from), calendar);
}

TEST(Reckoning, SaysWhichDaysAreNotWorkedAndWhy) {
  EXPECT_EQ(reckoned(next_working_day, {day(2026, 3, 6), 23h + 50min}),
            "Friday 6 March 2026 23:50, close of the next working day: Monday 9 March 2026 17:00, since Saturday 7 and "
            "Sunday 8 are not working days");
  EXPECT_EQ(reckoned(next_working_day, {day(2026, 5, 22), 9h}),
            "Friday 22 May 2026 09:00, close of the next working day: Tuesday 26 May 2026 17:00, since Saturday 23 and "
            "Sunday 24 are not working days and Monday 25 May is the Spring bank holiday");
  EXPECT_EQ(reckoned(next_working_day, {day(2026, 4, 2), 9h}),
            "Thursday 2 April 2026 09:00, close of the next working day: Tuesday 7 April 2026 17:00, since Saturday 4 "
            "and Sunday 5 are not working days, Friday 3 April is Good Friday and Monday 6 April is Easter Monday");
  EXPECT_EQ(reckoned(next_working_day, {day(2026, 3, 3), 9h}),
            "Tuesday 3 March 2026 09:00, close of the next working day: Wednesday 4 March 2026 17:00");
  EXPECT_THAT(reckoned(next_working_day, {day(2026, 12, 24), 9h}),
              HasSubstr("Tuesday 29 December is a council closure"));
}

TEST(Reckoning, OfOneDayThatIsNotWorkedSaysSoOfOne) {
  EXPECT_EQ(reckoned(next_working_day, {day(2026, 3, 7), 12h}),
            "Saturday 7 March 2026 12:00, close of the next working day: Monday 9 March 2026 17:00, since Sunday 8 is "
            "not a working day");
}

TEST(Reckoning, PutsNoArticleBeforeATitleThatBeginsWithNoSmallLetter) {
  Calendar calendar = london();
  calendar.holidays = {{day(2026, 3, 3), "~ closed"}};
  EXPECT_THAT(reckoning_in_words(next_working_day, calendar.instant({day(2026, 3, 2), 9h}), calendar),
              testing::EndsWith(", since Tuesday 3 March is ~ closed"));
}

TEST(Reckoning, WithoutACalendarSaysThatBankHolidaysAreNotKnown) {
  const Calendar calendar;
  EXPECT_EQ(reckoning_in_words(next_working_day, calendar.instant({day(2026, 3, 2), 9h}), calendar),
            "Monday 2 March 2026 09:00, close of the next working day: Tuesday 3 March 2026 17:00; bank holidays are "
            "not known, so it may be early");
}

TEST(ADuration, IsSaidInTheLargestUnitOfWhichItIsAWholeNumber) {
  EXPECT_EQ(in_words(Duration{72h}), "72 h");
  EXPECT_EQ(in_words(Duration{90min}), "90 min");
  EXPECT_EQ(in_words(Duration{1'500'000}), "1500 ms");
  EXPECT_EQ(in_words(Duration{1}), "1 us");
  EXPECT_EQ(in_words(Duration{}), "0 s");
}

TEST(Reckoning, OfManyDaysCountsThem) {
  EXPECT_EQ(reckoned({Due::Kind::working_days, 10}, {day(2026, 5, 15), 9h}),
            "Friday 15 May 2026 09:00, 10 working days: Monday 1 June 2026 17:00, since Saturday 16, Sunday 17, "
            "Saturday 23, Sunday 24, Saturday 30 and Sunday 31 are not working days and Monday 25 May is the Spring "
            "bank holiday");
  EXPECT_EQ(reckoned({Due::Kind::days, 7}, {day(2026, 3, 2), 9h}),
            "Monday 2 March 2026 09:00, 7 days: Monday 9 March 2026 23:59");
}

TEST(Reckoning, OfElapsedTimeNamesTheChangeOfTheClocks) {
  EXPECT_EQ(reckoned(48h, {day(2026, 3, 2), 9h}), "48 h after Monday 2 March 2026 09:00: Wednesday 4 March 2026 09:00");
  EXPECT_EQ(
      reckoned(48h, {day(2026, 3, 28), 12h}),
      "48 h after Saturday 28 March 2026 12:00: Monday 30 March 2026 13:00; clocks go forward on Sunday 29 March");
  EXPECT_EQ(reckoned(48h, {day(2026, 10, 24), 12h}),
            "48 h after Saturday 24 October 2026 12:00: Monday 26 October 2026 11:00; clocks go back on Sunday 25 "
            "October");
}

TEST(Reckoning, SaysWhereTheBankHolidaysAreNotKnown) {
  EXPECT_EQ(
      reckoned(next_working_day, {day(2026, 12, 31), 12h}),
      "Thursday 31 December 2026 12:00, close of the next working day: Friday 1 January 2027 17:00; bank holidays "
      "are known until 28 December 2026 only, so it may be early");
}

}  // namespace
}  // namespace told::core
