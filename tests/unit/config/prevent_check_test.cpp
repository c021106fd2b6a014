// To be called about a Prevent event is to learn that there is a case: a policy that calls others is refused, and one
// that was in force before that rule can still be read.
#include <gmock/gmock.h>

#include "config/config.hpp"
#include "loading.hpp"

namespace told::config::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string sealed_rung = "after = \"20 h\"\nwho = [\"prevent_lead\"]";

std::vector<std::string> offered(const std::string& text) {
  const Directory directory;
  (void)directory.write("holidays.json", holidays());
  return lines(load_policy(directory.write("policy.toml", text)).problems);
}

TEST(PreventCalls, OfTheRightPolicyStayInTheStream) {
  EXPECT_THAT(offered(right_policy()), IsEmpty());
  EXPECT_THAT(offered(whole_policy()), IsEmpty());
}

TEST(PreventCalls, OutsideTheStreamAreRefusedWhereTheRungSaysThem) {
  const auto text = changed_once(right_policy(), sealed_rung, "after = \"20 h\"\nwho = [\"prevent_lead\", \"duty\"]");
  EXPECT_THAT(offered(text),
              ElementsAre(AllOf(testing::ContainsRegex("policy.toml:[1-9][0-9]*:24: "),
                                HasSubstr("\"duty\" would be called about \"prevent.section36\" (rule at line"),
                                HasSubstr("call recipients with prevent = true"))));
}

TEST(PreventCalls, OfADeputyOutsideTheStreamAreRefused) {
  auto text = changed_once(right_policy(), sealed_rung, sealed_rung + "\ndeputy = true");
  text = changed_once(text, "agency = \"channel_panel\"", "agency = \"channel_panel\"\ndeputy = \"duty\"");
  EXPECT_THAT(offered(text),
              ElementsAre(HasSubstr("recipient.deputy: \"duty\" would be called about \"prevent.section36\"")));
}

TEST(PreventCalls, OfARotaAreThoseOfEverybodyInIt) {
  const auto text = changed_once(whole_policy(), sealed_rung, "after = \"20 h\"\nwho = [\"manager_on_duty\"]");
  EXPECT_THAT(offered(text), testing::IsSupersetOf({HasSubstr("\"duty\" would be called about \"prevent.section36\""),
                                                    HasSubstr("\"team\" would be called about")}));
}

TEST(PreventCalls, OfAClockAreThoseOfItsRuleToo) {
  const auto text = whole_policy() +
                    "\n[[clock]]\nname = \"hearing\"\nstarts = \"prevent.section36\"\nduty = \"x\"\nwho = \"panel\"\n"
                    "due = \"2 days\"\nwarn = \"at half\"\nladder = \"duties\"\nsource = \"guidance\"\n";
  EXPECT_THAT(offered(text),
              testing::Contains(HasSubstr("would be called about \"prevent.section36\" (clock at line")));
}

// Nor the reverse: the panel and the Prevent lead hear of a missing child in no way, not by being called either.
TEST(PreventCalls, AboutAChildOutsideTheStreamReachNobodyInIt) {
  for (const char* who : {"panel", "prevent_lead"}) {
    const auto text =
        changed_once(right_policy(), "who = [\"team\"]", std::string("who = [\"team\", \"") + who + "\"]");
    EXPECT_THAT(offered(text),
                testing::Contains(HasSubstr(std::string("\"") + who + "\" would be called about \"child.")))
        << who;
  }
  const auto rule = changed_once(right_policy(), "within = \"40 min\"\nladder = \"steps\"",
                                 "within = \"40 min\"\nladder = \"sealed\"");
  EXPECT_THAT(offered(rule), testing::Contains(HasSubstr("is of the Prevent stream, which hears of nothing else")));
}

TEST(PreventCalls, OfARotaThatOwesADutyAreThoseOfEverybodyInIt) {
  const auto clock = [](const char* starts) {
    return whole_policy() + "\n[[clock]]\nname = \"hearing\"\nstarts = \"" + starts +
           "\"\nduty = \"x\"\nwho = \"manager_on_duty\"\ndue = \"2 days\"\nwarn = \"at half\"\nladder = \"" +
           (std::string(starts) == "prevent.section36" ? "sealed" : "duties") + "\"\nsource = \"guidance\"\n";
  };
  EXPECT_THAT(
      offered(clock("prevent.section36")),
      testing::Contains(HasSubstr("clock.who: \"duty\" would be called about \"prevent.section36\" (clock at")));
  EXPECT_THAT(offered(clock("child.located")), IsEmpty());
}

TEST(PreventCalls, OfADrillStayInTheStreamThatItsDeskIsOf) {
  const auto desk = changed_once(whole_policy(), "title = \"The exercise desk\"\nagency = \"generic\"",
                                 "title = \"The exercise desk\"\nagency = \"channel_panel\"");
  EXPECT_THAT(offered(desk), ElementsAre(HasSubstr("\"exercise_manager\" would be called about the drill \"police\"")));
  const auto manager = changed_once(whole_policy(), "title = \"The exercise manager\"\nagency = \"generic\"",
                                    "title = \"The exercise manager\"\nagency = \"channel_panel\"");
  EXPECT_THAT(offered(manager), ElementsAre(HasSubstr("is of the Prevent stream, which hears of nothing else")));
}

const std::string to_police =
    "[[tell]]\nwhen = \"prevent.referral\"\nwho = \"POLICE\"\nfields = [\"child\"]\nwithin = \"1 day\"\n"
    "ladder = \"sealed\"\nbasis = \"law\"\nsource = \"guidance\"\n\n";
