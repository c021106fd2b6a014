// [[rota]]: what it becomes, and each rule broken once.
#include <gmock/gmock.h>

#include "loading.hpp"

namespace told::config::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string first_arrival = "[[tell]]\nwhen = \"child.arrived\"\nwho = \"police\"\n";

/// One more rule, for child.arrived.
std::string told(const std::string& who, const std::string& ladder = "steps") {
  return "[[tell]]\nwhen = \"child.arrived\"\nwho = \"" + who +
         "\"\nfields = [\"child.name\"]\nwithin = \"20 min\"\nladder = \"" + ladder +
         "\"\nbasis = \"law\"\nsource = \"guidance\"\n\n";
}

TEST(RotaTable, BecomesAShiftForEachOfItsDays) {
  const auto loaded = parse_whole(whole_policy());
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  const core::Rota* rota = loaded.value.rota("manager_on_duty");
  ASSERT_NE(rota, nullptr);
  ASSERT_EQ(rota->weekly.size(), 7U);
  EXPECT_EQ(rota->weekly[0].from, 9h);
  EXPECT_EQ(rota->weekly[0].to, 17h);
  EXPECT_EQ(rota->weekly[4].from, 4 * 24h + 9h) << "Friday";
  EXPECT_THAT(rota->weekly[0].who, ElementsAre("duty"));
  EXPECT_EQ(rota->weekly[0].valid_from, day(2026, 1, 5));
  EXPECT_EQ(rota->weekly[0].valid_until, day(2026, 12, 31));
  EXPECT_EQ(rota->weekly[5].from, 5 * 24h + 22h) << "Saturday night";
  EXPECT_EQ(rota->weekly[5].to, 6 * 24h + 6h);
  EXPECT_EQ(rota->weekly[6].to, 6h) << "Sunday night ends on Monday morning";
  EXPECT_FALSE(rota->weekly[6].valid_from.has_value());
  ASSERT_EQ(rota->overrides.size(), 1U);
  EXPECT_EQ(rota->overrides[0].from, (core::LocalTime{day(2026, 12, 24), 9h}));
  EXPECT_THAT(rota->overrides[0].who, IsEmpty());
  EXPECT_EQ(rota->overrides[0].reason, "Christmas");
  EXPECT_THAT(rota->otherwise, ElementsAre("team"));
}

TEST(RotaTable, KnowsWorkingDaysAndThoseThatAreNot) {
  const auto loaded =
      parse_whole(changed_once(changed_once(whole_policy(), "days = \"weekdays\"", "days = \"working days\""),
                               "days = [\"sat\", \"sun\"]", "days = \"days not worked\""));
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  const core::Rota* rota = loaded.value.rota("manager_on_duty");
  ASSERT_NE(rota, nullptr);
  ASSERT_EQ(rota->weekly.size(), 5U + 7U);
  EXPECT_EQ(rota->weekly[4].from, 4 * 24h + 9h);
  EXPECT_EQ(rota->weekly[4].begins, core::Begins::working_days);
  EXPECT_EQ(rota->weekly[5].from, 22h) << "every Monday that is a holiday";
  EXPECT_EQ(rota->weekly[5].begins, core::Begins::days_not_worked);
  const auto at = [&](unsigned of_may, auto of_day) {
    return loaded.value.calendar.instant({day(2026, 5, of_may), of_day});
  };
  EXPECT_THAT(loaded.value.on_duty("manager_on_duty", at(22, 10h)), ElementsAre("duty"));
  EXPECT_THAT(loaded.value.on_duty("manager_on_duty", at(25, 10h)), ElementsAre("team")) << "a bank holiday";
  EXPECT_THAT(loaded.value.on_duty("manager_on_duty", at(25, 23h)), ElementsAre("duty", "team"));
}

TEST(RotaTable, OfWorkingDaysMakesACalendarNeededByItself) {
  core::Policy policy;
  policy.rotas.emplace_back().weekly.emplace_back();
  EXPECT_FALSE(policy.counts_working_days());
  policy.rotas.front().weekly.front().begins = core::Begins::working_days;
  EXPECT_TRUE(policy.counts_working_days());
}

TEST(RotaTable, StandsForWhoeverIsOnDuty) {
  const auto policy = parse_whole(whole_policy()).value;
  const auto at = [&](int month, int of_month, auto of_day) {
    return policy.calendar.instant({day(2026, static_cast<unsigned>(month), static_cast<unsigned>(of_month)), of_day});
  };
  EXPECT_THAT(policy.on_duty("manager_on_duty", at(3, 6, 9h)), ElementsAre("duty"));
  EXPECT_THAT(policy.on_duty("manager_on_duty", at(3, 6, 17h)), ElementsAre("team"));
  EXPECT_THAT(policy.on_duty("manager_on_duty", at(3, 7, 23h)), ElementsAre("duty", "team"));
  EXPECT_THAT(policy.on_duty("manager_on_duty", at(12, 25, 12h)), IsEmpty());
  EXPECT_THAT(policy.on_duty("police", at(12, 25, 12h)), ElementsAre("police")) << "a recipient stands for itself";
}

TEST(RotaTable, MayBeToldByARuleThoughSomebodyOnItHasARuleToo) {
  const auto loaded =
      parse_whole(changed_once(whole_policy(), first_arrival, told("manager_on_duty") + told("duty") + first_arrival));
  EXPECT_THAT(lines(loaded.problems), IsEmpty());
}

class BrokenRota : public testing::TestWithParam<Break> {};

TEST_P(BrokenRota, IsRefusedForThatAlone) {
  const Break& b = GetParam();
  is_said_alone(b, parse_whole(changed_once(whole_policy(), b.from, b.to)).problems);
}

