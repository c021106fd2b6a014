// What carriers report of attempts, late, twice, or of what is none of theirs.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/world.hpp"

namespace told::core::test {
namespace {

/// Police take so many at once, and give no receipts.
struct NoReceipts : World {
  explicit NoReceipts(std::uint32_t credit) {
    no_receipts_from("police");
    connect("police", credit);
  }
  NotificationId goes_missing(const char* child) {
    missing(child);
    return last_of("police");
  }
  void more_credit(std::uint32_t credit) { perform(Offer{"police", 1, credit}); }
  [[nodiscard]] std::vector<NotificationId> sent() {
    std::vector<NotificationId> all;
    for (const Received& each : newly_received())
      if (each.recipient == "police") all.push_back(each.id);
    return all;
  }
  [[nodiscard]] std::size_t ends() const { return count(v1::LedgerEntry::kAttemptEnded); }
};

TEST(TheEndOfAnAttempt, IsNotRecordedWhereNoSuchAttemptWasMade) {
  NoReceipts world{1};
  const NotificationId id = world.goes_missing("T-1");
  const std::size_t entries = world.ledger().size();
  const EndAttempt arrived = ended(id, 1, v1::OUTCOME_DELIVERED);
  EndAttempt of_nothing = arrived, by_another = arrived, not_begun = arrived, to_come = arrived;
  of_nothing.notification.event = 999;
  by_another.recipient = "home_office";
  not_begun.attempt = 0;
  to_come.attempt = 2;
  for (const EndAttempt& each : {of_nothing, by_another, not_begun, to_come}) world.perform(each);
  EXPECT_EQ(world.ledger().size(), entries);
  EXPECT_TRUE(world.look(id).in_flight);
  EXPECT_FALSE(world.look(id).delivered);
  world.perform(arrived);
  EXPECT_TRUE(world.look(id).delivered);
}

TEST(TheEndOfAnAttempt, ThatALaterOneFollowedChangesNothingOfThatOne) {
  NoReceipts world{1};
  const NotificationId id = world.goes_missing("T-1");
  world.perform(ended(id, 1, v1::OUTCOME_UNKNOWN));
  world.more_credit(1);
  world.perform(ended(id, 2, v1::OUTCOME_SENT));
  const std::size_t entries = world.ledger().size();
  world.perform(ended(id, 1, v1::OUTCOME_REFUSED));
  world.perform(ended(id, 2, v1::OUTCOME_SENT));
  EXPECT_EQ(world.ledger().size(), entries);
  EXPECT_TRUE(world.look(id).sent);
  (void)world.sent();
  world.more_credit(1);
  EXPECT_TRUE(world.sent().empty());
}

TEST(WhatBecameOfAnAttempt, IsRecordedByItselfWhereItArrived) {
  NoReceipts world{1};
  const NotificationId id = world.goes_missing("T-1");
  EndAttempt arrived = ended(id, 1, v1::OUTCOME_DELIVERED);
  arrived.late = true;
  world.perform(arrived);
  EXPECT_EQ(world.ends(), 1U) << "that it was taken is said by that it arrived";
  EXPECT_TRUE(world.look(id).delivered);
}

TEST(WhatBecameOfAnAttempt, IsRecordedByItselfWhereItWasKnownToBeTaken) {
  NoReceipts world{2};
  const NotificationId id = world.goes_missing("T-1");
  world.perform(ended(id, 1, v1::OUTCOME_SENT));
  EndAttempt failed = ended(id, 1, v1::OUTCOME_DEFERRED);
  failed.late = true;
  world.perform(failed);
  EXPECT_EQ(world.ends(), 2U);
  EXPECT_EQ(world.look(id).attempts, 2U);
}

TEST(WhatWentBackWithAnEarlierFailure, GoesOnceWhenItsOwnFailureIsKnownToo) {
  NoReceipts world{2};
  const NotificationId first = world.goes_missing("T-1");
  const NotificationId second = world.goes_missing("T-2");
  (void)world.sent();
  world.perform(ended(first, 1, v1::OUTCOME_UNKNOWN));
  world.perform(ended(second, 1, v1::OUTCOME_UNKNOWN));
  EXPECT_EQ(world.ends(), 2U);
  world.more_credit(9);
  EXPECT_EQ(world.sent(), (std::vector<NotificationId>{first, second}));
}

TEST(TheEndOfAnAttempt, IsRecordedWithThePrintOfWhatWasSent) {
  NoReceipts world{1};
  EndAttempt taken = ended(world.goes_missing("T-1"), 1, v1::OUTCOME_SENT);
  taken.content_sha256 = std::string(32, 'h');
  const Decision decision = world.engine().decide(taken, world.now());
  ASSERT_EQ(decision.entries.size(), 1U);
  ASSERT_NE(decision.entries[0].body, nullptr);
  EXPECT_EQ(decision.entries[0].body->content_sha256(), taken.content_sha256);
}

TEST(AWayOutOfToldsOwn, ThatIsOpenedAnewTakesOverAndIsInNoRecordOfSessions) {
  World world;
  world.no_receipts_from("police");
  world.perform(OpenSession{"police", 7, 0, false});
  world.perform(Offer{"police", 7, 1});
  world.missing("T-1");
  const NotificationId id = world.last_of("police");
  world.perform(OpenSession{"police", 8, 0, false});
  EXPECT_FALSE(world.look(id).in_flight);
  world.perform(Offer{"police", 7, 1});
  EXPECT_EQ(world.look(id).attempts, 1U) << "the older one is none any more";
  world.perform(Offer{"police", 8, 1});
  EXPECT_EQ(world.look(id).attempts, 2U);
  world.perform(LoseSession{"police", 7, false});
  EXPECT_TRUE(world.look(id).in_flight);
  world.perform(LoseSession{"police", 8, false});
  EXPECT_FALSE(world.look(id).in_flight);
  world.perform(Offer{"police", 8, 1});
  EXPECT_EQ(world.look(id).attempts, 2U);
  EXPECT_EQ(world.count(v1::LedgerEntry::kSessionChanged), 0U);
}

TEST(WhatIsForgottenWhileItIsInFlight, GoesNoMoreAndWhatIsInFlightBehindItGoesAgain) {
  World world{small_policy(), 0};
  world.no_receipts_from("police");
  for (const char* who : {"police", "home_office"}) world.connect(who);
  world.missing("T-1");
  const EntryIndex missing = world.last_event();
  world.withdraw(world.last_id());
  const EntryIndex withdrawal = world.last_event();
  State& state = world.engine().state_for_restore();
  (void)state.take_changes();
  state.projected(state.next_index());
  ASSERT_EQ(state.event(missing), nullptr);
  const std::size_t ends = world.count(v1::LedgerEntry::kAttemptEnded);
  world.disconnect("police");
  EXPECT_EQ(world.count(v1::LedgerEntry::kAttemptEnded), ends + 1);
  EXPECT_EQ(world.ledger().back().session_changed().change(), v1::SESSION_CHANGE_LOST);
  (void)world.newly_received();
  world.connect("police");
  const std::vector<Received> again = world.newly_received();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].id.event, withdrawal);
  EXPECT_EQ(again[0].attempt, 2U);
}

TEST(WhatHasFailed, CallsAPersonAfterAsManyTimesAcrossARestart) {
  for (const int restarted : {0, 1, 2}) {
    World world;
    world.no_receipts_from("police");
    world.connect("police", 99);
    world.missing("T-1");
    const NotificationId id = world.last_of("police");
    for (int time = 1; time <= 5; ++time) {
      const bool called = world.engine().state().open_alarm("delivery_failing", "police") != 0;
      EXPECT_FALSE(called && time <= 3) << time;
      world.perform(ended(id, world.look(id).attempts, v1::OUTCOME_DEFERRED));
      if (time == 3 && world.restart_as(restarted)) world.connect("police", 99);
    }
    EXPECT_NE(world.engine().state().open_alarm("delivery_failing", "police"), 0U) << restarted;
  }
}

}  // namespace
}  // namespace told::core::test
