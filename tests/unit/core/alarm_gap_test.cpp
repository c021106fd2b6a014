// The alarm that nobody is on duty, where the rota is of more than days and nights.
#include <gtest/gtest.h>

#include "core/on_duty.hpp"

namespace told::core::test {
namespace {

using std::chrono::year;

constexpr std::chrono::minutes clock_hour{60};

LocalTime wall_time(int month, int day, std::chrono::minutes of_day) { return {Day{year{2026} / month / day}, of_day}; }

/// A day's duty is called about whoever has not answered in a quarter of an hour; but for these times barnardos have
/// it. It begins on 27 March at 21:00.
struct GapsIn : World {
  explicit GapsIn(const std::vector<RotaOverride>& gaps) : World(with_gaps(gaps)) { everybody_connects(*this); }
  static std::shared_ptr<Policy> with_gaps(const std::vector<RotaOverride>& gaps) {
    Rota rota = always("day", {"barnardos"});
    rota.overrides = gaps;
    auto p = policy_with_rotas({rota});
    p->ladders["usual"].rungs[0].who = {"day"};
    p->ladders["alarms"] = {"alarms", {{15min, {"team_manager"}}}, 1h};
    for (Rule& rule : p->rules)
      if (rule.when.starts_with("alarm.")) rule.ladder[0] = "alarms";
    return p;
  }
  /// A child is missing, and a quarter of an hour goes by; how often the duty manager is told of an alarm in that.
  std::size_t told_when_missing(const char* child, const std::function<void()>& meanwhile = {}) {
    (void)newly_received();
    missing(child);
    const NotificationId police = last_of("police"), home_office = last_of("home_office");
    if (meanwhile) meanwhile();
    advance(16min);
    std::size_t told = 0;
    for (const Received& r : newly_received())
      if (r.recipient == "duty_manager" && r.kind == v1::NOTIFICATION_KIND_ALARM) {
        ++told;
        acknowledge(r.id, "duty_manager");
      }
    acknowledge(police, "police");
    acknowledge(home_office, "home_office");
    return told;
  }
};

TEST(AnAlarmOfAGapInARota, IsNotToldAgainWhereThatIsWrittenDownInTwoPieces) {
  GapsIn world{{{wall_time(3, 27, 20 * clock_hour), wall_time(3, 27, 23 * clock_hour), {}, "ill"},
                {wall_time(3, 27, 23 * clock_hour), wall_time(3, 28, 6 * clock_hour), {}, "ill still"}}};
  EXPECT_EQ(world.told_when_missing("T-1"), 1U);
  world.advance(2h);
  EXPECT_EQ(world.told_when_missing("T-2"), 0U) << "it is one gap";
}

TEST(AnAlarmOfAGapInARota, IsToldAgainWhereTheLastLiesSoLongBackThatNobodyLooks) {
  GapsIn world{{{wall_time(3, 27, 20 * clock_hour), wall_time(3, 28, 6 * clock_hour), {}, "ill"},
                {wall_time(4, 7, 0 * clock_hour), wall_time(4, 9, 0 * clock_hour), {}, "ill again"}}};
  EXPECT_EQ(world.told_when_missing("T-1"), 1U);
  world.advance(11 * 24h);
  EXPECT_EQ(world.told_when_missing("T-2"), 1U);
}

TEST(AnAlarmOfAGapInARota, IsNotToldAgainOnceThePolicyHasNoSuchRota) {
  GapsIn world{{{wall_time(3, 27, 20 * clock_hour), wall_time(3, 28, 6 * clock_hour), {}, "ill"}}};
  EXPECT_EQ(world.told_when_missing("T-1"), 1U);
  const auto without = [&] {
    auto p = GapsIn::with_gaps({});
    p->rotas.clear();
    p->ladders["usual"].rungs[0].who = {"barnardos"};
    world.perform(AdoptPolicy{0, p, std::string(32, 'y')});
  };
  EXPECT_EQ(world.told_when_missing("T-2", without), 0U);
  EXPECT_EQ(world.told_when_missing("T-3"), 0U);
}

TEST(AnAlarmOfAGapInARota, IsNotToldAgainWhileSomebodyIsOnDuty) {
  GapsIn world{{{wall_time(3, 27, 20 * clock_hour), wall_time(3, 28, 6 * clock_hour), {}, "ill"}}};
  EXPECT_EQ(world.told_when_missing("T-1"), 1U);
  world.advance(10h);
  (void)world.newly_received();
  world.perform(RaiseAlarm{"nobody_on_duty", "day"});
  EXPECT_FALSE(world.newly_told().contains("duty_manager"));
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
}

TEST(AnAlarmThatHappensAgain, IsNewToWhoeverHasComeOnDutySince) {
  Rota rota = always("engineer", {"barnardos"});
  rota.overrides = {{wall_time(3, 27, 22 * clock_hour), wall_time(3, 28, 6 * clock_hour), {"panel"}, "a swap"}};
  auto policy = policy_with_rotas({rota});
  for (Rule& rule : policy->rules)
    if (rule.when == "alarm.clock_stepped") rule.who = "engineer";
  World world{policy};
  everybody_connects(world);
  world.connect("panel");
  world.perform(StepClock{1h});
  world.advance(70min);
  (void)world.newly_received();
  world.perform(StepClock{1h});
  std::vector<Received> told = world.newly_received();
  std::erase_if(told, [](const Received& each) { return each.kind != v1::NOTIFICATION_KIND_ALARM; });
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].recipient, "panel");
  EXPECT_FALSE(told[0].again) << "they have not heard of the first";
}

}  // namespace
}  // namespace told::core::test
