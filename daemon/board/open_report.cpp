#include "board/open_report.hpp"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <vector>

#include "audit/clock.hpp"
#include "audit/glossary.hpp"
#include "core/ladder_of.hpp"
#include "core/reference.hpp"
#include "dispatch/alarm_sentences.hpp"

namespace told::board {
namespace {

using core::Named;
using core::to_reference;

struct Clocked {
  const core::Event* event;
  const core::Notification* notification;
  core::NotificationId id;
};

google::protobuf::Timestamp stamp(core::Instant t) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(core::to_us(t));
}

std::string state_words(const core::Notification& n, bool kept_out) {
  std::string text;
  if (n.is(v1::NOTIFICATION_KIND_OBLIGATION)) {
    text = n.acknowledged != core::Instant{} ? "taken on, not done yet"
           : n.rung == 0                     ? "not due yet"
                                             : "not done yet, and nobody has taken it on";
  } else if (n.state == v1::NOTIFICATION_STATE_DECLINED)
    text = "they say it is not theirs, and nobody else has taken it";
  else if (n.delivered)
    text = "they have it, and nobody there has acknowledged";
  else if (n.sent)
    text = "sent to them; whether it arrived is not known";
  else if (n.in_flight)
    text = "on its way; not confirmed";
  else if (kept_out)
    text = "they are kept out of the case: see to it yourself, or say who does";
  else if (n.nobody_there())
    text = "nobody is there to be told: see to it yourself, or say who does";
  else if (n.dropped)
    text = "cannot be delivered: telephone them";
  else
    text = n.attempts ? "not delivered yet; it is tried again" : "waits for their system to connect: telephone them";
  if (n.exhausted) text += "; NOBODY IS LEFT TO CALL";
  return text;
}

v1::OpenNotification row_of(const Clocked& open, const core::State& state, core::Instant now) {
  const auto& [event, n, id] = open;
  v1::OpenNotification row;
  row.set_reference(to_reference(id));
  if (event->case_number) row.set_case_ref(to_reference(Named::case_, state.case_of(*event)));
  row.set_recipient(state.recipient_name(n->recipient));
  row.set_title(audit::title_of(state, row.recipient()));
  row.set_kind(static_cast<v1::NotificationKind>(n->kind));
  row.set_event_type(event->type == "alarm" ? "alarm." + event->id : std::string(state.type_told(*event, *n)));
  *row.mutable_event_time() = stamp(state.time_told(*event, *n));
  const bool kept_out = state.screened(state.case_called_about(*event), row.recipient());
  row.set_state(state_words(*n, kept_out));
  *row.mutable_deadline() = stamp(n->deadline);
  row.set_time_left(audit::time_left(n->deadline, now));
  row.set_late(now > n->deadline);
  row.set_rung(n->rung);
  row.set_rungs(static_cast<std::uint32_t>(core::LadderOf(state, now, *event, id.slot).rungs()));
  if (n->next != core::Instant{}) *row.mutable_next_climb() = stamp(n->next);
  row.set_attempts(n->attempts);
  row.set_delivered(n->delivered);
  row.set_exhausted(n->exhausted);
  row.set_sent(n->sent);
  row.set_needs_person(n->dropped && n->failures > 0 && !n->delivered && !kept_out);
  row.set_exercise(event->status != v1::STATUS_ACTUAL);
  if (n->is(v1::NOTIFICATION_KIND_OBLIGATION))
    if (const auto policy = state.policy(n->policy_version); policy && policy->clock(n->rule))
      row.set_duty(policy->clock(n->rule)->duty);
  return row;
}

v1::OpenAlarm alarm_of(const core::Event& event, const core::State& state) {
  v1::OpenAlarm alarm;
  alarm.set_reference(to_reference(Named::alarm, event.index));
  alarm.set_code(event.id);
  alarm.set_party(std::string(event.source));
  *alarm.mutable_raised() = stamp(event.accepted);
  const auto about = core::NotificationId::of(event.about_notification);
  const auto* unanswered = state.notification(about);
  const std::string recipient = unanswered == nullptr ? "" : state.recipient_name(unanswered->recipient);
  const std::string& whose = dispatch::whose_alarm(alarm.party(), to_reference(about), recipient);
  alarm.set_sentence(dispatch::alarm_sentence(event.id, audit::title_of(state, whose), event.kept_out));
  if (event.about_notification) alarm.set_notification(to_reference(about));
  return alarm;
}

}  // namespace

v1::OpenReport open_report(const core::State& state, core::Instant now, std::size_t limit, const audit::Sight& sight) {
  std::vector<Clocked> open;
  std::vector<const core::Event*> alarms;
  for (const auto& [index, event] : state.events()) {
    if (!sight.event(event)) continue;
    if (event.type == "alarm" && event.episode_open) alarms.push_back(&event);
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
      const auto& n = event.notifications[slot];
      if (n.open() && n.asks_acknowledgement()) open.push_back({&event, &n, {index, static_cast<core::Slot>(slot)}});
    }
  }

  v1::OpenReport report;
  *report.mutable_as_of() = stamp(now);
  report.set_total(static_cast<std::uint32_t>(open.size()));
  const auto shown = open.begin() + static_cast<std::ptrdiff_t>(std::min(limit, open.size()));
  std::partial_sort(open.begin(), shown, open.end(), [](const Clocked& a, const Clocked& b) {
    return std::pair(a.notification->deadline, a.id) < std::pair(b.notification->deadline, b.id);
  });
  for (auto each = open.begin(); each != shown; ++each) *report.add_notifications() = row_of(*each, state, now);
  std::sort(alarms.begin(), alarms.end(), [](const auto* a, const auto* b) { return a->index < b->index; });
  for (const auto* alarm : alarms) *report.add_alarms() = alarm_of(*alarm, state);
  return report;
}

}  // namespace told::board
