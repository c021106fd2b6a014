// What would end a notification: a ladder, a call's ladder, or its delivery. Timers of what is over are swept, and
// those of what is open stay.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/on_duty.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Limbo, IsEmptyWhileANoticeThatAsksForNoAnswerWaitsForWhoeverIsAway) {
  World world;
  everybody_connects(world);
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(15min);
  world.disconnect("duty_manager");
  world.acknowledge(world.last_of("police"), "police");
  const auto& made = world.engine().state().event(world.last_event())->notifications;
  const Notification& notice = made[made.size() - 1];
  ASSERT_TRUE(notice.is(v1::NOTIFICATION_KIND_ANSWERED));
  ASSERT_TRUE(notice.open() && notice.to_deliver());
  EXPECT_THAT(world.engine().limbo(), IsEmpty());
  world.connect("duty_manager");
  EXPECT_EQ(notice.state, v1::NOTIFICATION_STATE_INFORMED);
  EXPECT_THAT(world.engine().limbo(), IsEmpty());
}

TEST(Limbo, IsFoundWhereAnEntryLeavesSomethingOpenThatNobodyIsToldOrCalledAbout) {
  World world;
  v1::LedgerEntry entry;
  entry.set_index(world.engine().state().next_index());
  entry.set_event(entry.index());
  entry.set_time_us(to_us(world.now()));
  for (const std::uint32_t slot : {0U, 1U, 2U}) {
    v1::Duty& duty = *entry.mutable_drill_started()->add_duties();
    duty.set_slot(slot);
    duty.set_recipient("police");
    duty.set_kind(v1::NOTIFICATION_KIND_TELL);
    duty.set_nobody_there(slot < 2);  // not even waiting for whoever is away
  }
  entry.mutable_drill_started()->mutable_duties(0)->set_deadline_us(to_us(world.now() + 1h));
  world.engine().replay(entry, nullptr, nullptr);
  EXPECT_THAT(world.engine().limbo(), ElementsAre(NotificationId{entry.index(), 0}, NotificationId{entry.index(), 1}));
}

TEST(Limbo, IsNotWhereATimerIsSetForWhatIsForgotten) {
  World world{small_policy(), 0};
  everybody_connects(world);
  world.happens("child.arrived", "T-1");
  const EntryIndex arrived = world.last_event();
  for (const char* who : {"police", "home_office"}) world.acknowledge(world.last_of(who), who);
  State& state = world.engine().state_for_restore();
  (void)state.take_changes();
  state.projected(state.next_index());
  ASSERT_EQ(state.event(arrived), nullptr);
  ASSERT_GT(world.engine().armed(), 0U);
  EXPECT_THAT(world.engine().limbo(), IsEmpty());
  world.advance(1h);
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), 0U);
}

TEST(TimersOfWhatIsOver, AreSweptWhereMostAreAndTheOthersStay) {
  constexpr int rules = 1000;
  constexpr int children = 66;
  auto policy = small_policy();
  for (int i = 0; i < rules; ++i) {
    Rule rule = policy->rules[2];
    rule.number = static_cast<std::uint32_t>(policy->rules.size() + 1);
    policy->rules.push_back(rule);
  }
  World world{policy, 0};
  std::vector<std::string> ids;
  for (int i = 0; i < children; ++i) {
    world.missing("T-" + std::to_string(i));
    ids.push_back(world.last_id());
  }
  const EntryIndex last = world.last_event();
  ASSERT_GT(world.engine().armed(), 65536U) << "all of which are of something open";
  world.correct(
      ids.back(),
      [](v1::EventCorrected& c) { c.mutable_child_missing()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH); },
      "T-" + std::to_string(children - 1));
  for (std::size_t i = 0; i < ids.size() / 2 + 3; ++i) {
    world.withdraw(ids[i], "T-" + std::to_string(i));
    State& state = world.engine().state_for_restore();
    if (i > 10) continue;
    (void)state.take_changes();
    state.projected(state.next_index());
  }
  ASSERT_GT(world.engine().armed(), 65536U);
  world.happens("child.arrived", "T-1000");
  EXPECT_LT(world.engine().armed(), 40'000U);
  EXPECT_THAT(world.engine().limbo(), IsEmpty());
  EXPECT_EQ(world.engine().next_due(), world.look({last, 0}).next) << "at the faster pace, five minutes on";
  EXPECT_EQ(world.engine().next_due(), world.now() + 5min);
}

TEST(ALadderThatWentUpSinceNobodyIsThere, IsNotBroughtForwardAgainByALaterOrder) {
  auto policy = policy_with_rotas({always("hub", {})});
  policy->rules[2].who = "hub";
  World world{policy};
  everybody_connects(world);
  world.missing("T-1");
  world.advance(0min);
  EXPECT_TRUE(world.newly_told().contains("duty_manager"));
  const std::size_t climbed = world.count(v1::LedgerEntry::kEscalated);
  world.perform(OrderScreen{1, world.last_event(), "barnardos", false, who_keeps_out, "an allegation"});
  world.advance(1min);
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), climbed);
  EXPECT_THAT(world.engine().limbo(), IsEmpty());
}

}  // namespace
}  // namespace told::core::test
