// Whoever has accepted something finds that it is not theirs: somebody else is called, unless nobody need be any more.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

/// The small policy, and the alarm of what may be in the wrong hands.
std::shared_ptr<Policy> policy_of_wrong_hands() {
  auto p = small_policy();
  Rule alarm = p->rules.back();
  alarm.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  alarm.when = "alarm.wrong_recipient";
  p->rules.push_back(alarm);
  return p;
}

struct GivenBack : World {
  GivenBack() : World(policy_of_wrong_hands()) { connect_again(); }
  void connect_again() {
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) connect(who);
    (void)newly_told();
  }
  /// An arrival that police and the Home Office have accepted. The police's.
  NotificationId accepted_arrival() {
    happens("child.arrived", "T-1");
    for (const char* who : {"police", "home_office"}) acknowledge(last_of(who), who);
    (void)newly_told();
    return last_of("police");
  }
  [[nodiscard]] bool in_wrong_hands(NotificationId id) {
    return engine().state().open_alarm("wrong_recipient", to_reference(id)) != 0;
  }
};

TEST(ACorrection, ThatIsGivenBackCallsSomebodyAndMayBeInTheWrongHands) {
  for (const int restarted : {0, 1, 2}) {
    GivenBack world;
    (void)world.accepted_arrival();
    world.correct(world.last_id(), [](v1::EventCorrected& c) { c.mutable_child_arrived(); });
    const NotificationId correction = world.last_of("police");
    ASSERT_TRUE(world.look(correction).is(v1::NOTIFICATION_KIND_CORRECTION));
    world.acknowledge(correction, "police");
    world.acknowledge(world.last_of("home_office"), "home_office");
    if (world.restart_as(restarted)) world.connect_again();
    (void)world.newly_told();
    world.decline(correction, "police");
    EXPECT_TRUE(world.acted().recorded());
    EXPECT_FALSE(world.acted().repeated());
    EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
    EXPECT_TRUE(world.look(correction).open());
    EXPECT_TRUE(world.in_wrong_hands(correction));
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(ACorrection, OfASearchThatIsOverByThenIsGivenBackToNobody) {
  GivenBack world;
  world.missing("T-1");
  world.correct(world.last_id(), [](v1::EventCorrected& c) { c.mutable_child_missing(); });
  const NotificationId correction = world.last_of("police");
  world.acknowledge(correction, "police");
  world.located("T-1");
  (void)world.newly_told();
  world.decline(correction, "police");
  EXPECT_TRUE(world.acted().repeated());
  EXPECT_FALSE(world.look(correction).open());
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), 0U);
}

TEST(WhatWasWithdrawn, IsGivenBackToNobodyAndMayBeInTheWrongHandsAllTheSame) {
  GivenBack world;
  const NotificationId police = world.accepted_arrival();
  world.withdraw(world.last_id());
  (void)world.newly_told();
  world.decline(police, "police");
  EXPECT_TRUE(world.acted().recorded());
  EXPECT_TRUE(world.acted().repeated());
  EXPECT_FALSE(world.look(police).open());
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), 0U);
  EXPECT_TRUE(world.in_wrong_hands(police)) << "they were told whom it was about";
}

TEST(AnAlarmThatIsGivenBack, CallsTheNextUntilItIsOver) {
  for (const bool is_over : {false, true}) {
    GivenBack world;
    world.perform(RaiseAlarm{"worker_silent", "police"});
    const NotificationId alarm = world.last_of("duty_manager");
    world.acknowledge(alarm, "duty_manager");
    if (is_over) world.perform(ClearAlarm{"worker_silent", "police"});
    (void)world.newly_told();
    world.decline(alarm, "duty_manager");
    EXPECT_EQ(world.acted().repeated(), is_over);
    EXPECT_EQ(world.look(alarm).open(), !is_over);
    EXPECT_EQ(world.newly_told(), is_over ? Names{} : Names{"team_manager"}) << "the first rung is who says no";
    EXPECT_FALSE(world.in_wrong_hands(alarm)) << "it says nothing of any child";
  }
}

TEST(WhatWasNeverTold, IsInNobodysHandsThoughSomebodySaysForThemThatItIsNotTheirs) {
  GivenBack world;
  world.disconnect("police");
  world.happens("child.arrived", "T-1");
  const NotificationId police{world.last_event(), 0};
  world.acknowledge(world.last_of("home_office"), "home_office");
  (void)world.newly_told();
  world.perform(Decline{1, police, {"Manager B", "duty manager", "", v1::MEANS_LOCAL, "local", ""}, "by telephone"});
  EXPECT_TRUE(world.acted().recorded());
  EXPECT_EQ(world.look(police).attempts, 0U);
  EXPECT_FALSE(world.in_wrong_hands(police));
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"}) << "nobody has it all the same";
}

TEST(ANoticeThatOnlyInforms, IsAnsweredWithoutEffectBeforeItArrives) {
  for (const bool accepts : {false, true}) {
    GivenBack world;
    world.missing("T-1");
    const NotificationId police = world.last_of("police");
    world.acknowledge(world.last_of("home_office"), "home_office");
    world.advance(15min);
    world.no_receipts_from("duty_manager");
    world.acknowledge(police, "police");
    const NotificationId notice = world.last_of("duty_manager");
    ASSERT_TRUE(world.look(notice).is(v1::NOTIFICATION_KIND_ANSWERED));
    ASSERT_TRUE(world.look(notice).open());
    (void)world.newly_told();
    const std::size_t climbed = world.count(v1::LedgerEntry::kEscalated);
    if (accepts)
      EXPECT_TRUE(world.acknowledge(notice, "duty_manager").repeated()) << "nobody asked for it";
    else
      world.decline(notice, "duty_manager");
    EXPECT_TRUE(world.acted().recorded());
    EXPECT_FALSE(world.acted().late());
    EXPECT_EQ(world.newly_told(), Names{});
    world.advance(24h);
    EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), climbed);
    EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 0U);
  }
}

TEST(ACallThatWasTaken, IsGivenBackToNobodyOnceItIsAnswered) {
  GivenBack world;
  world.missing("T-1");
  const NotificationId police = world.last_of("police");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(15min);
  const NotificationId call = world.last_of("duty_manager");
  world.acknowledge(call, "duty_manager");
  world.acknowledge(police, "police");
  (void)world.newly_told();
  world.decline(call, "duty_manager");
  EXPECT_FALSE(world.newly_told().contains("team_manager"));
  EXPECT_FALSE(world.ledger().back().declined().reopens());
}

}  // namespace
}  // namespace told::core::test
