// What ends a duty is reported before what makes it owed: it is done as it begins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;

/// The report is written up within two hours of being done.
std::shared_ptr<Policy> policy_that_writes_up() {
  auto policy = policy_with_clocks();
  Clock write_up = policy->clocks[0];
  write_up.number = 3;
  write_up.name = "write_up";
  write_up.after = "report";
  write_up.due = 2h;
  write_up.stopped_by = {};
  policy->clocks.push_back(write_up);
  return policy;
}

/// An arrival of two hours ago is reported now, after what happened meanwhile.
struct ReceivedLate {
  explicit ReceivedLate(std::shared_ptr<Policy> policy = policy_that_writes_up()) : world(std::move(policy)) {
    for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager", "service_manager"})
      world.connect(who);
    world.missing("T-1");  // the case is known
  }
  void referred(Duration ago) {
    world.happens("child.nts_referred", "T-1", [&](v1::Event& e) { said(e, ago); });
  }
  void arrives(Duration ago = 2h) {
    world.happens("child.arrived", "T-1", [&](v1::Event& e) { said(e, ago); });
    event = world.last_event();
  }
  void said(v1::Event& e, Duration ago) const { e.mutable_time()->set_seconds(to_us(world.now() - ago) / 1'000'000); }
  [[nodiscard]] const Notification* duty(std::uint16_t clock) {
    for (const Notification& n : world.engine().state().event(event)->notifications)
      if (n.is(v1::NOTIFICATION_KIND_OBLIGATION) && n.rule == clock) return &n;
    return nullptr;
  }

  World world;
  EntryIndex event = 0;
};

TEST(ADutyThatWasDoneBefore, ItWasReportedAsOwedIsDoneAndNobodyIsReminded) {
  for (const int restarted : {0, 1, 2}) {
    ReceivedLate r;
    r.referred(1h);
    const EntryIndex referral = r.world.last_event();
    if (r.world.restart_as(restarted)) r.world.connect("team_manager");
    r.arrives();
    ASSERT_NE(r.duty(1), nullptr);
    EXPECT_EQ(r.duty(1)->state, v1::NOTIFICATION_STATE_DONE);
    EXPECT_FALSE(r.duty(1)->late);
    EXPECT_EQ(r.duty(1)->acknowledged, r.world.now() - 1h);
    EXPECT_TRUE(r.duty(2)->open()) << "a visit that repeats is none of this";
    const auto& stopped = r.world.ledger()[r.event].event_accepted().clocks_stopped(0);
    EXPECT_EQ(stopped.by(), referral) << "it is recorded who had said so";
    r.world.restart(restarted == 2);
    EXPECT_EQ(r.duty(1)->state, v1::NOTIFICATION_STATE_DONE);
    EXPECT_TRUE(r.world.engine().limbo().empty());
  }
}

TEST(ADutyThatWasDoneBefore, ButTooLateIsDoneLate) {
  ReceivedLate r;
  r.referred(1h);
  r.arrives(14h);
  EXPECT_EQ(r.duty(1)->state, v1::NOTIFICATION_STATE_DONE);
  EXPECT_TRUE(r.duty(1)->late);
}

TEST(ADutyThatWasDoneBefore, IsOwedAgainByItsOldDeadlineWhereThatIsWithdrawn) {
  for (const int restarted : {0, 1, 2}) {
    ReceivedLate r;
    r.referred(1h);
    const std::string referral = r.world.last_id();
    r.arrives();
    const Instant due = r.duty(1)->deadline;
    if (r.world.restart_as(restarted)) r.world.connect("team_manager");
    r.world.withdraw(referral);
    EXPECT_TRUE(r.duty(1)->open());
    EXPECT_EQ(r.duty(1)->deadline, due);
    (void)r.world.newly_told();
    r.world.advance(0min);
    EXPECT_TRUE(r.world.newly_told().contains("team_manager"));
    EXPECT_TRUE(r.world.engine().limbo().empty());
  }
}

TEST(ADutyThatWasDoneBefore, BeginsWhatIsOwedEachTimeThatItIsDone) {
  ReceivedLate r;
  r.referred(1h);
  r.arrives();
  ASSERT_NE(r.duty(3), nullptr);
  EXPECT_TRUE(r.duty(3)->open());
  EXPECT_EQ(r.duty(3)->deadline, r.world.now() + 1h) << "two hours after it was done";
}

TEST(ADutyThatBeginsAfter, WhatWouldHaveDoneItIsOwed) {
  ReceivedLate r;
  r.referred(3h);
  r.arrives();
  EXPECT_TRUE(r.duty(1)->open()) << "what was done before the child arrived was not done because of it";
}

TEST(ADutyThatBeginsAfter, WhatWouldHaveDoneItWasWithdrawnIsOwed) {
  ReceivedLate r;
  r.referred(1h);
  r.world.withdraw(r.world.last_id());
  r.arrives();
  EXPECT_TRUE(r.duty(1)->open());
}

TEST(ADutyThatBeginsAfter, TheCaseWasClosedIsNotOwedButWhatTheClosingAsksForIs) {
  auto policy = policy_with_clocks();
  Clock look_again = policy->clocks[0];
  look_again.number = 3;
  look_again.name = "look_again";
  look_again.starts = "case.closed";
  look_again.stopped_by = {};
  policy->clocks.push_back(look_again);
  ReceivedLate r(policy);
  r.world.happens("case.closed", "T-1");
  r.arrives();
  EXPECT_EQ(r.duty(1)->state, v1::NOTIFICATION_STATE_STOOD_DOWN);
  EXPECT_EQ(r.duty(2)->state, v1::NOTIFICATION_STATE_STOOD_DOWN);
  r.world.happens("case.closed", "T-1", [&](v1::Event& e) { r.said(e, 1h); });
  r.event = r.world.last_event();
  EXPECT_TRUE(r.duty(3)->open()) << "another report of the end does not take it away";
}

}  // namespace
}  // namespace told::core::test
