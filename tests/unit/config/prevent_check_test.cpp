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

TEST(PreventCalls, ThatAnEarlierReleaseTookAreReadAgainFromTheLedger) {
  const auto text = changed_once(right_policy(), sealed_rung, "after = \"20 h\"\nwho = [\"duty\"]");
  EXPECT_THAT(lines(parse_policy(text, "policy version 1").problems), IsEmpty());
}

}  // namespace
}  // namespace told::config::test
