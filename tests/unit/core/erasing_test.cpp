// What may go: a legal hold keeps it, retention allows it, and what was erased is nobody's any more.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

const Actor officer{"Officer R", "information governance", "", v1::MEANS_LOCAL, "local", ""};

/// The records of a case are kept for 10 hours after it is closed; then the team manager is asked to have them erased.
std::shared_ptr<Policy> policy_with_retention() {
  auto p = small_policy();
  Clock kept;
  kept.number = 1;
  kept.name = "kept";
  kept.starts = "case.closed";
  kept.who = "team_manager";
  kept.duty = "erase the case";
  kept.due = 10h;
  kept.warn.kind = RungTime::Kind::past_deadline;
  kept.ladder = "usual";
  kept.retention = true;
  p->clocks = {kept};
  p->not_told = {"case.closed", "child.transferred"};
  return p;
}

/// A child who arrives again has a case again.
std::shared_ptr<Policy> policy_with_retention_until_an_arrival() {
  auto p = policy_with_retention();
  p->clocks[0].until = {"child.arrived"};
  return p;
}

struct Records {
  World world;
  explicit Records(std::shared_ptr<Policy> policy = policy_with_retention()) : world(std::move(policy)) {
    everybody_connects();
  }
  void everybody_connects() {
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager", "panel"}) world.connect(who);
    (void)world.newly_told();
  }
  void restart(int how) {
    if (how == 0) return;
    world.restart(how == 2);
    everybody_connects();
  }
  void everybody_acknowledges() {
    for (const Received& r : world.newly_received())
      if (world.look(r.id).asks_acknowledgement()) world.acknowledge(r.id, r.recipient);
  }
  CaseNumber arrived(const std::string& subject) {
    world.happens("child.arrived", subject);
    everybody_acknowledges();
    return state().case_of(*state().event(world.last_event()));
  }
  /// Arrived two hours ago, and closed an hour ago.
  CaseNumber closed_an_hour_ago(const std::string& subject) {
    const CaseNumber c = arrived(subject);
    world.advance(1h);
    world.happens("case.closed", subject);
    world.advance(1h);
    return c;
  }
  CaseNumber arrived_and_closed(const std::string& subject) {
    const CaseNumber c = arrived(subject);
    world.happens("case.closed", subject);
    return c;
  }
  v1::AcknowledgementResult hold(CaseNumber c, bool lifted = false) {
    world.perform(OrderHold{1, c, lifted, officer, "a claim is expected"});
    return world.acted();
  }
  v1::AcknowledgementResult erase(CaseNumber c) {
    world.perform(EraseCase{1, c, officer, "kept long enough"});
    return world.acted();
  }
  const State& state() { return world.engine().state(); }
};

TEST(Erasure, IsRefusedUntilRetentionHasBegunAndWhileAnybodyStillNeedsTheCase) {
  Records r;
  EXPECT_EQ(r.erase(4711).problem().code(), "unknown_case");
  const CaseNumber c = r.arrived("T-1");
  EXPECT_EQ(r.erase(c).problem().code(), "not_due");
  r.world.happens("case.closed", "T-1");
  r.world.missing("T-1");
  EXPECT_EQ(r.erase(c).problem().code(), "still_open");
  r.world.located("T-1");
  EXPECT_EQ(r.erase(c).problem().code(), "still_open");  // the ends of the episode are not acknowledged
  r.everybody_acknowledges();
  EXPECT_EQ(r.world.count(v1::LedgerEntry::kCaseErased), 0U);
  EXPECT_TRUE(r.erase(c).recorded());
}

TEST(Erasure, IsAskedForFromTheNextClosingOnWhereTheChildCameBack) {
  for (const int restarted : {0, 1, 2}) {
    Records r{policy_with_retention_until_an_arrival()};
    const CaseNumber c = r.closed_an_hour_ago("T-1");
    EXPECT_EQ(r.arrived("T-1"), c);
    r.restart(restarted);
    r.world.advance(12h);
    EXPECT_EQ(r.world.newly_told(), Names{}) << "nobody is to erase what is going on";
    EXPECT_EQ(r.erase(c).problem().code(), "not_due");
    r.world.happens("case.closed", "T-1");
    r.world.advance(10h);
    EXPECT_EQ(r.world.newly_told(), Names{"team_manager"});
    EXPECT_TRUE(r.erase(c).recorded());
  }
}

TEST(Erasure, IsRefusedWhereTheChildCameBackUnderAnotherReference) {
  for (const int restarted : {0, 1, 2}) {
    Records r{policy_with_retention_until_an_arrival()};
    const CaseNumber c = r.closed_an_hour_ago("T-1");
    const CaseNumber back = r.arrived("T-2");
    r.world.perform(JoinCases{1, c, back, officer, "the same fingerprints"});
    ASSERT_TRUE(r.world.acted().recorded());
    r.everybody_acknowledges();
    r.restart(restarted);
    EXPECT_EQ(r.erase(c).problem().code(), "not_due");
    r.world.advance(1h);
    r.world.happens("case.closed", "T-2");
    EXPECT_TRUE(r.erase(c).recorded());
  }
}

