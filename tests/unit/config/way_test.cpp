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

TEST(TwoWays, ByOneBrokerHaveNoQueueInCommonThoughItStandsOnceForAllOfThem) {
  const std::string ways =
      "[carrier.amqp]\nbroker = \"amqps://broker.example:5671\"\nuser = \"told\"\npassword_file = \"k\"\n"
      "queue = \"told\"\n"
      "[[way]]\nrecipient = \"police\"\ncarrier = \"amqp\"\n"
      "[[way]]\nrecipient = \"duty_manager\"\ncarrier = \"amqp\"\n";
  const auto service = loaded(right_service() + ways);
  ASSERT_EQ(service.problems.size(), 1U);
  EXPECT_THAT(service.problems[0].text,
              HasSubstr("way to \"duty_manager\" by amqp, queue: is queue of the way to police too"));
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

/// The police are told by mail, with this of the form.
std::string by_mail(const std::string& form) {
  return "agency = \"police\"\ncarrier = \"smtp\"\nform_by_mail = " + form + "\n";
}
const std::string police_by_queue = "agency = \"police\"\ncarrier = \"zmq_queue\"\n";

class FormByMail : public testing::TestWithParam<Break> {};

TEST_P(FormByMail, IsRefusedForThatAlone) {
  const Break& b = GetParam();
  is_said_alone(b, parse_policy(changed_once(right_policy(), b.from, b.to), "policy.toml").problems);
}

const std::vector<Break> mailboxes{
    {"NoMailbox",
     police_by_queue,
     police_by_queue + "form_by_mail = { as = \"sealed\" }\n",
     {"policy.toml:9:", "recipient.form_by_mail: \"police\" is told by no mail (smtp)"}},
    {"AsNothing", police_by_queue, by_mail("{}"), {"recipient.form_by_mail.as is missing"}},
    {"AsSomethingElse", police_by_queue, by_mail("{ as = \"open\" }"), {"must be \"sealed\"", "or \"clear\""}},
    {"InTheClearByNobodysWord",
     police_by_queue,
     by_mail("{ as = \"clear\" }"),
     {"recipient.form_by_mail.agreement is missing", "in the clear", "or say \"sealed\""}},
    {"InTheClearUntilNoDay",
     police_by_queue,
     by_mail("{ as = \"clear\", agreement = { ref = \"ISA-9\" } }"),
     {"review_by is missing"}},
    {"SealedByAnAgreement",
     police_by_queue,
     by_mail("{ as = \"sealed\", agreement = { ref = \"ISA-9\", review_by = 2027-04-01 } }"),
     {"what is sealed needs none"}},
    {"PreventInTheClear",
     "agency = \"channel_panel\"\ncarrier = \"zmq_queue\"\n",
     "agency = \"channel_panel\"\ncarrier = \"smtp\"\n"
     "form_by_mail = { as = \"clear\", agreement = { ref = \"ISA-9\", review_by = 2027-04-01 } }\n",
     {"is in the Prevent stream, of which nothing travels in the clear"}},
};
INSTANTIATE_TEST_SUITE_P(Each, FormByMail, testing::ValuesIn(mailboxes), name_of);

TEST(AMailbox, WhoseFormIsSealedNeedsACertificateToSealItFor) {
  const std::string policy =
      changed_once(right_policy(), "agency = \"police\"\ncarrier = \"zmq_queue\"\n",
                   "agency = \"police\"\ncarrier = \"smtp\"\nform_by_mail = { as = \"sealed\" }\n");
  const auto service = [](const std::string& certificate) {
    return changed_once(right_service(), "[[agency]]\nrecipient = \"police\"\n",
                        "[[way]]\nrecipient = \"police\"\ncarrier = \"smtp\"\nrelay = \"relay.council.example:587\"\n"
                        "from = \"told@council.example\"\nto = \"desk@police.example\"\n" +
                            certificate + "\n[[agency]]\nrecipient = \"police\"\n");
  };
  EXPECT_THAT(found_together(service(""), policy),
              testing::Contains(HasSubstr("has no certificate to seal it for: name theirs in its [[way]]")));
  EXPECT_THAT(found_together(service("certificate_file = \"desk.pem\""), policy),
              testing::Not(testing::Contains(HasSubstr("certificate"))));
}

/// Whatever is called a key, a password, a token or a secret is a file, or a credential of the unit: nobody reads it
/// who reads told.toml, and it stands in no environment.
TEST(ASecretOfACarrier, NeverStandsInToldToml) {
  int secrets = 0;
  for (const carriers::Kind& kind : carriers::kinds())
    for (const carriers::Setting& setting : kind.settings) {
      const std::string name = setting.name;
      const bool is_secret =
          setting.is == carriers::Setting::Is::secret_file || setting.is == carriers::Setting::Is::secret_files;
      const bool sounds_so = name.find("key") != std::string::npos || name.find("password") != std::string::npos ||
                             name.find("token") != std::string::npos || name.find("secret") != std::string::npos;
      EXPECT_EQ(sounds_so, is_secret) << kind.name << "." << name;
      EXPECT_TRUE(!is_secret || name.ends_with("_file") || name.ends_with("_files")) << kind.name << "." << name;
      secrets += is_secret ? 1 : 0;
    }
  EXPECT_GE(secrets, 6);
  for (const char* inlined : {"password = \"letmein\"", "key = \"whsec_AAAA\"", "token = \"x\"", "secret = \"x\""})
    EXPECT_THAT(lines(loaded(changed_once(whole_service(), "rate = 60\n", std::string{inlined} + "\n")).problems),
                testing::Contains(HasSubstr("unknown key")))
        << inlined;
}

TEST(AnAttempt, ThatMayUseUpTheTimeThatItsRecipientHasIsSaid) {
  const auto said = [](core::Duration within, const std::string& timeout) {
    auto policy = parse_policy(by_webhook(), "policy.toml").value;
    for (core::Rule& rule : policy.rules)
      if (rule.who == "police") rule.within[0] = within;
    return lines(lint_together(loaded(changed_once(whole_service(), "timeout = \"5 s\"\n", timeout)).value, policy));
  };
  const auto wrong = testing::Contains(HasSubstr("an attempt may take"));
  EXPECT_THAT(said(20s, "timeout = \"5 s\"\n"), testing::Not(wrong));
  EXPECT_THAT(
      said(19s, "timeout = \"5 s\"\n"),
      testing::Contains(HasSubstr("way to \"police\" by webhook: an attempt may take 5 s, and they have 19 s to "
                                  "answer")));
  EXPECT_THAT(said(40s, ""), testing::Not(wrong)) << "a webhook's own: 10 s";
  EXPECT_THAT(said(39s, ""), wrong);
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
