// An event in, those who must know told, and what they say to it.
#include <gtest/gtest.h>

#include <set>

#include "core/world.hpp"

namespace told::core::test {
namespace {

TEST(AnEvent, IsAcceptedWithAReceiptAndToldToEverybodyTheRulesName) {
  World world;
  world.connect("police");
  world.connect("home_office");
  const v1::PublishResult result = world.missing("T-1");
  EXPECT_EQ(result.verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_TRUE(from_reference(Named::event, result.receipt()));
  EXPECT_TRUE(from_reference(Named::case_, result.case_ref()));
  EXPECT_EQ(world.newly_told(), (Names{"police", "home_office"}));
}

TEST(AnEvent, IsDecidedOnTheRulesOfThePolicyInForceAndNotOfTheOneBefore) {
  World world;
  world.connect("police");
  world.connect("barnardos");
  world.missing("T-1");
  (void)world.newly_told();
  auto other = small_policy();
  other->rules[2].who = "barnardos";
  world.perform(AdoptPolicy{0, other, std::string(32, 'y')});
  world.missing("T-2");
  EXPECT_EQ(world.newly_told(), (Names{"barnardos"}));
}

TEST(APolicy, IsRecordedWithAllThatItWasReadFrom) {
  World world;
  auto other = small_policy();
  other->text = "format = 1";
  other->attachments = {{"holidays.json", "{}"}, {"closures.json", "[]"}};
  world.perform(AdoptPolicy{0, other, std::string(32, 'y')});
  const auto adopted = std::find_if(world.ledger().rbegin(), world.ledger().rend(),
                                    [](const v1::LedgerEntry& entry) { return entry.has_policy_adopted(); });
  ASSERT_NE(adopted, world.ledger().rend());
  EXPECT_EQ(adopted->policy_adopted().text(), other->text);
  EXPECT_EQ(adopted->policy_adopted().sha256(), std::string(32, 'y'));
  std::map<std::string, std::string> attached;
  for (const auto& each : adopted->policy_adopted().attachments()) attached[each.name()] = each.text();
  EXPECT_EQ(attached, other->attachments);
}

TEST(WhatIsOpenForTheUnnamed, IsCountedAndNothingOfThePreventStream) {
  World world;
  world.missing("T-1");
  world.happens("prevent.section36", "P-1");
  EXPECT_TRUE(world.engine().state().open_for_the_unnamed().empty());
  auto other = small_policy();
  std::erase_if(other->recipients, [](const Recipient& r) { return r.name == "police" || r.name == "panel"; });
  world.perform(AdoptPolicy{0, other, std::string(32, 'y')});
  EXPECT_EQ(world.engine().state().open_for_the_unnamed(), (std::map<std::string, std::size_t>{{"police", 1}}));
}

TEST(AnEvent, PublishedAgainIsADuplicateWithTheFirstReceiptAndTellsNobody) {
  World world;
  world.connect("police");
  v1::Event e;
  e.set_id("1");
  e.set_source("port");
  e.set_type("told.child.arrived.v1");
  e.set_subject("T-1");
  e.set_status(v1::STATUS_ACTUAL);
  e.mutable_child_arrived();
  const v1::PublishResult first = world.publish(e);
  (void)world.newly_told();
  const v1::PublishResult second = world.publish(e);
  EXPECT_EQ(second.verdict(), v1::VERDICT_DUPLICATE);
  EXPECT_EQ(second.receipt(), first.receipt());
  EXPECT_EQ(world.newly_told(), Names{});
}

TEST(AnEvent, ThatToldHasIsADuplicateThoughItsTimeLiesAheadSinceTheClockWasPutBackAndANewOneIsRefused) {
  World world;
  v1::Event e;
  e.set_id("1");
  e.set_source("port");
  e.set_type("told.child.missing.v1");
  e.set_subject("T-1");
  e.set_status(v1::STATUS_ACTUAL);
  e.mutable_child_missing();
  const v1::PublishResult first = world.publish(e);
  const auto ahead = std::make_shared<v1::Problem>();
  ahead->set_code("time_in_future");
  ahead->set_field("time");
  world.sleep(-24h * 600);
  const v1::PublishResult second = world.publish(e, "port", ahead);
  EXPECT_EQ(second.verdict(), v1::VERDICT_DUPLICATE);
  EXPECT_EQ(second.receipt(), first.receipt());
  e.set_id("2");
  const v1::PublishResult another = world.publish(e, "port", ahead);
  EXPECT_EQ(another.verdict(), v1::VERDICT_REFUSED);
  EXPECT_EQ(another.problem().field(), "time");
  EXPECT_EQ(world.count(v1::LedgerEntry::kRefused), 1U);
}

TEST(AnEvent, WithAUsedIdAndOtherContentIsRefusedAndTheRefusalIsRecorded) {
  World world;
  world.missing("T-1");
  v1::Event e;
  e.set_id("event-1");
  e.set_source("port");
  e.set_type("told.child.missing.v1");
  e.set_subject("T-2");
  e.set_status(v1::STATUS_ACTUAL);
  e.mutable_child_missing();
  const v1::PublishResult result = world.publish(e);
  EXPECT_EQ(result.verdict(), v1::VERDICT_REFUSED);
  EXPECT_EQ(result.problem().code(), "id_reused");
  EXPECT_EQ(world.ledger().back().refused().code(), "id_reused");
}

TEST(AnEvent, IsAskedForAgainLaterWhileStorageIsLowAndAcknowledgementsGoOn) {
  World world;
  world.connect("police");
  world.missing("T-1");
  const NotificationId id = world.last_of("police");
  world.perform(StorageLow{true});
  const v1::PublishResult later = world.missing("T-2");
  EXPECT_EQ(later.verdict(), v1::VERDICT_RETRY);
  EXPECT_EQ(later.retry_after_ms(), 5000U) << "as daemon/gateway/README.md says";
  EXPECT_TRUE(world.acknowledge(id, "police").recorded());
  world.perform(StorageLow{false});
  EXPECT_EQ(world.missing("T-2").verdict(), v1::VERDICT_ACCEPTED);
}

TEST(AnEvent, OfAnExerciseNeverReachesALiveRecipient) {
  World world;
  world.connect("police");
  v1::Event e;
  e.set_id("1");
  e.set_source("port");
  e.set_type("told.child.missing.v1");
  e.set_subject("T-1");
  e.set_status(v1::STATUS_EXERCISE);
  e.mutable_child_missing();
  EXPECT_EQ(world.publish(e).problem().code(), "no_exercise_recipient");
  EXPECT_EQ(world.newly_told(), Names{});
}

TEST(APreventReferral, ReachesThePanelOnlyAndIsACaseOfItsOwn) {
  World world;
  for (const char* who : {"police", "home_office", "panel", "duty_manager"}) world.connect(who);
  const v1::PublishResult missing = world.missing("T-1");
  (void)world.newly_told();
  v1::Event e;
  e.set_id("p1");
  e.set_source("port");
  e.set_type("told.prevent.section36.v1");
  e.set_subject("T-1");
  e.set_status(v1::STATUS_ACTUAL);
  e.mutable_prevent_section36();
  const v1::PublishResult prevent = world.publish(e);
  EXPECT_EQ(world.newly_told(), Names{"panel"});
  EXPECT_NE(prevent.case_ref(), missing.case_ref());
}

TEST(AnAcknowledgement, OfOneAgencyNeverSilencesAnothersLadder) {
  World world;
  for (const char* who : {"police", "home_office", "duty_manager"}) world.connect(who);
  world.missing("T-1");
  world.acknowledge(world.last_of("police"), "police");
  (void)world.newly_told();
  world.advance(15min);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
  EXPECT_EQ(world.ledger().back().head_case(), v1::LedgerEntry::kAttemptEnded);
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), 1U);  // the Home Office's, not the police's
}

TEST(AnAcknowledgement, AfterTheDeadlineIsKeptAndShownAsLate) {
  World world;
  world.connect("police");
  world.missing("T-1");
  world.advance(31min);
  const v1::AcknowledgementResult result = world.acknowledge(world.last_of("police"), "police");
  EXPECT_TRUE(result.recorded());
  EXPECT_TRUE(result.late());
  EXPECT_EQ(world.look(world.last_of("police")).state, v1::NOTIFICATION_STATE_ACKNOWLEDGED);
}

// The link was down, or so they say: told has called others meanwhile, and the entry keeps both times.
TEST(AnAcknowledgement, OfWhichToldHearsAfterTheDeadlineIsLateWhateverTheirClockSaysUnlessAPersonRangThemInTime) {
  for (const v1::Means means : {v1::MEANS_QUEUE, v1::MEANS_TELEPHONE}) {
    World world;
    world.connect("police");
    world.missing("T-1");
    Acknowledge said;
    said.notification = world.last_of("police");
    said.by.means = means;
    if (means == v1::MEANS_QUEUE) said.by.recipient = "police";
    said.said = world.now() + 5min;
    world.advance(31min);
    world.perform(said);
    EXPECT_EQ(world.look(said.notification).state, v1::NOTIFICATION_STATE_ACKNOWLEDGED);
    EXPECT_EQ(world.look(said.notification).late, means == v1::MEANS_QUEUE);
    EXPECT_EQ(world.look(said.notification).acknowledged, said.said);
  }
}

TEST(AnAcknowledgement, SaidToBeOfBeforeTheyWereToldIsRefusedButForAClockThatIsALittleBehind) {
  World world;
  world.connect("police");
  world.missing("T-1");
  const Instant told = world.now();
  Acknowledge said;
  said.notification = world.last_of("police");
  said.by.recipient = "police";
  said.reply_to = 1;
  said.said = told - 24h * 365;
  world.perform(said);
  EXPECT_EQ(world.acted().problem().code(), "time_before_told");
  EXPECT_EQ(world.acted().problem().field(), "at");
  EXPECT_TRUE(world.look(said.notification).open());
  said.said = told - 2min;
  world.perform(said);
  EXPECT_TRUE(world.acted().recorded());
  EXPECT_EQ(world.look(said.notification).acknowledged, told);
}

TEST(AnAcknowledgement, ThatComesTwiceIsRecordedTwiceAndChangesNothing) {
  World world;
  world.connect("police");
  world.missing("T-1");
  const NotificationId id = world.last_of("police");
  EXPECT_FALSE(world.acknowledge(id, "police").repeated());
  const Instant first = world.look(id).acknowledged;
  world.advance(1min);
  EXPECT_TRUE(world.acknowledge(id, "police").repeated());
  EXPECT_EQ(world.look(id).acknowledged, first);
}

TEST(AnAcknowledgement, SaidAgainAndAgainIsAnsweredAndDoesNotFillTheLedger) {
  World world;
  world.connect("police");
  world.missing("T-1");
  const NotificationId id = world.last_of("police");
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(world.acknowledge(id, "police").recorded());
  EXPECT_EQ(world.count(v1::LedgerEntry::kAcknowledged), 1U + repeats_kept);
}

TEST(AnAcknowledgement, OfSomebodyElsesNotificationIsRefusedAndRecorded) {
  World world;
  world.connect("police");
  world.missing("T-1");
  const v1::AcknowledgementResult result = world.acknowledge(world.last_of("police"), "home_office");
  EXPECT_FALSE(result.recorded());
  EXPECT_EQ(result.problem().code(), "unknown_notification");
  EXPECT_EQ(world.ledger().back().refused().code(), "not_yours");
  EXPECT_TRUE(world.look(world.last_of("police")).open());
}

TEST(AnAcknowledgement, RecordedFromATelephoneCallStopsThatAgencysLadder) {
  World world;
  for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
  world.missing("T-1");
  const NotificationId home_office = world.last_of("home_office");
  world.acknowledge(world.last_of("police"), "police");
  world.advance(16min);
  EXPECT_TRUE(world.record_call(home_office).recorded());
  (void)world.newly_told();
  world.advance(10h);
  EXPECT_EQ(world.newly_told(), Names{});
}

TEST(Refusals, AreKeptTwentyAnHourForAPartyAndTheRestAreCounted) {
  World world;
  for (int i = 0; i < 100; ++i) world.perform(RecordRefusal{"port", "missing_field", "subject"});
  EXPECT_EQ(world.count(v1::LedgerEntry::kRefused), 20U);
  world.advance(1h);
  world.perform(RecordRefusal{"port", "missing_field", "subject"});
  EXPECT_EQ(world.ledger().back().refused().uncounted(), 80U);
}

TEST(ALocatedChild, IsToldToEverybodyWhoWasToldOfTheMissingAndTheLaddersEnd) {
  World world;
  for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
  world.missing("T-1");
  world.advance(15min);
  (void)world.newly_told();
  world.located("T-1");
  Names stood_down;
  for (const Received& r : world.newly_received())
    if (r.kind == v1::NOTIFICATION_KIND_STAND_DOWN) stood_down.insert(r.recipient);
  EXPECT_EQ(stood_down, (Names{"police", "home_office", "duty_manager"}));
  for (const char* who : {"police", "home_office", "duty_manager"}) world.acknowledge(world.last_of(who), who);
  (void)world.newly_told();
  world.advance(24h);
  EXPECT_EQ(world.newly_told(), Names{});
}

TEST(ALocatedChild, MustBeAcknowledgedLikeTheMissingOne) {
  World world;
  for (const char* who : {"police", "home_office", "duty_manager"}) world.connect(who);
  world.missing("T-1");
  world.acknowledge(world.last_of("police"), "police");
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.located("T-1");
  world.acknowledge(world.last_of("police"), "police");
  (void)world.newly_told();
  world.advance(15min);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
}

TEST(ALocatedChild, OfAnotherCaseEndsNothing) {
  World world;
  for (const char* who : {"police", "home_office"}) world.connect(who);
  world.missing("T-1");
  const NotificationId police = world.last_of("police");
  world.located("T-2");
  EXPECT_TRUE(world.look(police).open());
}

TEST(ALocatedChild, FoundBeforeTheNewerEpisodeBeganDoesNotEndIt) {
  World world;
  for (const char* who : {"police", "home_office"}) world.connect(who);
  world.missing("T-1");
  const NotificationId police = world.last_of("police");
  v1::Event e;
  e.set_id("late-1");
  e.set_source("port");
  e.set_type("told.child.located.v1");
  e.set_subject("T-1");
  e.set_status(v1::STATUS_ACTUAL);
  e.mutable_time()->set_seconds(to_us(world.now()) / 1'000'000 - 3600);
  e.mutable_child_located();
  world.publish(e);
  EXPECT_TRUE(world.look(police).open());
  world.located("T-1");
  EXPECT_FALSE(world.look(police).open());
}

TEST(AnExercise, NeverEndsARealEpisodeEvenInTheSameCase) {
  auto policy = small_policy();
  policy->recipients.push_back({"training", "training", "generic", "zmq_queue", true});
  Rule rule = policy->rules[4];
  rule.number = static_cast<std::uint32_t>(policy->rules.size() + 1);
  rule.who = "training";
  policy->rules.push_back(rule);
  World world(policy);
  for (const char* who : {"police", "training"}) world.connect(who);
  world.missing("T-1");
  const NotificationId police = world.last_of("police");
  (void)world.newly_told();
  v1::Event e;
  e.set_id("x1");
  e.set_source("port");
  e.set_type("told.child.located.v1");
  e.set_subject("T-1");
  e.set_status(v1::STATUS_EXERCISE);
  e.mutable_time()->set_seconds(to_us(world.now()) / 1'000'000);
  e.mutable_child_located();
  EXPECT_EQ(world.publish(e).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(world.newly_told(), Names{"training"});
  EXPECT_TRUE(world.look(police).open());
}

TEST(AStandDown, ByHandTellsEverybodyWhoWasTold) {
  World world;
  for (const char* who : {"police", "home_office"}) world.connect(who);
  const v1::PublishResult missing = world.missing("T-1");
  (void)world.newly_told();
  const CaseNumber c = *from_reference(Named::case_, missing.case_ref());
  EXPECT_TRUE(world.stand_down(c).recorded());
  EXPECT_EQ(world.newly_told(), (Names{"police", "home_office"}));
  EXPECT_EQ(world.stand_down(c).problem().code(), "nothing_open");
}

// Who may read an entry is decided by the case and the event that it is of.
TEST(AnEntry, OfToldItselfIsOfNoCaseAndOfNoEvent) {
  World world;
  world.missing("T-1");
  world.connect("police");
  world.disconnect("police");
  world.perform(RecordRefusal{"police", "not_readable", ""});
  world.perform(ReplaceParties{});
  world.perform(StepClock{1h});
  world.perform(Stop{});
  world.restart();
  std::set<int> seen;
  for (const v1::LedgerEntry& entry : world.ledger())
    if (entry.has_policy_adopted() || entry.has_refused() || entry.has_parties_replaced() || entry.has_stopped() ||
        entry.has_session_changed() || entry.has_clock_stepped() || entry.has_started()) {
      seen.insert(entry.head_case());
      EXPECT_EQ(entry.case_number(), 0U) << entry.ShortDebugString();
      EXPECT_EQ(entry.event(), 0U) << entry.ShortDebugString();
    }
  EXPECT_EQ(seen.size(), 7U);
}

}  // namespace
}  // namespace told::core::test