const std::vector<Break> rota_breaks{
    {"UnknownKey", "otherwise = [\"team\"]", "otherwize = [\"team\"]", {"\"rota.otherwize\"", "\"otherwise\"?"}},
    {"UnknownKeyInAShift", "days = \"weekdays\",", "days = \"weekdays\", whom = 1,", {"\"rota.weekly.whom\""}},
    {"UnknownKeyInAnOverride", "reason = \"Christmas\"", "reason = \"x\"\nwhy = \"y\"", {"\"rota.override.why\""}},
    {"DayUnknown",
     "[\"sat\", \"sun\"]",
     "[\"sat\", \"sunday\"]",
     {"rota.weekly.days: \"sunday\" is no day", "\"sun\""}},
    {"WorkingDaysMistyped",
     "days = \"weekdays\"",
     "days = \"workingdays\"",
     {"rota.weekly.days: \"workingdays\" is no day", "did you mean \"working days\"?"}},
    {"DaysEmpty", "days = [\"sat\", \"sun\"]", "days = []", {"rota.weekly.days is empty"}},
    {"TimeOfDay", "from = \"09:00\"", "from = \"9\"", {"rota.weekly.from: \"9\" is no time of day"}},
    {"FromTheEndOfTheDay", "from = \"22:00\"", "from = \"24:00\"", {"a shift begins on its own day"}},
    {"UntilBeforeFrom", "until_date = 2026-12-31", "until_date = 2025-12-31", {"until_date is before from_date"}},
    {"ShiftWithNobody", "who = [\"duty\", \"team\"] }", "who = [] }", {"rota.weekly.who is empty"}},
    {"WhoUnknown", "otherwise = [\"team\"]", "otherwise = [\"taem\"]", {"rota.otherwise: \"taem\"", "\"team\"?"}},
    {"WhoIsARota", "otherwise = [\"team\"]", "otherwise = [\"manager_on_duty\"]", {"is a rota itself"}},
    {"OverrideEndsFirst", "to = 2026-12-28T09:00:00", "to = 2026-12-24T09:00:00", {"override.to is not after from"}},
    {"OverrideWithAnOffset",
     "from = 2026-12-24T09:00:00",
     "from = 2026-12-24T09:00:00Z",
     {"rota.override.from is a date and a time on the wall, without an offset"}},
    {"OverrideWithoutAReason", "reason = \"Christmas\"\n", "", {"rota.override.reason is missing"}},
    {"Twice",
     "[[clock]]\nname = \"uucr\"",
     "[[rota]]\nname = \"manager_on_duty\"\notherwise = [\"team\"]\n\n[[clock]]\nname = \"uucr\"",
     {"rota \"manager_on_duty\" is declared already"}},
    {"NameOfARecipient",
     "[[clock]]\nname = \"uucr\"",
     "[[rota]]\nname = \"police\"\notherwise = [\"team\"]\n\n[[clock]]\nname = \"uucr\"",
     {"rota.name: \"police\" is a recipient already"}},
    {"NobodyAtAll",
     "[[clock]]\nname = \"uucr\"",
     "[[rota]]\nname = \"empty\"\n\n[[clock]]\nname = \"uucr\"",
     {"rota has nobody in it"}},
    {"QuorumOfMoreThanAreOnDutyTogether", "quorum = 2", "quorum = 4", {"quorum (4) is more than the rung calls (3)"}},
    {"ToldOnlyIfToldBefore",
     first_arrival,
     changed_once(told("manager_on_duty"), "fields", "only_if_told = true\nfields") + first_arrival,
     {"tell.only_if_told: \"manager_on_duty\" is a rota, and others are on it by now"}},
    {"ToldThoughSomebodyOnItGetsExercisesOnly",
     first_arrival,
     "[[rota]]\nname = \"mixed\"\notherwise = [\"exercise\"]\n\n" + told("mixed") + first_arrival,
     {"tell.who: \"mixed\" has \"exercise\" on it, who gets exercises only", "take them off the rota"}},
    {"ToldByALadderThatCallsOnlyOneOfIt",
     first_arrival,
     "[[rota]]\nname = \"hub\"\notherwise = [\"duty\"]\n\n[[ladder]]\nname = \"own\"\nrepeat_last = \"1 h\"\n"
     "[[ladder.rung]]\nafter = \"10 min\"\nwho = [\"duty\"]\n\n" +
         told("hub", "own") + first_arrival,
     {"tell.ladder: \"own\" calls nobody but \"duty\"", "use a ladder that calls somebody else"}},
    {"ToldOfTwoStreams",
     first_arrival,
     "[[rota]]\nname = \"both\"\notherwise = [\"team\", \"prevent_lead\"]\n\n[[tell]]\nwhen = \"alarm.limbo\"\n"
     "who = \"both\"\nwithin = \"30 min\"\nladder = \"steps\"\n\n" +
         first_arrival,
     {"tell.who: \"both\" has people of the Prevent stream and others on it", "make a rota for each"}},
    {"ToldUnknown",
     first_arrival,
     told("manager_on_dty") + first_arrival,
     {"tell.who: \"manager_on_dty\" is no declared recipient or rota", "did you mean \"manager_on_duty\"?"}},
    {"RungCallsUnknown",
     "who = [\"manager_on_duty\"]\n[[ladder.rung]]\nafter = \"at",
     "who = [\"manager_on_dty\"]\n[[ladder.rung]]\nafter = \"at",
     {"no declared recipient or rota", "did you mean \"manager_on_duty\"?"}},
};
INSTANTIATE_TEST_SUITE_P(Each, BrokenRota, testing::ValuesIn(rota_breaks),
                         [](const auto& each) { return std::string{each.param.rule}; });

}  // namespace
}  // namespace told::config::test
