// What nobody would be called about any more, were something that was said not so, or of another time: a child who is
// missing, a duty. Whoever says such a thing is refused it, with what to do first.
#include <algorithm>

#include "core/event_types.hpp"
#include "core/turn.hpp"

namespace told::core {

bool Turn::is_searched_for(CaseNumber c, v1::Status status) const {
  return !as_real_as(status, state().open_episodes(c, Instant::max())).empty();
}

bool Turn::ends_the_last_search(const Event& event) const {
  // Another report of the end may stand; of a search that is not in memory any more nobody can tell.
  const bool forgotten = event.ends_episode != 0 && state().event(event.ends_episode) == nullptr;
  if (event.type == child_located && forgotten && !is_searched_for(state().case_of(event), event.status)) return true;
  return would_be_missing(event, Instant::min());
}

Instant Turn::known_of_until(CaseNumber c, v1::Status status, const Event* said_anew, Instant time) const {
  Instant last = Instant::min();
  for (const Event* each : standing(c, status)) {
    const bool ends_one = each->type == child_located || each->type == ended_by_hand;
    const bool is_searched = each->type == child_missing && each->episode_open;
    if (ends_one || is_searched) last = std::max(last, each == said_anew ? time : each->time);
  }
  return last;
}

bool Turn::would_be_missing(const Event& event, Instant time) const {
  if (event.type != child_missing && event.type != child_located) return false;
  const CaseNumber c = state().case_of(event);
  const Instant known = known_of_until(c, event.status, nullptr, {}),
                then = known_of_until(c, event.status, &event, time);
  const std::vector<const Event*> all = standing(c, event.status);
  return std::any_of(all.begin(), all.end(), [&](const Event* missing) {
    const bool is_over = missing->type == child_missing && !missing->episode_open;
    return is_over && missing->time <= known && (missing == &event ? time : missing->time) > then;
  });
}

bool Turn::would_be_owed(const Event& event, Instant time) const {
  return ends_less(event, time) || would_begin_after_its_end(event, time);
}

bool Turn::ends_less(const Event& stopper, Instant time) const {
  const CaseNumber c = state().case_of(stopper);
  return std::any_of(stopper.stopped.begin(), stopper.stopped.end(), [&](const Stopped& was) {
    const Event* own = as_it_was_left(was);
    if (own == nullptr || state().case_of(*own) != c) return false;
    const Notification& n = own->notifications[was.id.slot];
    const Ending end = ending(clock_of(n), short_type(stopper.type), time, was.from, began(*own, n, was.from));
    return !end.done && !end.for_good && ended_by_another(was, *own, stopper) == nullptr;
  });
}

bool Turn::would_begin_after_its_end(const Event& event, Instant time) const {
  const std::vector<EntryIndex> all = state().that_bear_on_clocks(state().case_of(event));
  for (const EntryIndex index : with_corrections(event.index))
    for (std::size_t slot = 0; slot < state().event(index)->notifications.size(); ++slot) {
      const NotificationId id{index, static_cast<Slot>(slot)};
      const Notification& n = *state().notification(id);
      const Clock* clock = n.is(v1::NOTIFICATION_KIND_OBLIGATION) && !n.open() ? clock_of(n) : nullptr;
      if (clock == nullptr || n.rounds > 0 || !clock->after.empty()) continue;
      // What a person said to be done is done.
      const bool by_an_event = std::any_of(all.begin(), all.end(), [&](EntryIndex each) {
        const auto& stopped = state().event(each)->stopped;
        return std::any_of(stopped.begin(), stopped.end(), [&](const Stopped& was) { return was.id == id; });
      });
      Instant from = begun(time);
      if (owed_once(n) != nullptr) from = std::min(from, reported_first(id, event.index, time));
      if (by_an_event && ended_by(clock, event, all, from, from, true) == nullptr) return true;
    }
  return false;
}

}  // namespace told::core