TEST(Erasure, IsNotAskedForWhereAnEarlierStaysClosingIsReportedLate) {
  Records r{policy_with_retention_until_an_arrival()};
  const auto before = r.world.now() - 24h;
  const CaseNumber c = r.arrived("T-1");
  r.world.happens("case.closed", "T-1",
                  [&](v1::Event& e) { e.mutable_time()->set_seconds(to_us(before) / 1'000'000); });
  r.world.advance(12h);
  EXPECT_EQ(r.world.newly_told(), Names{});
  EXPECT_EQ(r.erase(c).problem().code(), "not_due");
}

TEST(Erasure, IsRefusedWhereTheClosingWasWithdrawn) {
  Records r;
  const CaseNumber c = r.arrived_and_closed("T-1");
  r.world.withdraw(r.world.last_id());
  EXPECT_EQ(r.erase(c).problem().code(), "not_due");
}

TEST(Erasure, IsAskedForWhenTheTimeHasComeAndIsThatDutysBeingDone) {
  for (const int restarted : {0, 1, 2}) {
    Records r;
    const CaseNumber c = r.arrived_and_closed("T-1");
    const NotificationId duty = r.state().obligations(c).at(0);
    r.world.advance(10h);
    ASSERT_EQ(r.world.newly_told(), Names{"team_manager"});
    r.restart(restarted);
    r.world.advance(15min);
    ASSERT_EQ(r.world.newly_told(), Names{"duty_manager"});
    EXPECT_TRUE(r.erase(c).recorded());
    EXPECT_EQ(r.world.newly_told(), Names{"duty_manager"});  // who was called hears that it is done
    EXPECT_EQ(r.world.look(duty).state, v1::NOTIFICATION_STATE_DONE);
    EXPECT_TRUE(r.world.look(duty).late);
    r.restart(restarted);
    r.world.advance(48h);
    EXPECT_EQ(r.world.newly_told(), Names{});
    EXPECT_TRUE(r.world.engine().limbo().empty());
  }
}

TEST(Erasure, AtItsDeadlineIsNotLate) {
  Records r;
  const CaseNumber c = r.arrived_and_closed("T-1");
  const NotificationId duty = r.state().obligations(c).at(0);
  r.world.advance(10h);
  ASSERT_EQ(r.world.look(duty).deadline, r.world.now());
  EXPECT_TRUE(r.erase(c).recorded());
  EXPECT_FALSE(r.world.look(duty).late);
}

TEST(Erasure, MakesThePublishersReferenceAndWhatWasSaidUnknown) {
  for (const int restarted : {0, 1, 2}) {
    Records r;
    const CaseNumber c = r.arrived_and_closed("T-1");
    const CaseNumber other = r.arrived("T-2");
    EXPECT_TRUE(r.erase(c).recorded());
    r.restart(restarted);
    EXPECT_EQ(r.arrived("T-2"), other);
    EXPECT_NE(r.arrived("T-1"), c);  // nobody knows any more that it was the same child
    const auto late = r.world.withdraw("event-1");
    EXPECT_EQ(late.problem().code(), "unknown_event");
    EXPECT_EQ(r.erase(c).problem().code(), "nothing_changes");
  }
}

TEST(Erasure, TakesEveryCaseOfTheChildAndWhatWasMovedThere) {
  Records r;
  const CaseNumber first = r.arrived("T-1");
  const CaseNumber second = r.arrived("T-2");
  const CaseNumber elsewhere = r.arrived("T-3");
  r.world.happens("child.transferred", "T-3");
  const EntryIndex moved = r.world.last_event();
  r.world.perform(JoinCases{1, first, second, officer, "the same child"});
  r.world.perform(MoveEvent{1, moved, first, officer, "their transfer"});
  r.everybody_acknowledges();
  r.world.happens("case.closed", "T-2");
  ASSERT_TRUE(r.erase(second).recorded());
  const v1::CaseErased* erased = nullptr;
  for (const v1::LedgerEntry& e : r.world.ledger())
    if (e.has_case_erased()) {
      EXPECT_EQ(e.case_number(), first);
      erased = &e.case_erased();
    }
  ASSERT_NE(erased, nullptr);
  EXPECT_EQ(std::vector<std::uint64_t>(erased->cases().begin(), erased->cases().end()),
            std::vector<std::uint64_t>{second});
  EXPECT_EQ(std::vector<std::uint64_t>(erased->events().begin(), erased->events().end()),
            std::vector<std::uint64_t>{moved});
  EXPECT_EQ(r.arrived("T-3"), elsewhere);
}

