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

TEST(ALane, GoesInTheOrderInWhichItsMessagesWereMadeAndNotInThatOfTheirEventsAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    World world;
    world.missing("T-1");
    const EntryIndex slowly = world.last_event();
    world.advance(2min);
    world.missing("T-2", v1::RISK_GRADE_HIGH);
    const EntryIndex fast = world.last_event();
    world.advance(13min);
    (void)world.restart_as(restarted);
    world.connect("duty_manager");
    EXPECT_EQ(events_received(world, "duty_manager"), (std::vector<EntryIndex>{fast, fast, slowly, slowly}))
        << "the manager is called about the later report first: its ladder is the steeper";
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

// Or whoever was called, heard that it was answered and is called again would never hear the second call.
TEST(ALateReceipt, OfAnEarlierCallDoesNotCallOffTheCallThatStands) {
  for (const int restarted : {0, 1, 2}) {
    World world;
    for (const char* who : {"police", "home_office", "duty_manager", "service_manager"}) world.connect(who);
    world.connect("team_manager", 1);
    world.no_receipts_from("team_manager");
    world.missing("T-1");
    const NotificationId police = world.last_of("police");
    world.acknowledge(world.last_of("home_office"), "home_office");
    world.advance(30min);
    const NotificationId call = world.last_of("team_manager");
    ASSERT_EQ(world.look(call).attempts, 1U);
    const EndAttempt receipt{call, 1, v1::OUTCOME_DELIVERED, "team_manager", "zmq_queue", "receipt", ""};
    const bool sent = restarted != 0;
    if (sent) world.perform(EndAttempt{call, 1, v1::OUTCOME_SENT, "team_manager", "zmq_queue", "taken", ""});
    world.acknowledge(police, "police");
    world.decline(police, "police");
    ASSERT_EQ(world.look(call).calls, 1U) << "they are called again";
    if (world.restart_as(restarted)) world.connect("team_manager", 0);
    world.perform(receipt);
    EXPECT_FALSE(world.look(call).delivered);
    world.connect("team_manager", 5);
    EXPECT_EQ(world.look(call).attempts, 2U);
    EXPECT_TRUE(world.look(call).in_flight);
    world.perform(EndAttempt{call, 2, v1::OUTCOME_DELIVERED, "team_manager", "zmq_queue", "receipt", ""});
    EXPECT_TRUE(world.look(call).delivered);
    world.restart(restarted == 2);
    EXPECT_TRUE(world.look(call).delivered);
    const std::size_t ended = world.count(v1::LedgerEntry::kAttemptEnded);
    for (int i = 0; i < 3; ++i) world.perform(receipt);
    EXPECT_EQ(world.count(v1::LedgerEntry::kAttemptEnded), ended) << "it is said once";
  }
}

TEST(AnEarlierCall, ThatEndsIsInFlightNoMoreWhateverBecameOfItAndWhicheverEndsFirst) {
  for (const v1::Outcome outcome : {v1::OUTCOME_UNKNOWN, v1::OUTCOME_DELIVERED, v1::OUTCOME_REFUSED})
    for (const bool newer_first : {false, true}) {
      World world;
      for (const char* who : {"police", "home_office", "duty_manager", "service_manager"}) world.connect(who);
      world.no_receipts_from("team_manager");
      world.connect("team_manager", 9);
      world.missing("T-1");
      const NotificationId police = world.last_of("police");
      world.acknowledge(world.last_of("home_office"), "home_office");
      world.advance(30min);
      const NotificationId call = world.last_of("team_manager");
      world.acknowledge(police, "police");
      world.decline(police, "police");
      ASSERT_EQ(world.look(call).attempts, 2U);
      const Lane& lane = *world.engine().lanes().find(*world.engine().state().recipient_id("team_manager"));
      const auto in_flight = [&] {
        return std::count_if(lane.in_flight().begin(), lane.in_flight().end(),
                             [&](const InFlight& each) { return each.what.id() == call; });
      };
      ASSERT_EQ(in_flight(), 2);
      const auto ends = [&](std::uint32_t attempt, v1::Outcome how) {
        world.perform(EndAttempt{call, attempt, how, "team_manager", "zmq_queue", "", ""});
      };
      if (newer_first) ends(2, v1::OUTCOME_DELIVERED);
      ends(1, outcome);
      EXPECT_EQ(in_flight(), newer_first ? 0 : 1);
      EXPECT_EQ(world.look(call).delivered, newer_first);
      EXPECT_FALSE(world.look(call).dropped);
    }
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
  world.perform(EndAttempt{poison, 1, v1::OUTCOME_REFUSED, "police", "queue", "too_large", "", true});
  world.perform(Offer{"police", 1, 1});
  EXPECT_NE(world.last_of("police"), poison);
  world.perform(Offer{"police", 1, 1});
  EXPECT_EQ(world.look(poison).attempts, 1U) << "it is not tried again";
  EXPECT_TRUE(world.look(poison).open());
}

TEST(WhatTheRecipientRefuses, GoesBehindOtherCasesAndNeverBehindALaterEventOfItsOwn) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 1);
  world.missing("T-1");
  const NotificationId refused = world.last_of("police");
  world.located("T-1");
  world.missing("T-2");
  world.perform(ended(refused, 1, v1::OUTCOME_REFUSED));
  world.perform(Offer{"police", 1, 3});
  std::vector<Received> received = world.newly_received();
  std::erase_if(received, [](const Received& r) { return r.recipient != "police"; });
  ASSERT_EQ(received.size(), 4U);
  EXPECT_EQ(received[2].id, refused);
  EXPECT_EQ(received[2].attempt, 2U);
  EXPECT_GT(received[1].id.event, received[3].id.event) << "the other child went first, then this one in its order";
  EXPECT_EQ(received[3].kind, v1::NOTIFICATION_KIND_STAND_DOWN);
}

