// Whoever had accepted something and is kept out of the case afterwards: nobody has it in hand any more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;

const Actor screens_them{"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""};

void everyone_connects(World& world) {
  for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager", "service_manager"})
    world.connect(who);
}

void put_up_screen(World& world, CaseNumber c, const std::string& who, bool lifted = false) {
  world.perform(OrderScreen{1, c, who, lifted, screens_them, "an allegation"});
  ASSERT_TRUE(world.acted().recorded());
}

v1::EscalationReason reason_of_the_last_rung(const World& world) {
  for (auto each = world.ledger().rbegin(); each != world.ledger().rend(); ++each)
    if (each->has_escalated()) return each->escalated().reason();
  return v1::ESCALATION_REASON_UNSPECIFIED;
}

TEST(WhatWasAccepted, IsOpenAgainOnceWhoeverAcceptedItIsKeptOutAndTheNextIsCalledAtOnce) {
  for (const int restarted : {0, 1, 2}) {
    World world;
    everyone_connects(world);
    world.missing("T-1");
    const CaseNumber c = world.last_event();
    const NotificationId police{c, 0};
    const NotificationId home_office{c, 1};
    world.acknowledge(police, "police");
    world.acknowledge(home_office, "home_office");
    if (world.restart_as(restarted)) everyone_connects(world);
    (void)world.newly_told();
    put_up_screen(world, c, "police");
    EXPECT_EQ(world.newly_told(), (Names{"duty_manager"}));
    EXPECT_EQ(reason_of_the_last_rung(world), v1::ESCALATION_REASON_KEPT_OUT);
    EXPECT_TRUE(world.look(police).open());
    EXPECT_FALSE(world.look(home_office).open()) << "another's answer stands";
    if (world.restart_as(restarted)) everyone_connects(world);
    EXPECT_TRUE(world.engine().limbo().empty());
    world.advance(31min);
    EXPECT_TRUE(world.newly_told().contains("team_manager"));

    const auto again = world.acknowledge(police, "police");
    EXPECT_TRUE(again.recorded());
    EXPECT_TRUE(world.look(police).open()) << "their own word puts it in nobody's hands";
    EXPECT_TRUE(world.ledger().back().acknowledged().kept_out());
    world.record_call(police);
    EXPECT_FALSE(world.look(police).open()) << "somebody else says who has it";
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(WhatWasAccepted, TooLateIsNotLateWhileNobodyHasIt) {
  World world;
  everyone_connects(world);
  world.missing("T-1");
  const NotificationId police{world.last_event(), 0};
  world.advance(31min);
  world.acknowledge(police, "police");
  EXPECT_TRUE(world.look(police).late);
  put_up_screen(world, police.event, "police");
  EXPECT_FALSE(world.look(police).late);
}

TEST(WhatWasAccepted, StaysAnsweredWhereItIsOverByThen) {
  World world;
  everyone_connects(world);
  world.missing("T-1");
  const CaseNumber c = world.last_event();
  world.acknowledge({c, 0}, "police");
  world.acknowledge({c, 1}, "home_office");
  world.stand_down(c);
  world.advance(0min);
  (void)world.newly_told();
  put_up_screen(world, c, "police");
  EXPECT_EQ(world.newly_told(), Names{});
  EXPECT_FALSE(world.look({c, 0}).open());
}

TEST(WhatWasAccepted, OfTheWithdrawalOfSomethingStaysAnsweredThoughTheyAreKeptOut) {
  World world;
  everyone_connects(world);
  world.missing("T-1");
  const CaseNumber c = world.last_event();
  world.withdraw(world.last_id());
  const NotificationId deleted{world.last_event(), 0};
  put_up_screen(world, c, "police");
  world.acknowledge(deleted, "police");
  EXPECT_FALSE(world.look(deleted).open()) << "that they have deleted it, nobody else can say";
}

TEST(ACallThatHoldsALadder, HoldsItNoLongerOnceWhoeverTookItIsKeptOut) {
  auto policy = policy_with_clocks();
  policy->ladders["usual"].rungs[0].who = {"duty_manager", "panel"};
  policy->ladders["usual"].rungs[0].quorum = 1;
  World world{policy};
  everyone_connects(world);
  world.connect("panel");
  world.missing("T-1");
  world.acknowledge({world.last_event(), 1}, "home_office");
  world.advance(15min);
  world.acknowledge(world.last_of("duty_manager"), "duty_manager");
  put_up_screen(world, world.last_event(), "duty_manager");
  (void)world.newly_told();
  world.advance(15min);
  EXPECT_TRUE(world.newly_told().contains("team_manager"));
}

TEST(ADutyThatWasTakenOn, IsAsIfItHadNotBeenOnceWhoeverTookItOnIsKeptOut) {
  for (const int restarted : {0, 1, 2}) {
    World world{policy_with_clocks()};
    everyone_connects(world);
    world.happens("child.arrived", "T-1");
    const CaseNumber c = world.last_event();
    NotificationId report{};
    const auto& made = world.engine().state().event(c)->notifications;
    for (std::size_t slot = 0; slot < made.size(); ++slot)
      if (made[slot].is(v1::NOTIFICATION_KIND_OBLIGATION) && report.event == 0) report = {c, static_cast<Slot>(slot)};
    ASSERT_NE(report.event, 0U);
    const Instant reminded = world.look(report).next;
    world.acknowledge(report, "team_manager");
    ASSERT_GT(world.look(report).next, reminded);
    if (world.restart_as(restarted)) everyone_connects(world);
    put_up_screen(world, c, "team_manager");
    EXPECT_EQ(world.look(report).next, reminded);
    (void)world.newly_told();
    world.advance(reminded - world.now());
    EXPECT_TRUE(world.newly_told().contains("duty_manager")) << "they are not there to be reminded";
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(ADutyThatWasTakenOn, IsNotChasedByItsOldTimesOnceThatIsUndoneAndItsStartCorrected) {
  const auto policy = policy_with_clocks();
  policy->clocks.pop_back();
  World world{policy};
  everyone_connects(world);
  const auto seconds = [&](Duration ago) { return to_us(world.now() - ago) / 1'000'000; };
  world.happens("child.arrived", "T-1", [&](v1::Event& e) { e.mutable_time()->set_seconds(seconds(3h)); });
  const CaseNumber c = world.last_event();
  const NotificationId report = world.engine().state().obligations(c).front();
  const Instant reminded = world.look(report).next;
  world.acknowledge({c, 0}, "police");
  world.acknowledge({c, 1}, "home_office");
  world.acknowledge(report, "team_manager");
  put_up_screen(world, c, "team_manager");
  ASSERT_EQ(world.look(report).next, reminded);
  world.correct(world.last_id(), [&](v1::EventCorrected& e) {
    e.mutable_child_arrived();
    e.mutable_time()->set_seconds(seconds(1h));
  });
  ASSERT_EQ(world.look(report).next, reminded + 2h);
  world.advance(reminded + 1h - world.now());
  EXPECT_EQ(world.look(report).rung, 0) << "the time is not come";
  world.advance(1h);
  EXPECT_GE(world.look(report).rung, 1);
}

TEST(WhatWasAccepted, InACaseThatTurnsOutToBeAChildsFromWhomTheyAreKeptOutIsOpenAgain) {
  for (const bool moved : {false, true}) {
    World world;
    everyone_connects(world);
    world.missing("T-1");
    const CaseNumber one = world.last_event();
    put_up_screen(world, one, "police");
    world.missing("T-2");
    const CaseNumber other = world.last_event();
    world.acknowledge({other, 0}, "police");
    world.acknowledge({other, 1}, "home_office");
    (void)world.newly_told();
    if (moved)
      world.perform(MoveEvent{1, other, one, screens_them, "it was that child"});
    else
      world.perform(JoinCases{1, one, other, screens_them, "the same child"});
    ASSERT_TRUE(world.acted().recorded());
    EXPECT_TRUE(world.look({other, 0}).open()) << moved;
    EXPECT_FALSE(world.look({other, 1}).open()) << moved;
    EXPECT_TRUE(world.newly_told().contains("duty_manager")) << moved;
    world.restart();
    EXPECT_TRUE(world.look({other, 0}).open()) << moved;
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(WhoeverIsLetIntoACase, IsAskedAgainWhatTheyAnsweredWhileTheyWereKeptOut) {
  for (const int restarted : {0, 1, 2}) {
    World world;
    everyone_connects(world);
    world.missing("T-1");
    const CaseNumber c = world.last_event();
    const NotificationId police{c, 0};
    world.acknowledge({c, 1}, "home_office");
    put_up_screen(world, c, "police");
    world.acknowledge(police, "police");
    ASSERT_TRUE(world.look(police).open()) << "it did not count";
    if (world.restart_as(restarted)) everyone_connects(world);
    (void)world.newly_told();
    put_up_screen(world, c, "police", true);
    EXPECT_EQ(world.newly_told(), (Names{"police"})) << "and not the Home Office, who are not let in, and answered";
    world.acknowledge(police, "police");
    EXPECT_FALSE(world.look(police).open());
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(WhoeverIsLetIntoACase, IsRemindedOfWhatTheyOweWhereTheTimeForThatCameMeanwhile) {
  World world{policy_with_clocks()};
  everyone_connects(world);
  world.happens("child.arrived", "T-1");
  const CaseNumber c = world.last_event();
  put_up_screen(world, c, "team_manager");
  put_up_screen(world, c, "team_manager", true);
  (void)world.newly_told();
  world.advance(0min);
  EXPECT_FALSE(world.newly_told().contains("team_manager")) << "it is not time to remind anybody of it";
  put_up_screen(world, c, "team_manager");
  const auto& made = world.engine().state().event(c)->notifications;
  const auto owed = std::find_if(made.begin(), made.end(), [&](const Notification& n) {
    return n.is(v1::NOTIFICATION_KIND_OBLIGATION) &&
           world.engine().state().recipient_name(n.recipient) == "team_manager";
  });
  ASSERT_NE(owed, made.end());
  world.advance(owed->next - world.now());
  (void)world.newly_told();
  put_up_screen(world, c, "team_manager", true);
  EXPECT_TRUE(world.newly_told().contains("team_manager"));
  EXPECT_TRUE(world.engine().limbo().empty());
}

TEST(WhoeverWasCalled, IsNotWaitedForOnceTheyAreKeptOutOfTheCase) {
  for (const int how : {0, 1, 2}) {
    World world;
    everyone_connects(world);
    world.missing("T-1");
    const CaseNumber one = world.last_event();
    if (how > 0) put_up_screen(world, one, "duty_manager");
    world.missing("T-2");
    const CaseNumber other = world.last_event();
    world.acknowledge({other, 1}, "home_office");
    world.advance(15min);
    const NotificationId call = world.last_of("duty_manager");
    ASSERT_EQ(call.event, other);
    ASSERT_TRUE(world.look(call).open());
    if (how == 0)
      put_up_screen(world, other, "duty_manager");
    else if (how == 1)
      world.perform(JoinCases{1, one, other, screens_them, "the same child"});
    else
      world.perform(MoveEvent{1, other, one, screens_them, "it was that child"});
    ASSERT_TRUE(world.acted().recorded());
    EXPECT_FALSE(world.look(call).open()) << how;
    world.restart();
    EXPECT_FALSE(world.look(call).open()) << how;
    EXPECT_TRUE(world.engine().limbo().empty()) << how;
  }
}

TEST(AScreen, KeepsBackWhatWasNotDeliveredYetAndSomebodyElseIsCalledForIt) {
  for (const int restarted : {0, 1, 2}) {
    World world{policy_with_clocks()};
    for (const char* who : {"home_office", "duty_manager", "team_manager"}) world.connect(who);
    world.missing("T-1");
    const CaseNumber c = world.last_event();
    world.acknowledge(world.last_of("home_office"), "home_office");
    world.perform(OrderScreen{1, c, "police", false, {"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""}, "why"});
    (void)world.restart_as(restarted);
    for (const char* who : {"police", "duty_manager", "team_manager"}) world.connect(who);
    EXPECT_EQ(world.newly_told().count("police"), 0U);
    world.advance(15min);
    EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(AScreen, EndsTheCallsToWhoeverIsKeptOutAndTheirCorrectionsSayTheFactAlone) {
  World world{policy_with_clocks()};
  for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
  world.missing("T-1");
  const CaseNumber about = world.last_event();
  const std::string id = world.last_id();
  world.advance(15min);
  const NotificationId call = world.last_of("duty_manager");
  const Actor head{"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""};
  world.perform(OrderScreen{1, about, "duty_manager", false, head, "why"});
  EXPECT_EQ(world.look(call).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
  world.perform(OrderScreen{1, about, "police", false, head, "why"});
  world.correct(id, [](v1::EventCorrected& c) { c.mutable_child_missing(); });
  EXPECT_TRUE(world.look(world.last_of("police")).is(v1::NOTIFICATION_KIND_CORRECTION));
  EXPECT_EQ(world.look(world.last_of("police")).rule, 0U);
  EXPECT_NE(world.look(world.last_of("home_office")).rule, 0U);
}

}  // namespace
}  // namespace told::core::test
