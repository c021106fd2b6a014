// Somebody who is kept out of a case hears nothing of it: somebody else is called at once, and nothing falls silent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/on_duty.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;

void keep_out(World& world, CaseNumber c, const std::string& who) {
  world.perform(OrderScreen{1, c, who, false, who_keeps_out, "why"});
}

TEST(AScreen, KeepsARecipientFromEveryRungOfTheCaseAndTheLadderGoesUp) {
  World world{policy_with_rotas()};
  for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
  world.missing("T-1");
  const CaseNumber c = world.last_event();
  keep_out(world, c, "duty_manager");
  world.restart();
  for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
  world.missing("T-2");
  (void)world.newly_told();
  world.advance(15min);
  std::size_t to_the_manager = 0;
  for (const Received& r : world.newly_received())
    if (r.recipient == "duty_manager" && r.kind == v1::NOTIFICATION_KIND_ESCALATION) {
      ++to_the_manager;
      EXPECT_NE(r.id.event, c);
    }
  EXPECT_EQ(to_the_manager, 2U);  // about the other case's two
  EXPECT_NE(world.engine().state().open_alarm_of_keeping_out("duty_manager", c, false), 0U);
}

TEST(AScreen, OfSomebodyWhomARuleTellsLetsTheEventInAndSomebodyElseIsCalledAtOnce) {
  for (const int restarted : {0, 1, 2}) {
    World world{policy_with_rotas()};
    everybody_connects(world);
    world.missing("T-1");
    const CaseNumber c = world.last_event();
    keep_out(world, c, "police");
    (void)world.newly_told();
    EXPECT_EQ(world.located("T-1").verdict(), v1::VERDICT_ACCEPTED);
    const NotificationId located{world.last_event(), 0};
    if (world.restart_as(restarted)) everybody_connects(world);
    world.advance(0min);
    EXPECT_EQ(world.newly_told(), (Names{"home_office", "police", "duty_manager"}))
        << "whoever was told of the start is told of the end, without a field, and a manager is called";
    EXPECT_EQ(world.look(located).attempts, 0U);
    EXPECT_TRUE(world.look(located).open()) << "until a person says who was told";
    EXPECT_EQ(last_reason(world), v1::ESCALATION_REASON_NOBODY_THERE);
    world.advance(30min);
    EXPECT_TRUE(world.newly_told().contains("team_manager")) << "and so on up its ladder";
    world.perform(OrderScreen{1, c, "police", true, who_keeps_out, "in error"});
    EXPECT_FALSE(world.engine().state().screened(c, "police"));
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(AScreen, KeepsAManagerFromTheAlarmsAboutTheCaseToo) {
  World world{policy_with_rotas()};
  everybody_connects(world);
  world.missing("T-1");
  const CaseNumber c = world.last_event();
  keep_out(world, c, "duty_manager");
  (void)world.newly_told();
  world.advance(3h);
  EXPECT_NE(open_alarm(world, "nobody_was_told", to_reference(NotificationId{c, 0})), nullptr);
  for (const Received& r : world.newly_received())
    if (r.recipient == "duty_manager") {
      const Event* told = world.engine().state().event(r.id.event);
      EXPECT_EQ(world.engine().state().case_called_about(*told), 0U)
          << told->id << " about " << std::string_view{told->source};
    }
}

TEST(AScreen, OrderedLaterTakesTheAlarmFromWhoeverHasNotHadItYet) {
  World world{policy_with_rotas()};
  for (const char* who : {"police", "home_office", "team_manager"}) world.connect(who);
  world.missing("T-1");
  const CaseNumber c = world.last_event();
  world.advance(1h);
  ASSERT_NE(open_alarm(world, "nobody_was_told", to_reference(NotificationId{c, 0})), nullptr);
  keep_out(world, c, "duty_manager");
  (void)world.newly_received();
  world.connect("duty_manager");
  for (const Received& r : world.newly_received())
    if (r.recipient == "duty_manager") {
      EXPECT_EQ(world.engine().state().case_called_about(*world.engine().state().event(r.id.event)), 0U);
    }
}

TEST(AnAlarm, ThatEverybodyIsKeptOutOfIsToldAllTheSameAndThenNamesNoCase) {
  World world{policy_with_rotas()};
  everybody_connects(world);
  world.missing("T-1");
  const CaseNumber c = world.last_event();
  for (const char* who : {"duty_manager", "team_manager"}) keep_out(world, c, who);
  (void)world.newly_told();
  world.advance(15min);
  EXPECT_EQ(world.newly_told(), (Names{"duty_manager"}));
  const State& state = world.engine().state();
  const EntryIndex raised = state.open_alarm_of_keeping_out("duty_manager", c, false);
  ASSERT_NE(raised, 0U);
  EXPECT_EQ(state.event(raised)->about_notification, 0U);
  EXPECT_NE(state.open_alarm_of_keeping_out("team_manager", c, false), 0U) << "who is kept out too";
}

TEST(AScreen, OfEveryoneOnDutyIsAnAlarmOfItsOwnForEachCaseAndHidesNoGapInTheRota) {
  for (const int restarted : {0, 1, 2}) {
    auto policy = policy_with_rotas({always("on_duty", {"barnardos"})});
    for (auto& [name, ladder] : policy->ladders) ladder.rungs.front().who = {"on_duty"};
    World world{policy};
    everybody_connects(world);
    std::vector<CaseNumber> cases;
    for (const char* child : {"T-1", "T-2"}) {
      world.missing(child);
      cases.push_back(world.last_event());
      keep_out(world, cases.back(), "barnardos");
    }
    world.advance(1h);
    if (world.restart_as(restarted)) everybody_connects(world);
    const State& state = world.engine().state();
    const EntryIndex first = state.open_alarm_of_keeping_out("on_duty", cases[0], false);
    const EntryIndex second = state.open_alarm_of_keeping_out("on_duty", cases[1], false);
    EXPECT_NE(first, 0U);
    EXPECT_NE(second, 0U);
    EXPECT_NE(first, second);
    EXPECT_EQ(open_alarm(world, "nobody_on_duty", "on_duty"), nullptr) << "somebody is on duty";
    const auto said = [&world] {
      return std::count_if(world.ledger().begin(), world.ledger().end(),
                           [](const v1::LedgerEntry& entry) { return entry.alarm_raised().kept_out(); });
    };
    const auto raised = said();
    world.advance(2h);
    EXPECT_EQ(said(), raised) << "it is said once";
    world.perform(JoinCases{1, cases[0], cases[1], who_keeps_out, "the same child"});
    world.advance(2h);
    EXPECT_EQ(said(), raised) << "of either case it is said already";
    world.perform(CloseAlarm{1, first, who_keeps_out, "seen"});
    world.perform(CloseAlarm{1, second, who_keeps_out, "seen"});
    EXPECT_EQ(world.engine().state().open_alarm_of_keeping_out("on_duty", cases[0], false), 0U);
  }
}

// What is closed of the case may be unreadable; that keeps nobody in it whom it is about, and no content from the law.
TEST(AnOrder, ThatProtectsIsTakenThoughAPartOfTheCaseCannotBeRead) {
  World world{policy_with_rotas()};
  everybody_connects(world);
  world.missing("T-1");
  const CaseNumber c = world.last_event();
  world.perform(OrderScreen{1, c, "team_manager", false, who_keeps_out, "why", true});
  EXPECT_TRUE(world.acted().recorded());
  world.perform(OrderHold{1, c, false, who_keeps_out, "an inquiry", true});
  EXPECT_TRUE(world.acted().recorded());
  world.perform(OrderScreen{1, c, "team_manager", true, who_keeps_out, "why", true});
  EXPECT_EQ(world.acted().problem().code(), "not_at_hand");
  world.perform(OrderHold{1, c, true, who_keeps_out, "over", true});
  EXPECT_EQ(world.acted().problem().code(), "not_at_hand");
}

TEST(AScreen, OfEveryoneOnDutyHidesNoGapInTheRotaThatFollows) {
  auto policy = policy_with_rotas({always("on_duty", {"barnardos"})});
  for (auto& [name, ladder] : policy->ladders) ladder.rungs.front().who = {"on_duty"};
  World world{policy};
  everybody_connects(world);
  world.missing("T-1");
  keep_out(world, world.last_event(), "barnardos");
  world.advance(20min);
  auto without = std::make_shared<Policy>(*policy);
  without->rotas = {always("on_duty", {})};
  world.perform(AdoptPolicy{0, without, std::string(32, 'y')});
  world.missing("T-2");
  world.advance(20min);
  EXPECT_NE(open_alarm(world, "nobody_on_duty", "on_duty"), nullptr);
}

TEST(AScreen, OfWhoeverStandsOnTheLastRungLeavesTheOneBelowItToBeCalledAgainAndAgain) {
  World world{policy_with_rotas()};
  everybody_connects(world);
  world.missing("T-1");
  keep_out(world, world.last_event(), "team_manager");
  world.advance(1h);
  (void)world.newly_told();
  for (int hour = 0; hour < 12; ++hour) {
    world.advance(1h);
    EXPECT_TRUE(world.newly_told().contains("duty_manager")) << hour;
  }
}

TEST(AScreen, OrderedBeforeTheyWereToldCallsSomebodyElseAtOnce) {
  World world{policy_with_rotas()};
  for (const char* who : {"home_office", "duty_manager", "team_manager"}) world.connect(who);
  world.missing("T-1");
  (void)world.newly_told();
  keep_out(world, world.last_event(), "police");
  world.advance(0min);
  EXPECT_EQ(world.newly_told(), (Names{"duty_manager"}));
  EXPECT_EQ(last_reason(world), v1::ESCALATION_REASON_NOBODY_THERE);
  world.connect("police");
  EXPECT_FALSE(world.newly_told().contains("police"));
}

TEST(AScreen, LiftedTellsThemWhatTheyWereNotToldMeanwhileAndAsksAgainWhatTheyHaveNotAnswered) {
  for (const int restarted : {0, 1, 2}) {
    World world{policy_with_rotas()};
    everybody_connects(world);
    world.missing("T-1");
    const CaseNumber c = world.last_event();
    keep_out(world, c, "police");
    world.missing("T-1");
    const NotificationId meanwhile{world.last_event(), 0};
    if (world.restart_as(restarted)) everybody_connects(world);
    world.advance(1min);
    (void)world.newly_received();
    world.perform(OrderScreen{1, c, "police", true, who_keeps_out, "the wrong desk"});
    const std::vector<Received> received = world.newly_received();
    ASSERT_EQ(received.size(), 2U);
    EXPECT_EQ(received[0].recipient, "police");
    EXPECT_EQ(received[0].id, (NotificationId{c, 0}));
    EXPECT_EQ(received[1].recipient, "police");
    EXPECT_EQ(received[1].id, meanwhile);
    world.restart();
    EXPECT_TRUE(world.look(meanwhile).delivered);
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(AScreen, OfOneCaseIsOfBothOnceTheyAreTheSameChilds) {
  for (const int restarted : {0, 1, 2})
    for (const bool of_the_older : {true, false}) {
      World world{policy_with_rotas()};
      for (const char* who : {"home_office", "duty_manager", "team_manager"}) world.connect(who);
      world.missing("T-1");
      const CaseNumber older = world.last_event();
      world.missing("T-2");
      const CaseNumber younger = world.last_event();
      keep_out(world, of_the_older ? older : younger, "police");
      world.perform(JoinCases{1, older, younger, who_keeps_out, "the same child"});
      ASSERT_TRUE(world.acted().recorded());
      (void)world.restart_as(restarted);
      (void)world.newly_told();
      world.connect("police");
      EXPECT_FALSE(world.newly_told().contains("police")) << "what waited there is not for them";
      for (const CaseNumber c : {older, younger}) EXPECT_TRUE(world.look({c, 0}).open());
      EXPECT_TRUE(world.engine().limbo().empty());
    }
}

TEST(AScreen, OfTheCaseThatAReportIsMovedToHoldsForWhatOfItWaits) {
  World world{policy_with_rotas()};
  for (const char* who : {"home_office", "duty_manager", "team_manager"}) world.connect(who);
  world.happens("child.arrived", "T-1");
  const CaseNumber right = world.last_event();
  keep_out(world, right, "police");
  world.happens("child.arrived", "T-2");
  const EntryIndex wrong = world.last_event();
  world.perform(MoveEvent{1, wrong, right, who_keeps_out, "it was the other child"});
  ASSERT_TRUE(world.acted().recorded());
  (void)world.newly_told();
  world.connect("police");
  for (const Received& r : world.newly_received())
    if (r.recipient == "police") {
      EXPECT_NE(r.id.event, wrong);
    }
}

TEST(AScreen, OfTheCaseThatAReportLeavesHoldsForItNoLonger) {
  for (const int restarted : {0, 1, 2})
    for (const bool into_a_case : {false, true}) {
      World world{policy_with_rotas()};
      everybody_connects(world);
      world.missing("T-1");
      const EntryIndex asked = world.last_event();
      keep_out(world, asked, "police");
      world.acknowledge({asked, 0}, "police");  // which does not count
      world.missing("T-1");
      const EntryIndex meanwhile = world.last_event();
      world.missing("T-2");
      const CaseNumber other = into_a_case ? world.last_event() : 0;
      if (world.restart_as(restarted)) everybody_connects(world);
      for (const EntryIndex event : {asked, meanwhile}) {
        (void)world.newly_received();
        world.perform(MoveEvent{1, event, other, who_keeps_out, "it was another child"});
        ASSERT_TRUE(world.acted().recorded());
        std::vector<NotificationId> told;
        for (const Received& r : world.newly_received())
          if (r.recipient == "police" && r.id.event == event) told.push_back(r.id);
        EXPECT_EQ(told, (std::vector<NotificationId>{{event, 0}}));
        world.acknowledge({event, 0}, "police");
        EXPECT_FALSE(world.look({event, 0}).open());
      }
      world.restart();
      EXPECT_FALSE(world.look({asked, 0}).open());
      EXPECT_TRUE(world.engine().limbo().empty());
    }
}

TEST(AScreen, OfTheCaseThatAReportLeavesStillHoldsForWhatCorrectsAnother) {
  World world{policy_with_rotas()};
  for (const char* who : {"home_office", "duty_manager", "team_manager"}) world.connect(who);
  world.missing("T-1");
  const EntryIndex wrong = world.last_event();
  world.missing("T-1");
  world.correct(world.last_id(), [](v1::EventCorrected& c) { c.mutable_child_missing(); });
  const EntryIndex of_another = world.last_event();
  keep_out(world, wrong, "police");  // for whom all of that waits
  world.connect("police");
  (void)world.newly_received();
  world.perform(MoveEvent{1, wrong, 0, who_keeps_out, "it was another child"});
  ASSERT_TRUE(world.acted().recorded());
  std::set<EntryIndex> told;
  for (const Received& r : world.newly_received())
    if (r.recipient == "police") told.insert(r.id.event);
  EXPECT_TRUE(told.contains(wrong));
  EXPECT_FALSE(told.contains(of_another));
}

TEST(AScreen, OfBothCasesHoldsForAReportThatGoesFromTheOneToTheOther) {
  World world{policy_with_rotas()};
  everybody_connects(world);
  world.missing("T-1");
  const EntryIndex wrong = world.last_event();
  world.missing("T-2");
  const CaseNumber right = world.last_event();
  for (const CaseNumber c : {wrong, right}) keep_out(world, c, "police");
  (void)world.newly_received();
  world.perform(MoveEvent{1, wrong, right, who_keeps_out, "it was the other child"});
  ASSERT_TRUE(world.acted().recorded());
  for (const Received& r : world.newly_received()) EXPECT_NE(r.id, (NotificationId{wrong, 0}));
}

}  // namespace
}  // namespace told::core::test
