// What an order, an answer or a call makes of events that were closed and are not in memory any more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/on_duty.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// Nothing that is closed is kept once it is on the disk.
struct KeepsNothing {
  World world;
  std::map<EntryIndex, v1::EventRow> rows;
  explicit KeepsNothing(std::shared_ptr<Policy> policy = policy_with_rotas()) : world(std::move(policy), 0) {
    everybody_connects(world);
    world.connect("service_manager");
  }
  State& state() { return world.engine().state_for_restore(); }
  void project() {
    for (const auto& [index, event] : state().events()) rows[index] = state().row(event);
    (void)state().take_changes();
    state().projected(state().next_index());
  }
  void everybody_answers() {
    for (const Received& r : world.newly_received())
      if (const Notification* n = state().notification(r.id); n != nullptr && n->open() && n->asks_acknowledgement())
        world.acknowledge(r.id, r.recipient);
  }
  EntryIndex arrived(const std::string& child) {
    world.happens("child.arrived", child);
    return world.last_event();
  }
  /// What is owed of the event by this clock of the policy.
  NotificationId owed(EntryIndex event, std::uint32_t clock) {
    const auto& made = state().event(event)->notifications;
    for (std::size_t slot = 0; slot < made.size(); ++slot)
      if (made[slot].is(v1::NOTIFICATION_KIND_OBLIGATION) && made[slot].rule == clock)
        return {event, static_cast<Slot>(slot)};
    return {};
  }
  bool ordered(Command c) {
    world.perform(std::move(c));
    return world.acted().recorded();
  }
};

TEST(AClosedEvent, WhoseRowIsTakenAndNotWrittenYetIsNotForgotten) {
  KeepsNothing k;
  const EntryIndex arrived = k.arrived("T-1");
  k.everybody_answers();
  ASSERT_FALSE(k.state().event(arrived)->anything_open());
  (void)k.state().take_changes();
  k.state().projected(arrived);
  EXPECT_NE(k.state().event(arrived), nullptr);
  k.state().projected(k.state().next_index());
  EXPECT_EQ(k.state().event(arrived), nullptr);
}

TEST(AClosedEvent, ThatIsOpenAgainIsKeptUntilItIsClosedAgain) {
  KeepsNothing k;
  const EntryIndex arrived = k.arrived("T-1");
  const NotificationId police = k.world.last_of("police");
  k.everybody_answers();
  k.world.decline(police, "police");
  k.project();
  ASSERT_NE(k.state().event(arrived), nullptr) << "somebody is called about it";
  k.world.record_call(police);
  k.everybody_answers();
  k.project();
  EXPECT_EQ(k.state().event(arrived), nullptr);
}

TEST(ACallOfAClosedEvent, IsInNoLaterCallOnceThatIsForgotten) {
  KeepsNothing k;
  const EntryIndex first = k.arrived("T-1");
  const NotificationId police = k.world.last_of("police");
  k.everybody_answers();
  k.world.decline(police, "police");  // the duty manager is called about what was closed
  ASSERT_TRUE(k.world.newly_told().contains("duty_manager"));
  k.world.record_call(police);
  k.everybody_answers();
  k.project();
  ASSERT_EQ(k.state().event(first), nullptr);

  const EntryIndex second = k.arrived("T-1");
  k.world.acknowledge(k.world.last_of("home_office"), "home_office");
  k.world.advance(15min);
  const NotificationId call = k.world.last_of("duty_manager");
  ASSERT_EQ(call.event, second);
  EXPECT_THAT(k.state().calls_to(k.state().intern("duty_manager"), *k.state().event(second)), ElementsAre(call));
  EXPECT_THAT(k.state().calls_to(k.state().intern("barnardos"), *k.state().event(second)), IsEmpty());
}

TEST(WhatWasOwed, IsOutOfTheWayOfWhatIsOwedLaterOnceItIsForgotten) {
  KeepsNothing k{policy_with_clocks()};
  const EntryIndex first = k.arrived("T-1");
  k.everybody_answers();
  k.world.done(k.owed(first, 1));
  k.world.advance(1h);
  k.world.happens("child.transferred", "T-1");  // the visits end
  k.world.advance(1h);
  k.everybody_answers();
  k.project();
  ASSERT_EQ(k.state().event(first), nullptr);
  EXPECT_THAT(k.state().obligations(first), IsEmpty());
  const EntryIndex second = k.arrived("T-1");
  EXPECT_THAT(k.state().obligations(first), ElementsAre(k.owed(second, 1), k.owed(second, 2)));
}

TEST(AHold, IsLiftedThoughEverythingOfTheCaseIsForgotten) {
  KeepsNothing k;
  const CaseNumber c = k.arrived("T-1");
  k.everybody_answers();
  ASSERT_TRUE(k.ordered(OrderHold{1, c, false, who_keeps_out, "a claim is expected"}));
  k.project();
  ASSERT_THAT(k.state().events_of(c), IsEmpty());
  EXPECT_FALSE(k.ordered(OrderHold{1, c, false, who_keeps_out, "another claim"}));
  EXPECT_EQ(k.world.acted().problem().code(), "nothing_changes");
  EXPECT_TRUE(k.ordered(OrderHold{1, c, true, who_keeps_out, "it is settled"}));
  EXPECT_FALSE(k.state().held(c));
  EXPECT_FALSE(k.ordered(OrderHold{1, c, true, who_keeps_out, "it is settled"}));
}

