// Whoever comes on duty is called about what the ladder had called the one before about.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

/// By night manager A until Friday 22:00 and manager B from then on; the night began at 21:00.
std::shared_ptr<Policy> policy_with_a_change_of_shift() {
  auto p = small_policy();
  for (const char* who : {"manager_a", "manager_b"}) p->recipients.push_back({who, who, "generic", "zmq_queue", false});
  Rota rota;
  rota.name = "night_manager";
  constexpr auto friday = 4 * 24h;
  rota.weekly = {{0min, friday + 22h, {"manager_a"}, {}, {}}, {friday + 22h, 0min, {"manager_b"}, {}, {}}};
  p->rotas = {rota};
  p->ladders["usual"].rungs[0].who = {"night_manager"};
  p->rules.erase(p->rules.begin() + 3);  // the Home Office is not told
  for (std::size_t i = 0; i < p->rules.size(); ++i) p->rules[i].number = static_cast<std::uint32_t>(i + 1);
  return p;
}

struct Shift {
  World world{policy_with_a_change_of_shift()};
  Shift() { everybody_connects(); }
  void everybody_connects() {
    for (const char* who : {"police", "manager_a", "manager_b", "team_manager", "duty_manager"}) world.connect(who);
    (void)world.newly_told();
  }
  [[nodiscard]] std::size_t handovers() const {
    std::size_t n = 0;
    for (const v1::LedgerEntry& e : world.ledger())
      n += e.escalated().reason() == v1::ESCALATION_REASON_HANDOVER ? 1 : 0;
    return n;
  }
};

