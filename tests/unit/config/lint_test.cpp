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

/// Monday 2 March 2026, noon.
constexpr core::Instant noon = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 12h;

/// The whole policy, with an agreement for each route.
std::string agreed_policy() {
  auto text = changed(right_policy(), "basis = \"law\"",
                      "basis = \"law\"\nagreement = { ref = \"ISA-1\", review_by = 2027-04-01 }");
  text += whole_policy().substr(whole_policy().rfind("\n[[tell]]\nwhen = \"alarm.duty_not_done\""));
  text = changed_once(text, "to = 2026-12-28T09:00:00\nwho = []", "to = 2026-12-28T09:00:00\nwho = [\"duty\"]");
  return text;
}

std::vector<std::string> found_in(const std::string& text, core::Instant now = noon) {
  const auto loaded = parse_whole(text);
  EXPECT_THAT(lines(loaded.problems), IsEmpty()) << "lint is for what loads";
  return lines(lint(loaded.value, now, "policy.toml"));
}

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

TEST(Lint, FindsACalendarThatEndsSoon) {
  EXPECT_THAT(found_in(agreed_policy(), std::chrono::sys_days{std::chrono::year{2026} / 10 / 5} + 12h),
              ElementsAre(testing::AllOf(HasSubstr("bank holidays are known until 2026-12-28, fewer than 90 days"),
                                         testing::ContainsRegex("^policy.toml:[1-9]"))));
  const auto text = changed_once(agreed_policy(), "bank_holidays = \"holidays.json\"\n", "");
  EXPECT_THAT(found_in(text), ElementsAre(HasSubstr("no bank holiday is known")));
}

}  // namespace
}  // namespace told::config::test
