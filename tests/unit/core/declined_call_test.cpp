// Whoever was called says "no, not me": as soon as nobody is left who may take the call, the next is called.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/silence.hpp"

namespace told::core::test {
namespace {

constexpr auto all_there = {"police",       "home_office",  "barnardos",      "panel",
                            "duty_manager", "team_manager", "service_manager"};

/// The Home Office is not told, so that there is one ladder.
std::shared_ptr<Policy> one_ladder() {
  auto p = small_policy();
  p->rules.erase(p->rules.begin() + 3);
  for (std::size_t i = 0; i < p->rules.size(); ++i) p->rules[i].number = static_cast<std::uint32_t>(i + 1);
  return p;
}

struct Called : Silence {
  explicit Called(std::shared_ptr<Policy> policy = one_ladder()) : Silence(std::move(policy)) { connect_all(); }
  void connect_all() {
    for (const char* who : all_there) connect(who);
    (void)newly_told();
  }
  void declines(const std::string& who) { decline(last_of(who), who); }
  void takes(const std::string& who) { acknowledge(last_of(who), who); }
  [[nodiscard]] bool nobody_was_told(NotificationId id) {
    return engine().state().open_alarm("nobody_was_told", to_reference(id)) != 0;
  }
};

TEST(ACallThatIsDeclined, GoesUpAtOnceAndTheNextRungKeepsItsTime) {
  for (const int restarted : {0, 1, 2}) {
    Called world;
    const NotificationId police = world.silence_for(15min);
    if (world.restart_as(restarted)) world.connect_all();
    world.declines("duty_manager");
    EXPECT_EQ(world.newly_told(), Names{"team_manager"});
    EXPECT_EQ(world.climbed_for_a_no(), 1U);
    EXPECT_EQ(world.look(police).next, world.now() + 30min) << "team_manager stands on the last rung, which repeats";
    EXPECT_TRUE(world.look(police).open());
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(ACallThatIsDeclined, WaitsForWhoeverElseWasCalledByTheSameRung) {
  auto p = one_ladder();
  p->ladders["usual"].rungs[0].who = {"duty_manager", "barnardos"};
  Called world{p};
  (void)world.silence_for(15min);
  world.declines("duty_manager");
  EXPECT_EQ(world.newly_told(), Names{});
  world.declines("barnardos");
  EXPECT_EQ(world.newly_told(), Names{"team_manager"});
}

TEST(ACallThatIsDeclined, LeavesItWithWhoeverElseHasTakenTheCall) {
  auto p = one_ladder();
  p->ladders["usual"].rungs[0].who = {"duty_manager", "barnardos"};
  Called world{p};
  (void)world.silence_for(15min);
  world.takes("barnardos");
  world.declines("duty_manager");
  EXPECT_EQ(world.climbed_for_a_no(), 0U);
  world.declines("barnardos");
  EXPECT_EQ(world.newly_told(), Names{"team_manager"}) << "who finds that it is not theirs after all";
}

TEST(ACallThatIsDeclined, IsRecordedAndChangesNothingWhereSomebodyHasAnswered) {
  Called world;
  const NotificationId police = world.silence_for(15min);
  const NotificationId call = world.last_of("duty_manager");
  world.acknowledge(police, "police");
  (void)world.newly_told();
  world.decline(call, "duty_manager");
  EXPECT_TRUE(world.acted().recorded());
  EXPECT_TRUE(world.acted().repeated());
  EXPECT_EQ(world.newly_told(), Names{});
  EXPECT_FALSE(world.look(call).open());
}

TEST(ACallThatIsDeclined, OfALowerRungMovesNothing) {
  Called world;
  (void)world.silence_for(30min);
  world.declines("duty_manager");
  EXPECT_EQ(world.newly_told(), Names{}) << "the team manager has been called since";
}

TEST(ACallThatIsDeclined, ByTheOnlyOneOnDutyDoesNotWaitForWhoeverHasGoneHome) {
  auto p = one_ladder();
  Rota rota;
  rota.name = "night";
  constexpr auto friday = 4 * 24h;
  rota.weekly = {{0min, friday + 21h + 20min, {"barnardos"}, {}, {}}, {friday + 21h + 20min, 0min, {"panel"}, {}, {}}};
  p->rotas = {rota};
  p->ladders["usual"].rungs[0].who = {"night"};
  for (const bool who_went_home_says_no_too : {false, true}) {
    Called world{p};
    (void)world.silence_for(15min);  // at 21:15, and at 21:20 somebody else comes on duty
    const NotificationId call = world.last_of("barnardos");
    world.advance(5min);
    EXPECT_EQ(world.newly_told(), Names{"panel"});
    if (who_went_home_says_no_too) world.decline(call, "barnardos");
    EXPECT_EQ(world.newly_told(), Names{}) << "whoever is on duty may take it";
    world.declines("panel");
    EXPECT_EQ(world.newly_told(), Names{"team_manager"});
  }
}

TEST(ACallThatIsDeclined, PassesOverRungsThatNameNobodyElse) {
  auto p = one_ladder();
  std::vector<Rung>& rungs = p->ladders["usual"].rungs;
  rungs = {
      {15min, {"duty_manager"}}, {20min, {"duty_manager"}}, {25min, {}}, {30min, {"duty_manager", "team_manager"}}};
  rungs[2].again = true;
  Called world{p};
  const NotificationId police = world.silence_for(15min);
  world.declines("duty_manager");
  EXPECT_EQ(world.newly_told(), Names{"team_manager"}) << "and not the one who has just said no";
  EXPECT_EQ(world.look(police).rung, 4U);
}

/// Two of three must take the call.
std::shared_ptr<Policy> two_of_three() {
  auto p = one_ladder();
  p->ladders["usual"].rungs[0].who = {"duty_manager", "barnardos", "panel"};
  p->ladders["usual"].rungs[0].quorum = 2;
  return p;
}

TEST(ACallForSeveral, GoesUpAsSoonAsTooFewAreLeft) {
  for (const int restarted : {0, 1, 2}) {
    Called world{two_of_three()};
    (void)world.silence_for(15min);
    if (world.restart_as(restarted)) world.connect_all();
    world.declines("duty_manager");
    EXPECT_EQ(world.newly_told(), Names{}) << "two are left";
    world.takes("panel");
    world.declines("barnardos");
    EXPECT_EQ(world.newly_told(), Names{"team_manager"}) << "one has it, and nobody is left who may be the second";
  }
}

TEST(ACallForSeveral, ThatEnoughHadTakenGoesUpWhereOneOfThemFindsThatItIsNotTheirs) {
  for (const int restarted : {0, 1, 2}) {
    Called world{two_of_three()};
    (void)world.silence_for(15min);
    world.takes("duty_manager");
    world.takes("barnardos");
    world.declines("panel");
    EXPECT_EQ(world.newly_told(), Names{}) << "two have it";
    if (world.restart_as(restarted)) world.connect_all();
    const NotificationId call = world.last_of("barnardos");
    world.decline(call, "barnardos");
    EXPECT_EQ(world.newly_told(), Names{"team_manager"});
    EXPECT_EQ(world.look(call).state, v1::NOTIFICATION_STATE_DECLINED);
  }
}

TEST(ACallForSeveral, AsksThemAllAnewWhenItIsRepeated) {
  Called world{two_of_three()};
  (void)world.silence_for(15min);
  const NotificationId no = world.last_of("panel");
  world.decline(no, "panel");
  world.takes("duty_manager");
  world.takes("barnardos");
  world.advance(15min);  // they have it: all are called again, and nobody above
  EXPECT_EQ(world.newly_told(), (Names{"duty_manager", "barnardos", "panel"}));
  EXPECT_EQ(world.look(no).state, v1::NOTIFICATION_STATE_OPEN);
  world.declines("duty_manager");
  EXPECT_EQ(world.newly_told(), Names{}) << "the other two may take it";
  world.declines("panel");
  EXPECT_EQ(world.newly_told(), Names{"team_manager"});
}

TEST(ALastRungThatIsDeclined, SaysAtOnceThatNobodyWasToldAndRepeatsAtItsTime) {
  for (const int restarted : {0, 1, 2}) {
    Called world;
    const NotificationId police = world.silence_for(30min);
    const NotificationId call = world.last_of("team_manager");
    const Instant next = world.look(police).next;
    world.advance(2min);
    if (world.restart_as(restarted)) world.connect_all();
    world.decline(call, "team_manager");
    EXPECT_TRUE(world.nobody_was_told(police));
    EXPECT_FALSE(world.newly_told().contains("team_manager")) << "who has just said no";
    EXPECT_TRUE(world.look(police).exhausted);
    EXPECT_EQ(world.look(police).next, next);
    EXPECT_TRUE(world.engine().limbo().empty());
    world.advance(28min);
    EXPECT_EQ(world.look(call).calls, 1U) << "and is asked again in time";
  }
}

TEST(ALastRungThatIsDeclined, BySomethingThatSaysNoToEverythingFillsNoLedger) {
  Called world;
  const NotificationId police = world.silence_for(15min);
  world.declines("duty_manager");
  const NotificationId call = world.last_of("team_manager");
  for (int i = 0; i < 50; ++i) world.decline(call, "team_manager");
  EXPECT_EQ(world.climbed_for_a_no(), 2U) << "to the last rung, and its end";
  for (int i = 0; i < 4; ++i) {
    world.advance(30min);
    EXPECT_EQ(world.last_of("team_manager").event != 0, true);
    world.decline(call, "team_manager");
    EXPECT_EQ(world.climbed_for_a_no(), 2U);
    EXPECT_EQ(world.look(call).calls, static_cast<std::uint32_t>(i + 1));
  }
  EXPECT_TRUE(world.nobody_was_told(police));
  EXPECT_TRUE(world.engine().limbo().empty());
}

TEST(ADuty, ThatWhoeverIsCalledAboutWillNotSeeToIsOverdueNoEarlierThanItIs) {
  auto p = policy_with_clocks();
  p->clocks.resize(1);
  std::vector<Rung>& rungs = p->ladders["owed"].rungs;  // at 80 %, and at the end
  rungs[0].after.kind = RungTime::Kind::share;
  rungs[0].after.percent = 80;
  rungs[1].after.due = Duration{};
  Called world{p};
  world.happens("child.arrived", "T-1");
  world.acknowledge(world.last_of("police"), "police");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(8h);  // of ten
  world.declines("duty_manager");
  EXPECT_TRUE(world.newly_told().contains("service_manager"));
  world.declines("service_manager");
  world.advance(2h - 1s);
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 0U);
  world.advance(1s);
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
}

TEST(ADuty, IsOverdueFromTheSecondInWhichItIsDue) {
  auto p = policy_with_clocks();
  p->clocks.resize(1);
  Ladder& ladder = p->ladders["owed"];
  ladder.repeat_last = 3h;
  for (std::size_t i = 0; i < 2; ++i) {  // at 60 and at 80 %
    ladder.rungs[i].after.kind = RungTime::Kind::share;
    ladder.rungs[i].after.percent = 60 + 20 * static_cast<std::uint32_t>(i);
  }
  for (const bool due : {false, true}) {
    Called world{p};
    world.happens("child.arrived", "T-1");
    world.acknowledge(world.last_of("police"), "police");
    world.acknowledge(world.last_of("home_office"), "home_office");
    world.advance(due ? 10h : 10h - 1s);
    for (const char* who : {"duty_manager", "service_manager"}) world.declines(who);
    EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), due ? 1U : 0U);
  }
}

}  // namespace
}  // namespace told::core::test
