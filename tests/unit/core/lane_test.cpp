// Lanes: order, credit, and what happens to what was in flight.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

std::vector<EntryIndex> events_received(World& world, const std::string& recipient) {
  std::vector<EntryIndex> events;
  for (const Received& r : world.newly_received())
    if (r.recipient == recipient) events.push_back(r.id.event);
  return events;
}

TEST(ALane, KeepsWhatCannotBeSentUntilAWorkerOffersCredit) {
  World world;
  world.missing("T-1");
  world.missing("T-2");
  EXPECT_EQ(world.newly_told(), Names{});
  world.connect("police", 1);
  EXPECT_EQ(events_received(world, "police").size(), 2U);  // each receipt offers one more
}

TEST(ALane, NeverSendsMoreThanItWasOffered) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 2);
  for (int i = 0; i < 5; ++i) world.missing("T-" + std::to_string(i));
  EXPECT_EQ(events_received(world, "police").size(), 2U);
}

TEST(ALane, SendsWhatWasInFlightAgainInOrderBeforeAnythingNewer) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 10);
  world.missing("T-1");
  world.located("T-1");
  const std::vector<EntryIndex> first = events_received(world, "police");
  ASSERT_EQ(first.size(), 2U);
  world.disconnect("police");
  world.missing("T-1");
  world.connect("police", 10);
  std::vector<Received> again = world.newly_received();
  std::erase_if(again, [](const Received& r) { return r.recipient != "police"; });
  ASSERT_EQ(again.size(), 3U);
  EXPECT_EQ(again[0].id.event, first[0]);
  EXPECT_EQ(again[0].attempt, 2U);
  EXPECT_EQ(again[1].id.event, first[1]);
  EXPECT_EQ(again[1].attempt, 2U);
  EXPECT_EQ(again[2].attempt, 1U);
}

TEST(ALane, SendsWhatWasInFlightBeforeWhatHadWaitedForCredit) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 1);
  world.missing("T-1");
  const NotificationId in_flight = world.last_of("police");
  world.located("T-1");  // no credit is left for it
  world.disconnect("police");
  (void)world.newly_received();
  world.connect("police", 10);
  std::vector<Received> again = world.newly_received();
  std::erase_if(again, [](const Received& r) { return r.recipient != "police"; });
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].id, in_flight);
}

TEST(ALane, SendsAgainWithTheNextAttemptNumberAfterARestart) {
  for (const bool through_projection : {false, true}) {
    World world;
    world.no_receipts_from("police");
    world.connect("police", 10);
    world.missing("T-1");
    world.missing("T-2");
    const std::vector<EntryIndex> first = events_received(world, "police");
    world.restart(through_projection);
    world.connect("police", 10);
    std::vector<Received> again = world.newly_received();
    std::erase_if(again, [](const Received& r) { return r.recipient != "police"; });
    ASSERT_EQ(again.size(), 2U);
    EXPECT_EQ(again[0].id.event, first[0]);
    EXPECT_EQ(again[0].attempt, 2U);
    EXPECT_EQ(again[1].id.event, first[1]);
  }
}

TEST(ANewerSession, TakesOverFromTheOlderAndWhatWasInFlightIsSentToIt) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 10);
  world.missing("T-1");
  (void)world.newly_received();
  world.connect("police", 10);
  const auto again = world.newly_received();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].attempt, 2U);
}

TEST(ADeadRecipient, DelaysNobodyElse) {
  World world;
  world.connect("home_office");
  for (int i = 0; i < 100; ++i) world.missing("T-" + std::to_string(i));
  EXPECT_EQ(events_received(world, "home_office").size(), 100U);
}

TEST(ALateReceipt, OfAnEarlierAttemptCountsAndTheRetryIsCalledOff) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 1);
  world.missing("T-1");
  const NotificationId id = world.last_of("police");
  world.disconnect("police");
  world.perform(EndAttempt{id, 1, v1::OUTCOME_DELIVERED, "police", "queue", "receipt", ""});
  EXPECT_TRUE(world.look(id).delivered);
  (void)world.newly_received();
  world.connect("police", 1);
  EXPECT_EQ(world.newly_told(), Names{});
}

TEST(DeliveriesThatFailAgainAndAgain, CallAPersonAndTheLadderGoesOn) {
  World world;
  world.no_receipts_from("police");
  world.connect("duty_manager");
  world.missing("T-1");
  for (int i = 0; i < 5; ++i) {
    world.connect("police", 1);
    const NotificationId id = world.last_of("police");
    world.perform(EndAttempt{id, world.look(id).attempts, v1::OUTCOME_UNKNOWN, "police", "queue", "no_receipt", ""});
  }
  EXPECT_NE(world.engine().state().open_alarm("delivery_failing", "police"), 0U);
  EXPECT_TRUE(world.look(world.last_of("police")).open());
}

TEST(ALiveWorkerThatGaveNoReceipt, IsSentItAgainAndWhatIsNewerBehindIt) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 10);
  world.missing("T-1");
  const NotificationId first = world.last_of("police");
  (void)world.newly_received();
  world.perform(EndAttempt{first, 1, v1::OUTCOME_UNKNOWN, "police", "queue", "no_receipt", ""});
  const auto again = world.newly_received();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].attempt, 2U);
  world.missing("T-2", v1::RISK_GRADE_HIGH);
  EXPECT_EQ(events_received(world, "police").size(), 1U);
}

TEST(ADeliveryThatCanNeverWork, LeavesTheLaneAndBlocksNothingBehindIt) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 1);
  world.missing("T-1");
  const NotificationId poison = world.last_of("police");
  world.missing("T-2");
  world.perform(EndAttempt{poison, 1, v1::OUTCOME_REFUSED, "police", "queue", "too_large", ""});
  world.perform(Offer{"police", 1, 1});
  EXPECT_NE(world.last_of("police"), poison);
  EXPECT_TRUE(world.look(poison).open());
}

}  // namespace
}  // namespace told::core::test
