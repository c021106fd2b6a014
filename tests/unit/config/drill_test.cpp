// [[drill]]: what it becomes, and each rule broken once.
#include <gmock/gmock.h>

#include "loading.hpp"

namespace told::config::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto a_day = 24h;

TEST(Drill, BecomesAPlanAndARuleOfItsOwn) {
  const auto loaded = parse_whole(whole_policy());
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  ASSERT_EQ(loaded.value.drills.size(), 1U);
  EXPECT_EQ(loaded.value.drills[0].name, "police");
  EXPECT_THAT(loaded.value.drills[0].each_week,
              ElementsAre(2 * a_day + 630min, 5 * a_day + 630min, 6 * a_day + 630min));
  const core::Rule& rule = loaded.value.rules.back();
  EXPECT_EQ(rule.number, loaded.value.rules.size());
  EXPECT_EQ(rule.when, "drill.police");
  EXPECT_EQ(rule.who, "exercise");
  EXPECT_EQ(rule.within[0], core::Due(30min));
  EXPECT_EQ(rule.ladder[0], "exercise");
  EXPECT_THAT(rule.fields, IsEmpty()) << "there is nobody in a drill";
}

class BrokenDrill : public testing::TestWithParam<Break> {};

TEST_P(BrokenDrill, IsRefusedForThatAlone) {
  const Break& b = GetParam();
  is_said_alone(b, parse_whole(changed_once(whole_policy(), b.from, b.to)).problems);
}

const std::vector<Break> drill_breaks{
    {"NoDay", "days = [\"wed\", \"weekends\"]", "days = [\"wedn\"]", {"drill.days: \"wedn\" is no day", "\"wed\""}},
    {"NoDayAtAll", "days = [\"wed\", \"weekends\"]", "days = []", {"drill.days is empty"}},
    {"OtherDays",
     "at = \"10:30\"",
     "at = \"10:30\"\nonly_on = \"fridays\"",
     {"drill.only_on: \"fridays\" is not known", "working days"}},
    {"NeverAWorkingDay",
     "days = [\"wed\", \"weekends\"]\nat = \"10:30\"",
     "days = \"weekends\"\nat = \"10:30\"\nonly_on = \"working days\"",
     {"drill.only_on: none of drill.days is ever a working day"}},
    {"NoTime", "at = \"10:30\"", "at = \"25:30\"", {"drill.at"}},
    {"NameShape",
     "name = \"police\"\ndays",
     "name = \"The police\"\ndays",
     {"drill.name: \"The police\" is not a name"}},
    {"WhoUnknown", "who = \"exercise\"\nwithin", "who = \"exercize\"\nwithin", {"did you mean \"exercise\"?"}},
    {"WhoIsOnDuty",
     "who = \"exercise\"\nwithin",
     "who = \"police\"\nwithin",
     {"drill.who: \"police\" is told of real events", "exercise_only = true"}},
    {"LadderCallsSomebodyOnDuty",
     "within = \"30 min\"\nladder = \"exercise\"",
     "within = \"1 week\"\nladder = \"steps\"",
     {"drill.ladder \"steps\": \"duty\" is told of real events"}},
    {"LadderTooSlow",
     "within = \"30 min\"\nladder",
     "within = \"5 min\"\nladder",
     {"must not come after drill.within"}},
};

INSTANTIATE_TEST_SUITE_P(Each, BrokenDrill, testing::ValuesIn(drill_breaks),
                         [](const auto& each) { return std::string{each.param.rule}; });

}  // namespace
}  // namespace told::config::test
