// A recipient's clerk, with a broker on this machine's loopback: what each end of a connection comes to.
#include "carriers/amqp/clerk.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "../until.hpp"
#include "amqp_broker.hpp"
#include "carriers/amqp/letter.hpp"

namespace told::carriers::amqp {
namespace {

using namespace std::chrono_literals;
using told::test::until;

/// A broker on a port, for one connection after the other.
class Served {
 public:
  /// With a message, the moment that it has come whole.
  enum class Does { accepts, nothing, hangs_up };

  Served() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
      throw std::runtime_error("no port on the loopback");
    port = ntohs(at.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~Served() {
    thread_.request_stop();
    thread_.join();
    ::close(listener_);
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  std::uint16_t port = 0;
  std::atomic<Does> does = Does::accepts;
  std::atomic<bool> hang_up = false;  ///< once, now
  std::atomic<bool> shut = false;     ///< who connects is let go again
  std::atomic<int> connections = 0;
  std::atomic<int> messages = 0;
  std::atomic<std::uint64_t> settled_as = 0;  ///< the last reply
  void reply(std::string bytes) {
    const std::lock_guard lock(mutex_);
    replies_.push_back(std::move(bytes));
  }

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd waited{listener_, POLLIN, 0};
      if (::poll(&waited, 1, 5) != 1) continue;
      const int near = ::accept(listener_, nullptr, nullptr);
      ++connections;
      if (!shut) converse(near, stop);
      ::close(near);
    }
  }

  void converse(int near, const std::stop_token& stop) {
    tests::Broker broker;
    std::array<char, 4'096> part{};
    while (!stop.stop_requested() && !hang_up.exchange(false)) {
      const std::string says = broker.says();
      if (!says.empty() && ::send(near, says.data(), says.size(), MSG_NOSIGNAL) < 0) return;
      pollfd waited{near, POLLIN, 0};
      if (::poll(&waited, 1, 2) == 1) {
        const ssize_t got = ::recv(near, part.data(), part.size(), 0);
        if (got <= 0) return;
        broker.hear({part.data(), static_cast<std::size_t>(got)});
      }
      if (broker.last != nullptr) {
        pn_delivery_t* const came = std::exchange(broker.last, nullptr);
        ++messages;
        if (does == Does::hangs_up) return;
        if (does == Does::accepts) {
          pn_delivery_update(came, PN_ACCEPTED);
          pn_delivery_settle(came);
        }
      }
      if (broker.answered != nullptr) settled_as = pn_delivery_remote_state(std::exchange(broker.answered, nullptr));
      const std::lock_guard lock(mutex_);
      if (broker.replies == nullptr) continue;
      for (const std::string& bytes : std::exchange(replies_, {})) broker.reply(bytes);
    }
  }

  int listener_;
  std::mutex mutex_;
  std::vector<std::string> replies_;
  std::jthread thread_;
};

struct AClerk : testing::Test {
  void begin() {
    Target target;
    target.recipient = "police";
    target.line.is = Errand::Is::line;
    target.line.url = "http://127.0.0.1:" + std::to_string(broker.port);
    target.line.within = within;
    target.line.rule = AddressRule({"127.0.0.1"});
    target.opening.user = "told";
    target.opening.password = "not-a-real-password";
    target.opening.queue = "to";
    target.opening.reply_queue = "from";
    target.opening.replies_at_once = 8;
    target.places = {"the broker", "to"};
    target.origin = "told.test/ledger";
    target.when_durable = when_durable;
    if (only_signed) target.reply_keys.emplace_back("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    clerk = std::make_shared<Clerk>(std::move(target), Hands{[this](const Report& report) {
                                                               const std::lock_guard lock(mutex);
                                                               reports.push_back(report);
                                                             },
                                                             [this](const Answer& answer) {
                                                               const std::lock_guard lock(mutex);
                                                               answers.push_back(answer);
                                                             },
                                                             [this](const Hearing& now) {
                                                               const std::lock_guard lock(mutex);
                                                               hearings.push_back(now);
                                                             }});
    clerk->start();
  }
  ~AClerk() override {
    if (!clerk) return;
    clerk->stop();
    EXPECT_TRUE(clerk->ended_within(2s));
  }

