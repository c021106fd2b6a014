#include "core/as_told.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/text_rules.hpp"

namespace told::core::test {
namespace {

template <class C>
ReplyToken token_of(const C& c) {
  if constexpr (requires { c.reply_to; }) return c.reply_to;
  return 0;
}

template <class C>
const Actor& person_of(const C& c) {
  static const Actor nobody;
  if constexpr (requires { c.by; }) return c.by;
  return nobody;
}

template <class C>
std::string words_of(const C& c) {
  if constexpr (requires { c.note; }) return c.note;
  if constexpr (requires { c.reason; }) return c.reason;
  return "";
}

const google::protobuf::Message* head_of(const v1::LedgerEntry& entry) {
  const auto* fields = entry.GetReflection();
  const auto* which = fields->GetOneofFieldDescriptor(entry, entry.GetDescriptor()->FindOneofByName("head"));
  return which == nullptr ? nullptr : &fields->GetMessage(entry, which);
}

/// The head says by which means.
void expect_means(const Actor& by, const google::protobuf::Message& head) {
  const auto* means = head.GetDescriptor()->FindFieldByName("means");
  ASSERT_NE(means, nullptr);
  EXPECT_EQ(head.GetReflection()->GetEnumValue(head, means), static_cast<int>(by.means));
}

void expect_in_the_words_of(const Actor& by, const std::string& words, const Entry& entry) {
  const v1::Person& person = entry.body->person();
  const auto readable = [](const std::string& text) { return is_utf8(text) ? text : "(not UTF-8)"; };
  EXPECT_EQ(person.name(), readable(by.name));
  EXPECT_EQ(person.role(), readable(by.role));
  EXPECT_EQ(person.recorded_by(), readable(by.recorded_by));
  EXPECT_EQ(entry.body->note(), readable(words));
}

// What each says for itself, where an entry of its kind was made.

void expect_said(const Offer&, const Entry&) {}
void expect_said(const Recall&, const Entry&) {}
void expect_said(const OrderStandDown&, const Entry&) {}  // nothing but who says so, and why
void expect_said(const ClearAlarm&, const Entry&) {}
void expect_said(const Stop&, const Entry&) {}
void expect_said(const StorageLow&, const Entry&) {}
void expect_said(const Tick&, const Entry&) {}
void expect_said(const MoveEvent&, const Entry&) {}  // of all of them: below

void expect_said(const EndAttempt& c, const Entry& entry) {
  const v1::AttemptEnded& said = entry.head.attempt_ended();
  const bool is_it = entry.head.has_attempt_ended() && entry.head.event() == c.notification.event &&
                     said.slot() == c.notification.slot && said.attempt() == c.attempt;
  const bool that_it_was_taken = c.late && said.outcome() == v1::OUTCOME_SENT;  // is said before what came of it
  if (!is_it || that_it_was_taken) return;
  EXPECT_EQ(said.outcome(), c.outcome);
  EXPECT_EQ(said.carrier(), c.carrier);
  EXPECT_EQ(said.code(), c.code);
  EXPECT_EQ(entry.body ? entry.body->content_sha256() : "", c.content_sha256);
}

void expect_said(const Acknowledge& c, const Entry& entry) {
  if (!entry.head.has_acknowledged()) return;
  const v1::Acknowledged& said = entry.head.acknowledged();
  EXPECT_EQ(entry.head.event(), c.notification.event);
  EXPECT_EQ(said.slot(), c.notification.slot);
  EXPECT_GE(said.said_us(), to_us(c.said));  // by a clock that is behind told's: at the earliest as they were told
  if (!said.repeated()) {
    EXPECT_EQ(said.done(), c.done);
  }
  if (!c.by.via.empty()) {
    EXPECT_EQ(said.via(), c.by.via);
  }
}

void expect_said(const Decline& c, const Entry& entry) {
  if (!entry.head.has_declined()) return;
  EXPECT_EQ(entry.head.event(), c.notification.event);
  EXPECT_EQ(entry.head.declined().slot(), c.notification.slot);
  if (!c.by.via.empty()) {
    EXPECT_EQ(entry.head.declined().via(), c.by.via);
  }
}

void expect_said(const OrderScreen& c, const Entry& entry) {
  if (!entry.head.has_screen_ordered()) return;
  EXPECT_EQ(entry.head.screen_ordered().recipient(), c.recipient);
  EXPECT_EQ(entry.head.screen_ordered().lifted(), c.lifted);
}

void expect_said(const OrderHold& c, const Entry& entry) {
  if (entry.head.has_hold_ordered()) {
    EXPECT_EQ(entry.head.hold_ordered().lifted(), c.lifted);
  }
}

void expect_said(const EraseCase& c, const Entry& entry) {
  if (!entry.head.has_case_erased()) return;
  EXPECT_LE(entry.head.case_number(), c.case_number) << "a case goes on in an older one";
}

void expect_said(const JoinCases& c, const Entry& entry) {
  if (!entry.head.has_identity_changed()) return;
  EXPECT_NE(entry.head.identity_changed().joined_case(), 0U);
  EXPECT_LE(entry.head.identity_changed().joined_case(), std::max(c.one, c.other));
}

void expect_said(const CloseAlarm& c, const Entry& entry) {
  if (!entry.head.has_alarm_cleared()) return;
  EXPECT_EQ(entry.head.event(), c.alarm);
  EXPECT_TRUE(entry.head.alarm_cleared().by_person());
}

void expect_said(const NoteReading& c, const Entry& entry) {
  if (!entry.head.has_case_read()) return;
  EXPECT_EQ(entry.head.case_number(), c.case_number);
  EXPECT_EQ(entry.head.case_read().what(), c.what);
  EXPECT_EQ(entry.head.case_read().means(), c.by.means);
  EXPECT_EQ(entry.head.case_read().via(), c.by.via);
}

void expect_said(const RecordRefusal& c, const Entry& entry) {
  if (!entry.head.has_refused()) return;
  EXPECT_EQ(entry.head.refused().party(), c.party);
  EXPECT_EQ(entry.head.refused().code(), c.code);
  EXPECT_EQ(entry.head.refused().field(), c.field);
}

void expect_said(const RaiseAlarm& c, const Entry& entry) {
  if (!entry.head.has_alarm_raised()) return;
  EXPECT_EQ(entry.head.alarm_raised().code(), c.code);
  EXPECT_EQ(entry.head.alarm_raised().party(), c.party);
}

void expect_said(const Start& c, const Entry& entry) {
  if (!entry.head.has_started()) return;
  EXPECT_EQ(entry.head.started().version(), c.version);
  EXPECT_EQ(entry.head.started().origin(), c.origin);
  EXPECT_EQ(entry.head.started().parties().SerializeAsString(), c.parties.SerializeAsString());
}

void expect_said(const ReplaceParties& c, const Entry& entry) {
  if (entry.head.has_parties_replaced()) {
    EXPECT_EQ(entry.head.parties_replaced().parties().SerializeAsString(), c.parties.SerializeAsString());
  }
}

void expect_said(const StepClock& c, const Entry& entry) {
  if (entry.head.has_clock_stepped()) {
    EXPECT_EQ(entry.head.clock_stepped().step_us(), c.step.count());
  }
}

void expect_said(const AdoptPolicy& c, const Entry& entry) {
  if (!entry.head.has_policy_adopted()) return;
  const v1::PolicyAdopted& said = entry.head.policy_adopted();
  EXPECT_EQ(said.sha256(), c.sha256);
  EXPECT_EQ(said.text(), c.policy->text);
  std::vector<std::pair<std::string, std::string>> attached;
  for (const v1::Attachment& each : said.attachments()) attached.emplace_back(each.name(), each.text());
  EXPECT_EQ(attached, decltype(attached)(c.policy->attachments.begin(), c.policy->attachments.end()));
}

void expect_said(const Publish& c, const Entry& entry) {
  if (!entry.head.has_event_accepted()) return;
  const v1::EventAccepted& said = entry.head.event_accepted();
  EXPECT_EQ(entry.event, c.event);
  EXPECT_EQ(said.source(), c.publisher);
  EXPECT_EQ(said.id(), c.event->id());
  EXPECT_EQ(said.type(), c.event->type());
  EXPECT_EQ(said.site(), c.event->site());
  if (said.amends() == 0) {  // else it is as the event that it amends
    EXPECT_EQ(said.status(), c.event->status());
  }
  EXPECT_EQ(said.withdraws(), c.event->has_event_withdrawn());
}

/// A session that began or is over, with whatever of the recipient's that one took over.
template <class C>
void expect_session(const C& c, const Entry& entry) {
  if (entry.head.has_session_changed()) {
    EXPECT_EQ(entry.head.session_changed().recipient(), c.recipient);
  }
}
void expect_said(const OpenSession& c, const Entry& entry) { expect_session(c, entry); }
void expect_said(const LoseSession& c, const Entry& entry) { expect_session(c, entry); }

}  // namespace

void expect_answered(const Command& told, const Decision& decision) {
  const ReplyToken asked = std::visit([](const auto& c) { return token_of(c); }, told);
  std::vector<ReplyToken> answered;
  for (const Effect& effect : decision.effects) {
    if (const auto* reply = std::get_if<ReplyPublished>(&effect)) answered.push_back(reply->reply_to);
    if (const auto* reply = std::get_if<ReplyActed>(&effect)) answered.push_back(reply->reply_to);
  }
  EXPECT_EQ(answered, asked == 0 ? std::vector<ReplyToken>{} : std::vector<ReplyToken>{asked});
}

namespace {

/// Whoever says something that is put down is named in what is put down.
template <class C>
void expect_named(const C& c, const Decision& decision) {
  if (decision.entries.empty() || decision.entries.front().head.has_refused() || person_of(c).name.empty()) return;
  EXPECT_TRUE(std::any_of(decision.entries.begin(), decision.entries.end(),
                          [](const Entry& each) { return each.body && each.body->has_person(); }));
}

void expect_said(const MoveEvent& c, const Decision& decision) {
  if (decision.entries.empty()) return;
  EXPECT_TRUE(std::any_of(decision.entries.begin(), decision.entries.end(),
                          [&](const Entry& each) { return each.head.identity_changed().moved_event() == c.event; }));
}

}  // namespace

void expect_in_their_words(const Command& told, const Decision& decision) {
  std::visit([&](const auto& c) { expect_named(c, decision); }, told);
  if (const auto* moved = std::get_if<MoveEvent>(&told)) expect_said(*moved, decision);
  for (const Entry& entry : decision.entries)
    std::visit(
        [&](const auto& c) {
          if (entry.body && entry.body->has_person()) {
            expect_in_the_words_of(person_of(c), words_of(c), entry);
            if (const auto* head = head_of(entry.head); !entry.head.has_alarm_cleared())
              expect_means(person_of(c), *head);
          }
          expect_said(c, entry);
        },
        told);
}

}  // namespace told::core::test
