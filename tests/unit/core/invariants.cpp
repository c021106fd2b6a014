#include "core/invariants.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <variant>
#include <vector>

namespace told::core::test {

void expect_one_answer(const Decision& decision) {
  const auto answers = [](const Effect& e) {
    return std::holds_alternative<ReplyPublished>(e) || std::holds_alternative<ReplyActed>(e);
  };
  EXPECT_LE(std::count_if(decision.effects.begin(), decision.effects.end(), answers), 1);
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

void expect_same(const State& one, const State& other) {
  ASSERT_EQ(one.events().size(), other.events().size());
  for (const auto& [index, event] : one.events()) {
    EXPECT_EQ(one.row(event).DebugString(), other.row(*other.event(index)).DebugString());
    EXPECT_EQ(one.counted(event.type), other.counted(event.type)) << "of " << std::string_view(event.type);
  }
}

void expect_same_calls(const State& lived, const State& anew) {
  for (const auto& [index, event] : lived.events())
    for (const Notification& n : event.notifications)
      if (n.is(v1::NOTIFICATION_KIND_ESCALATION)) {
        const std::string& who = lived.recipient_name(n.recipient);
        const auto as_known_anew = anew.recipient_id(who);
        ASSERT_TRUE(as_known_anew);
        EXPECT_EQ(lived.calls_to(n.recipient, event), anew.calls_to(*as_known_anew, *anew.event(index))) << who;
      }
}

}  // namespace told::core::test
