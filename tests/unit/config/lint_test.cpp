// What lint finds in a policy that loads: each finding by one break of a policy in which there is none.
#include "config/lint.hpp"

#include <gmock/gmock.h>

#include "loading.hpp"

namespace told::config::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Lint, FindsNothingWhereNothingHurts) { EXPECT_THAT(found_in(agreed_policy()), IsEmpty()); }

struct Hurt {
  const char* rule;
  std::string from;
  std::string to;
  std::vector<std::string> says;
};
void PrintTo(const Hurt& hurt, std::ostream* out) { *out << hurt.rule; }

class Hurting : public testing::TestWithParam<Hurt> {};

TEST_P(Hurting, PolicyIsWarnedOfThat) {
  const Hurt& hurt = GetParam();
  const auto found = found_in(changed_once(agreed_policy(), hurt.from, hurt.to));
  std::vector<testing::Matcher<std::string>> all;
  for (const auto& each : hurt.says)
    all.push_back(testing::AllOf(testing::ContainsRegex("^policy.toml:[1-9]"), HasSubstr(each)));
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(all));
}

const std::string rest_of_the_rota = "otherwise = [\"team\"]\n";
const std::string one_more_recipient =
    "[[recipient]]\nname = \"spare\"\ntitle = \"x\"\nagency = \"generic\"\ncarrier = \"zmq_queue\"\n";

const std::vector<Hurt> hurts{
    {"RungWithNobody",
     rest_of_the_rota,
     "",
     {"ladder \"duties\": nobody is on duty for the rung at 80 % in the next 28 days: Monday 2 March 2026 17:00 to "
      "Tuesday 3 March 2026 09:00; Tuesday 3 March 2026 17:00 to Wednesday 4 March 2026 09:00; Wednesday 4 March 2026 "
      "17:00 to Thursday 5 March 2026 09:00; and",
      "clock \"uucr\": nobody is on duty as \"manager_on_duty\""}},
    {"RuleThatTellsNobodyForHours",
     "[calendar]",
     "[[rota]]\nname = \"weekday_desk\"\nweekly = [{ days = \"every day\", from = \"09:00\", to = \"08:00\", who = "
     "[\"team\"] }]\n"
     "[[tell]]\nwhen = \"child.missing\"\nwho = \"weekday_desk\"\nfields = [\"child\"]\nwithin = \"1 h\"\nladder = "
     "\"steps\"\n"
     "basis = \"law\"\nagreement = { ref = \"ISA-1\", review_by = 2027-04-01 }\nsource = \"guidance\"\n[calendar]",
     {"tell: \"child.missing\": nobody is on duty as \"weekday_desk\" in the next 28 days"}},
    {"PersonInNoRota",
     "[calendar]",
     changed_once(one_more_recipient, "carrier", "person = true\ncarrier") + "[calendar]",
     {"recipient \"spare\" is a person who stands in no rota"}},
    {"RecipientThatNothingReaches",
     "[calendar]",
     one_more_recipient + "[calendar]",
     {"recipient \"spare\" is reached by no event, rung or clock"}},
    {"NoAgreement",
     "agreement = { ref = \"ISA-1\", review_by = 2027-04-01 }\n",
     "",
     {"tell: \"child.arrived\" to \"police\" has no sharing agreement"}},
    {"AgreementPastItsReview",
     "review_by = 2027-04-01",
     "review_by = 2026-03-01",
     {"agreement ISA-1 was to be reviewed by 2026-03-01"}},
    {"BankHolidaysOnWhichTheDaysPeopleAreOn",
     "days = \"working days\"",
     "days = \"weekdays\"",
     {"rota \"manager_on_duty\": \"duty\" is on duty on Monday 25 May 2026 09:00 (Spring bank holiday) as on any other "
      "weekday, and at weekends \"team\" is; 5 days are known on which it is so. Write days = \"working days\""}},
    {"ClosureLongPast",
     "closures = [2026-12-29",
     "closures = [2016-12-26, 2025-12-29, 2026-12-29",
     {"calendar.closures: 2016-12-26 (council closure) was over half a year ago: is the year right?"}},
    {"OverrideLongPast",
     rest_of_the_rota,
     rest_of_the_rota + "[[rota.override]]\nfrom = 2016-12-24T09:00:00\nto = 2016-12-28T09:00:00\nwho = [\"duty\"]\n"
                        "reason = \"Christmas\"\n",
     {"the override of 2016-12-24 (Christmas) ended on 2016-12-28, over half a year ago"}},
    {"UrgentMessageThatIsEmpty",
     "[calendar]",
     "[[tell]]\nwhen = \"child.missing\"\nwho = \"duty\"\nfields = []\nwithin = \"1 h\"\nladder = \"steps\"\n"
     "basis = \"law\"\nagreement = { ref = \"ISA-1\", review_by = 2027-04-01 }\nsource = \"guidance\"\n[calendar]",
     {"\"duty\" must answer for \"child.missing\" within the hour, and is told nothing"}},
};

