// What is owed after an episode: once, whoever reports its end, and in whatever order that is said.
//
// Police and the council may both report that a child is found; a manager may have ended the search by hand before
// either does, or since the report that the child is missing came after that of its end. All these are of one absence
// where no report that the child was missing, nor of how grave that is, lies between them. A meeting that is still to
// be held, or was held after the child was found, is held after all of them; what was done before, or was due before,
// was about something else.
#include <algorithm>

#include "core/turn.hpp"

namespace told::core {
namespace {

bool any_between(const std::vector<Instant>& times, Instant one, Instant other) {
  const Instant first = std::min(one, other);
  const Instant last = std::max(one, other);
  return std::any_of(times.begin(), times.end(), [&](Instant each) { return first < each && each <= last; });
}

/// When the clocks began that a report of an end made.
Instant clocks_began(const Event& end) { return std::min(end.time, end.accepted); }

}  // namespace

const Clock* Turn::owed_after_an_episode(const Notification& n) const {
  const Clock* clock = n.is(v1::NOTIFICATION_KIND_OBLIGATION) ? clock_of(n) : nullptr;
  return clock != nullptr && clock->starts == "child.located" && clock->after.empty() ? clock : nullptr;
}

std::set<std::string> Turn::clocks_of(std::span<const NotificationId> owed) const {
  std::set<std::string> names;
  for (const NotificationId id : owed)
    if (const Notification* n = state().notification(id))
      if (const Clock* clock = clock_of(*n)) names.insert(clock->name);
  return names;
}

std::vector<const Event*> Turn::standing(CaseNumber c, v1::Status status,
                                         const std::vector<std::string_view>& types) const {
  std::vector<const Event*> all;
  for (const auto& [index, event] : state().events()) {
    if (std::find(types.begin(), types.end(), event.type) == types.end() || state().case_of(event) != c) continue;
    const Event* about = event.is_correction() ? state().event(event.amends) : &event;
    const bool withdrawn = about != nullptr && about->withdrawn;
    if (!withdrawn && equally_real(event.status, status)) all.push_back(&event);
  }
  std::sort(all.begin(), all.end(), [](const Event* a, const Event* b) { return a->index < b->index; });
  return all;
}

std::vector<Instant> Turn::searched_for(CaseNumber c, v1::Status status) const {
  std::vector<Instant> times;
  for (const Event* each : standing(c, status, {child_missing, new_grade})) times.push_back(each->time);
  return times;
}

std::vector<NotificationId> Turn::owed_already(CaseNumber c, v1::Status status, std::optional<Instant> found) const {
  const std::vector<Instant> searched = searched_for(c, status);
  std::vector<NotificationId> owed;
  for (const Event* event : standing(c, status, {child_located, ended_by_hand, event_corrected}))
    for (std::size_t slot = 0; slot < event->notifications.size(); ++slot) {
      const Notification& n = event->notifications[slot];
      if (n.state == v1::NOTIFICATION_STATE_STOOD_DOWN || owed_after_an_episode(n) == nullptr) continue;
      const Instant begun = began(*event, n);
      if (any_between(searched, begun, found.value_or(Instant::max()))) continue;
      const Instant last = n.open() ? n.deadline : n.acknowledged;
      if (!found || *found <= std::max(begun, last)) owed.push_back({event->index, static_cast<Slot>(slot)});
    }
  return owed;
}

std::vector<NotificationId> Turn::begin_after_episode(Duties& duties, const v1::Event& end, Instant from, CaseNumber c,
                                                      std::optional<Instant> found) const {
  std::vector<NotificationId> owed = owed_already(c, end.status(), found);
  const std::set<std::string> left_out = begin_clocks(duties, end, from, clocks_of(owed));
  std::erase_if(owed, [&](NotificationId id) { return !left_out.contains(clock_of(*state().notification(id))->name); });
  return owed;
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

void Turn::reckon_without(Recomputed& recomputed, const Event& end, Instant instead) const {
  for (const NotificationId id : end.owed_already) {
    const Event* own = state().event(id.event);
    if (own == nullptr) continue;
    Instant first = std::min(own->accepted, state().time_told(*own, own->notifications[id.slot]));
    for (const Event* each : standing(state().case_of(*own), own->status, {child_located, ended_by_hand})) {
      const auto& with = each->owed_already;
      if (each != &end && std::find(with.begin(), with.end(), id) != with.end())
        first = std::min(first, clocks_began(*each));
    }
    reckon_from(recomputed, id, std::min(first, instead));
  }
}

void Turn::owe_by(OwedAgains& groups, const Event& end, const Notification& as) const {
  const Clock* clock = owed_after_an_episode(as);
  const Few<Notification>& made = end.notifications;
  const bool has_it = std::any_of(made.begin(), made.end(), [&](const Notification& n) {
    const Clock* own = owed_after_an_episode(n);
    return own != nullptr && own->name == clock->name;
  });
  if (has_it) return;
  const Times times = times_of(*clock, clock->due, *state().policy(as.policy_version), clocks_began(end));
  add_owed_again(groups, end.index, std::nullopt, as, clocks_began(end), times.deadline);
}

void Turn::pass_on(OwedAgains& groups, NotificationId id, EntryIndex gone) const {
  const Event& own = *state().event(id.event);
  const Notification& n = own.notifications[id.slot];
  const Clock* clock = owed_after_an_episode(n);
  if (clock == nullptr || !n.open()) return;
  const CaseNumber c = state().case_of(own);
  const std::vector<Instant> searched = searched_for(c, own.status);
  for (const Event* end : standing(c, own.status, {child_located, ended_by_hand}))
    if (end->index != gone && end != &own && clocks_of(end->owed_already).contains(clock->name) &&
        !any_between(searched, began(own, n), end->time))
      return owe_by(groups, *end, n);
}

void Turn::pass_on_all(OwedAgains& groups, const Event& gone) const {
  for (const NotificationId id : state().obligations(state().case_of(gone)))
    if (id.event == gone.index || state().event(id.event)->amends == gone.index) pass_on(groups, id, gone.index);
}

void Turn::owe_apart(OwedAgains& groups, const Event& moved) const {
  for (const NotificationId id : moved.owed_already)
    if (const Notification* n = state().notification(id); n != nullptr && owed_after_an_episode(*n) != nullptr)
      owe_by(groups, moved, *n);
}

bool Turn::is_end_of(const Event& end, const Event& missing) const {
  if (missing.time > end.time) return false;
  const std::vector<const Event*> ends = standing(state().case_of(end), end.status, {child_located, ended_by_hand});
  return std::none_of(ends.begin(), ends.end(), [&](const Event* each) {
    return each != &end && missing.time <= each->time && each->time < end.time;
  });
}

void Turn::stop_where_nobody_was_missing(Stops& stops, OwedAgains& again, const Event& gone) {
  if (gone.type != child_missing || gone.episode_open) return;
  const CaseNumber c = state().case_of(gone);
  const std::vector<const Event*> missing = standing(c, gone.status, {child_missing});
  for (const NotificationId id : state().obligations(c)) {
    const Event& end = *state().event(id.event);
    if (end.type != ended_by_hand || !equally_real(end.status, gone.status) || !is_end_of(end, gone) ||
        owed_after_an_episode(end.notifications[id.slot]) == nullptr)
      continue;
    if (std::any_of(missing.begin(), missing.end(),
                    [&](const Event* each) { return each != &gone && is_end_of(end, *each); }))
      continue;
    tell_it_is_answered(*add_stopped(stops, id, {false, true}, gone.time, {}, 0).mutable_duties(), id);
    pass_on(again, id, gone.index);
  }
}

}  // namespace told::core
