// Frames that go out to a worker, and what waits for its receipt.
#include "gateway/session.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace told::gateway {
namespace {

std::vector<v1::ServiceFrame> frames_of(Outgoing& outgoing, const std::string& checkpoint = {}) {
  std::vector<v1::ServiceFrame> frames;
  outgoing.take(checkpoint, [&](const std::string& bytes) {
    EXPECT_LE(bytes.size(), 64U * 1024U);
    EXPECT_TRUE(frames.emplace_back().ParseFromString(bytes));
  });
  return frames;
}

std::string delivery(std::uint32_t attempt, std::size_t padding = 0) {
  v1::Delivery d;
  d.set_attempt(attempt);
  d.set_marking(std::string(padding, 'x'));
  return d.SerializeAsString();
}

TEST(Outgoing, SplitsByCountAndBySizeAndKeepsTheOrder) {
  Outgoing out;
  for (std::uint32_t i = 0; i < 600; ++i) ASSERT_TRUE(out.add_delivery(delivery(i)));
  for (std::uint32_t i = 600; i < 610; ++i) ASSERT_TRUE(out.add_delivery(delivery(i, 20'000)));
  const auto frames = frames_of(out, "note\n");
  EXPECT_GE(frames.size(), 6U);
  std::uint32_t next = 0;
  for (const auto& f : frames) {
    EXPECT_EQ(f.checkpoint(), "note\n");
    EXPECT_LE(f.deliveries_size(), 256);
    for (const auto& d : f.deliveries()) EXPECT_EQ(d.attempt(), next++);
  }
  EXPECT_EQ(next, 610U);
  EXPECT_TRUE(out.empty());
}

TEST(Outgoing, RefusesWhatFitsInNoFrameAndKeepsNothingOfIt) {
  Outgoing out;
  EXPECT_FALSE(out.add_delivery(delivery(1, 60 * 1024)));
  EXPECT_TRUE(out.empty());
}

TEST(Outgoing, ResultsTravelWithDeliveriesAndCarryNoCheckpointAlone) {
  Outgoing out;
  v1::ServiceFrame results;
  results.add_results()->set_recorded(true);
  out.add(results);
  EXPECT_EQ(frames_of(out, "note\n")[0].checkpoint(), "");
  ASSERT_TRUE(out.add_delivery(delivery(1)));
  out.add(results);
  const auto frames = frames_of(out, "note\n");
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].results_size(), 1);
  EXPECT_EQ(frames[0].deliveries_size(), 1);
  EXPECT_EQ(frames[0].checkpoint(), "note\n");
}

TEST(InFlight, LandsOnceAndOnlyForItsAttempt) {
  InFlight in_flight;
  const std::chrono::steady_clock::time_point t{};
  in_flight.add({1, 0}, 2, t);
  EXPECT_FALSE(in_flight.land({1, 0}, 1));
  EXPECT_TRUE(in_flight.land({1, 0}, 2));
  EXPECT_FALSE(in_flight.land({1, 0}, 2));
}

TEST(InFlight, GivesUpTheOldestFirstAndSkipsTheLanded) {
  InFlight in_flight;
  const std::chrono::steady_clock::time_point t{};
  using std::chrono::seconds;
  for (int i = 0; i < 4; ++i) in_flight.add({static_cast<std::uint64_t>(i), 0}, 1, t + seconds{i});
  EXPECT_TRUE(in_flight.land({1, 0}, 1));
  InFlight::Attempt a;
  ASSERT_TRUE(in_flight.pop_older(t + seconds{3}, a));
  EXPECT_EQ(a.notification.event, 0U);
  ASSERT_TRUE(in_flight.pop_older(t + seconds{3}, a));
  EXPECT_EQ(a.notification.event, 2U);
  EXPECT_FALSE(in_flight.pop_older(t + seconds{3}, a));
  EXPECT_EQ(in_flight.size(), 1U);
}

}  // namespace
}  // namespace told::gateway
