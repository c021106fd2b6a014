// How recipients are reached that told goes to: [[way]], [carrier.NAME] and [door].
#include <gmock/gmock.h>

#include "loading.hpp"

namespace told::config::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Loaded<Service> loaded(const std::string& text) {
  const Directory directory;
  return load_service(directory.write("told.toml", text));
}

TEST(AWay, HasItsOwnSettingsAndThoseThatAllWaysOfItsCarrierShare) {
  const Directory directory;
  const auto service = load_service(directory.write("told.toml", whole_service()));
  ASSERT_TRUE(service.ok()) << service.problems.front().to_string();
  ASSERT_EQ(service.value.ways.size(), 1U);
  const carriers::Way& way = service.value.ways[0];
  EXPECT_EQ(way.recipient, "police");
  EXPECT_EQ(way.carrier, "webhook");
  EXPECT_EQ(way.rate, 60U);
  EXPECT_EQ(way.text("url"), "https://hooks.police.example/told");
  EXPECT_EQ(way.time("timeout", 0ms), 5s);
  EXPECT_THAT(way.texts("key_files"),
              ElementsAre("credential:police.key", (directory.path() / "keys/next.key").string()));
  EXPECT_EQ(way.text("ca_file"), (directory.path() / "ca.pem").string());
}

TEST(AWay, SaysADifferentValueThanItsCarriersOther) {
  const auto service = loaded(changed_once(whole_service(), "rate = 60\n", "timeout = \"1 s\"\n"));
  ASSERT_TRUE(service.ok()) << service.problems.front().to_string();
  EXPECT_EQ(service.value.ways.at(0).time("timeout", 0ms), 1s);
}

TEST(TheDoor, IsThereWhereItIsSaidAndItsLinksLiveForThreeDaysUnlessItSaysOtherwise) {
  const auto service = loaded(whole_service());
  EXPECT_EQ(service.value.door_public_url, "https://told.council.example");
  EXPECT_EQ(service.value.door_links_live, 24h);
  EXPECT_EQ(loaded(changed_once(whole_service(), "links_live = \"24 h\"\n", "")).value.door_links_live, 72h);
  EXPECT_EQ(loaded(right_service()).value.door_socket, "");
}

struct Mistake {
  std::string from, to, said;
};

class WayMistake : public testing::TestWithParam<Mistake> {};

TEST_P(WayMistake, IsNamedWithItsMend) {
  const auto service = loaded(changed_once(whole_service(), GetParam().from, GetParam().to));
  ASSERT_EQ(service.problems.size(), 1U) << GetParam().to;
  EXPECT_GT(service.problems[0].line, 0);
  EXPECT_THAT(service.problems[0].text, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Each, WayMistake,
    testing::Values(
        Mistake{"carrier = \"webhook\"", "carrier = \"webhok\"", "did you mean \"webhook\"?"},
        Mistake{"carrier = \"webhook\"", "carrier = \"zmq_queue\"", "its workers come to told ([[agency]])"},
        Mistake{"url = \"https://hooks.police.example/told\"\n", "",
                "way to \"police\" by webhook has no url: say it here, or for all of them in [carrier.webhook]"},
        Mistake{"https://hooks.police.example", "http://hooks.police.example", "must begin with https://"},
        Mistake{"rate = 60", "rat = 60", "rat"}, Mistake{"rate = 60", "rate = 0", "1"},
        Mistake{"[carrier.webhook]", "[carrier.webhok]", "webhook"},
        Mistake{"\"credential:police.key\"", "\"credential:a/b\"", "names no credential"},
        Mistake{"timeout = \"5 s\"", "timeout = \"5 min\"", "must be from 100 ms to 1 min"},
        Mistake{"public_url = \"https://told.council.example\"", "public_url = \"https://told.council.example/\"",
                "without a / at its end"},
        Mistake{"public_url = \"https://told.council.example\"\n", "", "public_url"}));

TEST(TwoWays, ToOneRecipientByOneCarrierAreOneTooMany) {
  const auto service = loaded(whole_service() +
                              "[[way]]\nrecipient = \"police\"\ncarrier = \"webhook\"\n"
                              "url = \"https://b.example/\"\nkey_files = \"k\"\n");
  ASSERT_EQ(service.problems.size(), 1U);
  EXPECT_THAT(service.problems[0].text, HasSubstr("has a way by webhook already"));
}

std::vector<std::string> found_together(const std::string& service_text, const std::string& policy_text) {
  const Directory directory;
  const auto policy = load_policy(directory.write("policy.toml", policy_text));
  const auto service = load_service(directory.write("told.toml", service_text));
  std::vector<std::string> texts;
  for (const Problem& problem : policy.ok() && service.ok() ? check_together(service.value, policy.value)
                                                            : (policy.ok() ? service.problems : policy.problems))
    texts.push_back(problem.text);
  return texts;
}

std::string by_webhook() {
  return changed_once(right_policy(), "agency = \"police\"\ncarrier = \"zmq_queue\"\n",
                      "agency = \"police\"\ncarrier = \"zmq_queue\"\n"
                      "second_channel = { carrier = \"webhook\", after_failures = 3 }\n");
}

TEST(ARecipient, ThatToldGoesToNeedsAWayAndAWayNeedsSuchARecipient) {
  EXPECT_THAT(found_together(whole_service(), by_webhook()), testing::IsEmpty());
  EXPECT_THAT(found_together(right_service(), by_webhook()),
              ElementsAre(HasSubstr("add a [[way]] with recipient = \"police\" and carrier = \"webhook\"")));
  EXPECT_THAT(found_together(whole_service(), right_policy()),
              ElementsAre(HasSubstr("is told by zmq_queue and not by webhook: take its way out")));
}

TEST(ASecondChannel, IsAnotherCarrierAndSaysWhenItIsUsed) {
  const auto problem_of = [](const std::string& second) {
    const auto policy = parse_policy(
        changed_once(by_webhook(), "{ carrier = \"webhook\", after_failures = 3 }", second), "policy.toml");
    return policy.problems.size() == 1 ? policy.problems[0].text : std::to_string(policy.problems.size());
  };
  EXPECT_THAT(problem_of("{ carrier = \"zmq_queue\", after = \"5 min\" }"), HasSubstr("would fail with it"));
  EXPECT_THAT(problem_of("{ carrier = \"webhook\" }"), HasSubstr("would never be used"));
  EXPECT_THAT(problem_of("{ carrier = \"webhok\", after_failures = 1 }"), HasSubstr("webhook"));
}

}  // namespace
}  // namespace told::config::test