TEST(AnAlarm, AboutWhatIsForgottenStaysOfItsCaseAndGoesNowhereWithAnotherReport) {
  KeepsNothing k{[] {
    auto policy = policy_with_rotas();
    Rule alarm = policy->rules.back();
    alarm.number = static_cast<std::uint32_t>(policy->rules.size() + 1);
    alarm.when = "alarm.wrong_recipient";
    policy->rules.push_back(alarm);
    return policy;
  }()};
  const CaseNumber c = k.arrived("T-1");
  const NotificationId police = k.world.last_of("police");
  k.world.acknowledge(k.world.last_of("home_office"), "home_office");
  k.world.decline(police, "police");
  const EntryIndex alarm = k.state().open_alarm("wrong_recipient", to_reference(police));
  ASSERT_NE(alarm, 0U);
  k.world.record_call(police);
  k.world.missing("T-1");
  const EntryIndex missing = k.world.last_event();
  k.everybody_answers();
  k.project();
  ASSERT_EQ(k.state().event(c), nullptr);
  EXPECT_EQ(k.state().case_called_about(*k.state().event(alarm)), c);
  EXPECT_THAT(k.state().told_of(c), testing::Contains(alarm));

  ASSERT_TRUE(k.ordered(MoveEvent{1, missing, 0, who_keeps_out, "the brother"}));
  EXPECT_EQ(k.state().case_called_about(*k.state().event(alarm)), c);
  EXPECT_NE(k.state().case_of(*k.state().event(missing)), c);
}

TEST(AnAlarm, AboutAnAlarmThatIsForgottenIsOfTheCaseThatTheReportGoesTo) {
  for (const int restarted : {0, 1, 2}) {
    KeepsNothing k{[] {
      auto policy = policy_with_rotas({always("nobody", {})});
      policy->ladders["alarms"] = {"alarms", {{15min, {"nobody"}}, {30min, {"team_manager"}}}, 1h};
      Rule alarm = policy->rules.back();
      alarm.number = static_cast<std::uint32_t>(policy->rules.size() + 1);
      alarm.when = "alarm.wrong_recipient";
      alarm.ladder[0] = "alarms";
      policy->rules.push_back(alarm);
      return policy;
    }()};
    const CaseNumber c = k.arrived("T-1");
    const NotificationId police = k.world.last_of("police");
    k.world.decline(police, "police");
    const EntryIndex first = k.state().open_alarm("wrong_recipient", to_reference(police));
    ASSERT_NE(first, 0U);
    k.world.advance(16min);
    const EntryIndex about_it = k.state().open_alarm("nobody_on_duty", "nobody");
    ASSERT_NE(about_it, 0U);
    ASSERT_EQ(NotificationId::of(k.state().event(about_it)->about_notification).event, first);
    k.world.close_alarm(first);
    if (restarted == 0) k.project();
    (void)k.world.restart_as(restarted);
    if (restarted == 0) {
      ASSERT_EQ(k.state().event(first), nullptr);
    }
    ASSERT_TRUE(k.ordered(MoveEvent{1, c, 0, who_keeps_out, "the brother"}));
    EXPECT_NE(k.state().case_of(*k.state().event(c)), c);
    EXPECT_EQ(k.state().case_called_about(*k.state().event(about_it)), k.state().case_of(*k.state().event(c)));
  }
}

TEST(AnAlarm, OfARowThatDoesNotSayWhatItIsAboutInTheEndIsOfTheCaseThatItWasRaisedFor) {
  KeepsNothing k;
  v1::EventRow row;
  row.set_index(900);
  row.set_type("alarm");
  row.set_id("nobody_on_duty");
  row.set_about_notification(NotificationId{700, 1}.number());
  row.set_other_case(500);
  row.set_episode_open(true);
  k.state().restore(row);
  EXPECT_EQ(k.state().case_called_about(*k.state().event(900)), 500U);
}

TEST(WhatWaitsInALane, AndIsForgottenGoesNowhereWhenTwoCasesTurnOutToBeOne) {
  KeepsNothing k;
  k.world.disconnect("police");
  const EntryIndex wrong = k.arrived("T-3");
  k.world.withdraw(k.world.last_id(), "T-3");
  k.everybody_answers();
  k.project();
  ASSERT_EQ(k.state().event(wrong), nullptr);
  const CaseNumber older = k.arrived("T-1");
  const CaseNumber younger = k.arrived("T-2");
  ASSERT_TRUE(k.ordered(JoinCases{1, older, younger, who_keeps_out, "the same child"}));
  (void)k.world.newly_received();
  k.world.connect("police");
  std::vector<EntryIndex> heard;
  for (const Received& r : k.world.newly_received())
    if (r.recipient == "police") heard.push_back(r.id.event);
  EXPECT_THAT(heard, testing::Not(testing::Contains(wrong)));
  EXPECT_THAT(heard, testing::IsSupersetOf({older, younger}));
  EXPECT_THAT(k.world.engine().limbo(), IsEmpty());
}

