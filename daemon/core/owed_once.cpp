// What is owed once, however often it is reported that it is owed, and whichever report comes first. Not in every order
// of what ends it: what showed that it was done before it was first said to be owed ends nothing by a report of a still
// earlier time that comes after both.
//
// After an episode: police and the council may both report that a child is found; a manager may have ended the search
// by hand before either does, or since the report that the child is missing came after that of its end. All these are
// of one absence where no report that the child was missing, nor of how grave that is, lies between them. A meeting
// that is still to be held, or was held after the child was found, is held after all of them; what was done before, or
// was due before, was about something else.
//
// While a child stays (`once_a_stay`): Border Force and police both report an arrival, and one record is owed. Two
// reports are of one stay where the child was not reported to have left between them. Where the report that began
// something does not stand, or turns out to be of another case or stay, the first of the others owes it, from the
// earliest time that any of them says; what has ended it since then ends it as it begins.
//
// What two cases, or a case and a report, bring along that turn out to be one child's is left as it is: each was owed,
// somebody may be at work on either, and an event that shows the one to be done shows it of the other. Else a person
// says of the second that it is done. So it is where that the child had left is withdrawn, or said to have been later,
// and it had arrived a second time meanwhile: what either stay brought is owed.
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
  std::ranges::sort(all, {}, &Event::index);
  return all;
}

std::vector<Instant> Turn::parted_at(CaseNumber c, v1::Status status, Once once, EntryIndex but) const {
  const auto parts = [once](std::string_view type) {
    return once == Once::a_stay ? is_leaving(short_type(type)) : type == child_missing || type == new_grade;
  };
  std::vector<Instant> times;
  for (const Event* each : standing(c, status))
    if (each->index != but && parts(each->type)) times.push_back(each->time);
  return times;
}

