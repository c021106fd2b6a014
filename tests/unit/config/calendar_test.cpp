// [calendar]: what is read, from beside the policy and from the ledger, and what is refused with its place.
#include <gmock/gmock.h>

#include <fstream>

#include "config/bank_holidays.hpp"
#include "digest/digest.hpp"
#include "loading.hpp"

namespace told::config::test {
namespace {

using namespace std::chrono_literals;
using core::Day;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

TEST(Calendar, IsTheZoneTheCloseAndTheDaysThatAreNotWorked) {
  const auto loaded = parse_whole(whole_policy());
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  const core::Calendar& calendar = loaded.value.calendar;
  EXPECT_EQ(calendar.zone, "Europe/London");
  EXPECT_EQ(calendar.close, 16h + 30min);
  EXPECT_THAT(calendar.holidays,
              ElementsAre(Pair(day(2026, 5, 25), "Spring bank holiday"), Pair(day(2026, 8, 31), "Summer bank holiday"),
                          Pair(day(2026, 12, 25), "Christmas Day"), Pair(day(2026, 12, 28), "Boxing Day"),
                          Pair(day(2026, 12, 29), "council closure"), Pair(day(2026, 12, 30), "Offices closed")));
  EXPECT_EQ(calendar.horizon, day(2026, 12, 28)) << "a closure tells nothing about bank holidays";
  EXPECT_EQ(calendar.horizon_warning, std::chrono::days{90});
  EXPECT_EQ(calendar.version, digest::short_version(holidays()));
  EXPECT_EQ(calendar.version.size(), 16U);
  EXPECT_THAT(loaded.value.attachments, ElementsAre(Pair("holidays.json", holidays())));
}

TEST(Calendar, IsLondonsWhereThePolicyHasNone) {
  const auto policy = parse_policy(right_policy(), "policy.toml").value;
  EXPECT_EQ(policy.calendar.zone, "Europe/London");
  EXPECT_EQ(policy.calendar.close, 17h);
  EXPECT_FALSE(policy.calendar.horizon.has_value());
  EXPECT_THAT(policy.attachments, IsEmpty());
}

TEST(Calendar, FileIsReadBesideThePolicy) {
  const Directory directory;
  directory.write("holidays.json", holidays());
  const auto loaded = load_policy(directory.write("policy.toml", whole_policy()));
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  EXPECT_EQ(loaded.value.attachments.at("holidays.json"), holidays());
  // What the ledger keeps makes the same policy again, without any file.
  const auto again = parse_policy(loaded.value.text, "the ledger", loaded.value.attachments);
  ASSERT_THAT(lines(again.problems), IsEmpty());
  EXPECT_EQ(again.value.calendar.holidays, loaded.value.calendar.holidays);
}

TEST(Calendar, FileThatIsNotThereIsSaidOfThePolicy) {
  const Directory directory;
  const auto path = directory.write("policy.toml", whole_policy());
  EXPECT_THAT(lines(load_policy(path).problems),
              ElementsAre(HasSubstr("calendar.bank_holidays: holidays.json cannot be read")));
  EXPECT_THAT(lines(parse_policy(whole_policy(), "policy.toml").problems),
              ElementsAre(HasSubstr("was not kept with the policy")));
}

std::vector<std::string> broken_holidays(const std::string& from, const std::string& to) {
  return lines(
      parse_policy(whole_policy(), "policy.toml", {{"holidays.json", changed_once(holidays(), from, to)}}).problems);
}

TEST(BankHolidays, ThatAreWrongAreSaidOfTheirOwnFileAndLine) {
  EXPECT_THAT(broken_holidays("2026-12-25", "2026-12-35"),
              ElementsAre(HasSubstr("holidays.json:7:42: \"2026-12-35\" is no day")));
  EXPECT_THAT(broken_holidays("2026-12-25", "25 December"), ElementsAre(HasSubstr("\"25 December\" is no day")));
  EXPECT_THAT(broken_holidays("\"Christmas Day\"", "\"\""),
              ElementsAre(HasSubstr("holidays.json:7:29: the bank holiday on 2026-12-25 has no title")));
  EXPECT_THAT(broken_holidays("2026-12-28", "2026-12-25"), ElementsAre(HasSubstr("is a bank holiday twice")));
  EXPECT_THAT(broken_holidays("england-and-wales\": {", "scotland\": {"),
              ElementsAre(HasSubstr("holidays.json:1:1: has no \"england-and-wales\"")));
  EXPECT_THAT(
      broken_holidays("\"notes\": \"\", \"bunting\": true},\n      {\"title\": \"Chr", "\"notes\" \"\"},\n{\"Chr"),
      ElementsAre(testing::AllOf(HasSubstr("holidays.json:6:"), HasSubstr("this is not JSON"))));
  EXPECT_THAT(lines(parse_policy(whole_policy(), "policy.toml", {{"holidays.json", ""}}).problems),
              ElementsAre(HasSubstr("holidays.json")));
}

TEST(BankHolidays, ThatAreUnlikeTheFileOfGovUkAreWarnedOf) {
  EXPECT_THAT(unlike_bank_holidays(holidays()), IsEmpty());
  const auto of_whole = [](const std::string& from, const std::string& to) {
    return unlike_bank_holidays(changed_once(holidays(), from, to));
  };
  EXPECT_THAT(of_whole("2026-08-31", "2026-05-26"),
              ElementsAre(HasSubstr("no bank holiday from 2026-05-26 to 2026-12-25, so that some are missing")));
  EXPECT_THAT(of_whole("\"division\": \"england-and-wales\"", "\"division\": \"scotland\""),
              ElementsAre(HasSubstr("division")));
  EXPECT_THAT(of_whole("\"2026-08-31\", \"notes\": \"\", ", "\"2026-08-31\", "),
              ElementsAre(HasSubstr("no notes or no bunting for 2026-08-31")));
  EXPECT_THAT(of_whole("2026-12-28", "2026-12-26"), ElementsAre(HasSubstr("2026-12-26, which is on a weekend")));
  EXPECT_THAT(of_whole("2026-08-31", "2026-05-22"), testing::Contains(HasSubstr("2026-05-22 after a later day")));
}

// Easter by the Gregorian computus; the substitutes by the Banking and Financial Dealings Act 1971.
TEST(BankHolidays, ThatAreShippedAreThoseOfEnglandAndWales) {
  std::ifstream in{TOLD_SHIPPED_CONFIG "/calendars/england-and-wales.json"};
  const std::string json{std::istreambuf_iterator<char>{in}, {}};
  Findings findings{"england-and-wales.json"};
  const auto days = read_bank_holidays(json, "england-and-wales.json", findings);
  EXPECT_THAT(lines(findings.take()), IsEmpty());
  EXPECT_THAT(unlike_bank_holidays(json), IsEmpty());
  EXPECT_EQ(days.size(), 40U) << "eight a year, 2024 to 2028";
  EXPECT_EQ(days.at(day(2024, 3, 29)), "Good Friday");
  EXPECT_EQ(days.at(day(2025, 4, 21)), "Easter Monday");
  EXPECT_EQ(days.at(day(2026, 4, 3)), "Good Friday");
  EXPECT_EQ(days.at(day(2026, 5, 4)), "Early May bank holiday");
  EXPECT_EQ(days.at(day(2026, 5, 25)), "Spring bank holiday");
  EXPECT_EQ(days.at(day(2026, 8, 31)), "Summer bank holiday");
  EXPECT_EQ(days.at(day(2026, 12, 28)), "Boxing Day");
  EXPECT_EQ(days.at(day(2027, 12, 27)), "Christmas Day");
  EXPECT_EQ(days.at(day(2027, 12, 28)), "Boxing Day");
  EXPECT_EQ(days.at(day(2028, 1, 3)), "New Year’s Day");
  EXPECT_EQ(days.at(day(2028, 4, 17)), "Easter Monday");
  for (const auto& [each, title] : days) {
    const std::chrono::weekday weekday{std::chrono::sys_days{each}};
    EXPECT_TRUE(weekday != std::chrono::Saturday && weekday != std::chrono::Sunday) << title;
  }
}

// printf 'name = "x"\n' | sha256sum; with an attachment as ledger.proto writes the bytes.
TEST(PolicyDigest, IsOverTheTextAndThenEachAttachment) {
  EXPECT_EQ(digest::short_version("name = \"x\"\n"), digest::short_version("name = \"x\"\n"));
  EXPECT_EQ(digest::of_policy("abc", {}), digest::sha256("abc"));
  const std::string bytes{"abc\0a.json\0\0\0\0\0\0\0\0\2{}", 3 + 1 + 6 + 1 + 8 + 2};
  EXPECT_EQ(digest::of_policy("abc", {{"a.json", "{}"}}), digest::sha256(bytes));
  EXPECT_NE(digest::of_policy("abc", {{"a.json", "{}"}}), digest::of_policy("abc", {{"b.json", "{}"}}));
}

class BrokenCalendar : public testing::TestWithParam<Break> {};

TEST_P(BrokenCalendar, IsRefusedForThatAlone) {
  const Break& b = GetParam();
  is_said_alone(b, parse_whole(changed_once(whole_policy(), b.from, b.to)).problems);
}

const std::vector<Break> breaks{
    {"Zone", "Europe/London", "Europe/Lodnon", {"calendar.zone: \"Europe/Lodnon\" is no zone of the tz database"}},
    {"OpensAfterItCloses",
     "close = \"16:30\"",
     "opens = \"17:00\"\nclose = \"16:30\"",
     {"calendar.opens must be before calendar.close"}},
    {"Close", "close = \"16:30\"", "close = \"4.30pm\"", {"calendar.close: \"4.30pm\" is no time of day"}},
    {"CloseBeyondTheDay", "close = \"16:30\"", "close = \"24:01\"", {"is no time of day"}},
    {"UnknownKey", "close = \"16:30\"", "clse = \"16:30\"", {"\"calendar.clse\"", "did you mean \"close\"?"}},
    {"ClosureIsNoDay", "[2026-12-29,", "[\"29 December\",", {"calendar.closures must be a date or time, not text"}},
    {"ClosureWithATime", "[2026-12-29,", "[2026-12-29T09:00:00,", {"calendar.closures is a day"}},
    {"ClosureWithoutATitle", ", title = \"Offices closed\"", "", {"calendar.closures.title is missing"}},
    {"ClosuresAreAList",
     "[2026-12-29, { date = 2026-12-30, title = \"Offices closed\" }]",
     "2026-12-29",
     {"calendar.closures must be a list"}},
    {"HorizonZero", "horizon_warning_days = 90", "horizon_warning_days = 0", {"outside 1 to 366"}},
};
INSTANTIATE_TEST_SUITE_P(Each, BrokenCalendar, testing::ValuesIn(breaks),
                         [](const auto& each) { return std::string{each.param.rule}; });

}  // namespace
}  // namespace told::config::test
