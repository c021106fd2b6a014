// While nobody has acknowledged, somebody else is called; a ladder never falls silent.
#include <gtest/gtest.h>

#include <set>

#include "core/world.hpp"

namespace told::core::test {
namespace {

struct Night : World {
  Night() {
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) connect(who);
  }
};

TEST(ALadder, CallsTheDutyManagerAtItsTimeAndNotBeforeAndOnce) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  (void)world.newly_told();
  world.advance(15min - 1us);
  EXPECT_EQ(world.newly_told(), Names{});
  world.advance(1us);
  EXPECT_EQ(world.newly_received().size(), 1U);
  world.advance(14min);
  EXPECT_EQ(world.newly_told(), Names{});
}

TEST(ALadder, GoesFasterForAHighRisk) {
  Night world;
  world.missing("T-1", v1::RISK_GRADE_HIGH);
  (void)world.newly_told();
  world.advance(5min);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
}

TEST(ALadder, ThatIsExhaustedRepeatsItsLastRungAndRaisesNobodyWasTold) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(30min);
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 0U);
  (void)world.newly_told();
  world.advance(30min);
  EXPECT_TRUE(world.newly_told().contains("team_manager"));
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
  world.advance(30min);
  EXPECT_TRUE(world.newly_told().contains("team_manager"));
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
}

TEST(ACallThatRepeats, IsMarkedAsACallAndNotAsARedelivery) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(30min);
  const NotificationId call = world.last_of("team_manager");
  EXPECT_EQ(world.look(call).calls, 0);
  world.advance(30min);
  EXPECT_EQ(world.last_of("team_manager").event != 0, true);
  EXPECT_EQ(world.look(call).calls, 1);
}

TEST(NobodyWasTold, IsClosedByANamedPersonOnly) {
  Night world;
  world.missing("T-1");
  const NotificationId police = world.last_of("police");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(60min);
  const EntryIndex alarm = world.engine().state().open_alarm("nobody_was_told", to_reference(police));
  ASSERT_NE(alarm, 0U);
  world.acknowledge(police, "police");
  EXPECT_NE(world.engine().state().open_alarm("nobody_was_told", to_reference(police)), 0U);
  EXPECT_TRUE(world.close_alarm(alarm).recorded());
  EXPECT_EQ(world.engine().state().open_alarm("nobody_was_told", to_reference(police)), 0U);
}

TEST(ADeclinedNotification, GoesUpOneRungAtOnceAndTheLadderGoesOn) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  (void)world.newly_told();
  world.decline(world.last_of("police"), "police");
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  world.advance(30min);
  EXPECT_EQ(world.newly_told(), Names{"team_manager"});
}

TEST(AnAnsweredNotification, IsToldToThoseWhomTheLadderHadCalled) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.advance(15min);
  (void)world.newly_received();
  world.acknowledge(world.last_of("police"), "police");
  const auto received = world.newly_received();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].recipient, "duty_manager");
  EXPECT_EQ(received[0].kind, v1::NOTIFICATION_KIND_ANSWERED);
  EXPECT_TRUE(world.engine().limbo().empty());
}

/// A child arrived, or will have by the port's clock, so long from now.
void arrives(World& world, std::chrono::seconds from_now) {
  world.happens("child.arrived", "T-1",
                [&](v1::Event& e) { e.mutable_time()->set_seconds(e.time().seconds() + from_now.count()); });
  (void)world.newly_told();
}

TEST(AnEventToldLate, CallsOneRungAtOnceAndTheNextAfterTheirDistance) {
  Night world;
  arrives(world, -24h);
  world.advance(0s);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  world.advance(15min);
  EXPECT_EQ(world.newly_told(), Names{"team_manager"});
}

// The wall clock was put right by an hour while told ran: the port goes by the new time, and told by its own.
TEST(AnEventFromAhead, IsChasedFromTheMomentInWhichItWasHeard) {
  Night world;
  arrives(world, 1h);
  world.advance(15min - 1s);
  EXPECT_EQ(world.newly_told(), Names{});
  world.advance(1s);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  EXPECT_EQ(world.look(world.last_of("police")).deadline, world.look(world.last_of("police")).made + 30min);
}

TEST(AStoppedTimer, NeverFiresHoweverLateAndWhateverRestartedInBetween) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("police"), "police");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.restart();
  (void)world.newly_told();
  world.advance(24h * 100);
  EXPECT_EQ(world.newly_told(), Names{});
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), 0U);
}

TEST(ATimerThatFellDueWhileTheDaemonWasDown, FiresAtTheStart) {
  Night world;
  world.missing("T-1");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.restart();
  world.connect("duty_manager");
  (void)world.newly_told();
  world.advance(15min);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
}

