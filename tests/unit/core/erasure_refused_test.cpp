// What stands in the way of an erasure or a hold, and what does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/on_duty.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// A case is kept for ten hours after it is closed, unless one of `until` happens; a report is owed of each arrival.
std::shared_ptr<Policy> policy_that_keeps(const std::vector<std::string>& until) {
  auto p = policy_with_clocks();
  p->clocks.pop_back();
  Clock kept = p->clocks.front();
  kept.number = 2;
  kept.name = "kept";
  kept.starts = "case.closed";
  kept.duty = "erase the case";
  kept.stopped_by = {};
  kept.until = until;
  kept.retention = true;
  p->clocks.push_back(kept);
  return p;
}

struct KeptForTenHours {
  World world;
  explicit KeptForTenHours(const std::vector<std::string>& until = {"child.arrived"})
      : world(policy_that_keeps(until)) {
    everybody_connects(world);
    world.connect("service_manager");
  }
  void everybody_answers() {
    for (const Received& r : world.newly_received())
      if (world.look(r.id).open() && world.look(r.id).asks_acknowledgement()) world.acknowledge(r.id, r.recipient);
  }
  CaseNumber arrived(const std::string& child) {
    world.happens("child.arrived", child);
    everybody_answers();
    const CaseNumber c = world.last_event();
    world.advance(1min);
    return c;
  }
  void closed(const std::string& child) {
    world.happens("case.closed", child);
    everybody_answers();
    world.advance(1min);
  }
  v1::AcknowledgementResult ordered(Command c) {
    world.perform(std::move(c));
    return world.acted();
  }
  v1::AcknowledgementResult erase(CaseNumber c) { return ordered(EraseCase{1, c, who_keeps_out, "kept long enough"}); }
  v1::AcknowledgementResult hold(CaseNumber c) { return ordered(OrderHold{1, c, false, who_keeps_out, "a claim"}); }
  [[nodiscard]] bool erased() const { return world.count(v1::LedgerEntry::kCaseErased) != 0; }
};

TEST(AnErasure, IsRefusedWhileADutyOfTheCaseIsOwed) {
  KeptForTenHours k{{}};
  const CaseNumber c = k.arrived("T-1");
  k.closed("T-1");
  k.arrived("T-1");
  const auto refused = k.erase(c);
  EXPECT_EQ(refused.problem().code(), "still_open");
  EXPECT_THAT(refused.problem().reason(), HasSubstr("is still owed"));
  EXPECT_FALSE(k.erased());
  k.world.happens("child.nts_referred", "T-1");
  EXPECT_TRUE(k.erase(c).recorded());
}

TEST(AnErasure, TakesACaseOfWhichSomebodyWasToldThatAnotherHadAnswered) {
  KeptForTenHours k;
  k.world.happens("child.arrived", "T-1");
  const CaseNumber c = k.world.last_event();
  const NotificationId police = k.world.last_of("police");
  k.world.acknowledge(k.world.last_of("home_office"), "home_office");
  k.world.advance(15min);
  k.world.disconnect("duty_manager");
  k.world.acknowledge(police, "police");
  const auto& made = k.world.engine().state().event(c)->notifications;
  const NotificationId notice{c, static_cast<Slot>(made.size() - 1)};
  ASSERT_TRUE(k.world.look(notice).is(v1::NOTIFICATION_KIND_ANSWERED));
  ASSERT_TRUE(k.world.look(notice).open());
  k.closed("T-1");
  EXPECT_TRUE(k.erase(c).recorded());
  EXPECT_FALSE(k.world.look(notice).to_deliver()) << "nobody needs it any more";
  (void)k.world.newly_told();
  k.world.connect("duty_manager");
  EXPECT_FALSE(k.world.newly_told().contains("duty_manager"));
}