TEST(AReport, ThatWasMovedAndIsForgottenIsNoReasonToTakeAnotherChildsCorrection) {
  KeepsNothing k;
  const EntryIndex moved = k.arrived("T-1");
  k.everybody_answers();
  k.world.missing("T-1");
  const std::string missing = k.world.last_id();
  const CaseNumber other = k.arrived("T-2");
  k.arrived("T-3");
  ASSERT_TRUE(k.ordered(MoveEvent{1, moved, other, who_keeps_out, "the brother"}));
  k.world.missing("T-2");
  const std::string of_the_brother = k.world.last_id();
  const auto correct_as = [&](const std::string& id, const std::string& subject) {
    return k.world
        .correct(
            id, [](v1::EventCorrected& c) { c.mutable_child_missing(); }, subject)
        .problem()
        .code();
  };
  for (const bool forgotten : {false, true}) {
    if (forgotten) {
      k.everybody_answers();
      k.project();
      ASSERT_EQ(k.state().event(moved), nullptr);
    }
    EXPECT_EQ(correct_as(missing, "T-3"), "another_subject") << forgotten;
    EXPECT_EQ(correct_as(of_the_brother, "T-3"), "another_subject") << forgotten;
    EXPECT_EQ(correct_as(missing, "T-1"), "") << forgotten;
    EXPECT_EQ(correct_as(of_the_brother, "T-2"), "") << forgotten;
  }
}

TEST(AReport, ThatWasMovedAndIsForgottenStopsNothingThatIsOwedLater) {
  KeepsNothing k{policy_with_clocks()};
  const CaseNumber one = k.arrived("T-1");
  k.world.advance(1h);
  k.world.happens("child.nts_referred", "T-1");
  const EntryIndex referred = k.world.last_event();
  const CaseNumber other = k.arrived("T-2");
  ASSERT_TRUE(k.ordered(MoveEvent{1, referred, other, who_keeps_out, "the brother"}));
  k.everybody_answers();
  k.project();
  ASSERT_EQ(k.state().event(referred), nullptr);
  EXPECT_THAT(k.state().that_bear_on_clocks(other), testing::Not(testing::Contains(referred)));
  EXPECT_THAT(k.state().moved_into(other), ElementsAre(referred));
  const EntryIndex again = k.arrived("T-2");
  EXPECT_TRUE(k.world.look(k.owed(again, 1)).open());
  EXPECT_TRUE(k.world.look(k.owed(one, 1)).open()) << "the referral was not this child's";
}

TEST(AMistakenSameChild, IsUndoneThoughWhatWasOwedForEitherIsForgotten) {
  KeepsNothing k{policy_with_clocks()};
  const CaseNumber older = k.arrived("T-1");
  const EntryIndex again = k.arrived("T-1");
  k.everybody_answers();
  for (const std::uint32_t clock : {1U, 2U}) {
    const NotificationId id = k.owed(again, clock);
    k.world.perform(Acknowledge{1, id, who_keeps_out, k.world.now(), "done", true, true});
  }
  const CaseNumber younger = k.arrived("T-2");
  k.everybody_answers();
  ASSERT_TRUE(k.ordered(JoinCases{1, older, younger, who_keeps_out, "the same child"}));
  k.everybody_answers();
  k.project();
  ASSERT_EQ(k.state().event(again), nullptr);
  ASSERT_TRUE(k.ordered(MoveEvent{1, younger, 0, who_keeps_out, "they are two"}));
  EXPECT_EQ(k.state().goes_on_as(younger), younger);
  EXPECT_THAT(k.state().obligations(older), ElementsAre(k.owed(older, 1), k.owed(older, 2)));
  EXPECT_THAT(k.state().obligations(younger), ElementsAre(k.owed(younger, 1), k.owed(younger, 2)));
}

TEST(AMistakenSameChild, WhoGoesOnInAThirdCaseIsNotJoinedToItThoughItsFirstReportIsForgotten) {
  KeepsNothing k;
  const CaseNumber older = k.arrived("T-1");
  const CaseNumber younger = k.arrived("T-2");
  const CaseNumber third = k.arrived("T-3");
  k.everybody_answers();
  k.world.missing("T-3");
  ASSERT_TRUE(k.ordered(JoinCases{1, older, younger, who_keeps_out, "the same child"}));
  k.everybody_answers();
  k.project();
  ASSERT_EQ(k.state().event(third), nullptr);
  ASSERT_EQ(k.state().event(younger), nullptr);
  k.world.perform(Recall{k.rows.at(younger)});
  ASSERT_TRUE(k.ordered(MoveEvent{1, younger, third, who_keeps_out, "they are two"}));
  EXPECT_EQ(k.state().goes_on_as(younger), younger);
  EXPECT_EQ(k.state().goes_on_as(third), third);
  EXPECT_EQ(k.state().case_of(*k.state().event(younger)), third);
}

}  // namespace
}  // namespace told::core::test