TEST(AnAlarm, IsRaisedOnceToldAndOverWhenItsCauseGoesAway) {
  Night world;
  (void)world.newly_told();
  world.perform(RaiseAlarm{"worker_silent", "police"});
  world.perform(RaiseAlarm{"worker_silent", "police"});
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  world.perform(ClearAlarm{"worker_silent", "police"});
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  world.advance(24h);
  EXPECT_EQ(world.newly_told(), Names{});
}

TEST(AnAlarm, ThatAnExercisesDeskIsSilentIsRaisedForNobody) {
  auto p = small_policy();
  p->recipients.push_back({"police_exercise", "police_exercise", "generic", "zmq_queue", true});
  World world{p};
  world.perform(RaiseAlarm{"worker_silent", "police_exercise"});
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 0U);
  world.perform(RaiseAlarm{"worker_silent", "police"});
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
}

// Whoever is called shows a call again only where its number is higher.
TEST(ALadder, ThatRepeatsForDaysCallsUnderANewNumberEachTime) {
  for (const int restarted : {0, 1, 2}) {
    Night world;
    world.missing("T-1");
    world.advance(15min);
    world.advance(15min);
    world.advance(300 * 30min);
    world.restart_as(restarted);
    std::uint32_t calls = 0;
    for (const auto& [index, event] : world.engine().state().events())
      for (const Notification& n : event.notifications) calls = std::max(calls, n.calls);
    EXPECT_GT(calls, 255U);
  }
}

TEST(AnAlarmThatNobodyAnswers, RepeatsAndRaisesNoAlarmAboutItself) {
  Night world;
  world.perform(RaiseAlarm{"worker_silent", "police"});
  world.advance(10h);
  EXPECT_EQ(world.count(v1::LedgerEntry::kAlarmRaised), 1U);
  EXPECT_GT(world.count(v1::LedgerEntry::kEscalated), 15U);
}

TEST(EveryOpenNotification, HasALadderOrADeliveryAfterADayOfSilence) {
  Night world;
  for (int i = 0; i < 20; ++i) world.missing("T-" + std::to_string(i));
  for (int hour = 0; hour < 24; ++hour) {
    world.advance(1h);
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

/// After 5 minutes whoever is silent is told again; at 15 the duty manager is called, and their deputy.
std::shared_ptr<Policy> policy_that_tells_again() {
  auto p = small_policy();
  Rung again{5min, {}};
  again.again = true;
  std::vector<Rung>& rungs = p->ladders["usual"].rungs;
  rungs.insert(rungs.begin(), again);
  rungs[1].deputy = true;
  for (Recipient& r : p->recipients)
    if (r.name == "police") r.deputy = "barnardos";
  return p;
}

struct Again : World {
  explicit Again(std::shared_ptr<Policy> policy) : World(std::move(policy)) {
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager", "barnardos"}) connect(who);
  }
  NotificationId silent_police() {
    missing("T-1");
    acknowledge(last_of("home_office"), "home_office");
    (void)newly_received();
    return last_of("police");
  }
  [[nodiscard]] const v1::Escalated& last_call() const {
    for (auto it = ledger().rbegin(); it != ledger().rend(); ++it)
      if (it->has_escalated()) return it->escalated();
    throw std::logic_error("nobody was called");
  }
};

TEST(ARungThatTellsAgain, TellsTheSilentRecipientTheSameAgainAndNobodyElse) {
  Again world{policy_that_tells_again()};
  const NotificationId police = world.silent_police();
  const Instant deadline = world.look(police).deadline;
  world.advance(5min);
  const auto received = world.newly_received();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].id, police);
  EXPECT_EQ(received[0].attempt, 2U);
  EXPECT_EQ(world.look(police).deadline, deadline);
  EXPECT_FALSE(world.last_call().by_second_channel());
  world.acknowledge(police, "police");
  world.advance(24h);
  EXPECT_EQ(world.newly_told(), Names{});
}

TEST(ARungThatTellsAgain, GoesByTheSecondChannelWhereThereIsOneAndStaysThereAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    auto policy = policy_that_tells_again();
    policy->ladders["usual"].rungs.pop_back();
    policy->ladders["usual"].rungs.pop_back();  // and so it is the last rung, too
    policy->ladders["usual"].repeat_last = 20min;
    for (Recipient& r : policy->recipients)
      if (r.name == "police") r.second = SecondChannel{"smtp", 0, 6h};
    Again world{policy};
    world.connect_second("police");
    const NotificationId police = world.silent_police();
    world.advance(5min);
    EXPECT_TRUE(world.last_call().by_second_channel());
    if (world.restart_as(restarted)) {
      world.connect("police");
      world.connect_second("police");
    }
    world.advance(20min);
    std::vector<std::uint32_t> channels;
    for (const v1::LedgerEntry& e : world.ledger())
      if (e.has_attempt_intended() && e.event() == police.event && e.attempt_intended().slot() == police.slot)
        channels.push_back(e.attempt_intended().channel());
    EXPECT_EQ(channels, (std::vector<std::uint32_t>{1, 1}));  // the first went with the event itself, by the first
    EXPECT_TRUE(world.engine().limbo().empty());
  }
}

