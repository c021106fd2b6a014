// A second channel: when it takes over from the first.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

std::shared_ptr<Policy> with_second_channel(std::uint32_t after_failures, Duration after) {
  auto policy = small_policy();
  for (Recipient& r : policy->recipients)
    if (r.name == "police") r.second = SecondChannel{"smtp", after_failures, after};
  return policy;
}

/// What goes to police from now on, and over which channel.
std::vector<std::uint32_t> channels_of_intents(const World& world) {
  std::vector<std::uint32_t> channels;
  for (const v1::LedgerEntry& e : world.ledger())
    if (e.has_attempt_intended()) channels.push_back(e.attempt_intended().channel());
  return channels;
}

/// Each would take one delivery now.
void both_channels_of_the_police(World& world) {
  world.no_receipts_from("police");
  world.perform(OpenSession{"police", 7, 0, false});
  world.perform(OpenSession{"police", 8, 1, false});
  world.perform(Offer{"police", 8, 1});
  world.perform(Offer{"police", 7, 1});
}

TEST(ASecondChannel, TakesOverAfterSoManyFailuresOfWhatGoesNext) {
  World world{with_second_channel(2, {})};
  both_channels_of_the_police(world);
  world.missing("T-1");
  const NotificationId id = world.last_of("police");
  world.perform(ended(id, 1, v1::OUTCOME_DEFERRED));
  world.perform(Offer{"police", 7, 1});
  EXPECT_EQ(channels_of_intents(world), (std::vector<std::uint32_t>{0})) << "the second attempt goes as the first did";
  world.perform(ended(id, 2, v1::OUTCOME_DEFERRED));
  EXPECT_EQ(channels_of_intents(world), (std::vector<std::uint32_t>{0, 1}));
  world.perform(ended(id, 3, v1::OUTCOME_SENT));
  world.perform(Offer{"police", 7, 1});
  world.missing("T-2");
  EXPECT_EQ(world.look(world.last_of("police")).attempts, 1U) << "what comes next tries the first channel again";
}

TEST(ASecondChannel, TakesOverWhereTheFirstTakesItAgainAndAgainAndItNeverArrives) {
  World world{with_second_channel(2, {})};
  both_channels_of_the_police(world);
  world.missing("T-1");
  const NotificationId id = world.last_of("police");
  for (std::uint32_t attempt = 1; attempt <= 2; ++attempt) {
    world.perform(ended(id, attempt, v1::OUTCOME_SENT));
    world.perform(Offer{"police", 7, 1});
    world.perform(ended(id, attempt, v1::OUTCOME_REFUSED));
  }
  EXPECT_EQ(channels_of_intents(world), (std::vector<std::uint32_t>{0, 1}));
}

