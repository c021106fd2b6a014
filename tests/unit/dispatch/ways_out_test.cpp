#include "dispatch/ways_out.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "loop/asio_loop.hpp"

namespace told::dispatch {
namespace {

using namespace std::chrono_literals;

struct Ways : testing::Test {
  Ways() {
    policy.recipients.push_back({"police", "Police", "police", "webhook"});
    policy.recipients.push_back({"manager", "Manager", "generic", "zmq_queue"});
    policy.recipients[1].second = core::SecondChannel{"smtp", 2, {}};
  }
  static carriers::Way way(const std::string& recipient, const std::string& carrier, std::uint32_t rate = 0) {
    return {recipient, carrier, rate, {}};
  }
  template <class Command>
  std::vector<Command> taken() const {
    std::vector<Command> all;
    for (const core::Command& c : commands)
      if (const auto* found = std::get_if<Command>(&c)) all.push_back(*found);
    return all;
  }
  void ends(const std::string& recipient, const std::string& carrier, v1::Outcome outcome, bool closed = false) {
    commands.clear();
    carriers::Report report;
    report.recipient = recipient;
    report.outcome = outcome;
    report.closed = closed;
    ways.ended(carrier, report);
  }
  /// A carrier hears what came of a message that it had taken.
  void hears_late(const std::string& recipient, const std::string& carrier, v1::Outcome outcome) {
    commands.clear();
    carriers::Report report;
    report.recipient = recipient;
    report.outcome = outcome;
    report.problem = outcome == v1::OUTCOME_DELIVERED ? "" : "it did not arrive";
    report.late = true;
    ways.ended(carrier, report);
    alarms_heard += static_cast<int>(taken<core::RaiseAlarm>().size());
  }
  int alarms_heard = 0;
  /// Waits for the next command, and gives what came.
  std::vector<core::Offer> offers_after_the_rest() {
    while (taken<core::Offer>().empty() && loop.run_one_for(20s) != 0) {
    }
    return taken<core::Offer>();
  }