TEST(WhatTheRecipientRefuses, NeedsAPersonAfterFiveRefusalsWhileItsLadderClimbs) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 9);
  world.connect("duty_manager");
  world.missing("T-1");
  const NotificationId poison = world.last_of("police");
  for (std::uint32_t attempt = 1; attempt < 5; ++attempt) {
    world.perform(ended(poison, attempt, v1::OUTCOME_REFUSED));
    EXPECT_EQ(world.look(poison).attempts, attempt + 1);
  }
  EXPECT_FALSE(world.look(poison).dropped);
  world.perform(ended(poison, 5, v1::OUTCOME_REFUSED));
  EXPECT_TRUE(world.look(poison).dropped);
  EXPECT_EQ(world.look(poison).attempts, 5U);
  EXPECT_NE(world.engine().state().open_alarm("delivery_failing", "police"), 0U);
  world.newly_told();
  world.advance(15min);
  EXPECT_TRUE(world.newly_told().contains("duty_manager"));
  world.restart();
  EXPECT_TRUE(world.look(poison).dropped);
}

TEST(WhatACarrierTookWithoutAReceipt, IsNotSentAgainAndItsClockRuns) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 5);
  world.missing("T-1");
  const NotificationId id = world.last_of("police");
  world.perform(ended(id, 1, v1::OUTCOME_SENT));
  world.restart();
  world.newly_received();
  world.connect("police", 5);
  EXPECT_EQ(world.newly_told(), Names{});
  EXPECT_TRUE(world.look(id).open());
  EXPECT_TRUE(world.look(id).sent);
  EXPECT_TRUE(world.engine().limbo().empty());
}

TEST(WhatACarrierTookWithoutAReceipt, GoesAgainWhereTheCarrierHearsLaterThatItFailed) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 5);
  world.missing("T-1");
  const NotificationId id = world.last_of("police");
  world.perform(ended(id, 1, v1::OUTCOME_SENT));
  world.newly_received();
  world.perform(ended(id, 1, v1::OUTCOME_DEFERRED));
  const std::vector<Received> again = world.newly_received();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].id, id);
  EXPECT_EQ(again[0].attempt, 2U);
}

TEST(WhatACarrierTookWithoutAReceipt, GoesAgainBeforeALaterEventOfItsCaseThatWaits) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 1);
  world.missing("T-1");
  const NotificationId first = world.last_of("police");
  world.perform(ended(first, 1, v1::OUTCOME_SENT));
  world.missing("T-1");
  for (const v1::Outcome outcome : {v1::OUTCOME_DEFERRED, v1::OUTCOME_REFUSED}) {
    world.perform(ended(first, world.look(first).attempts, outcome));
    world.newly_received();
    world.perform(Offer{"police", 1, 1});
    EXPECT_EQ(world.last_of("police"), first);
    world.perform(ended(first, world.look(first).attempts, v1::OUTCOME_SENT));
  }
  world.perform(Offer{"police", 1, 1});
  EXPECT_NE(world.last_of("police"), first);
}

TEST(WhatACarrierTookWithoutAReceipt, IsNotSentAgainWhereItFailedAndSomebodyHasAnswered) {
  World world;
  world.no_receipts_from("police");
  world.connect("police", 5);
  world.missing("T-1");
  const NotificationId id = world.last_of("police");
  world.perform(ended(id, 1, v1::OUTCOME_SENT));
  world.record_call(id);
  world.newly_received();
  const std::size_t entries = world.ledger().size();
  world.perform(ended(id, 1, v1::OUTCOME_REFUSED));
  EXPECT_TRUE(world.newly_received().empty());
  EXPECT_EQ(world.ledger().size(), entries);
  world.perform(ended(id, 1, v1::OUTCOME_DELIVERED));
  EXPECT_TRUE(world.look(id).delivered) << "that it has arrived is worth knowing";
}

