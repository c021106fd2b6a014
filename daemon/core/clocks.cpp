// Obligations: what somebody owes because of an event, by when, and what ends it.
#include <algorithm>

#include "core/turn.hpp"

namespace told::core {

bool names(const std::vector<std::string>& types, std::string_view type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

std::set<std::string> Turn::begin_clocks(Duties& duties, const v1::Event& event, Instant from,
                                         const std::set<std::string>& but) const {
  std::set<std::string> left_out;
  const Policy& policy = *state().policy();
  const bool exercise = event.status() != v1::STATUS_ACTUAL;
  const Asked asked{event};
  for (const Clock& clock : policy.clocks) {
    if (clock.starts != short_type(event.type()) || !applies_at(clock.sites, event) || !clock.only_if.holds(asked))
      continue;
    if (exercise != policy.exercise_only(clock.who) || !clock.after.empty()) continue;
    if (but.contains(clock.name))
      left_out.insert(clock.name);
    else
      start_clock(duties, next_slot(duties, state().next_index()), clock, policy, clock.due, from);
  }
  return left_out;
}

v1::Duty& Turn::add_obligation(Duties& duties, std::uint32_t slot, const std::string& who, std::uint32_t clock,
                               std::uint32_t policy_version) {
  v1::Duty& made = *duties.Add();
  made.set_slot(slot);
  made.set_recipient(who);
  made.set_kind(v1::NOTIFICATION_KIND_OBLIGATION);
  made.set_rule(clock);
  made.set_policy_version(policy_version);
  return made;
}

void Turn::start_clock(Duties& duties, std::uint32_t slot, const Clock& clock, const Policy& policy, const Due& due,
                       Instant from) {
  v1::Duty& duty = add_obligation(duties, slot, clock.who, clock.number, policy.version);
  const Times times = times_of(clock, due, policy, from);
  duty.set_from_us(to_us(from));
  duty.set_deadline_us(to_us(times.deadline));
  duty.set_next_us(to_us(times.next));
  duty.set_reminder(clock.reminder);
}

Turn::Times Turn::times_of(const Clock& clock, const Due& due, const Policy& policy, Instant from) {
  const Instant deadline = due_at(due, from, policy.calendar).at;
  // A reminder reckoned from the start of a first round may lie behind the end of a shorter later one.
  return {deadline, std::min(clock.warn.at(from, deadline, due, policy.calendar), deadline)};
}

const Clock* Turn::clock_of(const Notification& n) const {
  const PolicyPtr frozen = state().policy(n.policy_version);
  return frozen ? frozen->clock(n.rule) : nullptr;
}

void Turn::next_round(Duties& duties, NotificationId id, Instant done) const {
  const Notification& n = *state().notification(id);
  const Clock* clock = clock_of(n);
  if (clock == nullptr || !clock->every) return;
  start_clock(duties, id.slot, *clock, *state().policy(n.policy_version), *clock->every, done);
}

void Turn::begin_after(Duties& duties, NotificationId id, Instant done) const {
  const Event& event = *state().event(id.event);
  const Notification& n = event.notifications[id.slot];
  const Clock* clock = clock_of(n);
  if (clock == nullptr) return;
  const Policy& policy = *state().policy(n.policy_version);
  const Few<Notification>& made = event.notifications;
  for (const Clock& next : policy.clocks) {
    if (next.after != clock->name) continue;
    // An earlier one that is done begins again; one that is still owed is owed beside it.
    const auto earlier = std::find_if(made.begin(), made.end(), [&](const Notification& each) {
      return each.is(v1::NOTIFICATION_KIND_OBLIGATION) && each.rule == next.number &&
             each.policy_version == n.policy_version && !each.open();
    });
    const auto slot =
        earlier == made.end() ? next_slot(duties, id.event) : static_cast<std::uint32_t>(earlier - made.begin());
    start_clock(duties, slot, next, policy, next.due, done);
  }
}

v1::ClocksStopped& Turn::stopped_of(Stops& groups, EntryIndex event, EntryIndex by) {
  for (v1::ClocksStopped& group : groups)
    if (group.event() == event && group.by() == by) return group;
  v1::ClocksStopped& group = *groups.Add();
  group.set_event(event);
  group.set_by(by);
  return group;
}

Instant Turn::began(const Event& started_by, const Notification& n, Instant from) const {
  const Instant said = state().time_told(started_by, n);
  // An earlier time, by another report, moves the deadline alone: whatever lies between may be of an earlier stay.
  const Clock* clock = clock_of(n);
  if (clock != nullptr && clock->once() == Once::a_stay) return clocks_began(started_by);
  return std::min(from, said);
}

Turn::Ending Turn::ending(const Clock* clock, std::string_view type, Instant at, Instant round, Instant began) {
  const bool ends = type == "case.closed" || (clock != nullptr && names(clock->until, type));
  return {clock != nullptr && names(clock->stopped_by, type) && at >= round, ends && at >= began};
}

v1::ClocksStopped& Turn::say_stopped(Stops& groups, NotificationId id, const Ending& end, Instant at, Instant deadline,
                                     EntryIndex by) {
  v1::ClocksStopped& group = stopped_of(groups, id.event, by);
  v1::ClockStopped& stopped = *group.add_clocks();
  stopped.set_slot(id.slot);
  stopped.set_no_longer_owed(!end.done);
  stopped.set_late(end.done && at > deadline);
  return group;
}

v1::ClocksStopped& Turn::add_stopped(Stops& groups, NotificationId id, const Ending& end, Instant at, Instant deadline,
                                     EntryIndex by) const {
  v1::ClocksStopped& group = say_stopped(groups, id, end, at, deadline, by);
  if (end.done && !end.for_good) next_round(*group.mutable_duties(), id, at);
  return group;
}

void Turn::stop_clocks(Stops& groups, CaseNumber c, const Stopper& by) {
  for (const NotificationId id : state().obligations(c)) {
    const Event& started_by = *state().event(id.event);
    if (!equally_real(started_by.status, by.status)) continue;
    if (by.event != 0 && (started_by.index == by.event || started_by.amends == by.event)) continue;
    const Notification& n = started_by.notifications[id.slot];
    const Ending end = ending(clock_of(n), by.type, by.at, n.from, began(started_by, n, n.from));
    if (!end.done && !end.for_good) continue;
    Duties& duties = *add_stopped(groups, id, end, by.at, n.deadline, by.event).mutable_duties();
    if (end.done && by.type != "case.closed") begin_after(duties, id, by.at);
    tell_it_is_answered(duties, id);
  }
}

const Event* Turn::ended_by(const Clock* clock, const Event& starts, const std::vector<EntryIndex>& events,
                            Instant round, Instant began, bool done_counts) const {
  for (const EntryIndex index : events) {
    const Event& event = *state().event(index);
    if (index == starts.index || index == starts.amends || event.withdrawn ||
        !equally_real(event.status, starts.status))
      continue;
    const Ending end = ending(clock, short_type(event.type), event.time, round, began);
    if (end.for_good || (end.done && done_counts)) return &event;
  }
  return nullptr;
}

void Turn::end_what_was_done(v1::EventAccepted& head, CaseNumber c, EntryIndex index) const {
  std::vector<EntryIndex> ends = state().that_bear_on_clocks(c);
  // Another report of the same ends nothing that this one begins.
  std::erase_if(ends, [&](EntryIndex each) { return state().event(each)->type == head.type(); });
  const Policy& policy = *state().policy();
  Event starts;  // it is not in the state yet, and so none of those
  starts.status = head.status();
  for (int i = 0; i < head.duties_size() && !ends.empty(); ++i) {  // what begins meanwhile comes last
    const v1::Duty duty = head.duties(i);
    const Clock* clock = duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION ? policy.clock(duty.rule()) : nullptr;
    if (clock == nullptr) continue;
    const Instant from = from_us(duty.from_us());
    // Whether a round of one that repeats was done a person says.
    const Event* by = ended_by(clock, starts, ends, from, from, !clock->every);
    if (by == nullptr) continue;
    const Ending end = ending(clock, short_type(by->type), by->time, from, from);
    say_stopped(*head.mutable_clocks_stopped(), {index, static_cast<Slot>(duty.slot())}, end, by->time,
                from_us(duty.deadline_us()), by->index);
    if (end.done) begin_what_follows(*head.mutable_duties(), index, *clock, policy, by->time);
  }
}

void Turn::begin_what_follows(Duties& duties, EntryIndex event, const Clock& clock, const Policy& policy,
                              Instant done) const {
  for (const Clock& next : policy.clocks)
    if (next.after == clock.name) start_clock(duties, next_slot(duties, event), next, policy, next.due, done);
}

Duties& Turn::add_owed_again(OwedAgains& groups, EntryIndex event, std::optional<std::uint32_t> slot,
                             const Notification& as, Instant from, Instant deadline) const {
  v1::OwedAgain* group = nullptr;
  for (v1::OwedAgain& each : groups)
    if (each.event() == event) group = &each;
  if (group == nullptr) group = groups.Add();
  group->set_event(event);
  v1::Duty& again = add_obligation(*group->mutable_duties(), slot.value_or(next_slot(group->duties(), event)),
                                   state().recipient_name(as.recipient), as.rule, as.policy_version);
  again.set_from_us(to_us(from));
  again.set_deadline_us(to_us(deadline));
  again.set_next_us(to_us(now_));
  if (const Clock* clock = clock_of(as)) again.set_reminder(clock->reminder);
  return *group->mutable_duties();
}

const Event* Turn::as_it_was_left(const Stopped& was) const {
  const Event* started_by = state().event(was.id.event);
  if (started_by == nullptr || started_by->withdrawn) return nullptr;
  const Notification& n = started_by->notifications[was.id.slot];
  // A repeating one began its next round when it was stopped. Where that was done too, the earlier one is past.
  return n.rounds == was.rounds + (n.open() ? 1 : 0) ? started_by : nullptr;
}

const Event* Turn::ended_by_another(const Stopped& was, const Event& started_by, const Event& stopper) const {
  std::vector<EntryIndex> others = state().that_bear_on_clocks(state().case_of(started_by));
  std::erase(others, stopper.index);
  const Notification& n = started_by.notifications[was.id.slot];
  return ended_by(clock_of(n), started_by, others, was.from, began(started_by, n, was.from), true);
}

void Turn::owe_again(OwedAgains& groups, Stops& stops, const Event& stopper) const {
  for (const Stopped& was : stopper.stopped) {
    const Event* started_by = as_it_was_left(was);
    if (started_by == nullptr) continue;
    const Notification& n = started_by->notifications[was.id.slot];
    add_owed_again(groups, was.id.event, was.id.slot, n, was.from, was.deadline);
    // Another that stands shows that it was done, or closed the case: then that one stops it.
    const Instant since = began(*started_by, n, was.from);
    if (const Event* by = ended_by_another(was, *started_by, stopper))
      add_stopped(stops, was.id, ending(clock_of(n), short_type(by->type), by->time, was.from, since), by->time,
                  was.deadline, by->index);
  }
}

void Turn::tell_it_is_answered(Duties& duties, NotificationId id) {
  const Event& event = *state().event(id.event);
  for (const Notification& call : event.notifications) {
    // Whoever was called about it hears that it is answered; whoever acknowledged the call too.
    if (call.attempts == 0 || !is_call_about(call, event, id.slot)) continue;
    NewDuty answered;
    answered.event = id.event;
    answered.recipient = state().recipient_name(call.recipient);
    answered.kind = v1::NOTIFICATION_KIND_ANSWERED;
    answered.about_slot = id.slot;
    answered.policy_version = call.policy_version;
    add_or_tell_again(duties, answered);
  }
}

}  // namespace told::core