  boost::asio::io_context loop;
  loop::AsioLoop rooms_loop{loop};
  core::Policy policy;
  std::vector<core::Command> commands;
  WaysOut ways{rooms_loop, [this](core::Command c) { commands.push_back(std::move(c)); }};
};

TEST_F(Ways, OpenForEachRecipientThatToldGoesToOnItsChannelWithCreditForOne) {
  ways.replace(policy, {way("police", "webhook"), way("manager", "smtp")});
  const auto opened = taken<core::OpenSession>();
  ASSERT_EQ(opened.size(), 2U);
  EXPECT_EQ(opened[0].recipient, "police");
  EXPECT_EQ(opened[0].channel, 0);
  EXPECT_FALSE(opened[0].worker);
  EXPECT_EQ(opened[1].recipient, "manager");
  EXPECT_EQ(opened[1].channel, 1);
  EXPECT_NE(opened[0].session, opened[1].session);
  ASSERT_EQ(taken<core::Offer>().size(), 2U);
  EXPECT_EQ(taken<core::Offer>()[0].credit, 1U);
}

TEST_F(Ways, OfferTheNextAtOnceAfterASuccessAndLaterAfterAFailure) {
  ways.replace(policy, {way("police", "webhook")});
  ends("police", "webhook", v1::OUTCOME_DELIVERED);
  EXPECT_EQ(taken<core::Offer>().size(), 1U);
  ends("police", "webhook", v1::OUTCOME_DEFERRED);
  EXPECT_EQ(taken<core::Offer>().size(), 0U);
  EXPECT_EQ(ways.figures().at(0).failures, 1U);
  EXPECT_EQ(offers_after_the_rest().size(), 1U);
}

TEST_F(Ways, AreCalledBrokenAfterFiveFailuresUntilOneSucceeds) {
  ways.replace(policy, {way("police", "webhook")});
  for (int i = 0; i < 5; ++i) ends("police", "webhook", v1::OUTCOME_UNKNOWN);
  EXPECT_TRUE(ways.figures().at(0).broken);
  ends("police", "webhook", v1::OUTCOME_SENT);
  EXPECT_FALSE(ways.figures().at(0).broken);
}

TEST_F(Ways, StayClosedWhereTheRecipientSaysNeverAgainUntilAReload) {
  ways.replace(policy, {way("police", "webhook")});
  ends("police", "webhook", v1::OUTCOME_REFUSED, true);
  EXPECT_TRUE(taken<core::Offer>().empty());
  EXPECT_TRUE(ways.figures().at(0).closed);
  ways.replace(policy, {way("police", "webhook")});
  EXPECT_EQ(taken<core::Offer>().size(), 1U);
  EXPECT_TRUE(taken<core::OpenSession>().empty()) << "what waits for it need not be queued anew";
}

TEST_F(Ways, CallSomebodyWhenTheyAreBrokenOrClosedWhicheverMessageFailed) {
  ways.replace(policy, {way("police", "webhook")});
  for (int i = 0; i < 4; ++i) ends("police", "webhook", v1::OUTCOME_UNKNOWN);
  EXPECT_TRUE(taken<core::RaiseAlarm>().empty());
  ends("police", "webhook", v1::OUTCOME_UNKNOWN);
  ASSERT_EQ(taken<core::RaiseAlarm>().size(), 1U);
  EXPECT_EQ(taken<core::RaiseAlarm>()[0].code, "delivery_failing");
  EXPECT_EQ(taken<core::RaiseAlarm>()[0].party, "police");
  ends("police", "webhook", v1::OUTCOME_UNKNOWN);
  EXPECT_TRUE(taken<core::RaiseAlarm>().empty()) << "once, until it has worked";
  ends("police", "webhook", v1::OUTCOME_DELIVERED);
  ends("police", "webhook", v1::OUTCOME_REFUSED, true);
  EXPECT_EQ(taken<core::RaiseAlarm>().size(), 1U);
}

TEST_F(Ways, RestBeforeTheEngineSendsAgainWhatWasTakenAndDidNotArrive) {
  ways.replace(policy, {way("police", "webhook")});
  ends("police", "webhook", v1::OUTCOME_SENT);
  hears_late("police", "webhook", v1::OUTCOME_DEFERRED);
  ASSERT_EQ(taken<core::Offer>().size(), 1U) << "what was offered is taken back";
  EXPECT_EQ(taken<core::Offer>()[0].credit, 0U);
  commands.clear();
  ASSERT_EQ(offers_after_the_rest().size(), 1U);
  EXPECT_EQ(taken<core::Offer>()[0].credit, 1U);
}

TEST_F(Ways, AreCalledBrokenWhereFiveMessagesInARowWereTakenAndDidNotArrive) {
  ways.replace(policy, {way("police", "webhook")});
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(ways.figures().at(0).broken);
    ends("police", "webhook", v1::OUTCOME_SENT);
    hears_late("police", "webhook", v1::OUTCOME_REFUSED);
  }
  ends("police", "webhook", v1::OUTCOME_SENT);
  EXPECT_TRUE(ways.figures().at(0).broken) << "that it takes one more proves nothing";
  EXPECT_EQ(alarms_heard, 1);
  EXPECT_EQ(ways.figures().at(0).problem, "it did not arrive");
  hears_late("police", "webhook", v1::OUTCOME_DELIVERED);
  EXPECT_FALSE(ways.figures().at(0).broken);
  EXPECT_EQ(ways.figures().at(0).problem, "");
}

TEST_F(Ways, AreNotHurriedByAnEarlierMessageThatHasArrived) {
  ways.replace(policy, {way("police", "webhook", 2)});
  hears_late("police", "webhook", v1::OUTCOME_DELIVERED);
  EXPECT_TRUE(commands.empty()) << "no further one is offered, and the rate is not used up";
}

TEST_F(Ways, HoldBackWhatIsNotUrgentWhereTheRateIsUsedUp) {
  ways.replace(policy, {way("police", "webhook", 2)});
  ends("police", "webhook", v1::OUTCOME_DELIVERED);
  ASSERT_EQ(taken<core::Offer>().size(), 1U);
  EXPECT_FALSE(taken<core::Offer>()[0].urgent_only);
  ends("police", "webhook", v1::OUTCOME_DELIVERED);
  ASSERT_EQ(taken<core::Offer>().size(), 1U);
  EXPECT_TRUE(taken<core::Offer>()[0].urgent_only);
}

TEST_F(Ways, AreLostWithTheirRecipientsSession) {
  ways.replace(policy, {way("police", "webhook")});
  const core::SessionId session = taken<core::OpenSession>().at(0).session;
  ways.replace(policy, {});
  ASSERT_EQ(taken<core::LoseSession>().size(), 1U);
  EXPECT_EQ(taken<core::LoseSession>()[0].session, session);
  EXPECT_TRUE(ways.figures().empty());
}

}  // namespace
}  // namespace told::dispatch