TEST(Erasure, OfACaseThatWasErasedIsTakenAgainOnceSomethingElseTurnsOutToBeOfIt) {
  Records r;
  const CaseNumber c = r.closed_an_hour_ago("T-1");
  r.world.advance(10h);
  ASSERT_TRUE(r.erase(c).recorded());
  EXPECT_EQ(r.erase(c).problem().code(), "nothing_changes");
  const CaseNumber other = r.closed_an_hour_ago("T-2");
  r.world.advance(10h);
  r.world.perform(JoinCases{1, c, other, officer, "the same child"});
  ASSERT_TRUE(r.world.acted().recorded());
  r.everybody_acknowledges();
  EXPECT_EQ(r.erase(c).problem().code(), "");
}

TEST(Erasure, WaitsForTheCaseThatAnEventWasMovedTo) {
  Records r;
  const CaseNumber recorded_in = r.arrived("T-1");
  r.world.happens("child.transferred", "T-1");
  r.world.perform(MoveEvent{1, r.world.last_event(), 0, officer, "another child's"});
  const CaseNumber others = r.state().case_of(*r.state().event(r.world.last_event()));
  r.world.happens("case.closed", "T-1");
  EXPECT_EQ(r.erase(recorded_in).problem().code(), "moved_away");
  EXPECT_NE(others, recorded_in);
}

TEST(Erasure, EndsTheDeliveryOfWhatWasAnsweredByTelephoneMeanwhile) {
  for (const int restarted : {0, 1, 2}) {
    Records r;
    r.world.disconnect("home_office");
    r.world.happens("child.arrived", "T-1");
    const CaseNumber c = r.world.last_event();
    r.everybody_acknowledges();
    EXPECT_TRUE(r.world.record_call({c, 1}).recorded());  // and it waits for their system still
    r.world.happens("case.closed", "T-1");
    EXPECT_TRUE(r.erase(c).recorded());
    EXPECT_FALSE(r.world.look({c, 1}).to_deliver());
    r.restart(restarted);
    if (restarted == 0) r.world.connect("home_office");
    EXPECT_EQ(r.world.newly_told(), Names{});
    EXPECT_TRUE(r.world.engine().limbo().empty());
  }
}

TEST(AHold, KeepsWhatWasSaidUntilItIsLifted) {
  for (const int restarted : {0, 1, 2}) {
    Records r;
    const CaseNumber c = r.arrived_and_closed("T-1");
    EXPECT_EQ(r.hold(4711).problem().code(), "unknown_case");
    EXPECT_EQ(r.hold(c, true).problem().code(), "nothing_changes");
    EXPECT_TRUE(r.hold(c).recorded());
    EXPECT_EQ(r.hold(c).problem().code(), "nothing_changes");
    r.restart(restarted);
    EXPECT_TRUE(r.state().held(c));
    EXPECT_EQ(r.erase(c).problem().code(), "on_hold");
    EXPECT_TRUE(r.hold(c, true).recorded());
    r.restart(restarted);
    EXPECT_FALSE(r.state().held(c));
    EXPECT_TRUE(r.erase(c).recorded());
  }
}

TEST(AHold, KeepsTheContentOfWhatIsWithdrawnMeanwhile) {
  for (const int restarted : {0, 1, 2}) {
    Records r;
    const CaseNumber c = r.arrived("T-1");
    const EntryIndex arrived = r.world.last_event();
    const std::string id = r.world.last_id();
    r.hold(c);
    r.restart(restarted);
    r.world.withdraw(id);
    EXPECT_TRUE(r.world.ledger()[r.world.last_event()].event_accepted().keeps_content());
    r.restart(restarted);
    r.hold(c, true);
    const v1::HoldOrdered& lifted = r.world.ledger().back().hold_ordered();
    EXPECT_EQ(std::vector<std::uint64_t>(lifted.purges().begin(), lifted.purges().end()),
              std::vector<std::uint64_t>{arrived});
  }
}

TEST(AHold, GoesOnInTheCaseThatIsTheSameChilds) {
  for (const int restarted : {0, 1, 2}) {
    Records r;
    const CaseNumber first = r.arrived("T-1");
    const CaseNumber second = r.arrived("T-2");
    r.hold(second);
    r.world.perform(JoinCases{1, first, second, officer, "the same child"});
    r.restart(restarted);
    EXPECT_TRUE(r.state().held(first));
    EXPECT_TRUE(r.state().held(second));
    r.hold(first, true);
    EXPECT_FALSE(r.state().held(second));
  }
}

TEST(AReading, IsInTheLedgerAndChangesNothing) {
  Records r;
  const CaseNumber c = r.arrived("T-1");
  r.world.perform(NoteReading{c, v1::READING_CASE, {"", "", "", v1::MEANS_LOCAL, "local:uid=1000", ""}, ""});
  const v1::LedgerEntry& last = r.world.ledger().back();
  ASSERT_TRUE(last.has_case_read());
  EXPECT_EQ(last.case_number(), c);
  EXPECT_EQ(last.case_read().via(), "local:uid=1000");
  r.world.restart();
  EXPECT_TRUE(r.world.engine().limbo().empty());
}

}  // namespace
}  // namespace told::core::test
