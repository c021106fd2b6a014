#include "core/invariants.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace told::core::test {
namespace {

std::uint32_t version_of(const State& state) { return state.policy() ? state.policy()->version : 0; }

}  // namespace

void expect_placed(const State& state, Instant now, bool by_another_policy, const v1::LedgerEntry& entry) {
  EXPECT_GE(entry.time_us(), to_us(now));
  EXPECT_EQ(entry.time_us(), to_us(state.last_time()));
  if (!by_another_policy) {
    EXPECT_EQ(entry.policy_version(), version_of(state));
  }
  const bool of_its_own = entry.event() == entry.index();
  const Event* about = state.event(entry.event());
  if (about != nullptr && !of_its_own) {
    EXPECT_EQ(entry.case_number(), state.case_of(*about)) << entry.ShortDebugString();
  }
  if (entry.event() != 0 && !of_its_own) {
    EXPECT_NE(about, nullptr) << entry.ShortDebugString();
  }
  if (entry.event() == 0 && !entry.has_case_read()) {
    EXPECT_EQ(entry.case_number(), 0U) << entry.ShortDebugString();
  }
  if (entry.has_alarm_raised()) {
    ASSERT_NE(about, nullptr);
    EXPECT_EQ(entry.alarm_raised().code(), about->id);
    EXPECT_EQ(entry.alarm_raised().party(), std::string_view(about->source));
    EXPECT_EQ(entry.alarm_raised().notification(), about->about_notification);
    EXPECT_EQ(entry.alarm_raised().prevent(), about->prevent);
    EXPECT_EQ(entry.alarm_raised().about_case(), about->other_case);
    EXPECT_EQ(entry.alarm_raised().kept_out(), about->kept_out);
  }
  if (const Event* moved = state.event(entry.identity_changed().moved_event()); moved != nullptr) {
    EXPECT_EQ(entry.identity_changed().status(), moved->status);
  }
}

void expect_as_recorded(const State& state, EntryIndex event, const google::protobuf::Message& said) {
  const auto* fields = said.GetReflection();
  const auto* its_event = said.GetDescriptor()->FindFieldByName("event");
  if (its_event != nullptr && fields->HasField(said, its_event)) event = fields->GetUInt64(said, its_event);
  if (const auto* duty = dynamic_cast<const v1::Duty*>(&said)) {
    const Notification* n = state.notification({event, static_cast<Slot>(duty->slot())});
    if (n == nullptr) return;  // closed at once, and forgotten
    EXPECT_EQ(duty->recipient(), state.recipient_name(n->recipient));
    EXPECT_EQ(static_cast<int>(duty->kind()), static_cast<int>(n->kind));
    EXPECT_EQ(duty->about_slot(), n->about_slot);
    EXPECT_EQ(duty->rule(), n->rule);
    EXPECT_EQ(duty->policy_version(), n->policy_version);
    return;
  }
  std::vector<const google::protobuf::FieldDescriptor*> set;
  fields->ListFields(said, &set);
  for (const auto* field : set) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) expect_as_recorded(state, event, fields->GetMessage(said, field));
    for (int i = 0; field->is_repeated() && i < fields->FieldSize(said, field); ++i)
      expect_as_recorded(state, event, fields->GetRepeatedMessage(said, field, i));
  }
}

void expect_as_known(const State& state, const Transmit& sent) {
  const Event& event = *state.event(sent.notification.event);
  const Notification& n = event.notifications[sent.notification.slot];
  EXPECT_EQ(sent.recipient, state.recipient_name(n.recipient));
  EXPECT_EQ(static_cast<int>(sent.kind), static_cast<int>(n.kind));
  EXPECT_EQ(sent.attempt, n.attempts);
  EXPECT_EQ(sent.call, n.calls);
  EXPECT_EQ(sent.policy_version, n.policy_version);
  EXPECT_EQ(sent.rule, n.rule);
  EXPECT_EQ(sent.deadline, n.deadline);
  EXPECT_EQ(sent.amends, event.amends);
  if (!n.is(v1::NOTIFICATION_KIND_ESCALATION)) return;
  const Notification& about = event.notifications[n.about_slot];
  EXPECT_EQ(sent.about, (NotificationId{event.index, n.about_slot}));
  EXPECT_EQ(sent.about_recipient, state.recipient_name(about.recipient));
  EXPECT_EQ(sent.about_deadline, about.deadline);
}