TEST(WhatACarrierTakesAgainAndAgainAndNeverDelivers, CallsAPersonAndTakingItOnceMoreDoesNotCallThemOff) {
  for (const int restarted : {0, 1, 2})
    for (const bool answered : {false, true}) {
      World world;
      world.no_receipts_from("police");
      world.connect("police", 99);
      world.connect("duty_manager");
      world.missing("T-1");
      const NotificationId id = world.last_of("police");
      for (std::uint32_t attempt = 1; attempt <= 5; ++attempt) {
        EXPECT_EQ(world.engine().state().open_alarm("delivery_failing", "police"), 0U) << attempt;
        world.perform(ended(id, attempt, v1::OUTCOME_SENT));
        world.perform(ended(id, attempt, v1::OUTCOME_DEFERRED));
      }
      EXPECT_NE(world.engine().state().open_alarm("delivery_failing", "police"), 0U);
      if (answered) world.record_call(id);  // they were rung: it is delivered all the same
      if (world.restart_as(restarted)) world.connect("police", 99);
      const std::uint32_t again = world.look(id).attempts;
      ASSERT_GT(again, 5U);
      world.perform(ended(id, again, v1::OUTCOME_SENT));
      EXPECT_NE(world.engine().state().open_alarm("delivery_failing", "police"), 0U) << restarted;
      world.perform(ended(id, again, v1::OUTCOME_DELIVERED));
      EXPECT_EQ(world.engine().state().open_alarm("delivery_failing", "police"), 0U);
    }
}

TEST(WhatACarrierTakesAgainAndAgainAndNeverDelivers, IsRememberedOverARestartOfThePreventStreamToo) {
  const auto policy = small_policy();
  for (Recipient& r : policy->recipients) r.prevent = r.name == "panel";
  for (const int restarted : {0, 1, 2}) {
    World world{policy};
    world.no_receipts_from("panel");
    world.connect("panel", 99);
    world.happens("prevent.section36", "T-1");
    const NotificationId id = world.last_of("panel");
    const auto ends = [&](v1::Outcome outcome) {
      world.perform(ended(id, world.look(id).attempts, outcome, "panel"));
      return world.engine().state().open_alarm("delivery_failing", "panel", true) != 0;
    };
    for (int failures = 1; failures <= 5; ++failures) {
      EXPECT_FALSE(ends(v1::OUTCOME_SENT));
      EXPECT_EQ(ends(v1::OUTCOME_DEFERRED), failures == 5);
    }
    if (world.restart_as(restarted)) world.connect("panel", 99);
    EXPECT_TRUE(ends(v1::OUTCOME_SENT)) << restarted;
    EXPECT_FALSE(ends(v1::OUTCOME_DELIVERED)) << restarted;
  }
}

TEST(WhatACarrierTookAndDidNotDeliver, SaysNothingMoreOnceSomethingHasArrivedAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    World world;
    world.no_receipts_from("police");
    world.connect("police", 99);
    world.missing("T-1");
    const NotificationId lost = world.last_of("police");
    world.perform(ended(lost, 1, v1::OUTCOME_SENT));
    world.perform(ended(lost, 1, v1::OUTCOME_DEFERRED));
    world.missing("T-2");
    world.perform(ended(world.last_of("police"), 1, v1::OUTCOME_DELIVERED));
    if (world.restart_as(restarted)) world.connect("police", 99);
    const auto failing = [&] { return world.engine().state().open_alarm("delivery_failing", "police") != 0; };
    for (int failures = 1; !failing(); ++failures) {
      ASSERT_LT(failures, 9);
      world.perform(ended(lost, world.look(lost).attempts, v1::OUTCOME_DEFERRED));
    }
    world.perform(ended(lost, world.look(lost).attempts, v1::OUTCOME_SENT));
    EXPECT_FALSE(failing()) << restarted;
  }
}

NotificationId numbered(EntryIndex event) { return {event, 0}; }

std::vector<EntryIndex> order_of(Lane& lane) {
  std::vector<EntryIndex> order;
  for (; lane.waiting() > 0; lane.drop_next()) order.push_back(lane.next().id().event);
  return order;
}

TEST(AnUrgentNotification, OvertakesOrdinaryOnesOfOtherCases) {
  Lane lane;
  lane.wait({numbered(1), 10}, false);
  lane.wait({numbered(2), 20}, false);
  lane.wait({numbered(3), 30}, true);
  EXPECT_EQ(order_of(lane), (std::vector<EntryIndex>{3, 1, 2}));
}

TEST(AnUrgentNotification, NeverOvertakesAnEarlierOneOfItsOwnCase) {
  Lane lane;
  lane.wait({numbered(1), 10}, false);
  lane.wait({numbered(2), 20}, false);
  lane.wait({numbered(3), 20}, true);
  EXPECT_EQ(order_of(lane), (std::vector<EntryIndex>{2, 3, 1}));
}

TEST(AnUrgentNotification, GoesOnUrgentCreditWhereTheRateHoldsTheOthersBack) {
  World world;
  world.no_receipts_from("police");
  world.perform(OpenSession{"police", 77});
  world.perform(Offer{"police", 77, 1, true});
  world.missing("T-1");
  EXPECT_EQ(world.look(world.last_of("police")).attempts, 1U);
  Lane lane;
  lane.open(0, 1);
  lane.reach(0).urgent_credit = 1;
  EXPECT_FALSE(lane.takes(0, false));
  EXPECT_TRUE(lane.takes(0, true));
}

}  // namespace
}  // namespace told::core::test
