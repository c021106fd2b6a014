// The state's rows: how an event with its notifications goes into the projection and comes back.
#include <algorithm>

#include "core/state.hpp"

namespace told::core {
namespace {

/// Rows come back in any order.
template <class List, class Each>
void put_in_order(List& list, Each each) {
  list.insert(std::lower_bound(list.begin(), list.end(), each), each);
}

}  // namespace

v1::EventRow State::row(const Event& event) const {
  v1::EventRow row;
  row.set_index(event.index);
  row.set_case_number(event.case_number);
  row.set_type(std::string(event.type));
  row.set_source(std::string(event.source));
  row.set_id(event.id);
  row.set_site(std::string(event.site));
  row.set_event_time_us(to_us(event.time));
  row.set_accepted_us(to_us(event.accepted));
  row.set_status(event.status);
  row.set_grade(event.grade);
  row.set_said_grade(event.said_grade);
  row.set_ends_episode(event.ends_episode);
  row.set_open(event.anything_open());
  row.set_episode_open(event.episode_open);
  row.set_about_notification(event.about_notification);
  row.set_amends(event.amends);
  row.set_other_case(event.other_case);
  row.set_withdrawn(event.withdrawn);
  row.set_counted(event.counted);
  row.set_prevent(event.prevent);
  row.set_kept_out(event.kept_out);
  for (const Stopped& each : event.stopped) {
    v1::StoppedRow& r = *row.add_stopped();
    r.set_notification(each.id.number());
    r.set_from_us(to_us(each.from));
    r.set_deadline_us(to_us(each.deadline));
    r.set_rounds(each.rounds);
  }
  for (const NotificationId each : event.owed_already) row.add_owed_already(each.number());
  for (const Notification& n : event.notifications) {
    v1::NotificationRow& r = *row.add_notifications();
    r.set_recipient(recipient_name(n.recipient));
    r.set_kind(static_cast<v1::NotificationKind>(n.kind));
    r.set_state(n.state);
    r.set_rule(n.rule);
    r.set_policy_version(n.policy_version);
    r.set_made_us(to_us(n.made));
    r.set_made_by(n.made_by);
    r.set_deadline_us(to_us(n.deadline));
    r.set_next_us(to_us(n.next));
    r.set_from_us(to_us(n.from));
    r.set_attempts(n.attempts);
    r.set_earlier_attempts(n.attempts - n.attempts_of_call);
    r.set_earlier_delivered(n.earlier_delivered);
    r.set_in_flight(n.in_flight);
    r.set_delivered(n.delivered);
    r.set_rung(n.rung);
    r.set_exhausted(n.exhausted);
    r.set_late(n.late);
    r.set_about_slot(n.about_slot);
    r.set_acknowledged_us(to_us(n.acknowledged));
    r.set_failures(n.failures);
    r.set_dropped(n.dropped);
    r.set_calls(n.calls);
    r.set_repeats(n.repeats);
    r.set_sent(n.sent);
    r.set_second(n.second);
    r.set_refusals(n.refusals);
    r.set_undelivered(n.undelivered);
    r.set_rounds(n.rounds);
  }
  return row;
}

Event& State::put_back(const v1::EventRow& row) {
  Event& e = events_[row.index()];
  e.index = row.index();
  e.case_number = row.case_number();
  e.type = name(row.type());
  e.source = name(row.source());
  e.id = row.id();
  e.site = name(row.site());
  e.time = from_us(row.event_time_us());
  e.accepted = from_us(row.accepted_us());
  e.status = row.status();
  e.grade = row.grade();
  e.said_grade = row.said_grade();
  e.ends_episode = row.ends_episode();
  e.episode_open = row.episode_open();
  e.about_notification = row.about_notification();
  e.amends = row.amends();
  e.other_case = row.other_case();
  e.withdrawn = row.withdrawn();
  e.prevent = row.prevent();
  e.kept_out = row.kept_out();
  if (e.is_correction()) put_in_order(corrections_[e.amends], e.index);
  e.counted = row.counted();  // in whose case: restore_position()
  note_if_it_bears_on_clocks(e);
  for (const v1::StoppedRow& r : row.stopped())
    e.stopped.push_back({NotificationId::of(r.notification()), from_us(r.from_us()), from_us(r.deadline_us()),
                         static_cast<std::uint16_t>(r.rounds())});
  for (const std::uint64_t each : row.owed_already()) e.owed_already.push_back(NotificationId::of(each));
  e.notifications.reserve(static_cast<std::size_t>(row.notifications_size()));
  for (const v1::NotificationRow& r : row.notifications()) {
    Notification& n = e.notifications.emplace_back();
    n.recipient = intern(r.recipient());
    n.kind = static_cast<std::uint8_t>(r.kind());
    n.state = r.state();
    n.rule = static_cast<std::uint16_t>(r.rule());
    n.policy_version = r.policy_version();
    n.made = from_us(r.made_us());
    n.made_by = r.made_by();
    n.deadline = from_us(r.deadline_us());
    n.next = from_us(r.next_us());
    n.from = from_us(r.from_us());
    n.attempts = r.attempts();
    n.earlier_delivered = r.earlier_delivered();
    n.attempts_of_call = static_cast<std::uint16_t>(
        std::min<std::uint32_t>(r.attempts() - r.earlier_attempts(), std::numeric_limits<std::uint16_t>::max()));
    n.in_flight = r.in_flight();
    n.delivered = r.delivered();
    n.rung = static_cast<std::uint8_t>(r.rung());
    n.exhausted = r.exhausted();
    n.late = r.late();
    n.about_slot = static_cast<Slot>(r.about_slot());
    n.acknowledged = from_us(r.acknowledged_us());
    n.failures = static_cast<std::uint16_t>(r.failures());
    n.dropped = r.dropped();
    n.calls = r.calls();
    n.repeats = static_cast<std::uint8_t>(r.repeats());
    n.sent = r.sent();
    n.second = r.second();
    n.refusals = static_cast<std::uint8_t>(r.refusals());
    n.undelivered = static_cast<std::uint8_t>(r.undelivered());
    n.rounds = static_cast<std::uint16_t>(r.rounds());
    n.generation = ++generations_;
    if (n.open()) ++open_notifications_;
    if (n.open() && n.is(v1::NOTIFICATION_KIND_OBLIGATION)) {
      std::vector<NotificationId>& open = obligations_[case_of(e)];
      const NotificationId id{e.index, static_cast<Slot>(e.notifications.size() - 1)};
      open.insert(std::lower_bound(open.begin(), open.end(), id), id);
    }
  }
  e.retired = !e.anything_open();
  return e;
}

void State::restore(const v1::EventRow& row) {
  const Event& e = put_back(row);
  calls_known_ = false;
  if (e.episode_open && e.type == "alarm") alarms_[key_of(e)] = e.index;
  if (e.episode_open && e.type == "hold") holds_[case_of(e)] = e.index;
  if (e.episode_open && e.type == "screen") screens_[{case_of(e), std::string(e.source)}] = e.index;
  if (e.episode_open && (e.type == child_missing || e.type == new_grade)) {
    put_in_order((e.type == child_missing ? episodes_ : grades_)[case_of(e)], e.index);
  }
  if (e.episode_open && e.type == "same_child") join(e.other_case, e.case_number);
  if (e.episode_open && e.type == "another_child") move(e);
  if (e.retired) put_in_order(closed_, e.index);
}

void State::recall(const v1::EventRow& row) {
  if (row.open() || events_.contains(row.index())) return;
  closed_.push_back(put_back(row).index);
}

void State::restore_known(const Fingerprint& identity, const Known& known) { known_[identity] = known; }

void State::restore_case(const Fingerprint& subject, CaseNumber c) { cases_[subject] = c; }

void State::restore_policy(PolicyPtr policy) {
  for (const Recipient& r : policy->recipients) static_cast<void>(intern(r.name));
  policies_[policy->version] = policy;
  const std::size_t types = types_that_bear_on_clocks_.size();
  for (const Clock& clock : policy->clocks) {
    types_that_bear_on_clocks_.insert(clock.stopped_by.begin(), clock.stopped_by.end());
    types_that_bear_on_clocks_.insert(clock.until.begin(), clock.until.end());
    if (clock.once_a_stay) types_that_bear_on_clocks_.insert(clock.starts);
  }
  if (types_that_bear_on_clocks_.size() != types) {
    bear_on_clocks_.clear();
    for (const auto& [index, event] : events_) note_if_it_bears_on_clocks(event);
  }
  if (!policy_ || policy_->version < policy->version) policy_ = std::move(policy);
}

void State::restore_position(EntryIndex next, Instant last_time) {
  next_index_ = next;
  last_time_ = last_time;
  // Only now it is known of each whose case it is of.
  counted_.clear();
  for (const auto& [index, event] : events_)
    if (event.counted) counted_[std::string(event.type)][case_of(event)] = index;
}

}  // namespace told::core
