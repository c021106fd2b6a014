#include "rehearse/moment.hpp"

#include <gtest/gtest.h>

namespace told::rehearse {
namespace {

using namespace std::chrono_literals;

const core::Calendar london;
const core::Instant friday_night{std::chrono::sys_days{std::chrono::year{2026} / 3 / 6} + 23h + 50min};

core::Instant at(const char* text) {
  const Moment moment = moment_from(text, friday_night, london);
  EXPECT_EQ(moment.problem, "") << text;
  return moment.at;
}

TEST(Moment, ADurationCountsFromTheBeginning) { EXPECT_EQ(at("15 min"), friday_night + 15min); }

TEST(Moment, ATimeOfDayIsTheNextOneThatComes) { EXPECT_EQ(at("08:30"), friday_night + 8h + 40min); }

TEST(Moment, AWeekdayIsTheNextOneThatComes) {
  EXPECT_EQ(at("Sat 08:30"), friday_night + 8h + 40min);
  EXPECT_EQ(at("Monday 17:00"), friday_night + 65h + 10min);
}

TEST(Moment, ALocalTimeIsSummerTimeWhereItIsSummer) {
  EXPECT_EQ(at("2026-07-01 09:00"), core::Instant{std::chrono::sys_days{std::chrono::year{2026} / 7 / 1} + 8h});
}

TEST(Moment, AnOffsetIsTakenAsItStands) { EXPECT_EQ(at("2026-03-07T01:00:00+01:00"), at("2026-03-07T00:00:00Z")); }

TEST(Moment, ToTheMinuteMeansAllOfTheMinute) {
  EXPECT_EQ(moment_from("15 min", friday_night, london).end(), friday_night + 16min - 1us);
  EXPECT_EQ(moment_from("15 s", friday_night, london).end(), friday_night + 16s - 1us);
}

TEST(Moment, InTheHourThatComesTwiceTheWordsSayWhich) {
  const core::Instant first = std::chrono::sys_days{std::chrono::year{2026} / 10 / 25} + 30min;
  EXPECT_EQ(clock_words(first, london), "01:30:00 BST");
  EXPECT_EQ(clock_words(first + 1h, london), "01:30:00 GMT");
  EXPECT_EQ(near_words(first + 1h, first, london), "01:30 GMT");
  EXPECT_EQ(near_words(first + 90min, first, london), "02:00");
  EXPECT_EQ(day_words(first + 1h, london), "Sunday 25 October 2026");
  EXPECT_EQ(london.in_words(first + 1h), "Sunday 25 October 2026 01:30 GMT");
  EXPECT_EQ(london.in_words(first - 1h), "Sunday 25 October 2026 00:30");
  const core::Instant beyond_the_files = std::chrono::sys_days{std::chrono::year{2040} / 10 / 28} + 90min;
  EXPECT_EQ(clock_words(beyond_the_files, london), "01:30:00 GMT");
}

TEST(Moment, WhatIsNoMomentIsRefusedWithExamples) {
  for (const char* text : {"", "soon", "25:00", "2026-02-30 09:00", "Sat", "15", "2026-03-07"})
    EXPECT_NE(moment_from(text, friday_night, london).problem, "") << text;
}

}  // namespace
}  // namespace told::rehearse