std::vector<NotificationId> Turn::owed_already(CaseNumber c, v1::Status status, std::string_view type,
                                               std::optional<Instant> at) const {
  std::map<std::string, Once> begins;  // by name
  std::map<Once, std::vector<Instant>> parted;
  for (const Clock& clock : state().policy()->clocks)
    if (clock.starts == type && clock.once() != Once::a_report) begins[clock.name] = clock.once();
  for (const auto& [name, once] : begins)
    if (!parted.contains(once)) parted[once] = parted_at(c, status, once);
  std::vector<NotificationId> owed;
  if (begins.empty()) return owed;
  for (const Event* event : standing(c, status))
    for (std::size_t slot = 0; slot < event->notifications.size(); ++slot) {
      const Notification& n = event->notifications[slot];
      const Clock* clock = n.state == v1::NOTIFICATION_STATE_STOOD_DOWN ? nullptr : owed_once(n);
      const auto same = clock == nullptr ? begins.end() : begins.find(clock->name);
      if (same == begins.end() || same->second != clock->once()) continue;
      const Instant begun = began(*event, n, n.from);
      if (any_between(parted[clock->once()], begun, at.value_or(Instant::max()))) continue;
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

Instant Turn::clocks_began(const Event& report) const {
  const Event* first = report.is_correction() ? state().event(report.amends) : &report;
  // A correction may be forgotten before what it corrects: when it came counts only for what it has begun itself.
  return std::min(first == nullptr ? report.time : first->time, report.accepted);
}

bool Turn::is_of_the_same(NotificationId id, const Event& report, const std::vector<Instant>& parted) const {
  const Event* own = state().event(id.event);
  if (own == nullptr) return true;  // it was over long ago, and nothing can be said of it any more
  const Event* first = own->is_correction() ? state().event(own->amends) : own;
  const Notification& n = own->notifications[id.slot];
  return first != nullptr && !first->withdrawn && state().case_of(*own) == state().case_of(report) &&
         !any_between(parted, began(*own, n, n.from), report.time);
}

bool Turn::is_owed_by(NotificationId id, const Event& report, const std::vector<Instant>& parted) const {
  if (!is_of_the_same(id, report, parted)) return false;
  const auto& with = report.owed_already;
  if (std::find(with.begin(), with.end(), id) != with.end()) return true;
  const Clock* clock = owed_once(*state().notification(id));
  bool in_place = false;
  for (const NotificationId other : with) {
    const Notification* n = state().notification(other);
    const Clock* left = n == nullptr ? nullptr : clock_of(*n);
    if (clock == nullptr || left == nullptr || left->name != clock->name) continue;
    if (is_of_the_same(other, report, parted)) return false;
    in_place = true;
  }
  return in_place;
}

Instant Turn::reported_first(NotificationId id, EntryIndex but, std::optional<Instant> now_at) const {
  const Event& own = *state().event(id.event);
  const Clock* clock = clock_of(own.notifications[id.slot]);
  const bool of_its_own = own.index == but || (own.is_correction() && own.amends == but);
  Instant first = of_its_own ? Instant::max() : clocks_began(own);
  const CaseNumber c = state().case_of(own);
  const std::vector<Instant> parted = parted_at(c, own.status, clock == nullptr ? Once::a_report : clock->once());
  for (const Event* each : standing(c, own.status))
    if (each->index != but && is_owed_by(id, *each, parted) && !(now_at && any_between(parted, *now_at, each->time)))
      first = std::min(first, clocks_began(*each));
  return first;
}

void Turn::reckon_without(Recomputed& recomputed, const Event& report, std::optional<Instant> instead) const {
  if (report.owed_already.empty()) return;
  const CaseNumber c = state().case_of(report);
  for (const NotificationId id : state().obligations(c)) {
    const Event& own = *state().event(id.event);
    const Notification& n = own.notifications[id.slot];
    const Clock* clock = owed_once(n);
    if (clock == nullptr || own.index == report.index || own.amends == report.index) continue;
    const std::vector<Instant> parted = parted_at(c, own.status, clock->once());
    if (!is_owed_by(id, report, parted)) continue;
    Instant first = reported_first(id, report.index);
    // By its new time the report may be of another stay, and then it says nothing of this one any more.
    if (instead && !any_between(parted, began(own, n, n.from), *instead)) first = std::min(first, begun(*instead));
    reckon_from(recomputed, id, first);
  }
}

Instant Turn::first_of_the_same(const Event& report, const Clock& clock, const std::vector<Instant>& parted,
                                EntryIndex gone) const {
  Instant first = clocks_began(report);
  for (const Event* each : standing(state().case_of(report), report.status))
    if (each->index != gone && clocks_of(each->owed_already).contains(clock.name) &&
        !any_between(parted, report.time, each->time))
      first = std::min(first, clocks_began(*each));
  return first;
}

void Turn::owe_by(Begun into, const Event& report, const Notification& as, Instant from, CaseNumber c) const {
  const Clock* clock = owed_once(as);
  for (const EntryIndex index : with_corrections(report.index))
    for (const Notification& n : state().event(index)->notifications)
      if (const Clock* own = owed_once(n); own != nullptr && own->name == clock->name) return;
  for (const v1::OwedAgain& group : into.again)
    for (const v1::Duty& duty : group.duties())
      if (group.event() == report.index &&
          state().policy(duty.policy_version())->clock(duty.rule())->name == clock->name)
        return;
  const Policy& policy = *state().policy(as.policy_version);
  const Instant deadline = times_of(*clock, clock->due, policy, from).deadline;
  Duties& duties = add_owed_again(into.again, report.index, std::nullopt, as, from, deadline);
  const auto slot = static_cast<Slot>(duties.rbegin()->slot());
  // It begins late: what would have ended it may have happened already, and nobody says that a second time.
  std::vector<EntryIndex> ends = c == 0 ? std::vector<EntryIndex>{} : state().that_bear_on_clocks(c);
  std::erase_if(ends, [&](EntryIndex each) {
    return each == into.gone || state().event(each)->type == std::string_view{report.type};
  });
  const Event* by = ended_by(clock, report, ends, from, from, !clock->every);
  if (by == nullptr) return;
  const Ending end = ending(clock, short_type(by->type), by->time, from, from);
  say_stopped(into.stops, {report.index, slot}, end, by->time, deadline, by->index);
  if (end.done) begin_what_follows(duties, report.index, *clock, policy, by->time);
}

void Turn::pass_on(Begun into, NotificationId id) const {
  const Event& own = *state().event(id.event);
  const Notification& n = own.notifications[id.slot];
  const Clock* clock = owed_once(n);
  if (clock == nullptr || !n.open()) return;
  const CaseNumber c = state().case_of(own);
  const std::vector<Instant> parted = parted_at(c, own.status, clock->once());
  for (const Event* report : standing(c, own.status))
    if (report->index != into.gone && report != &own && is_owed_by(id, *report, parted))
      return owe_by(into, *report, n, first_of_the_same(*report, *clock, parted, into.gone), c);
}

void Turn::pass_on_all(Begun into, const Event& gone) const {
  for (const NotificationId id : state().obligations(state().case_of(gone)))
    if (id.event == gone.index || state().event(id.event)->amends == gone.index) pass_on(into, id);
}

void Turn::owe_where_it_was(Begun into, const Event& moved, Instant now_at) const {
  const CaseNumber c = state().case_of(moved);
  const std::vector<Instant> parted = parted_at(c, moved.status, Once::a_stay);
  if (!any_between(parted, moved.time, now_at)) return;
  const std::vector<const Event*> all = standing(c, moved.status);
  for (const EntryIndex index : with_corrections(moved.index))
    for (std::size_t slot = 0; slot < state().event(index)->notifications.size(); ++slot) {
      const NotificationId id{index, static_cast<Slot>(slot)};
      const Notification& n = *state().notification(id);
      const Clock* clock = owed_once(n);
      if (clock == nullptr || clock->once() != Once::a_stay || n.state == v1::NOTIFICATION_STATE_STOOD_DOWN) continue;
      const auto left = std::find_if(all.begin(), all.end(), [&](const Event* each) {
        return each->index != moved.index && is_owed_by(id, *each, parted) && any_between(parted, now_at, each->time);
      });
      if (left != all.end()) owe_by(into, **left, n, first_of_the_same(**left, *clock, parted, moved.index), c);
    }
}

void Turn::owe_apart(Begun into, Recomputed& recomputed, const Event& moved, CaseNumber to) const {
  std::vector<NotificationId> there;
  if (to != 0) there = owed_already(state().goes_on_as(to), moved.status, short_type(moved.type), moved.time);
  const std::set<std::string> names = clocks_of(there);
  for (const NotificationId id : moved.owed_already)
    if (const Notification* n = state().notification(id); n != nullptr && owed_once(*n) != nullptr)
      if (!names.contains(clock_of(*n)->name)) owe_by(into, moved, *n, clocks_began(moved), to);
  // What that child owes already it owes by the earliest of the reports, as if this one had been of it from the first.
  for (const NotificationId id : there)
    if (clocks_began(moved) < state().notification(id)->from) reckon_from(recomputed, id, clocks_began(moved));
}

void Turn::owe_in_the_next_stay(Begun into, CaseNumber c, const Stopper& left) const {
  // One whose time is corrected parted them when it was said to before, and does not now.
  std::vector<Instant> parted = parted_at(c, left.status, Once::a_stay, into.gone);
  std::set<std::string> owed;
  for (const Event* report : standing(c, left.status)) {
    if (report->time < left.at || any_between(parted, left.at, report->time)) continue;
    for (const NotificationId id : report->owed_already) {
      const Event* own = state().event(id.event);
      const Notification* n = own == nullptr ? nullptr : &own->notifications[id.slot];
      const Clock* clock = n == nullptr ? nullptr : owed_once(*n);
      if (clock == nullptr || clock->once() != Once::a_stay || state().case_of(*own) != c ||
          began(*own, *n, n->from) >= left.at || !owed.insert(clock->name).second)
        continue;
      // Of the same time, what ends it ends it in whichever order the two are reported.
      const Ending end = ending(clock, left.type, left.at, report->time, report->time);
      if (end.done || end.for_good) continue;
      parted.push_back(left.at);
      owe_by(into, *report, *n, std::max(left.at, first_of_the_same(*report, *clock, parted, into.gone)), c);
      parted.pop_back();
    }
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

void Turn::stop_where_nobody_was_missing(Begun into, const Event& gone) {
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
    tell_it_is_answered(*add_stopped(into.stops, id, {false, true}, gone.time, {}, 0).mutable_duties(), id);
    pass_on(into, id);
  }
}

}  // namespace told::core
