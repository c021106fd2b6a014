// A connection to a broker, without a network: the other side is Proton's own engine, behind a login written by hand.
#include "carriers/amqp/conversation.hpp"

#include <gtest/gtest.h>
#include <proton/condition.h>
#include <proton/disposition.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "amqp_broker.hpp"

namespace told::carriers::amqp {
namespace {

using namespace std::chrono_literals;
using tests::Broker;

Opening opening() {
  Opening said;
  said.container = "told";
  said.host = "broker.council.test";
  said.user = "told";
  said.password = "not-a-real-password";
  said.queue = "to";
  said.reply_queue = "from";
  said.replies_at_once = 8;
  return said;
}

void give(Conversation& talk, std::string_view bytes) {
  while (!bytes.empty()) {
    const Conversation::Room room = talk.room();
    const std::size_t now = std::min(room.size, bytes.size());
    if (now == 0) return;
    std::copy_n(bytes.data(), now, room.at);
    talk.put(now);
    bytes.remove_prefix(now);
  }
}

/// Both, and everything that happened.
struct AConversation : testing::Test {
  void turn() {
    for (int rounds = 0; rounds < 20; ++rounds) {
      give(talk, broker.says());
      while (auto what = talk.next()) happened.push_back(std::move(*what));
      talk.want_replies();
      talk.want_to_send();
      const std::string out{talk.out()};
      broker.hear(out);
      talk.written(out.size());
    }
  }
  template <class What>
  const What* last() const {
    return happened.empty() ? nullptr : std::get_if<What>(&happened.back());
  }