  bool reported(std::size_t count) {
    return until([&] {
      const std::lock_guard lock(mutex);
      return reports.size() >= count;
    });
  }
  bool answered(std::size_t count) {
    return until([&] {
      const std::lock_guard lock(mutex);
      return answers.size() >= count;
    });
  }
  Report send(std::uint32_t attempt = 1) {
    Parcel parcel;
    parcel.recipient = "police";
    parcel.attempt = attempt;
    parcel.delivery.set_notification("N-1");
    std::size_t before = 0;
    {
      const std::lock_guard lock(mutex);
      before = reports.size();
    }
    clerk->send(std::move(parcel));
    return reported(before + 1) ? reports.back() : Report{};
  }
  static v1::ServiceFrame result(const char* code) {
    v1::ServiceFrame frame;
    v1::AcknowledgementResult& result = *frame.add_results();
    if (*code == '\0')
      result.set_recorded(true);
    else
      result.mutable_problem()->set_code(code);
    return frame;
  }

  Served broker;
  std::chrono::milliseconds within = 5s;
  bool only_signed = false;
  std::function<void(std::function<void()>)> when_durable = [](const std::function<void()>& done) { done(); };
  std::shared_ptr<Clerk> clerk;
  std::mutex mutex;
  std::vector<Report> reports;
  std::vector<Answer> answers;
  std::vector<Hearing> hearings;
};

TEST_F(AClerk, SaysSentWhenTheBrokerAccepted) {
  begin();
  const Report report = send(7);
  EXPECT_EQ(report.outcome, v1::OUTCOME_SENT);
  EXPECT_EQ(report.code, "accepted");
  EXPECT_EQ(report.attempt, 7U);
}

TEST_F(AClerk, DoesNotKnowWhatBecameOfAMessageThatWasOutWhenTheConnectionBroke) {
  broker.does = Served::Does::hangs_up;
  begin();
  const Report report = send();
  EXPECT_EQ(report.outcome, v1::OUTCOME_UNKNOWN);
  EXPECT_EQ(report.code, "connection_lost");
  EXPECT_EQ(broker.messages, 1) << "and does not say it again by itself";
}

TEST_F(AClerk, DoesNotKnowWhatBecameOfAMessageThatIsNotSettledInTimeAndTrustsThatConnectionNoMore) {
  broker.does = Served::Does::nothing;
  within = 300ms;
  begin();
  EXPECT_EQ(send().outcome, v1::OUTCOME_UNKNOWN);
  EXPECT_EQ(reports.back().code, "timed_out_waiting");
  const int before = broker.connections;
  broker.does = Served::Does::accepts;
  EXPECT_EQ(send(2).outcome, v1::OUTCOME_SENT);
  EXPECT_GT(broker.connections, before);
}

TEST_F(AClerk, DefersWhatWasNeverSaid) {
  broker.shut = true;
  begin();
  const Report report = send();
  EXPECT_EQ(report.outcome, v1::OUTCOME_DEFERRED);
  EXPECT_EQ(report.code, "connection_lost");
}

TEST_F(AClerk, SaysItOverANewConnectionWhereTheOneThatStoodIsFoundBroken) {
  begin();
  EXPECT_EQ(send().outcome, v1::OUTCOME_SENT);
  EXPECT_EQ(send(2).outcome, v1::OUTCOME_SENT);
  EXPECT_EQ(broker.connections, 1);
  broker.hang_up = true;
  ASSERT_TRUE(until([this] { return !broker.hang_up; }));
  EXPECT_EQ(send(3).outcome, v1::OUTCOME_SENT);
  EXPECT_GE(broker.connections, 2);
  EXPECT_EQ(reports.size(), 3U);
}

TEST_F(AClerk, TakesAReplyOnlyWhenItIsRecorded) {
  begin();
  broker.reply("no message at all");
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(answers[0].recipient, "police");
  EXPECT_EQ(answers[0].means, v1::MEANS_REPLY_QUEUE);
  ASSERT_TRUE(answers[0].problem);
  EXPECT_EQ(answers[0].problem->code(), "not_readable");
  EXPECT_EQ(broker.settled_as, 0U) << "before anybody said what became of it";
  answers[0].answered(result(""));
  EXPECT_TRUE(until([this] { return broker.settled_as == PN_ACCEPTED; }));
}