TEST(AHandover, CallsWhoeverComesOnDutyAboutWhatTheRotaWasCalledAboutAndTheLadderGoesOnAsBefore) {
  for (const int restarted : {0, 1, 2}) {
    Shift s;
    s.world.missing("T-1");
    const NotificationId police = s.world.last_of("police");
    s.world.advance(30min);  // manager A, then the team manager
    if (s.world.restart_as(restarted)) s.everybody_connects();
    const Instant next = s.world.look(police).next;
    s.world.advance(29min + 59s);
    (void)s.world.newly_told();
    s.world.advance(1s);
    EXPECT_TRUE(s.world.newly_told().contains("manager_b"));
    EXPECT_EQ(s.handovers(), 1U);
    EXPECT_EQ(next, s.world.now());  // and the last rung repeated at its own time, once
    EXPECT_EQ(s.world.count(v1::LedgerEntry::kEscalated), 4U);
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(AHandover, IsOfNothingThatWasAnsweredOrThatNobodyHadBeenCalledAbout) {
  Shift s;
  s.world.missing("T-1");
  s.world.advance(20min);
  s.world.acknowledge(s.world.last_of("police"), "police");
  s.world.advance(30min);
  s.world.missing("T-2");  // 21:50: its first rung is at 22:05
  s.world.advance(10min);
  EXPECT_EQ(s.handovers(), 0U);
  s.world.advance(5min);
  EXPECT_TRUE(s.world.newly_told().contains("manager_b"));
}

TEST(AHandover, CallsNobodyWhoIsKeptOutOfTheCase) {
  Shift s;
  s.world.missing("T-1");
  s.world.perform(OrderScreen{
      1, s.world.last_event(), "manager_b", false, {"Head", "head", "", v1::MEANS_LOCAL, "local", ""}, "about them"});
  s.world.advance(74min);  // the alarm that nobody was told is of no case
  EXPECT_EQ(s.handovers(), 0U);
  EXPECT_FALSE(s.world.newly_told().contains("manager_b"));
}

// It is Friday evening. On Monday manager A is in the office from nine to five, and manager B at all other hours.
TEST(AHandover, OfWhatIsOwedByWorkingDaysWaitsForWorkingHours) {
  auto p = policy_with_a_change_of_shift();
  constexpr auto monday = 0h;
  p->rotas[0].weekly = {{monday + 9h, monday + 17h, {"manager_a"}, {}, {}},
                        {monday + 33h, monday + 41h, {"manager_a"}, {}, {}}};
  p->rotas[0].otherwise = {"manager_b"};
  RungTime tenth;
  tenth.kind = RungTime::Kind::share;
  tenth.percent = 10;
  p->ladders["usual"].rungs[0].after = tenth;
  RungTime days_later;
  days_later.kind = RungTime::Kind::past_deadline;
  days_later.due = Due{Due::Kind::working_days, 3};
  p->ladders["usual"].rungs[1].after = days_later;
  for (Rule& rule : p->rules) rule.within[0] = Due{Due::Kind::working_days, 1};
  World world{p};
  for (const char* who : {"police", "manager_a", "manager_b", "team_manager"}) world.connect(who);
  world.missing("T-1");
  (void)world.newly_told();
  world.advance(2 * 24h + 10h + 48min);  // Monday 08:48 by the wall that summer time has moved: nobody yet
  EXPECT_EQ(world.newly_told(), Names{});
  world.advance(1h);  // 09:48, a tenth of its eight hours
  EXPECT_EQ(world.newly_told(), Names{"manager_a"});
  world.advance(8h);  // over five o'clock
  EXPECT_EQ(world.newly_told(), Names{});
  world.advance(16h);  // over Tuesday's nine o'clock
  EXPECT_EQ(world.newly_told(), Names{"manager_a"});
}

TEST(ANewRota, HandsOverToWhoeverItPutsOnDuty) {
  Shift s;
  s.world.missing("T-1");
  s.world.advance(20min);
  auto swapped = policy_with_a_change_of_shift();
  swapped->rotas[0].overrides.push_back({{Day{std::chrono::year{2026} / 3 / 27}, 21h + 25min},
                                         {Day{std::chrono::year{2026} / 3 / 27}, 22h},
                                         {"manager_b"},
                                         "swap"});
  s.world.perform(AdoptPolicy{0, swapped, std::string(32, 'y')});
  (void)s.world.newly_told();
  s.world.advance(5min);
  EXPECT_EQ(s.world.newly_told(), Names{"manager_b"});
  EXPECT_EQ(s.handovers(), 1U);
}

// Somebody is ill and the swap is written down when it has begun: nothing is left to wait for.
TEST(ANewRota, HandsOverToWhoeverItHasOnDutyAlready) {
  Shift s;
  s.world.missing("T-1");
  s.world.advance(20min);  // 21:20: manager A was called
  auto swapped = policy_with_a_change_of_shift();
  swapped->rotas[0].overrides.push_back({{Day{std::chrono::year{2026} / 3 / 27}, 21h + 15min},
                                         {Day{std::chrono::year{2026} / 3 / 27}, 22h},
                                         {"manager_b"},
                                         "illness"});
  (void)s.world.newly_told();
  s.world.perform(AdoptPolicy{0, swapped, std::string(32, 'y')});
  EXPECT_EQ(s.world.newly_told(), Names{"manager_b"});
  EXPECT_EQ(s.handovers(), 1U);
  s.world.advance(41min);  // 22:00 puts nobody else on duty
  EXPECT_EQ(s.handovers(), 1U);
}

TEST(ANewPolicy, ThatComesJustAfterAChangeOfShiftLosesNoHandover) {
  Shift s;
  s.world.missing("T-1");
  s.world.advance(59min);
  (void)s.world.newly_told();
  s.world.sleep(2min);  // told was down, and starts with another policy
  s.world.perform(AdoptPolicy{0, policy_with_a_change_of_shift(), std::string(32, 'y')});
  EXPECT_TRUE(s.world.newly_told().contains("manager_b"));
  EXPECT_EQ(s.handovers(), 1U);
}

// The desk is the same at both ends of it; who sits there need not be.
TEST(AHandover, IsToWhoeverCameBackOnDutyWhileToldWasDownOverTwoChangesOfShift) {
  for (const int restarted : {0, 1, 2}) {
    auto policy = policy_with_a_change_of_shift();
    constexpr auto friday = 4 * 24h;
    policy->rotas[0].weekly = {{0min, friday + 22h, {"manager_a"}, {}, {}},
                               {friday + 22h, friday + 23h, {"manager_b"}, {}, {}},
                               {friday + 23h, 0min, {"manager_a"}, {}, {}}};
    World world{policy};
    const auto everybody_connects = [&] {
      for (const char* who : {"police", "manager_a", "manager_b", "team_manager", "duty_manager"}) world.connect(who);
    };
    everybody_connects();
    world.missing("T-1");
    world.advance(31min);  // manager A, then the team manager
    (void)world.newly_told();
    world.sleep(2h);
    if (world.restart_as(restarted)) everybody_connects();
    world.advance(1s);
    const Names told = world.newly_told();
    EXPECT_TRUE(told.contains("manager_a"));
    EXPECT_FALSE(told.contains("manager_b"));
  }
}

// A start plans from the ledger's last entry. Where that is of a moment after the change of shift, it has the handover.
TEST(AHandover, IsInTheLedgerBeforeAnythingLaterIs) {
  Shift s;
  s.world.missing("T-1");
  s.world.advance(59min);
  s.world.sleep(2min);  // told was suspended, and what it hears first is not its clock
  s.world.happens("child.arrived", "T-2");
  s.world.restart();
  s.everybody_connects();
  s.world.advance(1s);
  EXPECT_EQ(s.handovers(), 1U);
}

}  // namespace
}  // namespace told::core::test
