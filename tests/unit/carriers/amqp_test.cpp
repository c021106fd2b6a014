// What is said of a [[way]] by amqp before anything is sent, what each word of a broker comes to, and the messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <proton/codec.h>
#include <proton/message.h>

#include <cstring>
#include <memory>
#include <random>
#include <stdexcept>

#include "carriers/amqp/letter.hpp"
#include "carriers/amqp/verdict.hpp"
#include "carriers/kind.hpp"
#include "is_refused.hpp"

namespace told::carriers::amqp {
namespace {

using namespace std::chrono_literals;
using carriers::tests::is_refused;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// --- settings ---

Way good_way() {
  Way way;
  way.recipient = "police";
  way.carrier = "amqp";
  way.settings["broker"].text = "amqps://broker.council.test:5671";
  way.settings["queue"].text = "/amq/queue/told.police";
  way.settings["user"].text = "told";
  way.settings["password_file"].text = "credential:broker";
  return way;
}

Way with(const char* setting, const char* text) {
  Way way = good_way();
  way.settings[setting].text = text;
  return way;
}

TEST(AmqpSettings, AGoodWayHasNoProblem) {
  EXPECT_THAT(kind("amqp")->problems_of(good_way()), IsEmpty());
  Way way = good_way();
  way.settings["broker"].text = "amqp://127.0.0.1:5672";
  way.settings["allow"].texts = {"127.0.0.1"};
  way.settings["reply_queue"].text = "/amq/queue/told.police.replies";
  way.settings["reply_key_files"].texts = {"replies.key"};
  way.settings["timeout"].time = 3s;
  EXPECT_THAT(kind("amqp")->problems_of(way), IsEmpty());
}

TEST(AmqpSettings, ABrokerThatIsNotSafelyReachedIsRefused) {
  const auto at = [](const char* broker) { return with("broker", broker); };
  EXPECT_TRUE(is_refused(at("broker.council.test:5671"), "broker", "must be a scheme, a host and its port"));
  EXPECT_TRUE(is_refused(at("amqps://broker.council.test"), "broker", "must be a scheme, a host and its port"));
  EXPECT_TRUE(is_refused(at("amqps://broker.council.test:5671/queue"), "broker", "a scheme, a host and its port"));
  EXPECT_TRUE(is_refused(at("amqp://broker.council.test:5672"), "broker", "must begin with amqps://"));
  EXPECT_TRUE(is_refused(at("amqp://localhost:5672"), "broker", "must begin with amqps://"));
  EXPECT_TRUE(is_refused(at("https://broker.council.test:443"), "broker", "must begin with amqps://"));
  EXPECT_TRUE(is_refused(at("amqps://told:word@broker.council.test:5671"), "broker", "no user and no password"));
  EXPECT_TRUE(is_refused(at("amqps://10.1.2.3:5671"), "broker", "10.1.2.3 is not a public address"));
}

TEST(AmqpSettings, AQueueIsAnAddressAndItsRepliesComeFromAnother) {
  EXPECT_TRUE(is_refused(with("queue", "two words"), "queue", "in ASCII without spaces"));
  EXPECT_TRUE(is_refused(with("queue", ""), "queue", "in ASCII without spaces"));
  EXPECT_TRUE(is_refused(with("reply_queue", std::string(256, 'q').c_str()), "reply_queue", "in ASCII"));
  EXPECT_TRUE(is_refused(with("reply_queue", "/amq/queue/told.police"), "reply_queue", "take back what it puts there"));
  Way way = good_way();
  way.settings["reply_key_files"].texts = {"replies.key"};
  EXPECT_TRUE(is_refused(way, "reply_key_files", "there is no reply_queue"));
}

TEST(AmqpSettings, TheBrokerMustKnowWhoToldIs) {
  Way way = good_way();
  way.settings.erase("password_file");
  EXPECT_TRUE(is_refused(way, "user", "belong together"));
  way.settings.erase("user");
  EXPECT_TRUE(is_refused(way, "user", "the broker must know who told is"));
  way.settings["client_certificate_file"].text = "told.pem";
  EXPECT_TRUE(is_refused(way, "client_certificate_file", "belong together"));
  way.settings["client_key_file"].text = "credential:told.tls";
  EXPECT_THAT(kind("amqp")->problems_of(way), IsEmpty());
}

TEST(AmqpSettings, NoTwoWaysAtOneBrokerHaveAQueueInCommon) {
  const auto beside = [](const Way& other) { return kind("amqp")->problems_beside(good_way(), other); };
  Way other = good_way();
  other.recipient = "mash";
  EXPECT_TRUE(is_refused(beside(other), "queue", "is queue of the way to mash too"));
  other.settings["queue"].text = "/amq/queue/told.mash";
  EXPECT_THAT(beside(other), IsEmpty());
  other.settings["reply_queue"].text = "/amq/queue/told.police";  // mash's replies would be what police are told
  EXPECT_TRUE(is_refused(beside(other), "queue", "is reply_queue of the way to mash too"));
  other.settings["virtual_host"].text = "vhost:mash";
  EXPECT_THAT(beside(other), IsEmpty());
}

TEST(AmqpSettings, APasswordThatCannotBeReadStopsItWithTheFileAndTheRecipientNamed) {
  Surroundings house;
  house.post = [](const std::function<void()>&) {};
  house.secret = [](const std::string&) -> std::string { throw std::runtime_error("it is not there: make it"); };
  try {
    const auto carrier = kind("amqp")->make({good_way()}, house);
    FAIL() << "a carrier was made without its password";
  } catch (const std::runtime_error& e) {
    EXPECT_THAT(e.what(), HasSubstr("credential:broker of police: it is not there"));
  }
  EXPECT_THROW(kind("amqp")->try_files(good_way(), house), std::runtime_error) << "and `toldctl check` says it before";
}

// --- verdicts ---

const Places places{"broker.council.test (port 5671)", "/amq/queue/told.police"};

TEST(AmqpVerdict, NoWordOfABrokersIsDelivered) {
  for (const auto settlement : {Settlement::accepted, Settlement::rejected, Settlement::released, Settlement::modified,
                                Settlement::undeliverable, Settlement::without_outcome}) {
    const Report report = settled_verdict({settlement, {}}, places);
    EXPECT_NE(report.outcome, v1::OUTCOME_DELIVERED);
    EXPECT_EQ(report.outcome == v1::OUTCOME_SENT, settlement == Settlement::accepted);
    EXPECT_EQ(report.problem.empty(), settlement == Settlement::accepted);
    EXPECT_FALSE(report.closed);
  }
}

TEST(AmqpVerdict, AQueueThatIsFullOrBusyIsTriedAgainAndWhatIsRejectedNeedsAPerson) {
  EXPECT_EQ(settled_verdict({Settlement::rejected, "amqp:resource-limit-exceeded"}, places).outcome,
            v1::OUTCOME_DEFERRED);
  const Report busy = settled_verdict({Settlement::rejected, "com.microsoft:server-busy"}, places);
  EXPECT_EQ(busy.outcome, v1::OUTCOME_DEFERRED);
  EXPECT_EQ(busy.code, "broker_busy");
  EXPECT_EQ(settled_verdict({Settlement::rejected, "amqp:decode-error"}, places).outcome, v1::OUTCOME_REFUSED);
}

TEST(AmqpVerdict, OnlyWordsOfAmqpsOwnReachTheLedgerOrAPerson) {
  EXPECT_EQ(why_closed("amqp:link:detach-forced", "q", places).code, "amqp_link_detach_forced");
  EXPECT_EQ(why_over({Over::Why::ended, "amqp:connection:forced"}, places).code, "amqp_connection_forced");
  for (const std::string hostile : {"child A", "amqp:child A", "amqp:not-found\nchild A", "com.vendor:busy"}) {
    const Failure failure = why_closed(hostile, "q", places);
    EXPECT_EQ(failure.code, "amqp_error");
    EXPECT_THAT(failure.problem, Not(HasSubstr("child A")));
    EXPECT_THAT(settled_verdict({Settlement::rejected, hostile}, places).problem, Not(HasSubstr("child A")));
  }
}

TEST(AmqpVerdict, AConnectionThatBrokeWithoutAWordHasNoCodeOfTheBrokers) {
  EXPECT_EQ(why_over({}, places).code, "");
  EXPECT_EQ(why_over({Over::Why::silent, {}}, places).code, "broker_silent");
  EXPECT_EQ(why_over({Over::Why::login, {}}, places).code, "login_refused");
  EXPECT_EQ(why_over({Over::Why::no_mechanism, {}}, places).code, "login_not_offered");
}

// --- messages ---

using Message = std::unique_ptr<pn_message_t, decltype(&pn_message_free)>;

Parcel parcel(std::uint32_t attempt) {
  Parcel p;
  p.recipient = "police";
  p.attempt = attempt;
  p.checkpoint = "told.test/ledger\n7\n";
  p.delivery.set_notification("N-482J");
  p.delivery.set_attempt(attempt);
  p.delivery.set_call(2);
  p.delivery.set_kind(v1::NOTIFICATION_KIND_TELL);
  p.delivery.mutable_police_missing()->mutable_child()->mutable_name()->set_family("Childfamily");
  return p;
}

Message read(const std::string& wire) {
  Message message(pn_message(), pn_message_free);
  EXPECT_EQ(pn_message_decode(message.get(), wire.data(), wire.size()), 0);
  return message;
}

std::string id_of(const pn_message_t* message) {
  const pn_bytes_t id = pn_message_get_id(const_cast<pn_message_t*>(message)).u.as_bytes;
  return {id.start, id.size};
}

TEST(AnAmqpLetter, HasOneIdInAllAttemptsOfACallAndSaysWhichAttemptItIs) {
  const Message first = read(letter(parcel(1), "told.test/ledger", {"to", "from"}));
  const Message second = read(letter(parcel(2), "told.test/ledger", {"to", "from"}));
  EXPECT_EQ(id_of(first.get()), "N-482J:2");
  EXPECT_EQ(id_of(second.get()), "N-482J:2");
  EXPECT_TRUE(pn_message_is_durable(first.get()));
  EXPECT_STREQ(pn_message_get_address(first.get()), "to");
  EXPECT_STREQ(pn_message_get_reply_to(first.get()), "from");
  EXPECT_EQ(pn_message_get_reply_to(read(letter(parcel(1), "o", {"to", ""})).get()), nullptr);
  EXPECT_EQ(pn_message_get_subject(first.get()), nullptr);
  EXPECT_EQ(pn_message_get_ttl(first.get()), 0U) << "nothing that must be told goes stale";
  const auto body = read_reply(letter(parcel(3), "told.test/ledger", {"to", "from"}));
  ASSERT_TRUE(body);
  EXPECT_THAT(body->body, HasSubstr(R"("toldattempt":3)"));
  EXPECT_THAT(body->body, HasSubstr("Childfamily"));
}

std::string reply_of(const char* body, bool data) {
  const Message message(pn_message(), pn_message_free);
  pn_message_set_inferred(message.get(), data);
  if (data)
    pn_data_put_binary(pn_message_body(message.get()), pn_bytes(std::strlen(body), body));
  else
    pn_data_put_string(pn_message_body(message.get()), pn_bytes(std::strlen(body), body));
  pn_data_t* properties = pn_message_properties(message.get());
  pn_data_put_map(properties);
  pn_data_enter(properties);
  for (const char* text : {"Webhook-Id", "reply-1"}) pn_data_put_string(properties, pn_bytes(std::strlen(text), text));
  pn_data_put_string(properties, pn_bytes(1, "n"));
  pn_data_put_uint(properties, 1);
  pn_data_exit(properties);
  std::string wire(4'096, '\0');
  std::size_t size = wire.size();
  EXPECT_EQ(pn_message_encode(message.get(), wire.data(), &size), 0);
  return wire.substr(0, size);
}

TEST(AnAmqpReply, IsReadFromDataAndFromText) {
  for (const bool data : {true, false}) {
    const auto reply = read_reply(reply_of("{}", data));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, "{}");
    EXPECT_EQ(reply->headers, (std::map<std::string, std::string>{{"webhook-id", "reply-1"}}));
  }
}

TEST(AnAmqpReply, ThatIsNoneIsNeverReadAndNeverEndsTheProcess) {
  EXPECT_FALSE(read_reply(""));
  EXPECT_FALSE(read_reply("no message"));
  const std::string good = reply_of(R"({"receipts": [{"notification": "N-1", "attempt": 1}]})", true);
  for (std::size_t length = 0; length < good.size(); ++length) (void)read_reply(good.substr(0, length));
  std::mt19937 random(20'261'122);  // NOLINT: the same each time
  for (int i = 0; i < 50'000; ++i) {
    std::string spoilt = good;
    for (auto many = 1 + random() % 4; many > 0; --many) spoilt[random() % spoilt.size()] = static_cast<char>(random());
    (void)read_reply(spoilt);
  }
}

}  // namespace
}  // namespace told::carriers::amqp