TEST(AnErasure, IsNotPutOffByAReturnThatWasWithdrawnNorByWhatDoesNotEndRetention) {
  KeptForTenHours k;
  const CaseNumber c = k.arrived("T-1");
  k.world.advance(1h);
  k.closed("T-1");
  k.world.advance(1h);
  k.world.happens("child.transferred", "T-1");
  k.arrived("T-1");
  k.world.happens("child.nts_referred", "T-1");
  EXPECT_EQ(k.erase(c).problem().code(), "not_due") << "the child came back";
  KeptForTenHours mistaken;
  const CaseNumber other = mistaken.arrived("T-1");
  mistaken.world.advance(1h);
  mistaken.closed("T-1");
  mistaken.world.advance(1h);
  mistaken.world.happens("child.transferred", "T-1");
  mistaken.world.happens("child.arrived", "T-1");
  mistaken.world.withdraw(mistaken.world.last_id());
  mistaken.everybody_answers();
  EXPECT_TRUE(mistaken.erase(other).recorded()) << mistaken.world.acted().ShortDebugString();
}

struct MovedReport {
  CaseNumber first;   ///< that it was reported in
  CaseNumber second;  ///< the other child's, which it is of now
  EntryIndex moved;
};

MovedReport a_report_that_was_moved(KeptForTenHours& k) {
  const CaseNumber first = k.arrived("T-1");
  k.world.happens("child.transferred", "T-1");
  const EntryIndex moved = k.world.last_event();
  const CaseNumber second = k.arrived("T-2");
  EXPECT_TRUE(k.ordered(MoveEvent{1, moved, second, who_keeps_out, "the brother's"}).recorded());
  return {first, second, moved};
}

TEST(AnErasure, OfTheCaseThatAReportWasMovedToLetsTheFirstOneGoToo) {
  KeptForTenHours k;
  const auto [first, second, moved] = a_report_that_was_moved(k);
  EXPECT_NE(moved, second);
  k.everybody_answers();
  k.world.advance(1h);
  k.closed("T-1");
  EXPECT_EQ(k.erase(first).problem().code(), "moved_away");
  k.closed("T-2");
  EXPECT_TRUE(k.erase(second).recorded());
  EXPECT_TRUE(k.erase(first).recorded()) << k.world.acted().ShortDebugString();
}

TEST(AnErasure, IsOfBothCasesWhereAReportWasMovedBetweenThemAndTheyTurnOutToBeOne) {
  KeptForTenHours k;
  const auto [first, second, moved] = a_report_that_was_moved(k);
  ASSERT_TRUE(k.ordered(JoinCases{1, first, second, who_keeps_out, "there is no brother"}).recorded());
  k.everybody_answers();
  k.world.advance(1h);
  k.closed("T-1");
  EXPECT_TRUE(k.erase(first).recorded()) << k.world.acted().ShortDebugString();
  EXPECT_FALSE(k.world.engine().state().knows(moved));
}

TEST(AnErasure, OfACaseIsNotForbiddenByTheHoldOfAnother) {
  KeptForTenHours k;
  const CaseNumber held = k.arrived("T-1");
  const CaseNumber other = k.arrived("T-2");
  for (const char* child : {"T-1", "T-2"}) k.closed(child);
  ASSERT_TRUE(k.hold(held).recorded());
  EXPECT_TRUE(k.erase(other).recorded());
  EXPECT_EQ(k.erase(held).problem().code(), "on_hold");
}

TEST(WhatIsNotAtHand, KeepsACaseFromErasureAndAHoldFromBeingOrderedOfNothing) {
  KeptForTenHours k;
  const CaseNumber c = k.arrived("T-1");
  k.closed("T-1");
  EraseCase erasure{1, c, who_keeps_out, "kept long enough"};
  erasure.not_at_hand = true;
  EXPECT_EQ(k.ordered(erasure).problem().code(), "not_at_hand");
  EXPECT_FALSE(k.erased());
  OrderHold hold{1, 4711, false, who_keeps_out, "a claim"};
  hold.not_at_hand = true;
  EXPECT_EQ(k.ordered(hold).problem().code(), "not_at_hand");
  EXPECT_EQ(k.world.count(v1::LedgerEntry::kHoldOrdered), 0U);
  hold.case_number = c;
  EXPECT_TRUE(k.ordered(hold).recorded()) << "it needs nothing but the case";
}

}  // namespace
}  // namespace told::core::test