TEST_F(AClerk, TakesAReceiptOnlyWhenItIsDurable) {
  std::vector<std::function<void()>> waiting;
  when_durable = [&](std::function<void()> done) { waiting.push_back(std::move(done)); };
  begin();
  broker.reply("one");
  ASSERT_TRUE(answered(1));
  answers[0].answered(v1::ServiceFrame{});  // as of a frame with receipts alone: at once
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(broker.settled_as, 0U);
  waiting[0]();
  EXPECT_TRUE(until([this] { return broker.settled_as == PN_ACCEPTED; }));
}

TEST_F(AClerk, RejectsAReplyThatIsNotRecordedAndKeepsOneThatCannotBeTakenForNow) {
  begin();
  broker.reply("one");
  ASSERT_TRUE(answered(1));
  answers[0].answered(result("not_yours"));
  EXPECT_TRUE(until([this] { return broker.settled_as == PN_REJECTED; }));
  broker.settled_as = 0;
  broker.reply("two");
  ASSERT_TRUE(answered(2));
  answers[1].answered(result("busy"));
  ASSERT_TRUE(answered(3)) << "it is handed in again";
  EXPECT_EQ(broker.settled_as, 0U);
  answers[2].answered(result(""));
  EXPECT_TRUE(until([this] { return broker.settled_as == PN_ACCEPTED; }));
}

TEST_F(AClerk, HearsNoReplyThatIsNotSignedWhereKeysAreNamed) {
  only_signed = true;
  begin();
  Parcel parcel;  // a message with data in it
  parcel.delivery.set_notification("N-1");
  broker.reply(letter(parcel, "told.test/ledger", {"from", ""}));
  ASSERT_TRUE(answered(1));
  ASSERT_TRUE(answers[0].problem);
  EXPECT_EQ(answers[0].problem->code(), "not_proved");
}

TEST_F(AClerk, ListensAgainWhenTheConnectionBreaks) {
  begin();
  broker.reply("one");
  ASSERT_TRUE(answered(1));
  broker.hang_up = true;
  ASSERT_TRUE(until([this] { return !broker.hang_up; }));
  answers[0].answered(result(""));  // of a connection that is gone: it comes again
  broker.reply("two");
  ASSERT_TRUE(answered(2));
  EXPECT_EQ(broker.settled_as, 0U);
}

TEST_F(AClerk, SaysThatRepliesCannotBeHeardAndWhenTheyAreAgain) {
  broker.shut = true;
  begin();
  const auto said = [this](std::size_t count) {
    const std::lock_guard lock(mutex);
    return hearings.size() == count;
  };
  ASSERT_TRUE(until([&] { return said(1); }));
  EXPECT_EQ(hearings[0].recipient, "police");
  EXPECT_NE(hearings[0].problem.find("broke the connection off"), std::string::npos);
  EXPECT_GT(broker.connections, 1) << "that the first try fails is no news";
  broker.shut = false;
  ASSERT_TRUE(until([&] { return said(2); }));
  EXPECT_EQ(hearings[1].problem, "");
}

TEST_F(AClerk, ThatRetiresEndsWhatIsUnderWayAndHandsInNothingMore) {
  broker.does = Served::Does::nothing;
  within = 500ms;
  begin();
  ASSERT_TRUE(until([this] { return broker.connections > 0; }));
  Parcel parcel;
  parcel.delivery.set_notification("N-1");
  clerk->send(parcel);
  ASSERT_TRUE(until([this] { return broker.messages == 1; }));
  clerk->retire();
  broker.reply("late");
  ASSERT_TRUE(reported(1));
  EXPECT_EQ(reports[0].code, "timed_out_waiting");
  EXPECT_TRUE(clerk->ended_within(2s));
  EXPECT_TRUE(answers.empty());
}

}  // namespace
}  // namespace told::carriers::amqp
