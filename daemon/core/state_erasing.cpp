// What the state keeps of legal holds, and what it forgets when a case is erased.
#include <algorithm>

#include "core/state.hpp"

namespace told::core {

bool State::held(CaseNumber c) const { return !holds_.empty() && holds_.contains(goes_on_as(c)); }

std::vector<std::pair<EntryIndex, CaseNumber>> State::moved_out_of(CaseNumber recorded) const {
  std::vector<std::pair<EntryIndex, CaseNumber>> all;
  for (const auto& [event, order] : moved_) {
    const CaseNumber now = case_of(event, recorded);
    if (events_.at(order).other_case == recorded && now != goes_on_as(recorded)) all.emplace_back(event, now);
  }
  std::sort(all.begin(), all.end());
  return all;
}

bool State::knows(EntryIndex event) const {
  return std::any_of(known_.begin(), known_.end(), [&](const auto& each) { return each.second.entry == event; });
}

void State::order_hold(const v1::LedgerEntry& entry) {
  const CaseNumber c = goes_on_as(entry.case_number());
  if (const auto before = holds_.find(c); before != holds_.end()) {
    end_order(before->second, entry.index());
    holds_.erase(before);
  }
  const bool lifted = entry.hold_ordered().lifted();
  Event& e = make_event(entry, "hold");
  e.episode_open = !lifted;
  if (!lifted) holds_[c] = e.index;
  retire_if_closed(e);
}

// Nobody needs it any more: it was answered by other means, or is news that asks for no answer.
void State::drop_waiting(EntryIndex by, const std::function<bool(const Event&)>& of) {
  std::vector<EntryIndex> waiting;
  for (const auto& [index, event] : events_)
    if (index != by && of(event) &&
        std::any_of(event.notifications.begin(), event.notifications.end(),
                    [](const Notification& n) { return n.to_deliver(); }))
      waiting.push_back(index);
  std::sort(waiting.begin(), waiting.end());
  for (const EntryIndex index : waiting) {
    Event& event = touch(index, by);
    for (Notification& n : event.notifications) {
      if (!n.to_deliver()) continue;
      n.dropped = true;
      if (n.open()) settle(n, v1::NOTIFICATION_STATE_STOOD_DOWN);
    }
    retire_if_closed(event);
  }
}

void State::erase(const v1::LedgerEntry& entry) {
  const v1::CaseErased& head = entry.case_erased();
  Event& e = make_event(entry, "erased");
  for (const v1::ClocksStopped& stopped : head.clocks_stopped()) stop_clocks(stopped, e, entry);
  e.stopped.clear();  // nothing makes them owed again
  std::vector<CaseNumber> cases{entry.case_number()};
  cases.insert(cases.end(), head.cases().begin(), head.cases().end());
  const std::vector<EntryIndex> events(head.events().begin(), head.events().end());
  const auto has = [](const auto& all, const auto& each) {
    return std::find(all.begin(), all.end(), each) != all.end();
  };
  std::erase_if(
      known_, [&](const auto& each) { return has(cases, each.second.case_number) || has(events, each.second.entry); });
  std::erase_if(cases_, [&](const auto& each) { return has(cases, each.second); });
  drop_waiting(e.index, [&](const Event& event) { return has(cases, event.case_number) || has(events, event.index); });
  erased_.cases.insert(erased_.cases.end(), cases.begin(), cases.end());
  erased_.events.insert(erased_.events.end(), events.begin(), events.end());
  retire_if_closed(e);
}

}  // namespace told::core
