// What lint finds in rules and ladders that are each right, and together leave somebody out or call nobody.
#include <gmock/gmock.h>

#include "loading.hpp"

namespace told::config::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string missing_to_police = "when = \"child.missing\"\nwho = \"police\"\n";
const std::string first_arrival = "[[tell]]\nwhen = \"child.arrived\"\nwho = \"police\"\n";

/// One more rule.
std::string told(const std::string& who, const std::string& when, const std::string& ladder = "steps",
                 const std::string& only_if = "") {
  return "[[tell]]\nwhen = \"" + when + "\"\nwho = \"" + who + "\"\nfields = [\"child.name\"]\n" + only_if +
         "within = \"20 min\"\nladder = \"" + ladder +
         "\"\nbasis = \"law\"\nagreement = { ref = \"ISA-1\", review_by = 2027-04-01 }\nsource = \"guidance\"\n\n";
}

std::string with(const std::string& more) { return changed_once(agreed_policy(), first_arrival, more + first_arrival); }

TEST(LintOfTheMissing, FindsPoliceWhoHearOfTheEndAlone) {
  const auto found =
      found_in(changed_once(agreed_policy(), missing_to_police, "when = \"child.missing\"\nwho = \"duty\"\n"));
  EXPECT_THAT(found,
              ElementsAre(HasSubstr("no police desk is told of \"child.missing\" from \"tilbury\", \"purfleet\""),
                          HasSubstr("\"police\" is told that a child was located, and by no rule that the child")));
}

TEST(LintOfTheMissing, FindsASiteFromWhichNoPoliceDeskHears) {
  const auto text = changed_once(with(told("duty", "child.missing")), missing_to_police,
                                 missing_to_police + "sites = [\"tilbury\"]\n");
  EXPECT_THAT(found_in(text), ElementsAre(AllOf(HasSubstr("no police desk"), HasSubstr("from \"purfleet\":"))));
}

TEST(LintOfTheMissing, FindsWhoHearsOfANewGradeAlone) {
  const std::string graded = "child.missing_risk_changed";
  const auto text = [&](const std::string& more) { return changed_once(with(more), "\"" + graded + "\", ", ""); };
  EXPECT_THAT(found_in(text(told("duty", graded))),
              ElementsAre(HasSubstr("\"duty\" is told of a missing child's new grade, and by no rule that the child")));
  EXPECT_THAT(found_in(text(told("duty", graded) + told("manager_on_duty", "child.missing"))), IsEmpty())
      << "as the one on duty";
}

TEST(LintOfTheMissing, LetsSomebodyHearOfTheEndAloneWhoComesAfterIt) {
  EXPECT_THAT(found_in(with(told("duty", "child.located"))), IsEmpty()) << "a return home interview";
}

const std::string placed = "child.placed";

/// The right policy, and by these rules somebody is told that a child was placed.
std::string that_tells_of_the_placed(const std::string& rules) {
  return changed_once(with(rules), "\"" + placed + "\", ", "");
}

std::string for_sites(const std::string& sites) { return told("duty", placed, "steps", "sites = [" + sites + "]\n"); }

TEST(LintOfTheUntold, FindsASiteThatNoRuleIsFor) {
  EXPECT_THAT(found_in(that_tells_of_the_placed(for_sites("\"tilbury\""))),
              ElementsAre(AllOf(HasSubstr("tell: \"child.placed\" from \"purfleet\" reaches nobody"),
                                HasSubstr("is refused: add a [[tell]] that covers"),
                                HasSubstr("not_told = [\"child.placed\"]"))));
  const std::string team = changed_once(for_sites("\"purfleet\""), "who = \"duty\"", "who = \"team\"");
  EXPECT_THAT(found_in(that_tells_of_the_placed(for_sites("\"tilbury\"") + team)), IsEmpty())
      << "each site has one of its own";
}

TEST(LintOfTheUntold, FindsWhatIsToldUnderConditionsOnly) {
  const std::string in_essex = told("duty", placed, "steps", "only_if = 'placement.county == \"Essex\"'\n");
  EXPECT_THAT(found_in(that_tells_of_the_placed(in_essex)),
              ElementsAre(AllOf(HasSubstr("tell: \"child.placed\" reaches somebody only under conditions"),
                                HasSubstr("without only_if and only_if_told"))));
  const std::string team = changed_once(for_sites("\"purfleet\""), "who = \"duty\"", "who = \"team\"");
  EXPECT_THAT(found_in(that_tells_of_the_placed(in_essex + team)),
              ElementsAre(HasSubstr("\"child.placed\" from \"tilbury\" reaches somebody only under conditions")));
  EXPECT_THAT(found_in(that_tells_of_the_placed(in_essex + told("team", placed))), IsEmpty());
}

