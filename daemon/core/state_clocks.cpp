// The state's clocks: obligations that begin and are stopped, clocks that are reckoned anew, events that are amended
// or counted.
#include <algorithm>

#include "core/event_types.hpp"
#include "core/state.hpp"

namespace told::core {

void State::begin_obligation(Event& event, NotificationId id, const v1::Duty& duty) {
  Notification& n = notification_of(event, id.slot);
  if (!n.open()) {  // done, and begun again
    n.state = v1::NOTIFICATION_STATE_OPEN;
    ++open_notifications_;
    ++n.rounds;
  }
  n.from = from_us(duty.from_us());
  n.deadline = from_us(duty.deadline_us());
  n.next = from_us(duty.next_us());
  n.generation = ++generations_;
  n.rung = 0;
  n.exhausted = false;
  n.late = false;
  n.acknowledged = {};
  n.delivered = false;
  n.dropped = true;  // until its owner is reminded
  std::vector<NotificationId>& open = obligations_[case_of(event)];
  std::erase_if(open, [&](NotificationId other) {
    const Notification* o = notification(other);
    return other == id || o == nullptr || !o->open();
  });
  open.insert(std::lower_bound(open.begin(), open.end(), id), id);
}

void State::stop_clocks(const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& groups, bool named,
                        EntryIndex stopper, const v1::LedgerEntry& by) {
  for (const v1::ClocksStopped& group : groups)
    if ((group.by() != 0) == named) stop_clocks(group, named ? touch(group.by(), by.index()) : events_.at(stopper), by);
}

bool State::bears_on_clocks(const Event& event) const {
  for (const std::string_view each : {child_missing, new_grade, child_located, ended_by_hand})
    if (event.type == each) return true;
  const std::string_view type = published_type(event.type);
  return is_leaving(type) || types_that_bear_on_clocks_.contains(type);
}

void State::note_if_it_bears_on_clocks(const Event& event) {
  if (bears_on_clocks(event)) bear_on_clocks_[event.case_number].push_back(event.index);
}

std::vector<EntryIndex> State::that_bear_on_clocks(CaseNumber c) const {
  const CaseNumber now = goes_on_as(c);
  std::vector<EntryIndex> all;
  const auto add = [&](EntryIndex index) {
    if (case_of(events_.at(index)) == now) all.push_back(index);
  };
  for (const CaseNumber each : same_child(c))
    if (const auto found = bear_on_clocks_.find(each); found != bear_on_clocks_.end())
      std::for_each(found->second.begin(), found->second.end(), add);
  for (const EntryIndex index : moved_into(c))
    if (const Event* e = event(index); e != nullptr && bears_on_clocks(*e)) all.push_back(index);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

void State::stop_clocks(const v1::ClocksStopped& stopped, Event& stopper, const v1::LedgerEntry& by) {
  Event& e = stopped.event() == by.index() ? events_.at(by.index()) : touch(stopped.event(), by.index());
  for (const v1::ClockStopped& clock : stopped.clocks()) {
    Notification& n = notification_of(e, clock.slot());
    const NotificationId id{e.index, static_cast<Slot>(clock.slot())};
    if (stopped.by() != 0 || !by.event_accepted().withdraws())
      stopper.stopped.push_back({id, n.from, n.deadline, n.rounds});
    if (!clock.no_longer_owed()) {
      n.acknowledged = stopper.time;
      n.late = clock.late();
    }
    settle(n, clock.no_longer_owed() ? v1::NOTIFICATION_STATE_STOOD_DOWN : v1::NOTIFICATION_STATE_DONE);
    n.dropped = !n.delivered;
    end_calls(e, clock.slot());
  }
  add_duties(e, stopped.duties(), by);
  if (e.index != by.index()) retire_if_closed(e);
}

void State::owe_again(const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups, EntryIndex earlier,
                      const v1::LedgerEntry& by) {
  calls_known_ = false;  // about these some had been called
  Few<Stopped>& stopped = events_.at(earlier).stopped;
  for (const v1::OwedAgain& group : groups) {
    Event& e = touch(group.event(), by.index());
    add_duties(e, group.duties(), by);
    for (const Stopped& was : stopped)  // the same round, not one more
      if (was.id.event == e.index) notification_of(e, was.id.slot).rounds = was.rounds;
  }
  stopped.clear();
}

void State::recompute(const v1::ClockRecomputed& clock, EntryIndex by) {
  const NotificationId id = NotificationId::of(clock.notification());
  Notification& n = notification_of(touch(id.event, by), id.slot);
  n.from = from_us(clock.from_us());
  n.deadline = from_us(clock.deadline_us());
  n.next = from_us(clock.next_us());
  n.generation = ++generations_;
  if (clock.from_the_bottom()) {
    n.rung = 0;
    n.exhausted = false;
  }
}

void State::amend(const v1::EventAccepted& head, EntryIndex by) {
  Event& earlier = touch(head.amends(), by);
  if (head.ends_episode() != 0) earlier.ends_episode = head.ends_episode();
  if (head.corrected_time_us() != 0) earlier.time = from_us(head.corrected_time_us());
  if (head.grade() != v1::RISK_GRADE_UNSPECIFIED) earlier.grade = earlier.said_grade = head.grade();
  if (head.withdraws()) withdraw(earlier, by);
}

std::vector<EntryIndex> State::corrections_of(EntryIndex event) const {
  const auto found = corrections_.find(event);
  return found == corrections_.end() ? std::vector<EntryIndex>{} : found->second;
}

std::vector<EntryIndex> State::open_corrections_of(EntryIndex event, EntryIndex by) const {
  std::vector<EntryIndex> open = corrections_of(event);
  std::erase_if(open, [&](EntryIndex each) { return each == by || !events_.at(each).anything_open(); });
  return open;
}

void State::tell_no_more(Event& event) {
  for (Notification& n : event.notifications) {
    settle(n, v1::NOTIFICATION_STATE_STOOD_DOWN);
    n.dropped = n.dropped || !n.delivered;
  }
}

void State::withdraw(Event& earlier, EntryIndex by) {
  earlier.withdrawn = true;
  tell_no_more(earlier);
  const auto nobody_more_is_told = [&](const std::vector<EntryIndex>& all) {
    for (const EntryIndex index : all) {
      Event& e = touch(index, by);
      tell_no_more(e);
      leave_search(e);
      retire_if_closed(e);
    }
  };
  nobody_more_is_told(open_corrections_of(earlier.index, by));
  const std::vector<EntryIndex> grades = grades_left_by(earlier);
  nobody_more_is_told(grades);
  for (const EntryIndex grade : grades) nobody_more_is_told(open_corrections_of(grade, by));
  leave_search(earlier);
  retire_if_closed(earlier);
}

const std::map<CaseNumber, EntryIndex>& State::counted(std::string_view type) const {
  static const std::map<CaseNumber, EntryIndex> none;
  const auto found = counted_.find(type);
  return found == counted_.end() ? none : found->second;
}

void State::count(Event& event) {
  event.counted = true;
  counted_[std::string(event.type)][case_of(event)] = event.index;
}

void State::uncount(EntryIndex event, EntryIndex by) {
  Event& e = touch(event, by);
  e.counted = false;
  counted_[std::string(e.type)].erase(case_of(e));
  retire_if_closed(e);
}

}  // namespace told::core
