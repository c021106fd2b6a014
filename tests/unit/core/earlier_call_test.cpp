// Whoever was called is called again: what becomes known of the earlier call.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/world.hpp"

namespace told::core::test {
namespace {

/// The team manager, of whom no receipts come, is called about a child whom police have not answered for.
struct CalledAboutPolice : World {
  explicit CalledAboutPolice(std::uint32_t credit = 9, bool another_first = false) {
    for (const char* who : {"police", "home_office", "duty_manager"}) connect(who);
    no_receipts_from("team_manager");
    perform(OpenSession{"team_manager", 77});
    perform(Offer{"team_manager", 77, credit});
    if (another_first) goes_missing("T-0");
    goes_missing("T-1");
    police = last_of("police");
    advance(30min);
    call = last_of("team_manager");
  }
  void goes_missing(const char* child) {
    missing(child);
    acknowledge(last_of("home_office"), "home_office");
  }
  /// Police have it, and find that it is not theirs.
  void call_again() {
    acknowledge(police, "police");
    decline(police, "police");
  }
  [[nodiscard]] EndAttempt end(std::uint32_t attempt, v1::Outcome outcome) const {
    return {call, attempt, outcome, "team_manager", "zmq_queue", "", ""};
  }
  [[nodiscard]] const Lane& lane() { return *engine().lanes().find(*engine().state().recipient_id("team_manager")); }
  [[nodiscard]] std::vector<v1::AttemptEnded> ends() const {
    std::vector<v1::AttemptEnded> all;
    for (const v1::LedgerEntry& entry : ledger())
      if (entry.has_attempt_ended() && entry.event() == call.event && entry.attempt_ended().slot() == call.slot)
        all.push_back(entry.attempt_ended());
    return all;
  }
  NotificationId police;
  NotificationId call;
};

TEST(AnEarlierCall, IsNotSaidToHaveEndedBesideTheOneThatStandsWhenTheirSessionIsLost) {
  CalledAboutPolice world;
  world.call_again();
  ASSERT_EQ(world.look(world.call).attempts, 2U);
  world.perform(LoseSession{"team_manager", 77});
  ASSERT_EQ(world.ends().size(), 1U);
  EXPECT_EQ(world.ends()[0].attempt(), 2U);
  EXPECT_EQ(world.ends()[0].outcome(), v1::OUTCOME_UNKNOWN);
  EXPECT_FALSE(world.look(world.call).in_flight);
  world.perform(OpenSession{"team_manager", 78});
  world.perform(Offer{"team_manager", 78, 9});
  EXPECT_EQ(world.look(world.call).attempts, 3U);
}

TEST(AnEarlierCall, ThatWasTakenAndCameToNothingIsNoNewsOfTheOneThatStandsAndClosesNothing) {
  CalledAboutPolice world;
  world.perform(world.end(1, v1::OUTCOME_SENT));
  world.call_again();
  ASSERT_EQ(world.look(world.call).attempts, 2U);
  EndAttempt failed = world.end(1, v1::OUTCOME_REFUSED);
  failed.late = true;
  failed.closed = true;
  world.perform(failed);
  EXPECT_EQ(world.ends().size(), 1U);
  EXPECT_TRUE(world.look(world.call).in_flight);
  EXPECT_FALSE(world.lane().reach(0).closed);
  EXPECT_TRUE(world.lane().loses()) << "that its carrier takes more proves nothing";
}

TEST(AnEarlierCall, ThatIsInFlightAndWhosePeerWantsNothingMoreClosesTheWay) {
  CalledAboutPolice world;
  world.call_again();
  EndAttempt gone = world.end(1, v1::OUTCOME_REFUSED);
  gone.closed = true;
  world.perform(gone);
  ASSERT_EQ(world.ends().size(), 1U);
  EXPECT_TRUE(world.ends()[0].earlier_call());
  EXPECT_TRUE(world.lane().reach(0).closed);
  EXPECT_TRUE(world.look(world.call).in_flight);
}

TEST(AnEarlierCall, ThatWentBackToWaitBeforeItsEndIsKnownIsRecordedAndTheOneThatStandsWaits) {
  CalledAboutPolice world{2, true};
  const std::deque<InFlight> in_flight = world.lane().in_flight();
  ASSERT_EQ(in_flight.size(), 2U);
  ASSERT_EQ(in_flight[1].what.id(), world.call);
  const NotificationId before = in_flight[0].what.id();
  world.perform(EndAttempt{before, 1, v1::OUTCOME_UNKNOWN, "team_manager", "zmq_queue", "", ""});
  world.call_again();
  world.perform(world.end(1, v1::OUTCOME_UNKNOWN));
  ASSERT_EQ(world.ends().size(), 1U);
  EXPECT_TRUE(world.ends()[0].earlier_call());
  EXPECT_FALSE(world.look(world.call).in_flight);
  EXPECT_TRUE(world.look(world.call).to_deliver());
  (void)world.newly_received();
  world.perform(Offer{"team_manager", 77, 9});
  const std::vector<Received> sent = world.newly_received();
  EXPECT_EQ(std::count_if(sent.begin(), sent.end(), [&](const Received& each) { return each.id == world.call; }), 1);
}

}  // namespace
}  // namespace told::core::test