INSTANTIATE_TEST_SUITE_P(Each, Hurting, testing::ValuesIn(hurts),
                         [](const auto& each) { return std::string{each.param.rule}; });

const std::string police_by_queue = "agency = \"police\"\ncarrier = \"zmq_queue\"\n";

TEST(Lint, FindsFieldsForACarrierThatMustNotCarryThem) {
  const auto text = [](const std::string& form) {
    return changed_once(agreed_policy(), police_by_queue, "agency = \"police\"\ncarrier = \"smtp\"\n" + form);
  };
  EXPECT_THAT(found_in(text("")), testing::Each(HasSubstr("by smtp, which must not carry personal fields")));
  EXPECT_THAT(found_in(text("")), testing::Not(IsEmpty()));
  EXPECT_THAT(found_in(text("form_by_mail = { as = \"sealed\" }\n")), IsEmpty());
  const std::string clear =
      "form_by_mail = { as = \"clear\", agreement = { ref = \"ISA-9\", review_by = 2027-04-01 } }\n";
  EXPECT_THAT(found_in(text(clear)), IsEmpty());
  EXPECT_THAT(
      found_in(text(changed_once(clear, "2027-04-01", "2026-03-01"))),
      ElementsAre(HasSubstr("\"police\" has its form by mail in the clear: agreement ISA-9 was to be reviewed by "
                            "2026-03-01")));
}

TEST(Lint, FindsASecondChannelThatWaitsForFailuresOfAWorkerThatIsAway) {
  const auto text = [](const std::string& when) {
    return changed_once(agreed_policy(), police_by_queue,
                        police_by_queue + "second_channel = { carrier = \"webhook\", " + when + " }\n");
  };
  EXPECT_THAT(found_in(text("after_failures = 3")), ElementsAre(HasSubstr("nothing fails while its worker is away")));
  EXPECT_THAT(found_in(text("after_failures = 3, after = \"5 min\"")), IsEmpty());
}

const std::string quick_ladder =
    "[[ladder]]\nname = \"quick\"\nrepeat_last = \"1 h\"\n[[ladder.rung]]\nafter = \"5 min\"\nwho = [\"duty\"]\n";

TEST(Lint, FindsALadderThatIsSlowerForAHighRisk) {
  const auto text = changed_once(agreed_policy() + quick_ladder, "high = \"steps\", other = \"steps\"",
                                 "high = \"steps\", other = \"quick\"");
  EXPECT_THAT(found_in(text), ElementsAre(HasSubstr("somebody is called later for a high risk (ladder \"steps\")")));
}

// 80 % of the time to close of the next working day is after 30 h over a weekend, and before it in the week.
TEST(Lint, FindsRungsThatAreOutOfOrderOnSomeDaysOnly) {
  const auto text = changed_once(agreed_policy() +
                                     "[[ladder]]\nname = \"mixed\"\nrepeat_last = \"1 h\"\n"
                                     "[[ladder.rung]]\nafter = \"80 %\"\nwho = [\"duty\"]\n"
                                     "[[ladder.rung]]\nafter = \"39 h\"\nwho = [\"team\"]\n",
                                 "within = \"40 min\"\nladder = \"steps\"",
                                 "within = \"close of next working day\"\nladder = \"mixed\"");
  EXPECT_THAT(found_in(text), testing::Contains(HasSubstr(
                                  "tell: on ladder \"mixed\" the rung at 39 h comes before the one at 80 % for "
                                  "what starts on Friday 6 March 2026 00:00 and is due within close of the next "
                                  "working day")));
}

const std::string exercise_desk =
    "[[recipient]]\nname = \"training\"\ntitle = \"x\"\nagency = \"generic\"\ncarrier = \"zmq_queue\"\n"
    "exercise_only = true\n";
const std::string told_in_an_exercise =
    "[[tell]]\nwhen = \"child.missing\"\nwho = \"training\"\nfields = [\"child.name\"]\nwithin = \"1 h\"\n"
    "ladder = \"steps\"\nbasis = \"law\"\nagreement = { ref = \"ISA-1\", review_by = 2027-04-01 }\n"
    "source = \"guidance\"\n";

TEST(Lint, FindsAnExerciseThatCallsWhoeverAnswersRealCalls) {
  EXPECT_THAT(found_in(agreed_policy() + exercise_desk + told_in_an_exercise),
              ElementsAre(HasSubstr("an exercise with \"training\" would call \"duty\""),
                          HasSubstr("an exercise with \"training\" would call \"team\"")));
}