TEST(ARungThatTellsAgain, WaitsForASecondChannelThatIsDownNoLongerThanForTheFirst) {
  auto policy = policy_that_tells_again();
  for (Recipient& r : policy->recipients)
    if (r.name == "police") r.second = SecondChannel{"smtp", 0, 6h};
  Again world{policy};  // and the second channel cannot be used
  const NotificationId police = world.silent_police();
  world.advance(15min);
  EXPECT_TRUE(world.newly_told().contains("duty_manager"));
  world.connect_second("police");
  world.advance(1s);
  EXPECT_EQ(world.last_of("police"), police);
}

TEST(ARungThatCallsTheDeputy, CallsTheSilentRecipientsOwn) {
  Again world{policy_that_tells_again()};
  const NotificationId police = world.silent_police();
  world.advance(5min);
  (void)world.newly_told();
  world.advance(10min);
  EXPECT_EQ(world.newly_told(), (Names{"duty_manager", "barnardos"}));
  world.acknowledge(police, "police");
  world.missing("T-2");
  world.acknowledge(world.last_of("police"), "police");
  world.advance(5min);
  (void)world.newly_told();
  world.advance(10min);
  EXPECT_EQ(world.newly_told(), (Names{"duty_manager"}));  // the Home Office names no deputy
}

TEST(ARungThatTellsAgain, IsPassedOverForWhoeverHasSaidThatItIsNotTheirs) {
  Again world{policy_that_tells_again()};
  const NotificationId police = world.silent_police();
  world.decline(police, "police");
  EXPECT_EQ(world.newly_told(), (Names{"duty_manager", "barnardos"}));
  world.advance(24h);
  EXPECT_FALSE(world.newly_told().contains("police"));
}

TEST(ARung, WithAQuorumHoldsTheLadderOnceEnoughHaveTakenTheCall) {
  auto policy = policy_with_clocks();
  policy->ladders["usual"].rungs[0].who = {"duty_manager", "panel", "barnardos"};
  policy->ladders["usual"].rungs[0].quorum = 2;
  policy->rules.erase(policy->rules.begin() + 3);  // the Home Office is not told
  for (std::size_t i = 0; i < policy->rules.size(); ++i) policy->rules[i].number = static_cast<std::uint32_t>(i + 1);
  World world{policy};
  for (const char* who : {"police", "panel", "barnardos", "duty_manager", "team_manager"}) world.connect(who);
  world.missing("T-1");
  world.advance(15min);
  world.acknowledge(world.last_of("duty_manager"), "duty_manager");
  world.acknowledge(world.last_of("panel"), "panel");
  (void)world.newly_told();
  world.advance(15min);
  EXPECT_EQ(world.newly_told(), (Names{"panel", "barnardos", "duty_manager"}));  // once more, and nobody above
  // Those who took the call take it again, or the ladder goes up: it holds, and does not fall silent.
  world.advance(30min);
  EXPECT_TRUE(world.newly_told().contains("team_manager"));
}

TEST(ARung, WithAQuorumThatIsNotReachedGoesUp) {
  auto policy = policy_with_clocks();
  policy->ladders["usual"].rungs[0].who = {"duty_manager", "panel", "barnardos"};
  policy->ladders["usual"].rungs[0].quorum = 2;
  World world{policy};
  for (const char* who : {"police", "panel", "barnardos", "duty_manager", "team_manager"}) world.connect(who);
  world.missing("T-1");
  world.advance(15min);
  world.acknowledge(world.last_of("duty_manager"), "duty_manager");
  world.advance(15min);
  EXPECT_TRUE(world.newly_told().contains("team_manager"));
}

TEST(ACall, ThatIsMadeAgainIsRecordedAsAboutWhatItWasAboutBefore) {
  World world;
  for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
  world.happens("child.arrived", "T-1");
  const EntryIndex event = world.last_event();
  world.acknowledge({event, 0}, "police");
  world.advance(24h);
  int again = 0;
  std::set<Slot> called;
  for (const v1::LedgerEntry& entry : world.ledger())
    for (const v1::Duty& duty : entry.escalated().duties())
      if (entry.event() == event && duty.kind() == v1::NOTIFICATION_KIND_ESCALATION) {
        EXPECT_EQ(duty.about_slot(), 1U) << "the police have answered, the Home Office has not";
        if (!called.insert(static_cast<Slot>(duty.slot())).second) ++again;
      }
  EXPECT_GT(again, 0);
}

}  // namespace
}  // namespace told::core::test
