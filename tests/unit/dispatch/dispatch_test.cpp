#include "dispatch/dispatch.hpp"

#include <gtest/gtest.h>

#include "core/engine.hpp"
#include "core/reference.hpp"
#include "dispatch/event_cache.hpp"

namespace told::dispatch {
namespace {

/// Keeps what it is given, and reports when it is told to.
class RecordingCarrier : public carriers::Carrier {
 public:
  explicit RecordingCarrier(const char* name = "zmq_queue") : name_(name) {}
  [[nodiscard]] const char* name() const override { return name_; }
  [[nodiscard]] bool goes_out() const override { return std::string_view{name_} != "zmq_queue"; }
  void replace_ways(const std::vector<carriers::Way>&) override {}
  void send(carriers::Parcel parcel) override { sent.push_back(std::move(parcel)); }
  void report(const carriers::Parcel& parcel, v1::Outcome outcome) {
    report_({parcel.recipient, parcel.notification, parcel.attempt, outcome, "receipt"});
  }
  void report_late(const carriers::Parcel& parcel, v1::Outcome outcome) {
    carriers::Report report{parcel.recipient, parcel.notification, parcel.attempt, outcome, "receipt"};
    report.late = true;
    report_(report);
  }
  std::vector<carriers::Parcel> sent;

 private:
  const char* name_;
};

struct Room : testing::Test {
  Room()
      : dispatch(
            engine.state(),
            [this](core::EntryIndex) {
              ++reads;
              return stored;
            },
            [](core::CaseNumber c, const std::string& recipient) { return recipient + " knows " + std::to_string(c); },
            [this](core::Command c) { commands.push_back(std::move(c)); }) {
    dispatch.add_carrier(carrier);
    auto policy = std::make_shared<core::Policy>();
    policy->recipients.push_back({"police", "Police", "police", "zmq_queue", false});
    core::Rule rule;
    rule.number = 1;
    rule.when = "child.missing";
    rule.who = "police";
    rule.fields = {"child.name"};
    rule.within[0] = rule.within[1] = std::chrono::minutes{30};
    policy->rules.push_back(rule);
    (void)engine.decide(core::Start{"test", "test"}, {});
    (void)engine.decide(core::AdoptPolicy{0, policy, std::string(32, 'x')}, {});
    (void)engine.decide(core::OpenSession{"police", 1}, {});
    (void)engine.decide(core::Offer{"police", 1, 10}, {});

    auto event = std::make_shared<v1::Event>();
    event->set_type("told.child.missing.v1");
    event->set_status(v1::STATUS_ACTUAL);
    event->mutable_child_missing()->mutable_child()->mutable_name()->set_given("child A");
    event->mutable_child_missing()->mutable_missing()->set_clothing("blue coat");
    stored = event;
    core::Publish publish;
    publish.event = event;
    for (core::Effect& effect : engine.decide(std::move(publish), {}).effects)
      if (auto* t = std::get_if<core::Transmit>(&effect)) transmit = *t;
  }

