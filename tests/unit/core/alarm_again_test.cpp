// The same trouble again while nobody has closed the alarm about it: whoever has answered for it hears of it again, and
// a trouble that merely goes on is said once.
#include <gtest/gtest.h>

#include "core/reference.hpp"
#include "core/world.hpp"

namespace told::core::test {
namespace {

void all_connect(World& world) {
  for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager", "service_manager"})
    world.connect(who);
  (void)world.newly_received();
}

/// How often somebody was told of an alarm, and not called about one, since anything was looked at.
std::size_t alarms_told(World& world, const std::string& who = "duty_manager") {
  std::size_t n = 0;
  for (const Received& r : world.newly_received())
    if (r.recipient == who && r.kind == v1::NOTIFICATION_KIND_ALARM) ++n;
  return n;
}

/// Whoever is told of an alarm is not on its ladder.
void call_another_about_alarms(Policy& p) {
  for (Rule& rule : p.rules)
    if (rule.when.starts_with("alarm.")) rule.ladder[0] = "alarms";
  p.ladders["alarms"] = {"alarms", {{15min, {"team_manager"}}}, 1h};
}

/// A visit within two days and then weekly: its ladder ends an hour after its deadline, and repeats each hour.
struct Visits : World {
  Visits() : World(one_clock()) {
    all_connect(*this);
    happens("child.arrived", "T-1");
    acknowledge(last_of("police"), "police");
    acknowledge(last_of("home_office"), "home_office");
    visit_ = NotificationId{last_event(), 2};
  }
  static std::shared_ptr<Policy> one_clock() {
    auto p = policy_with_clocks();
    p->clocks.erase(p->clocks.begin());
    p->clocks[0].number = 1;
    call_another_about_alarms(*p);
    return p;
  }
  [[nodiscard]] EntryIndex alarm() { return engine().state().open_alarm("duty_not_done", to_reference(visit_)); }
  NotificationId visit_;
};

TEST(AnAlarm, IsToldAgainToWhoeverAnsweredForItWhereTheNextRoundIsNotDoneEither) {
  for (const int restarted : {0, 1, 2}) {
    Visits world;
    world.advance(48h + 2h);
    ASSERT_NE(world.alarm(), 0U);
    const EntryIndex alarm = world.alarm();
    const NotificationId first = world.last_of("duty_manager");
    world.acknowledge(first, "duty_manager");
    world.done(world.visit_);
    (void)world.newly_received();
    world.advance(7 * 24h);
    EXPECT_EQ(alarms_told(world), 0U) << "not before its ladder has come to its end again";
    if (world.restart_as(restarted)) all_connect(world);
    world.advance(2 * 24h);
    EXPECT_EQ(alarms_told(world), 1U);
    EXPECT_EQ(world.alarm(), alarm) << "one alarm, which one person closes";
    EXPECT_TRUE(world.engine().limbo().empty());
    EXPECT_TRUE(world.close_alarm(alarm).recorded());
    world.advance(1h);
    EXPECT_EQ(world.alarm(), 0U);
  }
}

TEST(AnAlarm, SaysThatItHasHappenedAgainToWhoeverWasToldOfItBefore) {
  Visits world;
  const auto said_again = [&] {
    std::vector<bool> all;
    for (const Received& r : world.newly_received())
      if (r.recipient == "duty_manager" && r.kind == v1::NOTIFICATION_KIND_ALARM) all.push_back(r.again);
    return all;
  };
  world.advance(48h + 2h);
  EXPECT_EQ(said_again(), (std::vector<bool>{false}));
  world.acknowledge(world.last_of("duty_manager"), "duty_manager");
  world.done(world.visit_);
  world.advance(9 * 24h);
  EXPECT_EQ(said_again(), (std::vector<bool>{true}));
}

TEST(AnAlarm, ThatNobodyHasAnsweredForIsNotToldAgainSinceItIsCalledAboutStill) {
  Visits world;
  world.advance(48h + 2h);
  world.done(world.visit_);
  (void)world.newly_received();
  world.advance(9 * 24h);
  EXPECT_EQ(alarms_told(world), 0U);
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
}

TEST(AnAlarm, IsToldAgainWhereWhoeverHadItAfterwardsFindsThatItIsNotTheirs) {
  World world;
  all_connect(world);
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  const NotificationId police = world.last_of("police");
  world.advance(60min);
  const EntryIndex alarm = world.engine().state().open_alarm("nobody_was_told", to_reference(police));
  ASSERT_NE(alarm, 0U);
  world.acknowledge(NotificationId{alarm, 0}, "duty_manager");
  world.acknowledge(police, "police");
  (void)world.newly_received();
  world.decline(police, "police");
  EXPECT_EQ(alarms_told(world), 1U) << "nobody has it, and nobody is left to call";
}

TEST(AnAlarm, ThatIsClosedIsRaisedAnewWhereWhoeverHadItAfterwardsFindsThatItIsNotTheirs) {
  World world;
  all_connect(world);
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  const NotificationId police = world.last_of("police");
  world.advance(60min);
  const EntryIndex alarm = world.engine().state().open_alarm("nobody_was_told", to_reference(police));
  world.acknowledge(police, "police");
  world.close_alarm(alarm);
  world.decline(police, "police");
  EXPECT_NE(world.engine().state().open_alarm("nobody_was_told", to_reference(police)), 0U);
}

/// Somebody by day, nobody from 22:00 to 06:00. It begins on a Friday at 21:00.
struct Nights : World {
  Nights() : World(with_nights()) { all_connect(*this); }
  static std::shared_ptr<Policy> with_nights() {
    auto p = policy_with_clocks();
    p->clocks.clear();
    Rota rota;
    rota.name = "day";
    for (int day = 0; day < 7; ++day) rota.weekly.push_back({day * 24h + 6h, day * 24h + 22h, {"barnardos"}, {}, {}});
    p->rotas = {rota};
    p->ladders["usual"].rungs[0].who = {"day"};
    call_another_about_alarms(*p);
    return p;
  }
  std::size_t told_of_a_gap_with(const std::string& child) {
    (void)newly_received();
    missing(child);
    const NotificationId police = last_of("police"), home_office = last_of("home_office");
    advance(16min);
    const std::size_t told = alarms_told(*this);
    acknowledge(police, "police");
    acknowledge(home_office, "home_office");
    return told;
  }
};

TEST(AnAlarmOfAGapInARota, IsToldOnceANightAndAgainTheNext) {
  for (const int restarted : {0, 1, 2}) {
    Nights world;
    world.advance(2h);  // 23:00
    EXPECT_EQ(world.told_of_a_gap_with("T-1"), 1U);
    world.acknowledge(world.last_of("duty_manager"), "duty_manager");
    EXPECT_EQ(world.told_of_a_gap_with("T-2"), 0U) << "they know";
    if (world.restart_as(restarted)) all_connect(world);
    world.advance(24h);
    EXPECT_EQ(world.told_of_a_gap_with("T-3"), 1U) << "another night";
    EXPECT_EQ(world.told_of_a_gap_with("T-4"), 0U) << "it is being chased";
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(AnAlarm, ThatTheClockWasChangedIsToldForEachTime) {
  World world;
  all_connect(world);
  world.perform(StepClock{1h});
  EXPECT_EQ(alarms_told(world), 1U);
  world.perform(StepClock{1h});
  EXPECT_EQ(alarms_told(world), 0U) << "nobody has answered yet";
  world.acknowledge(world.last_of("duty_manager"), "duty_manager");
  world.perform(StepClock{1h});
  EXPECT_EQ(alarms_told(world), 1U);
}

TEST(AnAlarm, OfWhatGoesOnIsToldOnce) {
  World world;
  all_connect(world);
  world.perform(RaiseAlarm{"worker_silent", "police"});
  world.acknowledge(world.last_of("duty_manager"), "duty_manager");
  (void)world.newly_received();
  world.perform(RaiseAlarm{"worker_silent", "police"});
  EXPECT_EQ(alarms_told(world), 0U);
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
}

}  // namespace
}  // namespace told::core::test
