// Whose case something is: two cases that are the same child's, an event that was about another child. Nothing is
// rewritten: what was recorded stays in the case that it was recorded in, and is looked up in the one it belongs to
// now.
#include <algorithm>

#include "core/event_types.hpp"
#include "core/state.hpp"

namespace told::core {
namespace {

/// Moves what `from` has to the end of what `into` has, in the order of entries.
template <class Map>
void join_lists(Map& lists, CaseNumber from, CaseNumber into) {
  const auto found = lists.find(from);
  if (found == lists.end()) return;
  auto moved = std::move(found->second);
  lists.erase(found);
  auto& all = lists[into];
  all.insert(all.end(), moved.begin(), moved.end());
  std::sort(all.begin(), all.end());
}

/// Moves what `is_its` says from one list to the other.
template <class Map, class IsIts>
void move_between(Map& lists, CaseNumber from, CaseNumber to, IsIts is_its) {
  const auto found = lists.find(from);
  if (found == lists.end()) return;
  auto moved = found->second;
  std::erase_if(moved, [&](const auto& each) { return !is_its(each); });
  std::erase_if(found->second, is_its);
  if (found->second.empty()) lists.erase(found);
  if (moved.empty()) return;
  auto& all = lists[to];
  all.insert(all.end(), moved.begin(), moved.end());
  std::sort(all.begin(), all.end());
}

}  // namespace

CaseNumber State::goes_on_as(CaseNumber c) const {
  for (auto found = joined_.find(c); found != joined_.end(); found = joined_.find(c)) c = found->second;
  return c;
}

CaseNumber State::case_of(EntryIndex event, CaseNumber recorded) const {
  const auto moved = moved_.find(event);
  return goes_on_as(moved == moved_.end() ? recorded : events_.at(moved->second).case_number);
}

CaseNumber State::case_of(const Event& event) const {
  if (joined_.empty() && moved_.empty()) return event.case_number;
  return case_of(event.whose(), event.case_number);
}

std::vector<CaseNumber> State::same_child(CaseNumber c) const {
  const CaseNumber now = goes_on_as(c);
  std::vector<CaseNumber> all{now};
  for (const auto& [from, into] : joined_)
    if (goes_on_as(into) == now) all.push_back(from);
  std::sort(all.begin(), all.end());
  return all;
}

bool State::was_part_of(CaseNumber c, CaseNumber of) const {
  return std::any_of(moved_.begin(), moved_.end(), [&](const auto& each) {
    const Event& order = events_.at(each.second);
    const Event* moved = event(each.first);
    const bool was_its_own = moved != nullptr && moved->case_number == c;
    const CaseNumber from = goes_on_as(order.other_case), to = goes_on_as(order.case_number);
    return (from == of && (to == c || was_its_own)) || (to == of && was_its_own);
  });
}

CaseNumber State::placed_in(const Event& event) const {
  const auto moved = moved_.find(event.whose());
  return moved == moved_.end() ? event.case_number : events_.at(moved->second).case_number;
}

bool State::goes_through(CaseNumber recorded, CaseNumber c) const {
  for (auto found = joined_.find(recorded); recorded != c; found = joined_.find(recorded)) {
    if (found == joined_.end()) return false;
    recorded = found->second;
  }
  return true;
}

std::vector<EntryIndex> State::events_of(CaseNumber c) const {
  const CaseNumber now = goes_on_as(c);
  std::vector<EntryIndex> all;
  for (const auto& [index, event] : events_)
    if (event_type(event.type) != nullptr && case_of(event) == now) all.push_back(index);
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<EntryIndex> State::moved_into(CaseNumber c) const {
  const CaseNumber now = goes_on_as(c);
  std::vector<EntryIndex> all;
  for (const auto& [event, order] : moved_)
    if (case_of(event, 0) == now) all.push_back(event);
  return all;
}

void State::change_identity(const v1::LedgerEntry& entry) {
  const v1::IdentityChanged& head = entry.identity_changed();
  const bool moves = head.moved_event() != 0;
  if (head.parted_case() != 0) part(head.parted_case(), entry.index());
  const CaseNumber into = goes_on_as(entry.case_number());
  if (moves) {
    touch(head.moved_event(), entry.index());
    if (const auto before = moved_.find(head.moved_event()); before != moved_.end())
      end_order(before->second, entry.index());  // this one says it now
  } else {
    // Two holds are one, whoever is kept out of both is kept out once, and a child that was counted twice counts once.
    if (const auto second = holds_.find(head.joined_case()); second != holds_.end() && holds_.contains(into))
      end_order(second->second, entry.index());
    for (const auto& [key, order] : screens_)
      if (key.first == head.joined_case() && screens_.contains({into, key.second})) end_order(order, entry.index());
    for (const auto& [type, cases] : std::map(counted_))
      if (const auto second = cases.find(head.joined_case()); second != cases.end() && cases.contains(into))
        uncount(second->second, entry.index());
  }
  Event& e = make_event(entry, moves ? "another_child" : "same_child");
  e.status = head.status();
  e.amends = head.moved_event();
  const std::vector<EntryIndex> events = moves ? std::vector<EntryIndex>{head.moved_event()} : events_of(into);
  e.prevent = std::any_of(events.begin(), events.end(), [this](EntryIndex each) { return is_prevent_event(each); });
  e.other_case = moves ? head.from_case() : head.joined_case();
  e.episode_open = true;  // it stays true, and so in memory
  if (moves)
    move(e);
  else
    join(e.other_case, e.case_number);
  end_calls(head.calls_ended(), entry);
  withhold(head.withheld(), entry);
  open_again(head.open_again(), entry);
  add_duties(e, head.duties(), entry);
  tell_now(head.told_now(), entry);
  for (const v1::ClockRecomputed& clock : head.recomputed()) recompute(clock, entry.index());
  grade_anew(into, entry.index());
  for (const std::uint64_t event : head.uncounted()) uncount(event, entry.index());
  for (const std::uint64_t event : head.counted_again()) count(touch(event, entry.index()));
  if (!moves) return;
  grade_anew(head.from_case(), entry.index());
  if (const Event* moved = event(head.moved_event())) e.grade = moved->grade;
  owe_again(head.owed_again(), head.moved_event(), entry);
  stop_clocks(head.clocks_stopped(), true, head.moved_event(), entry);
  if (head.ends_episode() != 0) end_search(into, entry.index(), events_.at(head.moved_event()).time);
  stop_clocks(head.clocks_stopped(), false, head.moved_event(), entry);
  retire_if_closed(events_.at(head.moved_event()));
}

// Of what both have that a case has once, `into` keeps its own.
void State::join(CaseNumber from, CaseNumber into) {
  joined_[from] = into;
  calls_known_ = false;
  into = goes_on_as(into);
  join_lists(episodes_, from, into);
  join_lists(grades_, from, into);
  join_lists(obligations_, from, into);
  for (auto& [type, cases] : counted_)
    if (auto counted = cases.extract(from)) {
      counted.key() = into;
      cases.insert(std::move(counted));
    }
  if (auto hold = holds_.extract(from)) {
    hold.key() = into;
    holds_.insert(std::move(hold));
  }
  for (auto each = screens_.lower_bound({from, std::string()}); each != screens_.end() && each->first.first == from;) {
    auto screen = screens_.extract(each++);
    screen.key().first = into;
    screens_.insert(std::move(screen));
  }
}

void State::part(CaseNumber c, EntryIndex by) {
  const auto order = std::find_if(events_.begin(), events_.end(), [&](const auto& each) {
    return each.second.type == "same_child" && each.second.other_case == c && each.second.episode_open;
  });
  if (order != events_.end()) end_order(order->first, by);
  const CaseNumber from = goes_on_as(c);
  joined_.erase(c);
  calls_known_ = false;
  const auto is_its = [&](EntryIndex event) {
    const Event* each = this->event(event);
    return each != nullptr && case_of(*each) == c;
  };
  for (auto* lists : {&episodes_, &grades_}) move_between(*lists, from, c, is_its);
  move_between(obligations_, from, c, [&](NotificationId id) { return is_its(id.event); });
  for (auto& [type, cases] : counted_)
    if (const auto counted = cases.find(from); counted != cases.end() && is_its(counted->second)) {
      cases.emplace(c, counted->second);
      cases.erase(counted);
    }
}

void State::move(const Event& order) {
  const auto found = events_.find(order.amends);
  Event* event = found == events_.end() ? nullptr : &found->second;
  // Its corrections go with it, and may be at hand where it is not. They may be of another case till then: one that was
  // said to be the same child's.
  std::vector<EntryIndex> all = corrections_of(order.amends);
  if (event != nullptr) all.push_back(order.amends);
  std::map<EntryIndex, CaseNumber> goes;
  for (const EntryIndex each : all) goes[each] = case_of(events_.at(each));
  moved_[order.amends] = order.index;
  calls_known_ = false;
  if (goes.empty()) return;  // closed and forgotten, or not put back yet: then it is put back where it belongs
  const CaseNumber to = case_of(events_.at(goes.begin()->first));
  for (const auto& each : goes)
    move_between(obligations_, each.second, to, [&](NotificationId id) { return id.event == each.first; });
  if (event == nullptr) return;
  const CaseNumber from = goes.at(event->index);
  for (auto* lists : {&episodes_, &grades_})
    move_between(*lists, from, to, [&](EntryIndex each) { return each == event->index; });
  if (!event->counted) return;
  auto& cases = counted_[std::string(event->type)];
  if (const auto own = cases.find(from); own != cases.end() && own->second == event->index) cases.erase(own);
  // A child that is counted already counts once.
  event->counted = cases.emplace(to, event->index).second;
}

}  // namespace told::core
