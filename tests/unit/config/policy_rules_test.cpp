// Each rule of a policy, broken once. Over 400 lines: a table with a row for each of them.
#include <gmock/gmock.h>

#include "loading.hpp"

namespace told::config::test {
namespace {

using testing::HasSubstr;

class BrokenPolicy : public testing::TestWithParam<Break> {};

/// A further rule, and the Prevent lead, whom no right policy needs.
std::string rule_for(const std::string& when, const std::string& who) {
  return "[[recipient]]\nname = \"lead\"\ntitle = \"Prevent lead\"\nagency = \"generic\"\ncarrier = \"zmq_queue\"\n"
         "prevent = true\n\n[[tell]]\nwhen = \"" +
         when + "\"\nwho = \"" + who +
         "\"\nfields = [\"child\"]\nwithin = \"20 min\"\nladder = \"steps\"\nbasis = \"law\"\nsource = "
         "\"guidance\"\n\n";
}

TEST_P(BrokenPolicy, IsRefusedForThatAlone) {
  const Break& b = GetParam();
  auto text = changed_once(right_policy(), b.from, b.to);
  // A rule for what nobody else is told of must not be listed as such as well.
  for (const char* told : {"interpreter.unavailable", "prevent.referral"})
    if (b.to.find("when = \"" + std::string{told}) != std::string::npos)
      text = changed_once(text, "\"" + std::string{told} + "\", ", "");
  is_said_alone(b, parse_policy(text, "policy.toml").problems);
}

const std::string first_tell = "[[tell]]\nwhen = \"child.arrived\"\nwho = \"police\"\n";
const std::string arrived = "when = \"child.arrived\"\nwho = \"police\"\nfields = [\"child.name.given\"]\n";
const std::string another_for_police =
    "[[tell]]\nwhen = \"child.arrived\"\nwho = \"police\"\nfields = [\"child\"]\nwithin = \"20 min\"\n"
    "ladder = \"steps\"\nbasis = \"law\"\nsource = \"guidance\"\n\n";

/// One more rule, for child.arrived, before the first.
std::string conditional(const std::string& only_if) {
  return "[[tell]]\nwhen = \"child.arrived\"\nwho = \"duty\"\nonly_if = \"" + only_if +
         "\"\nfields = []\nwithin = \"1 h\"\nladder = \"steps\"\nbasis = \"law\"\nsource = \"guidance\"\n\n" +
         first_tell;
}

/// One more rule, for whoever was told of the missing child.
std::string only_if_told(const std::string& when, const std::string& who) {
  return "[[tell]]\nwhen = \"" + when + "\"\nwho = \"" + who +
         "\"\nonly_if_told = true\nfields = [\"child\"]\nwithin = \"1 h\"\nladder = \"steps\"\nbasis = \"law\"\nsource "
         "= "
         "\"guidance\"\n\n";
}

const std::vector<Break> words{
    {"UnknownKey",
     "title = \"Police",
     "titel = \"x\"\ntitle = \"Police",
     {"policy.toml:6:1: unknown key \"recipient.titel\"", "did you mean \"title\"?"}},
    {"UnknownKeyAtTheTop", "[delivery]", "[delivry]\n[delivery]", {"\"delivry\"", "did you mean \"delivery\"?"}},
    {"UnknownKeyInAPace",
     "high = \"15 min\"",
     "hihg = \"1 s\", high = \"15 min\"",
     {"\"tell.within.hihg\"", "\"high\""}},
    {"UnknownKeyInARung", "after = \"1 h\"", "after = \"1 h\"\nwhom = [\"x\"]", {"\"ladder.rung.whom\"", "\"who\""}},
    {"KeyTwice", "title = \"Police", "title = \"x\"\ntitle = \"Police", {"policy.toml:7:9: this is not TOML", "title"}},
    {"QuoteMissing",
     "title = \"Police control room\"",
     "title = \"Police control room",
     {"policy.toml:6:", "a text has no closing quotation mark on its line"}},
    {"CommaMissing",
     "[\"tilbury\", ",
     "[\"tilbury\" ",
     {"policy.toml:2:", "between two entries of a list there is no comma"}},
    {"CurlyQuotes",
     "title = \"Police control room\"",
     "title = “Police control room”",
     {"policy.toml:6:", "text stands in straight quotation marks"}},
    {"OnePairOfBrackets", "[[tell]]", "[tell]", {"write two each time"}},
    {"KeyMissing", "title = \"Police control room\"\n", "", {"policy.toml:4:1: recipient.title is missing"}},
    {"TextExpected",
     "title = \"Police control room\"",
     "title = 7",
     {"policy.toml:6:9: recipient.title must be text, not a whole number"}},
    {"ListExpected", "who = [\"team\"]", "who = \"team\"", {"ladder.rung.who must be a list, not text"}},
    {"TruthExpected",
     "agency = \"police\"",
     "agency = \"police\"\nexercise_only = \"no\"",
     {"recipient.exercise_only must be true or false, not text"}},
    {"TableExpected",
     "[stand_down]\nwithin = \"35 min\"\nladder = \"steps\"",
     "[[stand_down]]",
     {"stand_down must be a table, not a list"}},
    {"EmptyText", "title = \"Police control room\"", "title = \" \"", {"recipient.title is empty"}},
    {"ControlCharacter", "title = \"Police control room\"", "title = \"Police\\ncontrol room\"", {"control character"}},
    {"BareDuration", "repeat_last = \"30 min\"", "repeat_last = 30", {"ladder.repeat_last must be text", "\"15 min\""}},
    {"UnitUnknown",
     "repeat_last = \"30 min\"",
     "repeat_last = \"30 minutes\"",
     {"no unit that is known", "ms, s, min"}},
    {"WithinUnitUnknown",
     "within = \"20 min\"",
     "within = \"20 minutes\"",
     {"tell.within: \"20 minutes\" is no time that is known: did you mean \"20 min\"?", "close of next working day"}},
    {"WithinPhraseMistyped",
     "within = \"20 min\"",
     "within = \"close of next workng day\"",
     {"did you mean \"close of next working day\"?"}},
    {"RungTimeMistyped", "after = \"1 h\"", "after = \"at teh deadline\"", {"did you mean \"at the deadline\"?"}},
    {"ShareTooLarge", "after = \"1 h\"", "after = \"120 %\"", {"\"120 %\" is no share of the time allowed"}},
    {"AgreementWithoutAReview",
     "basis = \"law\"",
     "basis = \"law\"\nagreement = { ref = \"ISA-1\" }",
     {"tell.agreement.review_by is missing"}},
    {"AgreementReviewIsNoDay",
     "basis = \"law\"",
     "basis = \"law\"\nagreement = { ref = \"ISA-1\", review_by = 2027-04-01T10:00:00 }",
     {"tell.agreement.review_by is a day"}},
    {"AttemptsZero", "attempts_before_alarm = 7", "attempts_before_alarm = 0", {"is 0, outside 1 to 1000"}},
};

const std::vector<Break> recipients{
    {"NameShape",
     "[delivery]",
     "[[recipient]]\nname = \"Team 9\"\ntitle = \"x\"\nagency = \"generic\"\n"
     "carrier = \"zmq_queue\"\n[delivery]",
     {"recipient.name: \"Team 9\" is not a name"}},
    {"RecipientTwice",
     "[delivery]",
     "[[recipient]]\nname = \"team\"\ntitle = \"x\"\nagency = \"generic\"\n"
     "carrier = \"zmq_queue\"\n[delivery]",
     {"recipient \"team\" is declared already (line 23)"}},
    {"AgencyUnknown",
     "agency = \"generic\"",
     "agency = \"genric\"",
     {"no agency adapter", "did you mean \"generic\"?"}},
    {"CarrierUnknown",
     "carrier = \"zmq_queue\"",
     "carrier = \"zmq_que\"",
     {"no carrier", "did you mean \"zmq_queue\"?"}},
    {"DeputyUnknown",
     "agency = \"police\"",
     "agency = \"police\"\ndeputy = \"taem\"",
     {"recipient.deputy: \"taem\" is no declared recipient", "did you mean \"team\"?"}},
    {"DeputyOfItself",
     "agency = \"police\"",
     "agency = \"police\"\ndeputy = \"police\"",
     {"recipient.deputy: \"police\" is the recipient itself"}},
    {"DeputyForExercises",
     "agency = \"police\"\ncarrier = \"zmq_queue\"",
     "agency = \"police\"\ncarrier = \"zmq_queue\"\ndeputy = \"desk\"\n[[recipient]]\nname = \"desk\"\n"
     "title = \"x\"\nagency = \"generic\"\ncarrier = \"zmq_queue\"\nexercise_only = true",
     {"recipient.deputy: \"desk\" gets exercises only, and \"police\" does not"}},
    {"SecondChannelThatNothingUses",
     "agency = \"police\"",
     "agency = \"police\"\nsecond_channel = { carrier = \"webhook\" }",
     {"recipient.second_channel would never be used", "a rung with again = true"}},
    {"MarkOfNoField",
     "[delivery]",
     "[subject_access]\nthird_party = [\"placement.carrer\"]\n[delivery]",
     {"subject_access.third_party: \"placement.carrer\" is no field of any event"}},
    {"SitesEmpty", "sites = [\"tilbury\", \"purfleet\"]", "sites = []", {"sites is empty"}},
    {"SiteShape", "\"purfleet\"", "\"Purfleet dock\"", {"sites: \"Purfleet dock\" is not a name"}},
    {"SiteTwice", "\"purfleet\"", "\"tilbury\"", {"sites has \"tilbury\" twice"}},
};

const std::vector<Break> ladders{
    {"LadderTwice",
     "[fields]",
     "[[ladder]]\nname = \"steps\"\nrepeat_last = \"1 h\"\n[[ladder.rung]]\n"
     "after = \"1 min\"\nwho = [\"team\"]\n[fields]",
     {"ladder \"steps\" is declared already (line 29)"}},
    {"RungsDescend",
     "after = \"1 h\"",
     "after = \"15 min\"",
     {"(15 min) must be longer than the rung before it (15 min)"}},
    {"RungsDescendPastTheDeadline",
     "[fields]",
     "[[ladder]]\nname = \"late\"\nrepeat_last = \"1 h\"\n[[ladder.rung]]\nafter = \"at the deadline\"\n"
     "who = [\"duty\"]\n[[ladder.rung]]\nafter = \"80 %\"\nwho = [\"team\"]\n[fields]",
     {"(80 %) must be longer than the rung before it (at the deadline)"}},
    {"QuorumTooLarge",
     "who = [\"team\"]",
     "who = [\"team\"]\nquorum = 2",
     {"ladder.rung.quorum (2) is more than the rung calls (1)"}},
    {"RungEmpty", "who = [\"team\"]", "who = []", {"ladder.rung.who is empty"}},
    {"RungCallsUnknown", "who = [\"team\"]", "who = [\"taem\"]", {"no declared recipient", "did you mean \"team\"?"}},
    {"RungCallsTwice", "who = [\"team\"]", "who = [\"team\", \"team\"]", {"has \"team\" twice"}},
    {"RungThatDoesNothing", "who = [\"team\"]", "again = false", {"ladder.rung.who is missing"}},
    {"LadderOnlyTellsTheSilentAgain",
     "[fields]",
     "[[ladder]]\nname = \"own\"\nrepeat_last = \"1 h\"\n[[ladder.rung]]\n"
     "after = \"1 min\"\nagain = true\n[[tell]]\nwhen = \"child.missing\"\nwho = \"duty\"\nfields = []\n"
     "within = \"1 h\"\nladder = \"own\"\nbasis = \"law\"\nsource = \"guidance\"\n[fields]",
     {"\"own\" calls nobody but \"duty\""}},
    {"NoRung",
     "[fields]",
     "[[ladder]]\nname = \"none\"\nrepeat_last = \"1 h\"\nrung = []\n[fields]",
     {"ladder has no rung"}},
    {"RepeatZero",
     "repeat_last = \"30 min\"",
     "repeat_last = \"0 s\"",
     {"ladder.repeat_last (0 s) must be 1 ms or more"}},
    {"AfterZero", "after = \"15 min\"", "after = \"0 s\"", {"ladder.rung.after is no time at all"}},
    {"FirstRungAfterTheDeadline",
     "within = \"20 min\"",
     "within = \"10 min\"",
     {"first rung of \"steps\" (15 min)", "tell.within (10 min)", "use a quicker ladder"}},
    {"FirstRungAfterTheStandDown",
     "within = \"35 min\"",
     "within = \"10 min\"",
     {"first rung of \"steps\" (15 min)", "stand_down.within (10 min)"}},
    {"StandDownLadderUnknown",
     "within = \"35 min\"\nladder = \"steps\"",
     "within = \"35 min\"\nladder = \"stps\"",
     {"stand_down.ladder", "did you mean \"steps\"?"}},
    {"LadderUnknown",
     "within = \"20 min\"\nladder = \"steps\"",
     "within = \"20 min\"\nladder = \"stpes\"",
     {"tell.ladder: \"stpes\" is no declared ladder", "did you mean \"steps\"?"}},
    {"LadderCallsOnlyTheSilent",
     "[fields]",
     "[[ladder]]\nname = \"own\"\nrepeat_last = \"1 h\"\n[[ladder.rung]]\n"
     "after = \"1 min\"\nwho = [\"duty\"]\n[[tell]]\nwhen = \"child.missing\"\nwho = \"duty\"\nfields = []\n"
     "within = \"1 h\"\nladder = \"own\"\nbasis = \"law\"\nsource = \"guidance\"\n[fields]",
     {"\"own\" calls nobody but \"duty\""}},
};

const std::vector<Break> rules{
    {"WhenUnknown",
     first_tell,
     "[[tell]]\nwhen = \"child.arived\"\nwho = \"duty\"\nfields = []\nwithin = \"1 h\"\n"
     "ladder = \"steps\"\nbasis = \"law\"\nsource = \"guidance\"\n\n" +
         first_tell,
     {"tell.when: \"child.arived\" is no event or alarm", "did you mean \"child.arrived\"?"}},
    {"WhoUnknown",
     first_tell,
     "[[tell]]\nwhen = \"child.arrived\"\nwho = \"polise\"\nfields = []\nwithin = \"1 h\"\n"
     "ladder = \"steps\"\nbasis = \"law\"\nsource = \"guidance\"\n\n" +
         first_tell,
     {"tell.who: \"polise\" is no declared recipient", "did you mean \"police\"?"}},
    {"WhenUnknownWithPaces",
     first_tell,
     "[[tell]]\nwhen = \"child.mising\"\nwho = \"duty\"\nfields = []\nwithin = { high = \"20 min\", other = \"1 h\" }\n"
     "ladder = \"steps\"\nbasis = \"law\"\nsource = \"guidance\"\n\n" +
         first_tell,
     {"tell.when: \"child.mising\" is no event or alarm", "did you mean \"child.missing\"?"}},
    {"WithinZero", "within = \"20 min\"", "within = \"0 s\"", {"tell.within is no time at all"}},
    {"FieldUnknown",
     "\"child.name.given\"",
     "\"child.nam\"",
     {"\"child.nam\" is no field of ChildArrived (Child has no \"nam\")", "did you mean \"name\"?"}},
    {"FieldTooDeep", "\"child.name.given\"", "\"child.name.given.first\"", {"goes too deep", "\"child.name.given\""}},
    {"FieldInsideATime", "\"child.name.given\"", "\"encounter.at.seconds\"", {"\"encounter.at\" is a single value"}},
    {"FieldOfAnotherEvent", "\"child.name.given\"", "\"located\"", {"\"located\" is no field of ChildArrived"}},
    {"FieldOfAListByName",
     "found = [\"child.name\"",
     "found = [\"child.nmae\"",
     {"policy.toml:39:10", "rule at line", "did you mean \"name\"?"}},
    {"FieldTheAgencyHasNoRoomFor",
     "\"child.name.given\"",
     "\"claim\"",
     {"PoliceArrivalNotice", "has no \"claim\"", "leave it out"}},
    {"FieldTwice", "\"child.name.given\"", "\"child.name\", \"child.name\"", {"tell.fields has \"child.name\" twice"}},
    {"FieldListUnknown", "fields = \"found\"", "fields = \"fuond\"", {"no list under [fields]", "\"found\"?"}},
    {"FieldsMissing",
     arrived,
     "when = \"child.arrived\"\nwho = \"police\"\n",
     {"tell.fields is missing", "fields = []"}},
    {"FieldsEmptyForATypedAgency",
     "[\"child.name.given\"]",
     "[]",
     {"tell.fields is empty", "a form with nothing in it"}},
    {"AlarmWithFields",
     "when = \"alarm.limbo\"",
     "when = \"alarm.limbo\"\nfields = [\"child.name\"]",
     {"an alarm is about told itself and carries no fields"}},
    {"AlarmThatIsForWhomeverWasTold",
     "when = \"alarm.limbo\"",
     "when = \"alarm.limbo\"\nonly_if_told = true",
     {"an alarm comes from no site"}},
    {"OnlyIfToldOfTheStartItself",
     first_tell,
     only_if_told("child.missing", "duty") + first_tell,
     {"tell.only_if_told: this is the rule by which somebody is told"}},
    {"OnlyIfToldAndNeverIs",
     first_tell,
     only_if_told("interpreter.unavailable", "duty") + first_tell,
     {"tell.only_if_told: \"duty\" is told by no [[tell]] that a child is missing"}},
    {"OnlyIfToldOfAPreventCase",
     first_tell,
     rule_for("prevent.referral", "lead") + only_if_told("prevent.referral", "police") + first_tell,
     {"tell.only_if_told: a Prevent case knows nothing of a missing child"}},
    {"AlarmWithSites",
     "when = \"alarm.limbo\"",
     "when = \"alarm.limbo\"\nonly_if = \"trafficking.indicators\"",
     {"an alarm comes from no site"}},
    {"BasisMissing", "basis = \"law\"\n", "", {"tell.basis is missing"}},
    {"SourceMissing", "source = \"guidance\"\n", "", {"tell.source is missing"}},
    {"SiteUnknown",
     first_tell,
     "[[tell]]\nwhen = \"child.arrived\"\nwho = \"duty\"\nsites = [\"tilbry\"]\n"
     "fields = []\nwithin = \"1 h\"\nladder = \"steps\"\nbasis = \"law\"\nsource = \"guidance\"\n\n" +
         first_tell,
     {"tell.sites: \"tilbry\" is no site of this policy", "did you mean \"tilbury\"?"}},
    {"ConditionOnAnUnknownField",
     first_tell,
     conditional("trafficking.indicatros"),
     {"policy.toml:44:12: tell.only_if, at character 1", "did you mean \"trafficking.indicators\"?"}},
    {"ConditionOnAFieldOfAnotherEvent",
     first_tell,
     conditional("site == tilbury and risk.grade == high"),
     {"policy.toml:44:32: tell.only_if, at character 21", "\"risk.grade\" is no field of child.arrived"}},
    {"ConditionOnAnUnknownSite",
     first_tell,
     conditional("not site == tilbry"),
     {"policy.toml:44:24: tell.only_if: \"tilbry\" is no site of this policy", "did you mean \"tilbury\"?"}},
    {"PaceWhereThereIsNone",
     "within = \"20 min\"",
     "within = { high = \"20 min\", other = \"20 min\" }",
     {"\"child.arrived\" carries no risk grade"}},
    {"PaceMissing", "high = \"15 min\", ", "", {"tell.within.high is missing"}},
};

const std::vector<Break> reach{
    {"SameTwice",
     first_tell,
     another_for_police + first_tell,
     {"\"police\" is told of \"child.arrived\" already (rule at line 41)"}},
    {"SafeguardingToAPanel",
     first_tell,
     "[[tell]]\nwhen = \"child.arrived\"\nwho = \"panel\"\nfields = [\"child\"]\n"
     "within = \"20 min\"\nladder = \"steps\"\nbasis = \"law\"\nsource = \"guidance\"\n\n" +
         first_tell,
     {"a Channel panel is told nothing about \"child.arrived\""}},
    {"AnotherEventToAPanel",
     first_tell,
     rule_for("interpreter.unavailable", "panel") + first_tell,
     {"a Channel panel is told nothing about \"interpreter.unavailable\""}},
    {"AConcernToAPanel",
     first_tell,
     rule_for("prevent.referral", "panel") + first_tell,
     {"a Channel panel is told nothing about \"prevent.referral\""}},
    {"AConcernToAnother",
     first_tell,
     rule_for("prevent.referral", "duty") + first_tell,
     {"goes to recipients with prevent = true, and \"duty\" is none", "Counter Terrorism Policing's own desk"}},
    {"SafeguardingToThePreventStream",
     first_tell,
     rule_for("child.arrived", "lead") + first_tell,
     {"\"lead\" has prevent = true, and is told nothing about \"child.arrived\""}},
    {"PreventToAnother",
     first_tell,
     "[[tell]]\nwhen = \"prevent.section36\"\nwho = \"duty\"\nfields = []\n"
     "within = \"20 min\"\nladder = \"steps\"\nbasis = \"law\"\nsource = \"guidance\"\n\n" +
         first_tell,
     {"goes to agency channel_panel only", "\"duty\" is generic"}},
    {"EventWithoutARule",
     "[[tell]]\nwhen = \"child.located\"\nwho = \"police\"\nfields = \"found\"\n"
     "within = \"40 min\"\nladder = \"steps\"\nbasis = \"law\"\nsource = \"guidance\"\n",
     "",
     {"\"child.located\" reaches nobody", "add a [[tell]]"}},
    {"OtherEventWithoutARule",
     "\"child.placed\", ",
     "",
     {"\"child.placed\" reaches nobody", "not_told = [\"child.placed\"]"}},
    {"NotToldThoughThereIsARule",
     "not_told = [",
     "not_told = [\"prevent.section36\", ",
     {"policy.toml:3:13: not_told: \"prevent.section36\" has a [[tell]]"}},
    {"NotToldWhatMustBe",
     "not_told = [",
     "not_told = [\"child.missing\", ",
     {"policy.toml:3:13: not_told: \"child.missing\" must reach somebody"}},
    {"NotToldWhatIsNone",
     "not_told = [",
     "not_told = [\"child.plased\", ",
     {"no event", "did you mean \"child.placed\"?"}},
    {"NotToldOfACorrection",
     "not_told = [",
     "not_told = [\"event.corrected\", ",
     {"not_told: \"event.corrected\" goes to exactly those who were told"}},
    {"RuleForACorrection",
     first_tell,
     "[[tell]]\nwhen = \"event.corrected\"\nwho = \"duty\"\nfields = []\nwithin = \"20 min\"\nladder = \"steps\"\n"
     "basis = \"law\"\nsource = \"guidance\"\n\n" +
         first_tell,
     {"tell.when: \"event.corrected\" goes to exactly those who were told", "needs no rule"}},
    {"AlarmWithoutARule",
     "[[tell]]\nwhen = \"alarm.limbo\"\nwho = \"duty\"\nwithin = \"25 min\"\nladder = \"steps\"\n",
     "",
     {"\"alarm.limbo\" reaches nobody"}},
    {"EventFromASiteReachesNobody",
     arrived,
     "sites = [\"tilbury\"]\n" + arrived,
     {"policy.toml:2:21: \"child.arrived\" from site \"purfleet\" can reach nobody"}},
};

INSTANTIATE_TEST_SUITE_P(Words, BrokenPolicy, testing::ValuesIn(words), name_of);
INSTANTIATE_TEST_SUITE_P(Recipients, BrokenPolicy, testing::ValuesIn(recipients), name_of);
INSTANTIATE_TEST_SUITE_P(Ladders, BrokenPolicy, testing::ValuesIn(ladders), name_of);
INSTANTIATE_TEST_SUITE_P(Rules, BrokenPolicy, testing::ValuesIn(rules), name_of);
INSTANTIATE_TEST_SUITE_P(Reach, BrokenPolicy, testing::ValuesIn(reach), name_of);

// Police at a desk that is not of the Prevent stream: an earlier release took that, and a new policy may not say it
// (PreventConcern).
TEST(Policy, FromTheLedgerMayTellThePreventLeadAndPoliceOfAConcern) {
  const auto untold = changed_once(right_policy(), "\"prevent.referral\", ", "");
  for (const char* who : {"lead", "police"}) {
    const auto text = changed_once(untold, first_tell, rule_for("prevent.referral", who) + first_tell);
    EXPECT_THAT(lines(parse_policy(text, "policy.toml").problems), testing::IsEmpty()) << who;
  }
}

// Two forces, each for its own site, are two rules for one kind of event; that is what sites are for.
TEST(Policy, MayTellOneRecipientByTwoRulesWhereTheirSitesDiffer) {
  auto text = changed_once(right_policy(), arrived, "sites = [\"tilbury\"]\n" + arrived);
  text = changed_once(text, first_tell.substr(0, 9),
                      changed_once(another_for_police, "fields", "sites = [\"purfleet\"]\nfields") + "[[tell]]\n");
  EXPECT_THAT(lines(parse_policy(text, "policy.toml").problems), testing::IsEmpty());
}

std::string with_first_ladder(const std::string& after, const std::string& within) {
  const std::string ladder =
      "[[ladder]]\nname = \"own\"\nrepeat_last = \"1 h\"\n[[ladder.rung]]\nafter = \"" + after +
      "\"\nwho = [\"duty\"]\n[[tell]]\nwhen = \"alarm.calendar_horizon\"\nwho = \"duty\"\nwithin = "
      "\"1 h\"\nladder = \"steps\"\n[fields]";
  return changed_once(changed_once(right_policy(), "[fields]", ladder), "within = \"20 min\"\nladder = \"steps\"",
                      "within = \"" + within + "\"\nladder = \"own\"");
}

struct Pace {
  const char* after;
  const char* within;
};

// To tell the silent one again calls nobody.
TEST(Policy, RefusesALadderThatOnlyTellsTheSilentAgainByTheDeadline) {
  const auto text = changed_once(right_policy(), "after = \"15 min\"",
                                 "after = \"5 min\"\nagain = true\n[[ladder.rung]]\nafter = \"50 min\"");
  EXPECT_THAT(lines(parse_policy(text, "policy.toml").problems),
              testing::Contains(testing::AllOf(HasSubstr("first rung of \"steps\" (50 min)"), HasSubstr("(20 min)"))));
}

// Whatever the day and the hour: an arrival at 23:59 before a working day leaves 17 hours, 16 on a night in March.
TEST(Policy, TakesALadderThatCallsSomebodyByTheDeadline) {
  for (const Pace& good : {Pace{"20 min", "20 min"}, Pace{"16 h", "1 working day"}, Pace{"50 %", "1 working day"},
                           Pace{"at the deadline", "48 h"}, Pace{"1 working day", "close of next working day"},
                           Pace{"1 day", "2 working days"}, Pace{"23 h", "end of next day"}, Pace{"1 day", "49 h"},
                           Pace{"1 week", "8 days"}}) {
    EXPECT_THAT(lines(parse_policy(with_first_ladder(good.after, good.within), "policy.toml").problems),
                testing::IsEmpty());
  }
}

TEST(Policy, RefusesALadderThatMayCallNobodyByTheDeadline) {
  for (const Pace& late :
       {Pace{"21 min", "20 min"}, Pace{"17 h", "1 working day"}, Pace{"deadline + 1 min", "48 h"},
        Pace{"1 day", "1 working day"}, Pace{"1 working day", "7 days"}, Pace{"1 working day", "72 h"},
        Pace{"24 h", "1 day"}, Pace{"1 day", "48 h"}, Pace{"2 working days", "1 working day"}}) {
    EXPECT_THAT(lines(parse_policy(with_first_ladder(late.after, late.within), "policy.toml").problems),
                testing::ElementsAre(HasSubstr("must not come after tell.within")))
        << late.after << " within " << late.within;
  }
}

// Half of ten minutes is over before a quarter of an hour is.
TEST(Policy, RefusesALadderWhoseRungsAreOutOfOrderForThatTime) {
  const auto text = changed_once(right_policy(), "after = \"1 h\"", "after = \"50 %\"");
  EXPECT_THAT(lines(parse_policy(text, "policy.toml").problems),
              testing::Contains(HasSubstr("of tell.within (20 min), the rung at 50 % of \"steps\" comes before the one "
                                          "at 15 min above it")));
}

TEST(Policy, ThatTellsOnlyExerciseRecipientsReachesNobody) {
  const auto text =
      changed_once(right_policy(), "agency = \"channel_panel\"", "agency = \"channel_panel\"\nexercise_only = true");
  EXPECT_THAT(lines(parse_policy(text, "policy.toml").problems),
              testing::Each(HasSubstr("\"prevent.section36\" from site")));
}

/// What is found in a policy with 205 people and whoever else is named on one rung, and so many rules to one of them.
std::vector<std::string> with_rules_of_205(int count, const std::string& named_besides = "") {
  const auto name = [](int i) { return "\"call." + std::to_string(i) + "\""; };
  std::string declared;
  std::string who = named_besides;
  for (int i = 0; i < 205; ++i) {
    declared += "[[recipient]]\nname = " + name(i) + "\ntitle = \"x\"\nagency = \"generic\"\ncarrier = \"zmq_queue\"\n";
    who += (i == 0 ? "" : ", ") + name(i);
  }
  declared += "[[ladder]]\nname = \"everybody\"\nrepeat_last = \"1 h\"\n[[ladder.rung]]\nafter = \"1 min\"\nwho = [" +
              who + "]\n";
  for (int i = 0; i < count; ++i) {
    declared += "[[tell]]\nwhen = \"child.arrived\"\nwho = " + name(i) +
                "\nfields = []\nwithin = \"1 h\"\nladder = \"everybody\"\nbasis = \"law\"\nsource = \"guidance\"\n";
  }
  return lines(parse_policy(changed_once(right_policy(), "[fields]", declared + "[fields]"), "policy.toml").problems);
}

// 205 on one rung, of whom one is silent: 1 + 2 × 204 = 409 for each rule, and 5 for the rule that is there. The tenth
// rule fills the room of one event to the last place, the eleventh goes beyond it.
TEST(Policy, ThatCouldMakeTooManyNotificationsIsRefused) {
  EXPECT_THAT(with_rules_of_205(10), testing::IsEmpty());
  EXPECT_THAT(with_rules_of_205(11),
              testing::ElementsAre(HasSubstr("\"child.arrived\" could make 4504 notifications, and one event has room "
                                             "for 4095 (1 for each recipient")));
}

TEST(Policy, ThatFillsAnEventsRoomAndMisspellsANameIsNotSaidToMakeTooMany) {
  EXPECT_THAT(with_rules_of_205(10, "\"cal.1\", "),
              testing::ElementsAre(HasSubstr("\"cal.1\" is no declared recipient or rota")));
}

}  // namespace
}  // namespace told::config::test