TEST(ASecondChannel, TakesOverWhereItIsKnownThatItDidNotArriveBeforeItIsKnownThatItWasTaken) {
  World world{with_second_channel(2, {})};
  both_channels_of_the_police(world);
  world.missing("T-1");
  const NotificationId id = world.last_of("police");
  for (std::uint32_t attempt = 1; attempt <= 2; ++attempt) {
    EndAttempt failed = ended(id, attempt, v1::OUTCOME_DEFERRED);
    failed.late = true;
    world.perform(failed);
    world.perform(Offer{"police", 7, 1});
    if (attempt == 1) world.perform(ended(id, attempt, v1::OUTCOME_SENT));  // now it says so
  }
  EXPECT_EQ(channels_of_intents(world), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_FALSE(world.look(id).sent);
}

TEST(ASecondChannel, TakesOverAtOnceWhereTheFirstWantsNothingMore) {
  World world{with_second_channel(5, {})};
  both_channels_of_the_police(world);
  world.missing("T-1");
  EndAttempt gone = ended(world.last_of("police"), 1, v1::OUTCOME_REFUSED);
  gone.closed = true;
  world.perform(gone);
  EXPECT_EQ(channels_of_intents(world), (std::vector<std::uint32_t>{1}));
  world.perform(ended(world.last_of("police"), 2, v1::OUTCOME_SENT));
  world.perform(Offer{"police", 8, 1});
  world.missing("T-2");
  world.advance(Duration{0});  // the clock is asked for at once
  EXPECT_EQ(channels_of_intents(world), (std::vector<std::uint32_t>{1, 1})) << "and all that comes later";
  world.perform(ended(world.last_of("police"), 1, v1::OUTCOME_SENT));
  world.perform(Offer{"police", 7, 1});  // a reload opens it again
  world.missing("T-3");
  EXPECT_EQ(world.look(world.last_of("police")).attempts, 1U);
  EXPECT_EQ(channels_of_intents(world).size(), 2U) << "by the first, in the very entry that made it";
}

TEST(ASecondChannel, TakesWhatHasWaitedTooLongForTheFirst) {
  World world{with_second_channel(0, 5min)};
  world.no_receipts_from("police");
  world.perform(OpenSession{"police", 8, 1, false});
  world.perform(Offer{"police", 8, 1});
  world.missing("T-1");
  world.advance(4min + 59s);
  EXPECT_EQ(channels_of_intents(world), (std::vector<std::uint32_t>{}));
  world.advance(1s);
  EXPECT_EQ(channels_of_intents(world), (std::vector<std::uint32_t>{1}));
}

Lane with_two_channels() {
  Lane lane;
  lane.open(0, 1);
  lane.open(1, 2);
  lane.reach(0).credit = lane.reach(1).credit = 2;
  return lane;
}

TEST(ASecondChannel, IsNotUsedWhileAnEarlierCallIsInFlightOnTheFirst) {
  const NotificationId first{1, 0};
  Lane lane = with_two_channels();
  lane.launch(0, {first, 10}, true);
  lane.begun_anew(first);
  lane.wait({first, 10}, true);
  EXPECT_FALSE(lane.takes(1, true));
  EXPECT_FALSE(lane.landed(first, Lane::Landed::done)) << "the call that stands waits";
  EXPECT_TRUE(lane.landed(first, Lane::Landed::done, true));
  EXPECT_TRUE(lane.takes(1, true));
  EXPECT_EQ(lane.waiting(), 1U);

  lane.launch(0, {first, 10}, true);
  lane.begun_anew(first);
  lane.close(0);
  EXPECT_EQ(lane.waiting(), 0U) << "what is of an earlier call does not go again";
}

TEST(ASecondChannel, IsNotUsedWhileAnythingIsInFlightOnTheFirst) {
  const NotificationId first{1, 0};
  Lane lane = with_two_channels();
  lane.launch(0, {first, 10}, true);
  EXPECT_FALSE(lane.takes(1, true));
  EXPECT_TRUE(lane.takes(0, true));
  EXPECT_TRUE(lane.landed(first, Lane::Landed::done));
  EXPECT_TRUE(lane.takes(1, true));
}

// A call about it makes a lane: of somebody who has had none since the start.
TEST(APeer, WhoWantsNothingMoreByThisWayIsOfferedNothingMoreByItWhoeverIsCalledAboutIt) {
  for (const bool has_a_lane : {true, false}) {
    World world;
    if (has_a_lane) world.connect("duty_manager");
    world.no_receipts_from("police");
    world.connect("police");
    world.missing("T-1");
    EndAttempt refused{world.last_of("police"), 1, v1::OUTCOME_REFUSED, "police", "webhook", "410", ""};
    refused.hopeless = refused.closed = true;
    world.perform(refused);
    ASSERT_NE(world.engine().state().open_alarm("delivery_failing", "police"), 0U);
    const Lane* lane = world.engine().lanes().find(*world.engine().state().recipient_id("police"));
    EXPECT_TRUE(lane->reach(0).closed) << "has a lane: " << has_a_lane;
  }
}

}  // namespace
}  // namespace told::core::test