TEST(LintOfTheUntold, FindsANewGradeOfWhichOnlyThoseHearWhoWereToldOfTheMissing) {
  const std::string graded = "child.missing_risk_changed";
  const auto text =
      changed_once(with(told("police", graded, "steps", "only_if_told = true\n")), "\"" + graded + "\", ", "");
  EXPECT_THAT(found_in(text), ElementsAre(HasSubstr("\"" + graded + "\" reaches somebody only under conditions")));
}

TEST(LintOfTheUntold, CountsNoExerciseDesk) {
  EXPECT_THAT(found_in(that_tells_of_the_placed(for_sites("\"tilbury\"") + told("exercise", placed, "exercise"))),
              ElementsAre(HasSubstr("\"child.placed\" from \"purfleet\" reaches nobody")));
}

TEST(LintOfALastRung, FindsOneThatRepeatsSeldom) {
  const auto text = [](const std::string& often) {
    return changed_once(agreed_policy(), "name = \"steps\"\nrepeat_last = \"30 min\"",
                        "name = \"steps\"\nrepeat_last = \"" + often + "\"");
  };
  for (const std::string seldom : {"30 days", "61 min", "1 working day"})
    EXPECT_THAT(found_in(text(seldom)), ElementsAre(AllOf(HasSubstr("ladder \"steps\": its last rung repeats "),
                                                          HasSubstr("\"police\" has to answer within 20 min"))))
        << seldom;
  EXPECT_THAT(found_in(text("1 h")), IsEmpty());
}

TEST(LintOfALadder, FindsHoursInWhichItCallsNobodyButTheOneWhoIsSilent) {
  const std::string own =
      "[[ladder]]\nname = \"own\"\nrepeat_last = \"1 h\"\n[[ladder.rung]]\nafter = \"10 min\"\nwho = "
      "[\"manager_on_duty\"]\n";
  EXPECT_THAT(
      found_in(with(own + told("manager_on_duty", "child.arrived", "own"))),
      ElementsAre(HasSubstr("for what starts on Monday 2 March 2026 12:00, ladder \"own\" calls nobody but \"duty\"")));
  const std::string then_team = own + "[[ladder.rung]]\nafter = \"20 min\"\nwho = [\"team\"]\n";
  EXPECT_THAT(
      found_in(with(then_team + told("manager_on_duty", "child.arrived", "own"))),
      ElementsAre(AllOf(HasSubstr("what starts on Monday 2 March 2026 17:00"), HasSubstr("nobody but \"team\""))));
}

TEST(LintOfOneEvent, FindsWhoIsToldOfItByNameAndAsTheOneOnDuty) {
  const std::string by_rota = told("manager_on_duty", "child.arrived");
  EXPECT_THAT(
      found_in(with(by_rota + told("duty", "child.arrived"))),
      ElementsAre(HasSubstr("\"duty\" would be told twice of \"child.arrived\", by name and as \"manager_on_duty\"")));
  EXPECT_THAT(found_in(with(by_rota + told("duty", "child.arrived", "steps", "sites = [\"tilbury\"]\n"))),
              Contains(HasSubstr("told twice")));
}

TEST(LintOfOneEvent, LetsTwoRulesBeThatMayExcludeEachOtherOrMeetInAnOverrideOnly) {
  const auto rule = [](const std::string& who, const std::string& only_if) {
    return told(who, "child.arrived", "steps", "only_if = '" + only_if + "'\n");
  };
  EXPECT_THAT(found_in(with(rule("manager_on_duty", "encounter.found_by == police") +
                            rule("duty", "encounter.found_by != police"))),
              Not(Contains(HasSubstr("told twice"))));
  const std::string the_team = "otherwise = [\"team\"]\n";
  const std::string stands_in =
      "[[rota.override]]\nfrom = 2026-03-03T09:00:00\nto = 2026-03-03T17:00:00\n"
      "who = [\"police\"]\nreason = \"leave\"\n";
  EXPECT_THAT(found_in(changed_once(with(told("manager_on_duty", "child.arrived")), the_team, the_team + stands_in)),
              IsEmpty());
}

}  // namespace
}  // namespace told::config::test
