// What told.toml and the policy only show together.
#include <gmock/gmock.h>

#include "loading.hpp"

namespace told::config::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> together(const std::string& service_text, const std::string& policy_text) {
  const auto service = load(service_text);
  const auto policy = parse_policy(policy_text, "policy.toml");
  EXPECT_THAT(lines(service.problems), IsEmpty());
  EXPECT_THAT(lines(policy.problems), IsEmpty());
  return lines(check_together(service.value, policy.value));
}

TEST(Together, TheRightFilesFit) { EXPECT_THAT(together(right_service(), right_policy()), IsEmpty()); }

TEST(Together, AQueueRecipientWithoutAKeyCouldNeverConnect) {
  const auto service =
      changed_once(right_service(), "[[agency]]\nrecipient = \"team\"\npublic_key = \"" + public_key(5) + "\"\n", "");
  EXPECT_THAT(together(service, right_policy()),
              ElementsAre(AllOf(HasSubstr("policy.toml:23:8: recipient \"team\""), HasSubstr("add an [[agency]]"))));
}

TEST(Together, AnAgencyThatThePolicyDoesNotKnowIsRefused) {
  const auto service = right_service() + "[[agency]]\nrecipient = \"plice\"\npublic_key = \"" + public_key(6) + "\"\n";
  EXPECT_THAT(together(service, right_policy()), ElementsAre(AllOf(HasSubstr("told.toml:53:13: agency \"plice\""),
                                                                   HasSubstr("did you mean \"police\"?"))));
}

TEST(Together, APublishersSiteMustBeOneOfThePolicys) {
  const auto service = changed_once(right_service(), "sites = [\"tilbury\"]", "sites = [\"tilburi\"]");
  EXPECT_THAT(together(service, right_policy()),
              ElementsAre(AllOf(HasSubstr("told.toml:23:8: publisher \"port.tilbury\""),
                                HasSubstr("did you mean \"tilbury\"?"))));
}

TEST(Together, APublisherFromAnywhereNeedsARuleForAnywhere) {
  const auto service = changed_once(right_service(), "sites = [\"tilbury\"]", "sites = [\"*\"]");
  EXPECT_THAT(together(service, right_policy()), IsEmpty());
  const auto policy = changed_once(right_policy(), "when = \"child.arrived\"",
                                   "sites = [\"tilbury\", \"purfleet\"]\nwhen = \"child.arrived\"");
  EXPECT_THAT(together(service, policy), ElementsAre(HasSubstr("may publish \"child.arrived\" from anywhere")));
}

TEST(Together, APreventStreamThatNobodyMayLookAtIsSaid) {
  const auto hurts = [](const std::string& service_text) {
    return lines(lint_together(load(service_text).value, parse_policy(right_policy(), "policy.toml").value));
  };
  EXPECT_THAT(hurts(right_service()), ElementsAre(HasSubstr("the policy tells of Prevent cases, and nobody may look")));
  EXPECT_THAT(hurts(changed_once(right_service(), "[board]", "[board]\nprevent_socket = \"/run/p.sock\"")), IsEmpty());
}

// Values that a test or a tool made by hand have no text to find a line in; the problem is said all the same.
TEST(Together, SaysSoWithoutAPlaceWhereThereIsNoText) {
  auto service = load(right_service()).value;
  auto policy = parse_policy(right_policy(), "policy.toml").value;
  service.text.clear();
  service.file = "told.toml";
  service.parties.agencies[0].recipient = "nobody";
  policy.text.clear();
  service.policy_file = "policy.toml";
  EXPECT_THAT(lines(check_together(service, policy)),
              ElementsAre(HasSubstr("told.toml: agency \"nobody\""), HasSubstr("policy.toml: recipient \"police\"")));
}

}  // namespace
}  // namespace told::config::test
