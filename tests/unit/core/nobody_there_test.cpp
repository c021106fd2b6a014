// A rota that nobody is on: somebody else is called at once, and nothing falls silent. And a notice that has nothing in
// it for whoever is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/on_duty.hpp"
#include "core/reference.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;

TEST(AnUrgentNotice, WithNothingInItThatTheyMaySeeIsAnAlarm) {
  auto policy = policy_with_rotas();
  policy->rules[2].fields = {"planning_form_ref", "risk.reasons"};
  policy->rules[3].fields = {"child"};
  for (Rule& rule : policy->rules) rule.urgent = true;
  Rule alarm = policy->rules.back();
  alarm.number = static_cast<std::uint32_t>(policy->rules.size() + 1);
  alarm.when = "alarm.nothing_said";
  policy->rules.push_back(alarm);
  World world{policy};
  everybody_connects(world);
  world.happens("child.missing", "T-1",
                [](v1::Event& e) { e.mutable_child_missing()->mutable_child()->mutable_name()->set_given("child A"); });
  const EntryIndex first = world.last_event();
  EXPECT_NE(open_alarm(world, "nothing_said", to_reference(NotificationId{first, 0})), nullptr) << "police";
  EXPECT_EQ(open_alarm(world, "nothing_said", to_reference(NotificationId{first, 1})), nullptr) << "home office";
  world.happens("child.missing", "T-2",
                [](v1::Event& e) { e.mutable_child_missing()->set_planning_form_ref("form 1"); });
  EXPECT_EQ(open_alarm(world, "nothing_said", to_reference(NotificationId{world.last_event(), 0})), nullptr);

  // A withdrawal asks to delete what was said, and has nothing to show by its nature.
  const std::string second = world.last_id();
  const std::size_t raised = world.count(v1::LedgerEntry::kAlarmRaised);
  world.withdraw(second, "T-2");
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), raised);
}

TEST(ThePreventStream, IsNotLeftByTheStandDownsLadderWhereEveryRuleOfItNamesARota) {
  auto policy = policy_with_rotas({always("chairs", {"panel"})});
  policy->recipients[3].prevent = true;
  policy->ladders["sealed"] = {"sealed", {{15min, {"barnardos"}}}, 30min};
  for (Rule& rule : policy->rules)
    if (rule.when == "prevent.section36") {
      rule.who = "chairs";
      rule.ladder[0] = rule.ladder[1] = "sealed";
    }
  World world{policy};
  everybody_connects(world);
  world.connect("panel");
  world.happens("prevent.section36", "T-1");
  const CaseNumber one = world.last_event();
  world.happens("prevent.section36", "T-2");
  world.perform(JoinCases{1, one, world.last_event(), who_keeps_out, "the same child"});
  ASSERT_TRUE(world.acted().recorded());
  (void)world.newly_told();
  world.advance(1h);
  EXPECT_EQ(world.newly_told(), (Names{"barnardos"})) << "as the rules of the stream say, and no manager outside it";
}

TEST(ARule, ThatNamesARotaIsHandedOverBeforeItIsTimeToCallAnybody) {
  World world{[&] {
    auto policy = policy_with_rotas();
    const LocalTime from = policy->calendar.local(World{}.now() + 5min);
    Rota hub = always("hub", {"barnardos"});
    RotaOverride evening{from, {from.day, from.of_day}, {"team_manager"}, "evening"};
    evening.to.day = Day{std::chrono::sys_days{from.day} + std::chrono::days{2}};
    hub.overrides = {evening};
    policy->rotas = {hub};
    policy->rules[2].who = "hub";
    policy->ladders["usual"].rungs = {{15min, {"duty_manager"}}};
    return policy;
  }()};
  everybody_connects(world);
  world.missing("T-1");
  (void)world.newly_told();
  world.advance(5min);
  EXPECT_EQ(world.newly_told(), (Names{"team_manager"}));
}

