// What is owed once, however often and in whatever order it is reported that it is owed.
//
// After an episode: police and the council may both report that a child is found; a manager may have ended the search
// by hand before either does, or since the report that the child is missing came after that of its end. All these are
// of one absence where no report that the child was missing, nor of how grave that is, lies between them. A meeting
// that is still to be held, or was held after the child was found, is held after all of them; what was done before, or
// was due before, was about something else.
//
// While a child stays (`once_a_stay`): Border Force and police both report an arrival, and one record is owed. Two
// reports are of one stay where the child was not reported to have left between them.
//
// What two cases, or a case and a report, bring along that turn out to be one child's is left as it is: each was owed,
// somebody may be at work on either, and an event that shows the one to be done shows it of the other. Else a person
// says of the second that it is done.
#include <algorithm>

#include "core/event_types.hpp"
#include "core/turn.hpp"

namespace told::core {
namespace {

bool any_between(const std::vector<Instant>& times, Instant one, Instant other) {
  const Instant first = std::min(one, other);
  const Instant last = std::max(one, other);
  return std::any_of(times.begin(), times.end(), [&](Instant each) { return first < each && each <= last; });
}

/// When the clocks began that a report made.
Instant clocks_began(const Event& report) { return std::min(report.time, report.accepted); }

}  // namespace

const Clock* Turn::owed_once(const Notification& n) const {
  const Clock* clock = n.is(v1::NOTIFICATION_KIND_OBLIGATION) ? clock_of(n) : nullptr;
  return clock != nullptr && clock->once() != Once::a_report ? clock : nullptr;
}

std::set<std::string> Turn::clocks_of(std::span<const NotificationId> owed) const {
  std::set<std::string> names;
  for (const NotificationId id : owed)
    if (const Notification* n = state().notification(id))
      if (const Clock* clock = clock_of(*n)) names.insert(clock->name);
  return names;
}

std::vector<const Event*> Turn::standing(CaseNumber c, v1::Status status) const {
  std::vector<const Event*> all;
  for (const EntryIndex index : state().that_bear_on_clocks(c)) {
    const Event& said = *state().event(index);
    if (said.withdrawn || !equally_real(said.status, status)) continue;
    for (const EntryIndex each : with_corrections(index)) all.push_back(state().event(each));
  }
  std::sort(all.begin(), all.end(), [](const Event* a, const Event* b) { return a->index < b->index; });
  return all;
}

std::vector<Instant> Turn::parted_at(CaseNumber c, v1::Status status, Once once) const {
  const auto parts = [once](std::string_view type) {
    return once == Once::a_stay ? is_leaving(short_type(type)) : type == child_missing || type == new_grade;
  };
  std::vector<Instant> times;
  for (const Event* each : standing(c, status))
    if (parts(each->type)) times.push_back(each->time);
  return times;
}

std::vector<NotificationId> Turn::owed_already(CaseNumber c, v1::Status status, std::string_view type,
                                               std::optional<Instant> at) const {
  std::map<std::string, std::pair<Once, std::vector<Instant>>> begins;  // by name
  for (const Clock& clock : state().policy()->clocks)
    if (clock.starts == type && clock.once() != Once::a_report)
      begins[clock.name] = {clock.once(), parted_at(c, status, clock.once())};
  std::vector<NotificationId> owed;
  if (begins.empty()) return owed;
  for (const Event* event : standing(c, status))
    for (std::size_t slot = 0; slot < event->notifications.size(); ++slot) {
      const Notification& n = event->notifications[slot];
      const Clock* clock = n.state == v1::NOTIFICATION_STATE_STOOD_DOWN ? nullptr : owed_once(n);
      const auto same = clock == nullptr ? begins.end() : begins.find(clock->name);
      if (same == begins.end() || same->second.first != clock->once()) continue;
      const Instant begun = began(*event, n, n.from);
      if (any_between(same->second.second, begun, at.value_or(Instant::max()))) continue;
      const Instant last = n.open() ? n.deadline : n.acknowledged;
      if (clock->once() == Once::a_stay || !at || *at <= std::max(begun, last))
        owed.push_back({event->index, static_cast<Slot>(slot)});
    }
  return owed;
}

std::vector<NotificationId> Turn::begin_what_is_owed(Duties& duties, const v1::Event& event, Instant from, CaseNumber c,
                                                     std::optional<Instant> at) const {
  std::vector<NotificationId> owed = owed_already(c, event.status(), short_type(event.type()), at);
  const std::set<std::string> left_out = begin_clocks(duties, event, from, clocks_of(owed));
  std::erase_if(owed, [&](NotificationId id) { return !left_out.contains(clock_of(*state().notification(id))->name); });
  return owed;
}

void Turn::leave_to_earlier(v1::EventAccepted& head, const std::vector<NotificationId>& owed, Instant from) const {
  for (const NotificationId id : owed) {
    head.add_owed_already(id.number());
    if (from < state().notification(id)->from) reckon_from(*head.mutable_recomputed(), id, from);
  }
}

void Turn::reckon_from(Recomputed& recomputed, NotificationId id, Instant from) const {
  const Notification* n = state().notification(id);
  const Clock* clock = n == nullptr ? nullptr : clock_of(*n);
  if (clock == nullptr || !n->open() || n->rounds > 0 || n->from == from) return;
  const Times times = times_of(*clock, clock->due, *state().policy(n->policy_version), from);
  v1::ClockRecomputed& anew = *recomputed.Add();
  anew.set_notification(id.number());
  anew.set_from_us(to_us(from));
  anew.set_deadline_us(to_us(times.deadline));
  anew.set_next_us(to_us(n->rung == 0 ? times.next : n->next));
  anew.set_from_the_bottom(n->rung == 0);
}

Instant Turn::reported_first(NotificationId id, EntryIndex but) const {
  const Event& own = *state().event(id.event);
  const Notification& n = own.notifications[id.slot];
  const Clock* clock = clock_of(n);
  const bool of_its_own = own.index == but || (own.is_correction() && own.amends == but);
  Instant first = of_its_own ? Instant::max() : std::min(own.accepted, state().time_told(own, n));
  const CaseNumber c = state().case_of(own);
  const std::vector<Instant> parted = parted_at(c, own.status, clock == nullptr ? Once::a_report : clock->once());
  for (const Event* each : standing(c, own.status)) {
    const auto& with = each->owed_already;
    if (each->index != but && std::find(with.begin(), with.end(), id) != with.end() &&
        !any_between(parted, began(own, n, n.from), each->time))
      first = std::min(first, clocks_began(*each));
  }
  return first;
}

void Turn::reckon_without(Recomputed& recomputed, const Event& report, Instant instead) const {
  for (const NotificationId id : report.owed_already)
    if (state().event(id.event) != nullptr)
      reckon_from(recomputed, id, std::min(reported_first(id, report.index), instead));
}

void Turn::owe_by(OwedAgains& groups, const Event& report, const Notification& as) const {
  const Clock* clock = owed_once(as);
  const Few<Notification>& made = report.notifications;
  const bool has_it = std::any_of(made.begin(), made.end(), [&](const Notification& n) {
    const Clock* own = owed_once(n);
    return own != nullptr && own->name == clock->name;
  });
  if (has_it) return;
  const Times times = times_of(*clock, clock->due, *state().policy(as.policy_version), clocks_began(report));
  add_owed_again(groups, report.index, std::nullopt, as, clocks_began(report), times.deadline);
}

void Turn::pass_on(OwedAgains& groups, NotificationId id, EntryIndex gone) const {
  const Event& own = *state().event(id.event);
  const Notification& n = own.notifications[id.slot];
  const Clock* clock = owed_once(n);
  if (clock == nullptr || !n.open()) return;
  const CaseNumber c = state().case_of(own);
  const std::vector<Instant> parted = parted_at(c, own.status, clock->once());
  for (const Event* report : standing(c, own.status))
    if (report->index != gone && report != &own && clocks_of(report->owed_already).contains(clock->name) &&
        !any_between(parted, began(own, n, n.from), report->time))
      return owe_by(groups, *report, n);
}

void Turn::pass_on_all(OwedAgains& groups, const Event& gone) const {
  for (const NotificationId id : state().obligations(state().case_of(gone)))
    if (id.event == gone.index || state().event(id.event)->amends == gone.index) pass_on(groups, id, gone.index);
}

void Turn::owe_apart(OwedAgains& groups, const Event& moved) const {
  for (const NotificationId id : moved.owed_already)
    if (const Notification* n = state().notification(id); n != nullptr && owed_once(*n) != nullptr)
      owe_by(groups, moved, *n);
}

void Turn::owe_in_the_next_stay(OwedAgains& groups, CaseNumber c, v1::Status status, Instant left) const {
  std::set<std::string> owed;
  for (const Event* report : standing(c, status))
    for (const NotificationId id : report->owed_already) {
      const Event* own = state().event(id.event);
      const Notification* n = own == nullptr ? nullptr : &own->notifications[id.slot];
      const Clock* clock = n == nullptr ? nullptr : owed_once(*n);
      if (clock == nullptr || clock->once() != Once::a_stay || state().case_of(*own) != c) continue;
      if (began(*own, *n, n->from) < left && left <= report->time && owed.insert(clock->name).second)
        owe_by(groups, *report, *n);
    }
}

bool Turn::is_end_of(const Event& end, const Event& missing) const {
  if (missing.time > end.time) return false;
  const std::vector<const Event*> all = standing(state().case_of(end), end.status);
  return std::none_of(all.begin(), all.end(), [&](const Event* each) {
    return (each->type == child_located || each->type == ended_by_hand) && each != &end && missing.time <= each->time &&
           each->time < end.time;
  });
}

void Turn::stop_where_nobody_was_missing(Stops& stops, OwedAgains& again, const Event& gone) {
  if (gone.type != child_missing || gone.episode_open) return;
  const CaseNumber c = state().case_of(gone);
  const std::vector<const Event*> all = standing(c, gone.status);
  for (const NotificationId id : state().obligations(c)) {
    const Event& end = *state().event(id.event);
    if (end.type != ended_by_hand || !equally_real(end.status, gone.status) || !is_end_of(end, gone) ||
        owed_once(end.notifications[id.slot]) == nullptr)
      continue;
    if (std::any_of(all.begin(), all.end(), [&](const Event* each) {
          return each->type == child_missing && each != &gone && is_end_of(end, *each);
        }))
      continue;
    tell_it_is_answered(*add_stopped(stops, id, {false, true}, gone.time, {}, 0).mutable_duties(), id);
    pass_on(again, id, gone.index);
  }
}

}  // namespace told::core
