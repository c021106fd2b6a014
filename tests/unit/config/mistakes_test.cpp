// Mistakes of somebody who writes a policy and does not program, each made once in the whole guidance as it is shipped:
// it is said alone, at its place, with the mend. Whatever only follows from it is not said beside it.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "loading.hpp"

namespace told::config::test {
namespace {

const std::string shipped = TOLD_SHIPPED_CONFIG;

std::string council() {
  std::ifstream file(shipped + "/council.toml");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class AMistake : public testing::TestWithParam<Break> {};

TEST_P(AMistake, IsSaidAloneWithThePlaceAndTheMend) {
  const Break& b = GetParam();
  const Directory directory;
  std::filesystem::copy(shipped + "/calendars", directory.path() / "calendars");
  is_said_alone(b, load_policy(directory.write("council.toml", changed_once(council(), b.from, b.to))).problems);
}

/// "council.toml:1221:1: ", where `line` stands first in the shipped file, `further` lines below.
std::string place(const std::string& line, int further, int column) {
  const std::string text = council();
  const auto at = text.find(line);
  const auto number = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  return "council.toml:" + std::to_string(number + further) + ":" + std::to_string(column) + ": ";
}

const std::string missing = "[[tell]]\nwhen = \"child.missing\"\nwho = \"police.control_room\"\n";
const std::string rung = "[[ladder.rung]]\nafter = \"15 min\"\nwho = [\"manager_on_duty\"]\n";
const std::string high = "\nwithin = { high = \"15 min\", other = \"30 min\" }";  // a comment has it too

std::string to_missing(const std::string& from, const std::string& to) { return changed_once(missing, from, to); }

const std::vector<Break> toml{
    {"OneBracketAmongTwo",
     missing,
     to_missing("[[tell]]", "[tell]"),
     {place(missing, 0, 1), "write [[tell]], with two brackets, for each", "(Error while parsing table header"}},
    {"OneBracketOfARung",
     rung,
     changed_once(rung, "[[ladder.rung]]", "[ladder.rung]"),
     {"write [[ladder.rung]], with two brackets, for each"}},
    {"OneBracketAtTheFirst", "[[rota]]\n", "[rota]\nname = \"other\"\n[[rota]]\n", {"write two each time, [[rota]]"}},
    {"ListNotClosed",
     rung,
     changed_once(rung, "\"]", "\""),
     {place(rung, 2, 7), "the list that opens here is not closed: write ] at its end"}},
    {"ListNotClosedAfterAComma",
     rung,
     changed_once(rung, "\"]", "\","),
     {place(rung, 2, 7), "the list that opens here is not closed"}},
    {"ListNotClosedAtTheTop",
     "\"police_station\", \"council\"]",
     "\"police_station\", \"council\",",
     {place("sites = [", 0, 9), "the list that opens here is not closed"}},
    {"BracesNotClosed",
     high,
     changed_once(high, " }", ""),
     {place(high, 1, 46), "the braces are not closed on their line: write } at their end"}},
    {"TableWrittenTwice",
     "[fields]\n",
     "[fields]\nx = [\"child\"]\n[fields]\n",
     {"put what belongs to it under one [fields]"}},
    {"KeyTwiceInATable",
     missing,
     missing + "who = \"duty_manager\"\n",
     {place(missing, 3, 7), "\"who\" is said twice in one table: take one out", "[[...]]"}},
    {"EqualsLeftOut",
     high,
     changed_once(high, "within =", "within"),
     {place(high, 1, 8), "between a name and its value there is no =: write it like name = \"value\""}},
    {"QuotesLeftOut", missing, to_missing("\"police.control_room\"", "team_manager"), {"straight quotation marks"}},
};

const std::vector<Break> names{
    {"ListOfRecipientsInARule",
     missing,
     to_missing("\"police.control_room\"", "[\"police.control_room\", \"edt.manager\"]"),
     {place(missing, 2, 7), "tell.who is one name and not a list: write a [[tell]] of its own for each of them"}},
    {"NameInAnOverride",
     "otherwise = [\"edt.manager\"]\n",
     "otherwise = [\"edt.manager\"]\n[[rota.override]]\nfrom = 2026-12-24T09:00:00\nto = 2026-12-28T09:00:00\n"
     "who = [\"edt.maneger\"]\nreason = \"Christmas\"\n",
     {place("otherwise = [\"edt.manager\"]", 4, 8), "\"edt.maneger\" is no declared recipient", "\"edt.manager\"?"}},
    {"NameOnARung",
     rung,
     changed_once(rung, "manager_on_duty", "manger_on_duty"),
     {place(rung, 2, 8), "\"manger_on_duty\" is no declared recipient or rota", "\"manager_on_duty\"?"}},
    {"NameInAnAlarmOfThePreventStream",
     "when = \"alarm.nobody_was_told\"\nwho = \"prevent_deputy\"",
     "when = \"alarm.nobody_was_told\"\nwho = \"prevent_deptuy\"",
     {"tell.who: \"prevent_deptuy\" is no declared recipient"}},
    {"EventOfThePreventStreamMisspelt",
     "when = \"prevent.section36\"\n",
     "when = \"prevent.section63\"\n",
     {"\"prevent.section63\" is no event or alarm", "did you mean \"prevent.section36\"?"}},
    {"AlarmMisspelt",
     "when = \"alarm.limbo\"",
     "when = \"alarm.limob\"",
     {"\"alarm.limob\" is no event or alarm", "did you mean \"alarm.limbo\"?"}},
};

const std::vector<Break> left_out{
    {"StandDown",
     "[stand_down]\nwithin = \"30 min\" # [def]\nladder = \"standard\"\n",
     "",
     {"stand_down is missing", "write [stand_down], and under it within = \"30 min\" and ladder = "}},
    {"WhomARungCalls",
     rung,
     changed_once(rung, "who = [\"manager_on_duty\"]\n", ""),
     {place(rung, 0, 1), "a rung that calls nobody is silence", "again = true", "deputy = true"}},
};

const std::vector<Break> paces{
    {"HighRiskIsSlower",
     high,
     "\nwithin = { high = \"15 h\", other = \"30 min\" }",
     {place(high, 1, 19), "tell.within.high (15 h) must not be longer than tell.within.other (30 min)",
      "swap the two"}},
};

INSTANTIATE_TEST_SUITE_P(OfToml, AMistake, testing::ValuesIn(toml), name_of);
INSTANTIATE_TEST_SUITE_P(InAName, AMistake, testing::ValuesIn(names), name_of);
INSTANTIATE_TEST_SUITE_P(LeftOut, AMistake, testing::ValuesIn(left_out), name_of);
INSTANTIATE_TEST_SUITE_P(OfPaces, AMistake, testing::ValuesIn(paces), name_of);

// What an earlier release took is read again from the ledger.
TEST(HighRisk, ThatWasSlowerIsReadAgainFromTheLedger) {
  const auto text = changed_once(right_policy(), "high = \"15 min\"", "high = \"15 h\"");
  EXPECT_THAT(lines(parse_policy(text, "policy version 1").problems), testing::IsEmpty());
}

TEST(APolicyOfTheLedger, MayBeOlderThanAnAlarmAndANewOneMayNot) {
  const auto text = changed_once(right_policy(), alarm_rule("ledger_damaged"), "");
  EXPECT_THAT(lines(parse_policy(text, "policy version 1").problems), testing::IsEmpty());
  const Directory directory;
  EXPECT_THAT(lines(load_policy(directory.write("policy.toml", text)).problems),
              testing::ElementsAre(testing::HasSubstr("\"alarm.ledger_damaged\" reaches nobody: add a [[tell]]")));
}

// Whoever reports a real one is told that nobody is there for it.
TEST(APolicyOfTheLedger, MayTellExerciseDesksAloneOfAnEventAndANewOneMayNot) {
  const std::string desk =
      "\n[[recipient]]\nname = \"exercise\"\ntitle = \"The exercise desk\"\nagency = \"generic\"\ncarrier = "
      "\"zmq_queue\"\nexercise_only = true\n";
  const std::string rule =
      "\n[[tell]]\nwhen = \"child.placed\"\nwho = \"exercise\"\nfields = [\"child\"]\nwithin = \"20 min\"\nladder = "
      "\"steps\"\nbasis = \"law\"\nsource = \"guidance\"\n";
  const auto untold = changed_once(right_policy(), "\"child.placed\", ", "");
  const auto text = untold + desk + rule;
  EXPECT_THAT(lines(parse_policy(text, "policy version 1").problems), testing::IsEmpty());
  const Directory directory;
  EXPECT_THAT(
      lines(load_policy(directory.write("policy.toml", text)).problems),
      testing::ElementsAre(testing::AllOf(testing::HasSubstr("tell: \"child.placed\" is told to exercise desks alone"),
                                          testing::HasSubstr("to a recipient without exercise_only"),
                                          testing::HasSubstr("not_told = [\"child.placed\"]"))));
  const auto also_real = text + changed_once(rule, "who = \"exercise\"", "who = \"duty\"");
  EXPECT_THAT(lines(load_policy(directory.write("policy.toml", also_real)).problems), testing::IsEmpty());
}

}  // namespace
}  // namespace told::config::test
