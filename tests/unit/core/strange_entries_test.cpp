// Entries that told itself would not write, figures at their end, and names that nobody knows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "core/on_duty.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

v1::LedgerEntry the_next_entry(World& world, EntryIndex event = 0) {
  v1::LedgerEntry entry;
  entry.set_index(world.engine().state().next_index());
  entry.set_time_us(to_us(world.now()));
  entry.set_event(event == 0 ? entry.index() : event);
  return entry;
}

TEST(AnEntry, WithoutWhatItCannotBeFoldedInWithoutIsAFault) {
  const auto is_fault = [](const std::function<void(v1::LedgerEntry&)>& fill) {
    World world;
    world.missing("T-1");
    v1::LedgerEntry entry = the_next_entry(world, world.last_event());
    fill(entry);
    EXPECT_THROW(world.engine().replay(entry, nullptr, nullptr), std::logic_error) << entry.ShortDebugString();
  };
  is_fault([](v1::LedgerEntry& e) { e.mutable_policy_adopted()->set_version(2); });
  is_fault([](v1::LedgerEntry& e) { e.mutable_event_accepted()->set_type("told.child.missing.v1"); });
  is_fault([](v1::LedgerEntry&) {});  // a head that a later version writes
  is_fault([](v1::LedgerEntry& e) { e.mutable_acknowledged()->set_slot(2); });
}

TEST(AnAlarm, AboutAPreventCaseIsOfThatStreamThoughItsEntryDoesNotSaySo) {
  World world;
  world.happens("prevent.section36", "T-1");
  const NotificationId about{world.last_event(), 0};
  v1::LedgerEntry entry = the_next_entry(world);
  entry.mutable_alarm_raised()->set_code("nobody_was_told");
  entry.mutable_alarm_raised()->set_party(to_reference(about));
  entry.mutable_alarm_raised()->set_notification(about.number());
  world.engine().replay(entry, nullptr, nullptr);
  const State& state = world.engine().state();
  EXPECT_TRUE(state.event(entry.index())->prevent);
  EXPECT_EQ(state.open_alarm("nobody_was_told", to_reference(about)), 0U);
  EXPECT_EQ(state.open_alarm("nobody_was_told", to_reference(about), true), entry.index());
}

TEST(TheRepeatsOfAnAnswer, AreCountedNoFurtherThanTheyAreKept) {
  World world;
  everybody_connects(world);
  world.missing("T-1");
  const NotificationId police = world.last_of("police");
  for (int i = 0; i <= repeats_kept; ++i) world.acknowledge(police, "police");
  ASSERT_EQ(world.look(police).repeats, repeats_kept);
  v1::LedgerEntry entry = world.ledger().back();
  ASSERT_TRUE(entry.acknowledged().repeated());
  entry.set_index(world.engine().state().next_index());
  world.engine().replay(entry, nullptr, nullptr);
  EXPECT_EQ(world.look(police).repeats, repeats_kept);
}

/// A notice to the police that has failed as often as can be counted.
struct WornOut {
  World world;
  Engine engine;
  NotificationId id;
  explicit WornOut(bool sent) {
    world.missing("T-1");
    id = {world.last_event(), 0};
    v1::EventRow row = world.engine().state().row(*world.engine().state().event(id.event));
    v1::NotificationRow& n = *row.mutable_notifications(0);
    n.set_failures(std::numeric_limits<std::uint16_t>::max());
    n.set_undelivered(std::numeric_limits<std::uint8_t>::max());
    n.set_refusals(std::numeric_limits<std::uint8_t>::max());
    n.set_attempts(attempts);
    n.set_in_flight(!sent);
    n.set_sent(sent);
    State& state = engine.state_for_restore();
    auto policy = std::make_shared<Policy>(*small_policy());
    policy->version = 1;
    state.restore_policy(policy);
    state.restore(row);
    state.restore_position(world.engine().state().next_index(), world.now());
    engine.finish_replay();
    perform(OpenSession{"duty_manager", 1});  // who is called about it
  }
  static constexpr std::uint32_t attempts = 70'000;
  void perform(Command c) { (void)engine.decide(std::move(c), world.now()); }
  [[nodiscard]] const Notification& notice() const { return *engine.state().notification(id); }
};

