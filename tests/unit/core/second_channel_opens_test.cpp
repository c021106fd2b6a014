// A second channel that opens while something waits already.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

/// Something waits for police when a second way to them opens.
struct WaitsForAWay : World {
  explicit WaitsForAWay(std::optional<SecondChannel> second) : World(policy(std::move(second))) {
    no_receipts_from("police");
    missing("T-1");
    waits = NotificationId{last_event(), 0};
  }
  static std::shared_ptr<Policy> policy(std::optional<SecondChannel> second) {
    auto p = small_policy();
    for (Recipient& r : p->recipients)
      if (r.name == "police") r.second = second;
    return p;
  }
  void opens(Channel channel, std::uint32_t credit) {
    perform(OpenSession{"police", SessionId{10U + channel}, channel, false});
    perform(Offer{"police", SessionId{10U + channel}, credit});
  }
  [[nodiscard]] std::vector<std::uint32_t> went_by() const {
    std::vector<std::uint32_t> channels;
    for (const v1::LedgerEntry& each : ledger())
      if (each.has_attempt_intended() && each.event() == waits.event)
        channels.push_back(each.attempt_intended().channel());
    return channels;
  }
  NotificationId waits;
};

TEST(ASecondChannelThatOpens, TakesWhatWaitsWhenItHasWaitedLongEnough) {
  WaitsForAWay world{SecondChannel{"smtp", 0, 5min}};
  world.advance(2min);
  world.opens(1, 1);
  world.advance(3min - 1s);
  EXPECT_TRUE(world.went_by().empty());
  world.advance(1s);
  EXPECT_EQ(world.went_by(), (std::vector<std::uint32_t>{1}));
}

TEST(ASecondChannelThatOpens, AndTakesNothingYetIsAskedAgainWhenItDoesAndNotBefore) {
  WaitsForAWay world{SecondChannel{"smtp", 0, 5min}};
  world.advance(6min);
  world.opens(1, 0);
  EXPECT_GT(world.engine().next_due(), world.now());
  EXPECT_TRUE(world.went_by().empty());
  world.perform(Offer{"police", 11, 1});
  EXPECT_EQ(world.went_by(), (std::vector<std::uint32_t>{1}));
}

TEST(ASecondChannelThatOpens, ForFailuresAloneTakesNothingThatHasNotFailed) {
  WaitsForAWay world{SecondChannel{"smtp", 2, {}}};
  world.opens(1, 1);
  world.advance(10min);
  EXPECT_TRUE(world.went_by().empty());
  world.opens(0, 1);
  EXPECT_EQ(world.went_by(), (std::vector<std::uint32_t>{0}));
}

TEST(ASecondChannelThatOpens, OfWhichThePolicySaysNothingTakesNothing) {
  WaitsForAWay world{std::nullopt};
  world.opens(1, 1);
  world.advance(10min);
  EXPECT_TRUE(world.went_by().empty());
  world.opens(0, 1);
  EXPECT_EQ(world.went_by(), (std::vector<std::uint32_t>{0}));
}

TEST(ASecondChannel, IsNotTakenForClosedFirstWhereWhatHadBeenTakenCameToNothing) {
  WaitsForAWay world{SecondChannel{"smtp", 5, {}}};
  world.opens(1, 1);
  world.opens(0, 2);
  world.perform(ended(world.waits, 1, v1::OUTCOME_SENT));
  EndAttempt failed = ended(world.waits, 1, v1::OUTCOME_DEFERRED);
  failed.late = true;
  failed.closed = true;
  world.perform(failed);
  world.perform(Offer{"police", 10, 1});
  EXPECT_EQ(world.went_by(), (std::vector<std::uint32_t>{0, 0}));
}

}  // namespace
}  // namespace told::core::test