  core::Engine engine;
  RecordingCarrier carrier;
  std::vector<core::Command> commands;
  std::shared_ptr<const v1::Event> stored;
  int reads = 0;
  core::Transmit transmit;
  Dispatch dispatch;
};

TEST_F(Room, HandsTheCarrierTheAgencysMessageWithTheAllowedFieldsOnly) {
  dispatch.perform(transmit);
  ASSERT_EQ(carrier.sent.size(), 1U);
  const v1::Delivery& d = carrier.sent[0].delivery;
  EXPECT_EQ(d.notification(), core::to_reference(transmit.notification));
  EXPECT_EQ(d.police_missing().child().name().given(), "child A");
  EXPECT_FALSE(d.police_missing().has_missing());
}

TEST_F(Room, ReportsTheOutcomeWithTheDigestOfExactlyWhatWasSent) {
  dispatch.perform(transmit);
  carrier.report(carrier.sent[0], v1::OUTCOME_DELIVERED);
  ASSERT_EQ(commands.size(), 1U);
  const auto& end = std::get<core::EndAttempt>(commands[0]);
  EXPECT_EQ(end.outcome, v1::OUTCOME_DELIVERED);
  EXPECT_EQ(end.content_sha256.size(), 32U);
  EXPECT_EQ(end.carrier, "zmq_queue");
}

TEST_F(Room, SendsOverTheSecondChannelByItsCarrierWithTheCheckpointAndTheLink) {
  RecordingCarrier mail{"smtp"};
  dispatch.add_carrier(mail);
  auto policy = std::make_shared<core::Policy>(*engine.state().policy());
  policy->recipients[0].second = core::SecondChannel{"smtp", 1, {}};
  (void)engine.decide(core::AdoptPolicy{0, policy, std::string(32, 'x')}, {});
  dispatch.checkpoint("note");
  dispatch.link_by([](const core::Transmit& t) { return "link for " + t.recipient; });
  transmit.channel = 1;
  dispatch.perform(transmit);
  EXPECT_TRUE(carrier.sent.empty());
  ASSERT_EQ(mail.sent.size(), 1U);
  EXPECT_EQ(mail.sent[0].checkpoint, "note");
  EXPECT_EQ(mail.sent[0].link, "link for police");
  EXPECT_EQ(mail.sent[0].delivery.message_case(), v1::Delivery::MESSAGE_NOT_SET) << "a mail says that something waits";
  EXPECT_FALSE(mail.sent[0].form.has_value()) << "and nothing besides, unless the policy says so";
}

TEST_F(Room, GivesAMailTheFormWhereThePolicySaysThatTheMailboxMayHaveItAndNoOtherCarrier) {
  RecordingCarrier mail{"smtp"}, text_message{"notify"};
  dispatch.add_carrier(mail);
  dispatch.add_carrier(text_message);
  for (const char* by : {"smtp", "notify"}) {
    auto policy = std::make_shared<core::Policy>(*engine.state().policy());
    policy->recipients[0].carrier = by;
    policy->recipients[0].form_by_mail = core::FormByMail{};
    (void)engine.decide(core::AdoptPolicy{0, policy, std::string(32, by[0])}, {});
    dispatch.perform(transmit);
  }
  ASSERT_EQ(text_message.sent.size(), 1U);
  EXPECT_FALSE(text_message.sent[0].form.has_value());
  ASSERT_EQ(mail.sent.size(), 1U);
  EXPECT_EQ(mail.sent[0].delivery.message_case(), v1::Delivery::MESSAGE_NOT_SET) << "the words stay as they are";
  ASSERT_TRUE(mail.sent[0].form.has_value());
  EXPECT_TRUE(mail.sent[0].form->sealed);
  for (const std::string& form : {mail.sent[0].form->text, mail.sent[0].form->json}) {
    EXPECT_NE(form.find("child A"), std::string::npos) << form;
    EXPECT_EQ(form.find("blue coat"), std::string::npos) << "what the rule does not name stays here";
  }
  mail.report(mail.sent[0], v1::OUTCOME_SENT);
  const std::string with_form = std::get<core::EndAttempt>(commands.back()).content_sha256;
  text_message.report(text_message.sent[0], v1::OUTCOME_SENT);
  EXPECT_NE(std::get<core::EndAttempt>(commands.back()).content_sha256, with_form) << "the digest is of what was told";
}

TEST_F(Room, ReadsTheEventBackOnceWhereItIsNotRemembered) {
  dispatch.perform(transmit);
  dispatch.perform(transmit);
  EXPECT_EQ(reads, 1);
}

TEST_F(Room, SaysSoWhereTheEventWasErased) {
  stored = nullptr;
  dispatch.perform(transmit);
  EXPECT_TRUE(carrier.sent.empty());
  ASSERT_FALSE(commands.empty());
  EXPECT_EQ(std::get<core::EndAttempt>(commands[0]).outcome, v1::OUTCOME_REFUSED);
  EXPECT_EQ(std::get<core::EndAttempt>(commands[0]).code, "unreadable");
}

// The carrier heard nothing of it, and so will never ask for the next one in its place.
TEST_F(Room, GivesTheCreditBackOfWhatItCouldNotWordSoThatTheNextOneGoes) {
  auto other = std::make_shared<v1::Event>(*stored);
  core::Publish publish;
  publish.event = other;
  publish.prints.identity[0] = publish.prints.subject[0] = std::byte{1};
  (void)engine.decide(core::LoseSession{"police", 1}, {});
  (void)engine.decide(core::OpenSession{"police", 2, 0, false}, {});  // one at a time
  core::Decision first = engine.decide(core::Offer{"police", 2, 1}, {});
  (void)engine.decide(std::move(publish), {});
  transmit = std::get<core::Transmit>(first.effects.at(0));
  stored = nullptr;
  dispatch.perform(transmit);
  std::vector<core::Transmit> next;
  for (core::Command& command : commands)
    for (core::Effect& effect : engine.decide(std::move(command), {}).effects)
      if (auto* t = std::get_if<core::Transmit>(&effect)) next.push_back(*t);
  ASSERT_EQ(next.size(), 1U);
  EXPECT_NE(next[0].notification, transmit.notification);
}

TEST_F(Room, LetsTheWayRestBeforeTheEngineHearsThatWhatWasTakenDidNotArrive) {
  std::vector<std::size_t> commands_before;
  dispatch.on_ended([&](const std::string&, const carriers::Report&) { commands_before.push_back(commands.size()); });
  dispatch.perform(transmit);
  carrier.report(carrier.sent.at(0), v1::OUTCOME_SENT);
  carrier.report_late(carrier.sent.at(0), v1::OUTCOME_DEFERRED);
  EXPECT_EQ(commands_before, (std::vector<std::size_t>{1, 1})) << "after an end, and before a late one";
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_FALSE(std::get<core::EndAttempt>(commands[0]).late);
  EXPECT_TRUE(std::get<core::EndAttempt>(commands[1]).late);
}

TEST_F(Room, SaysSoWhereThePolicyNoLongerKnowsTheRecipient) {
  transmit.recipient = "nobody";
  dispatch.perform(transmit);
  EXPECT_EQ(std::get<core::EndAttempt>(commands.at(0)).code, "no_such_recipient");
}

/// Publishes `amending` about the event of the room, and gives what is to be sent of it.
core::Transmit amended(Room& room, std::shared_ptr<v1::Event> amending) {
  amending->set_status(v1::STATUS_ACTUAL);
  core::Publish publish;
  publish.event = amending;
  publish.prints.identity[0] = std::byte{1};  // another event; what it supersedes is the room's, whose print is zero
  core::Transmit found;
  for (core::Effect& effect : room.engine.decide(std::move(publish), {}).effects)
    if (auto* t = std::get_if<core::Transmit>(&effect)) found = *t;
  room.dispatch.remember(room.transmit.notification.event, room.stored);
  room.dispatch.remember(found.notification.event, amending);
  return found;
}

TEST_F(Room, WordsACorrectionUnderTheEarlierRuleWithTheReferenceOfWhatWasTold) {
  auto event = std::make_shared<v1::Event>();
  event->set_type("told.event.corrected.v1");
  event->mutable_event_corrected()->set_reason("misheard");
  auto& data = *event->mutable_event_corrected()->mutable_child_missing();
  data.mutable_child()->mutable_name()->set_given("child B");
  data.mutable_missing()->set_clothing("green coat");
  const core::Transmit correction = amended(*this, event);
  ASSERT_EQ(correction.kind, v1::NOTIFICATION_KIND_CORRECTION);
  dispatch.perform(correction);
  ASSERT_EQ(carrier.sent.size(), 1U);
  const v1::Delivery& d = carrier.sent[0].delivery;
  EXPECT_EQ(d.correction().notification(), core::to_reference(transmit.notification));
  ASSERT_EQ(d.correction().changed_size(), 1);
  EXPECT_EQ(d.correction().changed(0), "child.name.given");
  EXPECT_EQ(d.police_missing().child().name().given(), "child B");
  EXPECT_FALSE(d.police_missing().has_missing());
}

TEST_F(Room, WordsAWithdrawalWithTheReferenceOfWhatIsToBeDeletedAndNothingElse) {
  auto event = std::make_shared<v1::Event>();
  event->set_type("told.event.withdrawn.v1");
  event->mutable_event_withdrawn()->set_reason("the wrong child");
  dispatch.perform(amended(*this, event));
  ASSERT_EQ(carrier.sent.size(), 1U);
  const v1::Delivery& d = carrier.sent[0].delivery;
  EXPECT_EQ(d.withdrawal().notification(), core::to_reference(transmit.notification));
  EXPECT_EQ(d.SerializeAsString().find("wrong child"), std::string::npos);
}

// Calls, duties, answers, alarms, later truths about whose case it is, and what is told to somebody who has no rule.
TEST_F(Room, ShowsNothingOfTheEventInAnyKindThatARuleDoesNotAllowFieldsIn) {
  const auto& kinds = *v1::NotificationKind_descriptor();
  for (int i = 0; i < kinds.value_count(); ++i) {
    const auto kind = static_cast<v1::NotificationKind>(kinds.value(i)->number());
    if (kind == v1::NOTIFICATION_KIND_UNSPECIFIED || kind == v1::NOTIFICATION_KIND_CORRECTION) continue;
    core::Transmit t = transmit;
    t.kind = kind;
    t.rule = 0;
    t.about_recipient = "police";
    t.about = t.notification;
    t.amends = t.notification.event;
    t.alarm_code = "nobody_was_told";
    t.alarm_party = "N-1";
    carrier.sent.clear();
    dispatch.perform(t);
    ASSERT_EQ(carrier.sent.size(), 1U) << kinds.value(i)->name();
    const std::string bytes = carrier.sent[0].delivery.SerializeAsString();
    for (const char* said : {"child A", "blue coat"})
      EXPECT_EQ(bytes.find(said), std::string::npos) << kinds.value(i)->name();
  }
}

TEST_F(Room, SaysOfAnAlarmThatItHasHappenedAgainWhereItHas) {
  for (const bool again : {false, true}) {
    core::Transmit t = transmit;
    t.kind = v1::NOTIFICATION_KIND_ALARM;
    t.alarm_code = "storage_low";
    t.alarm_again = again;
    carrier.sent.clear();
    dispatch.perform(t);
    ASSERT_EQ(carrier.sent.size(), 1U);
    EXPECT_EQ(carrier.sent[0].delivery.alarm().text().starts_with("It has happened again. "), again);
  }
}

TEST_F(Room, SaysOfAnAlarmWhoseItIs) {
  const auto said = [&](const std::string& code, const std::string& party, bool kept_out) {
    core::Transmit t = transmit;
    t.kind = v1::NOTIFICATION_KIND_ALARM;
    t.alarm_code = code;
    t.alarm_party = party;
    t.alarm_kept_out = kept_out;
    t.about = t.notification;
    t.about_recipient = "police";
    carrier.sent.clear();
    dispatch.perform(t);
    return carrier.sent.at(0).delivery.alarm().text();
  };
  const std::string about = core::to_reference(transmit.notification);
  const std::string waits = said("nobody_was_told", about, false);
  EXPECT_TRUE(waits.starts_with("Nobody has answered for Police")) << waits;
  const std::string gap = said("nobody_on_duty", "manager_on_duty", false);
  EXPECT_TRUE(gap.starts_with("Nobody can be called as manager_on_duty: nobody is on duty.")) << gap;
  EXPECT_TRUE(gap.ends_with(" (" + about + ")")) << gap;
  EXPECT_NE(said("nobody_on_duty", "manager_on_duty", true).find("whoever is on duty is kept out of the case"),
            std::string::npos);
}

TEST_F(Room, WordsACorrectionForWhoeverMayNotSeeTheEventAnyMoreAsTheFactAlone) {
  auto event = std::make_shared<v1::Event>();
  event->set_type("told.event.corrected.v1");
  event->mutable_event_corrected()->set_reason("misheard");
  event->mutable_event_corrected()->mutable_child_missing()->mutable_child()->mutable_name()->set_given("child B");
  core::Transmit correction = amended(*this, event);
  correction.rule = 0;
  dispatch.perform(correction);
  ASSERT_EQ(carrier.sent.size(), 1U);
  const v1::Delivery& d = carrier.sent[0].delivery;
  EXPECT_EQ(d.correction().notification(), core::to_reference(transmit.notification));
  for (const char* said : {"child B", "child A", "misheard", "child.name"})
    EXPECT_EQ(d.SerializeAsString().find(said), std::string::npos) << said;
}

/// Guardians hear of a missing child where it is known where the child is placed, and see that alone.
struct RoomWithGuardians : Room {
  RoomWithGuardians() {
    auto policy = std::make_shared<core::Policy>(*engine.state().policy());
    policy->recipients.push_back({"guardians", "Guardians", "generic", "zmq_queue", false});
    core::Rule rule = policy->rules[0];
    rule.number = 2;
    rule.who = "guardians";
    rule.fields = {"placement"};
    EXPECT_EQ(rule.only_if.read("placement.county", "child.missing"), "");
    policy->rules.push_back(rule);
    (void)engine.decide(core::AdoptPolicy{0, policy, std::string(32, 'y')}, {});
    (void)engine.decide(core::OpenSession{"guardians", 2}, {});
    (void)engine.decide(core::Offer{"guardians", 2, 10}, {});
  }
  /// A correction that says where; what the guardians are sent of it.
  core::Transmit corrected(int number, const std::string& county, const std::string& address) {
    auto event = std::make_shared<v1::Event>();
    event->set_type("told.event.corrected.v1");
    event->set_id("correction");
    event->set_status(v1::STATUS_ACTUAL);
    event->mutable_time()->set_seconds(9000);
    v1::EventCorrected& correction = *event->mutable_event_corrected();
    correction.set_reason("misheard");
    correction.mutable_time()->set_seconds(7000);
    v1::ChildMissing& data = *correction.mutable_child_missing();
    data.mutable_child()->mutable_name()->set_given("child B");
    data.mutable_placement()->set_county(county);
    data.mutable_placement()->set_address(address);
    core::Publish publish;
    publish.event = event;
    publish.prints.identity[0] = static_cast<std::byte>(number);
    core::Transmit found;
    for (core::Effect& effect : engine.decide(std::move(publish), core::from_us(10'000'000'000)).effects)
      if (auto* t = std::get_if<core::Transmit>(&effect); t != nullptr && t->recipient == "guardians") found = *t;
    dispatch.remember(transmit.notification.event, stored);
    dispatch.remember(found.notification.event, event);
    return found;
  }
};

TEST_F(RoomWithGuardians, WordsWhatACorrectionTellsForTheFirstTimeAsTheEventItselfAndNothingOfTheCorrection) {
  const core::Transmit told = corrected(1, "Kent", "home 1");
  ASSERT_EQ(told.kind, v1::NOTIFICATION_KIND_TELL);
  dispatch.perform(told);
  ASSERT_EQ(carrier.sent.size(), 1U);
  const v1::Delivery& d = carrier.sent[0].delivery;
  EXPECT_EQ(d.event_type(), "told.child.missing.v1");
  EXPECT_EQ(d.event_time().seconds(), 7000);
  EXPECT_FALSE(d.has_correction());
  EXPECT_EQ(d.generic().event().child_missing().placement().county(), "Kent");
  for (const char* said : {"child A", "child B", "blue coat", "misheard", "corrected"})
    EXPECT_EQ(d.SerializeAsString().find(said), std::string::npos) << said;
}

TEST_F(RoomWithGuardians, WordsALaterCorrectionForThemAgainstWhatTheyWereTold) {
  const core::Transmit first = corrected(1, "Kent", "home 1");
  const core::Transmit second = corrected(2, "Kent", "home 2");
  ASSERT_EQ(second.kind, v1::NOTIFICATION_KIND_CORRECTION);
  dispatch.perform(second);
  ASSERT_EQ(carrier.sent.size(), 1U);
  const v1::Delivery& d = carrier.sent[0].delivery;
  EXPECT_EQ(d.correction().notification(), core::to_reference(first.notification));
  ASSERT_EQ(d.correction().changed_size(), 1);
  EXPECT_EQ(d.correction().changed(0), "placement.address") << "the county they had by the first";
  EXPECT_EQ(d.generic().event().child_missing().placement().address(), "home 2");
  EXPECT_EQ(d.SerializeAsString().find("child B"), std::string::npos);
}

TEST(TheEventCache, ForgetsTheLeastRecentlyUsedWhenItIsFull) {
  EventCache cache(4000);
  const auto event = std::make_shared<v1::Event>();
  for (core::EntryIndex i = 0; i < 7; ++i) cache.put(i, event);
  EXPECT_NE(cache.get(0), nullptr);  // used: now the newest
  cache.put(7, event);
  EXPECT_NE(cache.get(0), nullptr);
  EXPECT_EQ(cache.get(1), nullptr);
  EXPECT_LE(cache.bytes(), 4000U);
}

}  // namespace
}  // namespace told::dispatch