  Broker broker;
  Conversation talk{opening()};
  std::vector<Happening> happened;
};

TEST_F(AConversation, SendsAMessageAndIsToldWhatBecameOfIt) {
  turn();
  ASSERT_TRUE(talk.may_send());
  talk.send("a message");
  EXPECT_FALSE(talk.may_send()) << "one at a time";
  turn();
  ASSERT_EQ(broker.took, std::vector<std::string>{"a message"});
  EXPECT_TRUE(talk.may_be_there());
  EXPECT_TRUE(happened.empty());
  pn_delivery_update(broker.last, PN_ACCEPTED);
  turn();
  EXPECT_TRUE(happened.empty()) << "accepted, and not settled: that may still change";
  pn_delivery_settle(broker.last);
  turn();
  ASSERT_NE(last<Settled>(), nullptr);
  EXPECT_EQ(last<Settled>()->settlement, Settlement::accepted);
  EXPECT_TRUE(talk.may_send());
}

TEST_F(AConversation, NeverSaysThatAMessageCannotBeThereWhenItIs) {
  turn();
  const std::string message(200'000, 'm');  // several frames, and more than Proton gives out at once
  talk.send(message);
  std::size_t out = 0;
  while (broker.took.empty()) {
    EXPECT_EQ(talk.may_be_there(), out >= message.size());
    const std::string bytes{talk.out().substr(0, 1'000)};
    ASSERT_FALSE(bytes.empty()) << "after " << out << " bytes";
    talk.written(bytes.size());
    out += bytes.size();
    broker.hear(bytes);
  }
  EXPECT_TRUE(broker.took.front() == message);
  EXPECT_TRUE(talk.may_be_there());
}

TEST_F(AConversation, TakesAReplyOrRejectsItWithTheReason) {
  turn();
  EXPECT_EQ(talk.listening(), Conversation::Listening::yes);
  broker.reply("first");
  turn();
  ASSERT_NE(last<Came>(), nullptr);
  EXPECT_EQ(last<Came>()->bytes, "first");
  talk.take(last<Came>()->number);
  turn();
  ASSERT_NE(broker.answered, nullptr);
  EXPECT_EQ(pn_delivery_remote_state(broker.answered), PN_ACCEPTED);

  broker.reply("second");
  turn();
  talk.reject(last<Came>()->number, "told:not_readable", "write it as the page shows");
  talk.reject(last<Came>()->number, "told:not_readable", "once more changes nothing");
  talk.take(99);  // which never came
  turn();
  EXPECT_EQ(pn_delivery_remote_state(broker.answered), PN_REJECTED);
  pn_condition_t* why = pn_disposition_condition(pn_delivery_remote(broker.answered));
  EXPECT_STREQ(pn_condition_get_name(why), "told:not_readable");
  EXPECT_STREQ(pn_condition_get_description(why), "write it as the page shows");
}

TEST_F(AConversation, KeepsNoMoreOfAReplyThanItMayHave) {
  turn();
  broker.reply(std::string(reply_bytes_max, 'r'));
  turn();
  ASSERT_NE(last<Came>(), nullptr);
  EXPECT_FALSE(last<Came>()->too_large);
  EXPECT_EQ(last<Came>()->bytes.size(), reply_bytes_max);
  broker.reply(std::string(5'000'000, 'r'));
  for (int i = 0; i < 50; ++i) turn();
  ASSERT_NE(last<Came>(), nullptr);
  EXPECT_TRUE(last<Came>()->too_large);
  EXPECT_EQ(last<Came>()->bytes, "");
  talk.reject(last<Came>()->number, "told:too_large", "split it");
  broker.reply("the next");
  turn();
  EXPECT_EQ(last<Came>()->bytes, "the next");
}

TEST_F(AConversation, GivesABrokerNoMoreCreditThanItAnswers) {
  turn();
  EXPECT_EQ(pn_link_credit(broker.replies), 8);
  for (int i = 0; i < 8; ++i) broker.reply("one of eight");
  turn();
  EXPECT_EQ(happened.size(), 8U);
  EXPECT_EQ(pn_link_credit(broker.replies), 0);
  talk.take(std::get<Came>(happened.front()).number);
  turn();
  EXPECT_EQ(pn_link_credit(broker.replies), 1);
}

TEST_F(AConversation, HangsUpOnABrokerThatGivesNoSignOfLifeForAMinute) {
  turn();
  EXPECT_EQ(broker.sign_of_life_every(), 30s) << "as Azure's own clients ask for: it refuses who asks oftener";
  const std::chrono::steady_clock::time_point start{1h};
  const auto look = talk.tick(start);
  ASSERT_TRUE(look);
  EXPECT_LE(*look, start + 60s);
  (void)talk.tick(start + 59s);
  turn();
  EXPECT_TRUE(happened.empty());
  (void)talk.tick(start + 60s);
  while (auto what = talk.next()) happened.push_back(std::move(*what));
  ASSERT_NE(last<Over>(), nullptr);
  EXPECT_EQ(last<Over>()->why, Over::Why::silent);
}

// What a broker says is somebody else's: whatever it is, told goes on.
TEST(ABrokerThatTalksNonsense, IsHeardWithoutHarm) {
  std::string good;
  {
    Broker broker;
    Conversation talk{opening()};
    bool sent = false;
    for (int rounds = 0; rounds < 40; ++rounds) {
      const std::string says = broker.says();
      good += says;
      give(talk, says);
      while (talk.next()) continue;
      talk.want_replies();
      talk.want_to_send();
      if (talk.may_send() && !std::exchange(sent, true)) talk.send("a message");
      if (rounds == 10) broker.reply("a reply");
      if (rounds == 12) pn_delivery_update(broker.last, PN_ACCEPTED), pn_delivery_settle(broker.last);
      const std::string out{talk.out()};
      broker.hear(out);
      talk.written(out.size());
    }
  }
  ASSERT_GT(good.size(), 300U);
  std::mt19937 random(20'261'122);  // NOLINT: the same each time
  for (int i = 0; i < 20'000; ++i) {
    std::string spoilt = good;
    for (auto many = 1 + random() % 3; many > 0; --many) spoilt[random() % spoilt.size()] = static_cast<char>(random());
    Conversation talk{opening()};
    for (std::string_view left = spoilt; !left.empty();) {
      const std::string_view piece = left.substr(0, 1 + random() % 200);
      left.remove_prefix(piece.size());
      give(talk, piece);
      while (auto what = talk.next())
        if (const Came* came = std::get_if<Came>(&*what)) talk.take(came->number);
      talk.want_replies();
      talk.want_to_send();
      if (talk.may_send()) talk.send("a message");
      talk.written(talk.out().size());
    }
  }
}

}  // namespace
}  // namespace told::carriers::amqp