TEST(WhatFailed, AsOftenAsCanBeCountedIsTriedAgainAndCountedNoFurther) {
  WornOut worn{false};
  worn.perform(ended(worn.id, WornOut::attempts, v1::OUTCOME_UNKNOWN));
  EXPECT_EQ(worn.notice().failures, std::numeric_limits<std::uint16_t>::max());
  EXPECT_TRUE(worn.notice().to_deliver());
  ASSERT_EQ(worn.notice().attempts_of_call, std::numeric_limits<std::uint16_t>::max());
  worn.perform(OpenSession{"police", 2});
  worn.perform(Offer{"police", 2, 1});
  EXPECT_EQ(worn.notice().attempts, WornOut::attempts + 1);
  EXPECT_EQ(worn.notice().attempts_of_call, std::numeric_limits<std::uint16_t>::max());
  EXPECT_TRUE(worn.notice().in_flight);
}

TEST(WhatWasTakenAndRefusedLater, AsOftenAsCanBeCountedIsCountedNoFurther) {
  WornOut worn{true};
  worn.perform(ended(worn.id, WornOut::attempts, v1::OUTCOME_REFUSED));
  EXPECT_EQ(worn.notice().failures, std::numeric_limits<std::uint16_t>::max());
  EXPECT_EQ(worn.notice().undelivered, std::numeric_limits<std::uint8_t>::max());
  EXPECT_EQ(worn.notice().refusals, std::numeric_limits<std::uint8_t>::max());
  EXPECT_TRUE(worn.notice().dropped);
  EXPECT_TRUE(worn.notice().open()) << "its ladder goes on";
}

TEST(ANotice, ThatAsksForNoAnswerIsOverOnceItIsRefusedForGood) {
  World world;
  everybody_connects(world);
  world.missing("T-1");
  world.advance(15min);
  world.no_receipts_from("duty_manager");
  world.acknowledge(world.last_of("police"), "police");
  const NotificationId notice = world.last_of("duty_manager");
  ASSERT_TRUE(world.look(notice).is(v1::NOTIFICATION_KIND_ANSWERED));
  EndAttempt refused{notice, 1, v1::OUTCOME_REFUSED, "duty_manager", "webhook", "410", ""};
  refused.hopeless = true;
  world.perform(refused);
  EXPECT_EQ(world.look(notice).state, v1::NOTIFICATION_STATE_STOOD_DOWN);
  EXPECT_FALSE(world.look(notice).to_deliver());
  EXPECT_NE(open_alarm(world, "delivery_failing", "duty_manager"), nullptr);
}

TEST(AnEarlierCall, ThatArrivedHasArrivedThoughAnotherOfItsAttemptsFails) {
  auto policy = small_policy();
  policy->ladders["usual"].rungs.pop_back();
  for (const bool restarted : {false, true}) {
    World world{policy};
    everybody_connects(world);
    world.no_receipts_from("duty_manager");
    world.missing("T-1");
    const NotificationId police = world.last_of("police");
    world.acknowledge(world.last_of("home_office"), "home_office");
    world.advance(15min);
    const NotificationId call = world.last_of("duty_manager");
    world.disconnect("duty_manager");
    world.connect("duty_manager", 1);
    ASSERT_EQ(world.look(call).attempts, 2U);
    world.acknowledge(police, "police");
    world.decline(police, "police");  // the duty manager is called anew
    ASSERT_EQ(world.look(call).calls, 1U);
    const auto attempt_ended = [&](std::uint32_t attempt, v1::Outcome outcome) {
      world.perform(EndAttempt{call, attempt, outcome, "duty_manager", "webhook", "", ""});
    };
    attempt_ended(1, v1::OUTCOME_DELIVERED);
    ASSERT_TRUE(world.look(call).earlier_delivered);
    attempt_ended(2, v1::OUTCOME_UNKNOWN);
    EXPECT_TRUE(world.ledger().back().attempt_ended().earlier_call());
    EXPECT_EQ(world.ledger().back().attempt_ended().attempt(), 2U);
    if (restarted) world.restart();
    EXPECT_TRUE(world.look(call).earlier_delivered);
    EXPECT_FALSE(world.look(call).delivered) << "of the call that stands nobody knows";
  }
}