TEST(Lint, FindsARealLadderThatCallsAnExerciseDesk) {
  const auto text = changed_once(agreed_policy() + exercise_desk, "after = \"1 h\"\nwho = [\"team\"]",
                                 "after = \"1 h\"\nwho = [\"team\", \"training\"]");
  EXPECT_THAT(found_in(text), testing::Contains(HasSubstr("calls \"training\", who gets exercises only")));
}

TEST(Lint, FindsABankHolidaysFileThatIsUnlikeGovUks) {
  const auto loaded = parse_policy(agreed_policy(), "policy.toml",
                                   {{"holidays.json", changed_once(holidays(), "2026-08-31", "2026-05-26")}});
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  EXPECT_THAT(lines(lint(loaded.value, noon, "policy.toml")),
              ElementsAre(testing::AllOf(HasSubstr("calendar.bank_holidays: holidays.json has no bank holiday from"),
                                         HasSubstr("fetch it again from www.gov.uk/bank-holidays.json"))));
}

TEST(Lint, LetsAPersonBeWokenByATextMessageThatSaysOnlyThatSomethingWaits) {
  const std::string second = "second_channel = { carrier = \"notify\", after = \"5 min\" }\n";
  const std::string police = "title = \"Police control room\"\n";
  const auto desk = changed_once(agreed_policy(), police, police + second);
  EXPECT_THAT(found_in(desk), testing::Contains(HasSubstr("by notify where its carrier fails")));
  EXPECT_THAT(found_in(changed_once(desk, police, police + "person = true\n")), IsEmpty());
}

/// agreed_policy() with another weekly pattern, whatever its lines are, and `otherwise` the team.
std::string with_pattern(const std::string& pattern) {
  const std::string whole = agreed_policy();
  const auto begin = whole.find("weekly = ["), end = whole.find("otherwise", begin);
  return whole.substr(0, begin) + "weekly = [" + pattern + "]\n" + whole.substr(end);
}

TEST(Lint, LetsARotaBeThatDoesNotTellWeekdaysFromWeekendsOrSaysWhoIsOnAtHolidays) {
  const auto line = [](const std::string& days, const std::string& who) {
    return "{ days = " + days + ", from = \"09:00\", to = \"09:00\", who = [\"" + who + "\"] },";
  };
  for (const std::string& pattern :
       {line("\"every day\"", "duty"), line("[\"working days\", \"days not worked\"]", "duty"),
        line("[\"mon\", \"tue\", \"wed\"]", "duty") + line("[\"thu\", \"fri\", \"sat\"]", "police") +
            line("\"sun\"", "duty"),
        line("\"days not worked\"", "police") + line("\"weekdays\"", "duty")})
    EXPECT_THAT(found_in(with_pattern(pattern)), testing::Not(testing::Contains(HasSubstr("as on any other weekday"))))
        << pattern;
  EXPECT_THAT(found_in(with_pattern(line("\"weekends\"", "police") + line("\"weekdays\"", "duty"))),
              testing::Contains(HasSubstr("at weekends \"police\" is")));
  EXPECT_THAT(found_in(with_pattern(line("[\"mon\", \"tue\"]", "duty"))),
              testing::Contains(testing::AllOf(HasSubstr("at weekends \"team\" is"), HasSubstr("25 May 2026 09:00"))));
}

TEST(Lint, LetsAnOverrideSayWhoIsOnAtAHoliday) {
  const auto text =
      changed_once(changed_once(agreed_policy(), "days = \"working days\"", "days = \"weekdays\""), rest_of_the_rota,
                   rest_of_the_rota +
                       "[[rota.override]]\nfrom = 2026-05-25T09:00:00\nto = 2026-05-25T17:00:00\nwho = [\"duty\"]\n"
                       "reason = \"at the council's wish\"\n");
  EXPECT_THAT(found_in(text), ElementsAre(HasSubstr("Monday 31 August 2026 09:00")));
}

TEST(Lint, FindsACalendarThatEndsSoon) {
  EXPECT_THAT(found_in(agreed_policy(), std::chrono::sys_days{std::chrono::year{2026} / 10 / 5} + 12h),
              ElementsAre(testing::AllOf(HasSubstr("bank holidays are known until 2026-12-28, fewer than 90 days"),
                                         testing::ContainsRegex("^policy.toml:[1-9]"))));
  const auto text = changed_once(agreed_policy(), "bank_holidays = \"holidays.json\"\n", "");
  EXPECT_THAT(found_in(text), ElementsAre(HasSubstr("no bank holiday is known")));
}

}  // namespace
}  // namespace told::config::test