TEST(ARule, ThatNamesARotaTellsWhoeverIsOnDuty) {
  auto policy = policy_with_rotas({always("hub", {"barnardos", "team_manager"})});
  policy->rules[2].who = "hub";  // child.missing
  for (const bool through_projection : {false, true}) {
    World world{policy};
    everybody_connects(world);
    world.missing("T-1");
    EXPECT_EQ(world.newly_told(), (Names{"barnardos", "team_manager", "home_office"}));
    EXPECT_EQ(world.look(world.last_of("barnardos")).rule, 3U) << "with the rule's fields";
    world.acknowledge(world.last_of("barnardos"), "barnardos");
    world.restart(through_projection);
    everybody_connects(world);
    EXPECT_TRUE(world.look(world.last_of("team_manager")).open()) << "one answers for oneself alone";
    world.located("T-1");
    EXPECT_EQ(world.newly_told(), (Names{"police", "barnardos", "team_manager", "home_office"}));
  }
}

TEST(ARule, ThatNamesARotaWithNobodyOnItCallsTheFirstRungAtOnceAndSaysSoEachTime) {
  auto policy = policy_with_rotas({always("hub", {})});
  policy->rules[2].who = "hub";
  for (const int restarted : {0, 1, 2}) {
    World world{policy};
    everybody_connects(world);
    world.missing("T-1");
    EXPECT_NE(open_alarm(world, "nobody_on_duty", "hub"), nullptr);
    if (world.restart_as(restarted)) everybody_connects(world);
    world.advance(0min);
    EXPECT_EQ(world.newly_told(), (Names{"home_office", "duty_manager"}));
    EXPECT_EQ(last_reason(world), v1::ESCALATION_REASON_NOBODY_THERE);
    world.missing("T-2");  // while the alarm about the first is open still
    world.advance(0min);
    const NotificationId called = world.last_of("duty_manager");
    EXPECT_EQ(called.event, world.last_event());
    EXPECT_TRUE(world.engine().limbo().empty());
    world.located("T-2");
    EXPECT_EQ(world.newly_told(), (Names{"home_office", "duty_manager", "police"}));
    EXPECT_FALSE(world.look({called.event, 0}).open()) << "it is over";
  }
}

TEST(ARule, ThatNamesARotaIsHandedOverWhenNobodyAnswered) {
  Rota hub = always("hub", {"barnardos"});
  World world{[&] {
    auto policy = policy_with_rotas();
    const LocalTime from = policy->calendar.local(World{}.now() + 20min);
    RotaOverride evening{from, {from.day, from.of_day}, {"team_manager"}, "evening"};
    evening.to.day = Day{std::chrono::sys_days{from.day} + std::chrono::days{2}};
    hub.overrides = {evening};
    policy->rotas = {hub};
    policy->rules[2].who = "hub";
    policy->ladders["usual"].rungs[1].who = {"duty_manager"};
    return policy;
  }()};
  everybody_connects(world);
  world.missing("T-1");
  EXPECT_TRUE(world.newly_told().contains("barnardos"));
  world.advance(25min);
  EXPECT_EQ(world.newly_told(), (Names{"duty_manager", "team_manager"})) << "the rung, and whoever has come on duty";
}

TEST(ARung, ThatHasNobodyOnDutyIsPassedOverAtOnceAndSaidAloud) {
  auto policy = policy_with_rotas();
  Rota nobody;
  nobody.name = "night_manager";
  policy->rotas = {nobody};
  policy->ladders["usual"].rungs[0].who = {"night_manager"};
  World world{policy};
  for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
  world.missing("T-1");
  (void)world.newly_told();
  world.advance(15min);
  EXPECT_EQ(world.newly_told(), (Names{"team_manager", "duty_manager"}));  // the rung above, and the alarm
  EXPECT_NE(world.engine().state().open_alarm("nobody_on_duty", "night_manager"), 0U);
}

}  // namespace
}  // namespace told::core::test