namespace {

/// In whichever order it is known.
template <class T>
std::vector<T> sorted(std::vector<T> all) {
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<std::pair<EntryIndex, v1::RiskGrade>> grades_said(const State& state, CaseNumber c) {
  std::vector<std::pair<EntryIndex, v1::RiskGrade>> said;
  for (const GradeSaid& each : state.grades_said(c)) said.emplace_back(each.entry, each.grade);
  return sorted(said);
}

void expect_same_case(const State& one, const State& other, CaseNumber c) {
  SCOPED_TRACE("case " + std::to_string(c));
  EXPECT_EQ(one.goes_on_as(c), other.goes_on_as(c));
  EXPECT_EQ(one.same_child(c), other.same_child(c));
  EXPECT_EQ(one.is_joined(c), other.is_joined(c));
  EXPECT_EQ(one.told_of(c), other.told_of(c));
  EXPECT_EQ(one.events_of(c), other.events_of(c));
  EXPECT_EQ(sorted(one.that_bear_on_clocks(c)), sorted(other.that_bear_on_clocks(c)));
  EXPECT_EQ(sorted(one.moved_into(c)), sorted(other.moved_into(c)));
  EXPECT_EQ(sorted(one.moved_out_of(c)), sorted(other.moved_out_of(c)));
  EXPECT_EQ(one.open_search(c, Instant::max()), other.open_search(c, Instant::max()));
  EXPECT_EQ(grades_said(one, c), grades_said(other, c));
  EXPECT_EQ(one.obligations(c), other.obligations(c));
  EXPECT_EQ(one.kept_out(c), other.kept_out(c));
  EXPECT_EQ(sorted(one.kept_out_through(c)), sorted(other.kept_out_through(c)));
  EXPECT_EQ(one.held(c), other.held(c));
  EXPECT_EQ(one.held_through(c), other.held_through(c));
}

}  // namespace

void expect_same(const State& one, const State& other) {
  EXPECT_EQ(one.next_index(), other.next_index());
  EXPECT_EQ(one.last_time(), other.last_time());
  EXPECT_EQ(one.open_notifications(), other.open_notifications());
  EXPECT_EQ(one.open_for_the_unnamed(), other.open_for_the_unnamed());
  EXPECT_EQ(version_of(one), version_of(other));
  ASSERT_EQ(one.events().size(), other.events().size());
  std::set<CaseNumber> cases;
  for (const auto& [index, event] : one.events()) {
    ASSERT_NE(other.event(index), nullptr) << index;
    const Event& its = *other.event(index);
    EXPECT_EQ(one.row(event).DebugString(), other.row(its).DebugString());
    EXPECT_EQ(one.counted(event.type), other.counted(event.type)) << "of " << std::string_view(event.type);
    EXPECT_EQ(one.case_of(event), other.case_of(its));
    EXPECT_EQ(one.placed_in(event), other.placed_in(its));
    EXPECT_EQ(one.case_called_about(event), other.case_called_about(its));
    EXPECT_EQ(one.corrections_of(index), other.corrections_of(index));
    EXPECT_EQ(one.grades_left_by(event), other.grades_left_by(its));
    EXPECT_EQ(one.knows(index), other.knows(index));
    const std::string party{std::string_view(event.source)};  // of an alarm
    EXPECT_EQ(one.open_alarm(event.id, party, event.prevent), other.open_alarm(event.id, party, event.prevent));
    cases.insert({event.case_number, one.case_of(event)});
  }
  for (const CaseNumber c : cases) expect_same_case(one, other, c);
}

namespace {

std::string in_words(const Effect& effect) {
  std::ostringstream words;
  if (const auto* reply = std::get_if<ReplyPublished>(&effect))
    words << reply->result.DebugString() << "of case " << reply->case_number;
  if (const auto* reply = std::get_if<ReplyActed>(&effect)) words << reply->result.DebugString();
  if (const auto* drop = std::get_if<DropSession>(&effect)) words << "drop " << drop->session;
  if (const auto* sent = std::get_if<Transmit>(&effect)) {
    words << "to " << sent->recipient << ": " << sent->notification.number() << ", attempt " << sent->attempt
          << " of call " << sent->call << " by channel " << int{sent->channel} << ", kind " << sent->kind << " of case "
          << sent->case_number << ", rule " << sent->rule << " of " << sent->policy_version << ", by "
          << to_us(sent->deadline) << ", about " << sent->about.number() << " of " << sent->about_recipient << " by "
          << to_us(sent->about_deadline) << ", clock " << sent->about_clock << ", amends " << sent->amends << ", rung "
          << sent->rung << sent->exhausted << ", alarm " << sent->alarm_code << " of " << sent->alarm_party
          << sent->alarm_kept_out << sent->alarm_cleared << sent->alarm_again;
    for (const UnansweredToo& also : sent->also) words << ", also " << also.about.number() << " of " << also.recipient;
  }
  return words.str();
}

std::vector<std::string> in_words(const Decision& decision) {
  std::vector<std::string> all;
  for (const Entry& entry : decision.entries)
    all.push_back(entry.head.DebugString() + (entry.body ? entry.body->DebugString() : ""));
  for (const Effect& effect : decision.effects) all.push_back(in_words(effect));
  return all;
}

}  // namespace

void expect_same(const Decision& one, const Decision& other) { EXPECT_EQ(in_words(one), in_words(other)); }

void expect_same_calls(const State& lived, const State& anew) {
  for (const auto& [index, event] : lived.events()) {
    std::set<RecipientId> called;
    for (const Notification& n : event.notifications)
      if (n.is(v1::NOTIFICATION_KIND_ESCALATION)) called.insert(n.recipient);
    for (const RecipientId each : called) {
      const std::string& who = lived.recipient_name(each);
      const auto as_known_anew = anew.recipient_id(who);
      ASSERT_TRUE(as_known_anew);
      EXPECT_EQ(lived.calls_to(each, event), anew.calls_to(*as_known_anew, *anew.event(index))) << who;
    }
  }
}

}  // namespace told::core::test