TEST(WhatIsOpenForTheUnnamed, IsCountedForThoseAloneWhomThePolicyDoesNotName) {
  Engine engine;
  engine.finish_replay();
  (void)engine.decide(OpenSession{"police", 1}, World{}.now());
  EXPECT_THAT(engine.state().open_for_the_unnamed(), IsEmpty()) << "there is no policy yet";

  auto policy = policy_with_rotas({always("hub", {})});
  policy->rules[2].who = "hub";
  World world{policy};
  everybody_connects(world);
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  EXPECT_THAT(world.engine().state().open_for_the_unnamed(), IsEmpty());
  policy = policy_with_rotas();
  std::erase_if(policy->recipients, [](const Recipient& r) { return r.name == "home_office"; });
  world.perform(AdoptPolicy{0, policy, std::string(32, 'y')});
  EXPECT_THAT(world.engine().state().open_for_the_unnamed(), ElementsAre(Pair("hub", 1U)));
}

TEST(APolicy, IsInForceByItsVersionInWhateverOrderTheyComeBack) {
  State state;
  for (const std::uint32_t version : {2U, 1U}) {
    auto policy = small_policy();
    policy->version = version;
    state.restore_policy(policy);
  }
  EXPECT_EQ(state.policy()->version, 2U);
  EXPECT_EQ(state.policy(1)->version, 1U);
  EXPECT_EQ(state.policy(3), nullptr);
  EXPECT_TRUE(state.recipient_id("police").has_value());
  EXPECT_FALSE(state.recipient_id("nobody").has_value());
}

TEST(AnAnswer, ForANotificationThatItsEventDoesNotHaveIsRefused) {
  World world;
  everybody_connects(world);
  world.missing("T-1");
  EXPECT_EQ(world.record_call({world.last_event(), 2}).problem().code(), "unknown_notification");
  EXPECT_EQ(world.count(v1::LedgerEntry::kAcknowledged), 0U);
}

TEST(AStop, AndOtherPartiesAreInTheLedgerAndChangeNothing) {
  World world;
  everybody_connects(world);
  world.missing("T-1");
  world.perform(ReplaceParties{});
  EXPECT_TRUE(world.ledger().back().has_parties_replaced());
  world.perform(Stop{});
  EXPECT_TRUE(world.ledger().back().has_stopped());
  world.restart();
  EXPECT_TRUE(world.look({world.last_event(), 0}).open());
  EXPECT_THAT(world.engine().limbo(), IsEmpty());
}

TEST(APersonsName, ThatNobodyCouldReadIsRecordedAsThat) {
  World world;
  everybody_connects(world);
  world.missing("T-1");
  const Actor unreadable{"\xff\xfe", "duty officer", "", v1::MEANS_TELEPHONE, "local", ""};
  const Decision decided = world.engine().decide(
      Acknowledge{1, world.last_of("police"), unreadable, world.now(), "by telephone"}, world.now());
  ASSERT_NE(decided.entries.front().body, nullptr);
  EXPECT_EQ(decided.entries.front().body->person().name(), "(not UTF-8)");
  EXPECT_EQ(decided.entries.front().body->person().role(), "duty officer");
}

TEST(AReading, SaysWhoReadAndWhyWhereEitherWasAskedFor) {
  World world;
  const auto body = [&](const std::string& name, const std::string& reason) {
    Decision decided = world.engine().decide(
        NoteReading{0, v1::READING_CASE, {name, "", "", v1::MEANS_LOCAL, "local", ""}, reason}, world.now());
    return std::move(decided.entries.front().body);
  };
  EXPECT_EQ(body("", ""), nullptr);
  EXPECT_EQ(body("Officer R", "")->person().name(), "Officer R");
  EXPECT_EQ(body("", "a subject access request")->note(), "a subject access request");
}

}  // namespace
}  // namespace told::core::test