const std::string a_desk =
    "[[recipient]]\nname = \"ctp\"\ntitle = \"Prevent referrals\"\nagency = \"police\"\ncarrier = \"zmq_queue\"\n";

/// A concern is told to `who`; `desk` is declared in the line above.
std::string concern(const std::string& who, const std::string& desk) {
  auto text = changed_once(right_policy(), "\"prevent.referral\", ", "");
  return changed_once(text, "[[tell]]\n", desk + "\n" + changed_once(to_police, "POLICE", who) + "[[tell]]\n");
}

TEST(PreventConcern, GoesToADeskOfPoliceThatIsOfTheStream) {
  EXPECT_THAT(offered(concern("ctp", a_desk + "prevent = true\n")), IsEmpty());
}

TEST(PreventConcern, GoesToNoDeskOfPoliceThatHearsOfChildrenElse) {
  EXPECT_THAT(offered(concern("police", "")),
              ElementsAre(AllOf(testing::ContainsRegex("policy.toml:[1-9][0-9]*:7: tell.who: \"police\""),
                                testing::ContainsRegex("is told of \"child.arrived\" too \\(rule at line [1-9]"),
                                HasSubstr("name Counter Terrorism Policing's own desk, with prevent = true"))));
}

TEST(PreventConcern, GoesToNoDeskOfPoliceThatOnlyLaddersMayCallElse) {
  const auto text = changed_once(concern("ctp", a_desk), "who = [\"team\"]", "who = [\"team\", \"ctp\"]");
  EXPECT_THAT(offered(text), ElementsAre(AllOf(HasSubstr("tell.who: \"ctp\" would learn that there is a Prevent case"),
                                               testing::ContainsRegex("add it there \\(line [1-9][0-9]*\\)"))));
}

TEST(PreventConcern, GoesToNobodyOnARotaOfPoliceWhoHearsOfChildrenElse) {
  const auto rota = "[[rota]]\nname = \"inspector\"\notherwise = [\"police\"]\n\n" + alarm_rule("nobody_on_duty");
  EXPECT_THAT(offered(concern("inspector", rota)),
              ElementsAre(HasSubstr("tell.who: \"police\" would learn that there is a Prevent case")));
}

TEST(PreventAlarms, ReachSomebodyInTheStreamAndSomebodyOutsideIt) {
  EXPECT_THAT(offered(changed_once(right_policy(), "when = \"alarm.nobody_was_told\"\nwho = \"panel\"",
                                   "when = \"alarm.limbo\"\nwho = \"panel\"")),
              ElementsAre(AllOf(
                  HasSubstr("\"alarm.nobody_was_told\" about a Prevent case would be told to nobody"),
                  HasSubstr("add a [[tell]] with when = \"alarm.nobody_was_told\" to a recipient with prevent"))));
  EXPECT_THAT(offered(changed_once(right_policy(), "when = \"alarm.nobody_was_told\"\nwho = \"duty\"",
                                   "when = \"alarm.limbo\"\nwho = \"duty\"")),
              testing::Contains(HasSubstr("\"alarm.nobody_was_told\" about any other case would be told to nobody")));
}

TEST(PreventAlarms, OfADutyNobodyDoesAndOfNobodyOnDutyStayInTheStreamToo) {
  const auto text = whole_policy() +
                    "\n[[clock]]\nname = \"hearing\"\nstarts = \"prevent.section36\"\nduty = \"x\"\nwho = \"panel\"\n"
                    "due = \"2 days\"\nwarn = \"at half\"\nladder = \"sealed\"\nsource = \"guidance\"\n";
  EXPECT_THAT(offered(text), testing::Contains(HasSubstr("\"alarm.duty_not_done\" about a Prevent case")));
  EXPECT_THAT(offered(changed_once(whole_policy(), "prevent = true\n", "prevent = true\nperson = true\n")),
              ElementsAre(HasSubstr("\"alarm.nobody_on_duty\" about a Prevent case")));
}

TEST(PreventAlarms, OfWhatCannotBeDeliveredOrIsInTheWrongHandsStayInTheStreamToo) {
  EXPECT_THAT(offered(changed_once(right_policy(), "when = \"alarm.delivery_failing\"\nwho = \"prevent_lead\"",
                                   "when = \"alarm.limbo\"\nwho = \"prevent_lead\"")),
              testing::Contains(HasSubstr("\"alarm.delivery_failing\" about a Prevent case would be told to nobody")));
  EXPECT_THAT(offered(right_policy() + alarm_rule("wrong_recipient")),
              ElementsAre(HasSubstr("\"alarm.wrong_recipient\" about a Prevent case would be told to nobody")));
}

TEST(PreventAlarms, ClimbNoLadderThatLeavesTheStream) {
  EXPECT_THAT(offered(changed_once(right_policy(), "who = \"panel\"\nwithin = \"1 day\"\nladder = \"sealed\"",
                                   "who = \"panel\"\nwithin = \"1 day\"\nladder = \"steps\"")),
              testing::Contains(HasSubstr("would be called about \"alarm.nobody_was_told\"")));
}

TEST(PreventCalls, ThatAnEarlierReleaseTookAreReadAgainFromTheLedger) {
  const auto text = changed_once(right_policy(), sealed_rung, "after = \"20 h\"\nwho = [\"duty\"]");
  EXPECT_THAT(lines(parse_policy(text, "policy version 1").problems), IsEmpty());
}

}  // namespace
}  // namespace told::config::test
