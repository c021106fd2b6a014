// Who is kept out of a case, and what then never reaches them.
#include <algorithm>

#include "core/state.hpp"

namespace told::core {

bool State::screened(CaseNumber c, const std::string& recipient) const {
  return !screens_.empty() && screens_.contains({goes_on_as(c), recipient});
}

void State::order_screen(const v1::LedgerEntry& entry) {
  const v1::ScreenOrdered& head = entry.screen_ordered();
  const std::pair key{entry.case_number(), head.recipient()};
  if (const auto before = screens_.find(key); before != screens_.end()) {
    end_order(before->second, entry.index());
    screens_.erase(before);
  }
  Event& e = make_event(entry, "screen");
  e.source = name(head.recipient());
  e.episode_open = !head.lifted();
  if (!head.lifted()) screens_[key] = e.index;
  retire_if_closed(e);
  if (!head.lifted()) keep_out(goes_on_as(entry.case_number()), intern(head.recipient()), entry.index());
}

void State::keep_out(CaseNumber c, RecipientId recipient, EntryIndex by) {
  std::vector<EntryIndex> touched;
  for (const auto& [index, event] : events_)
    if (index != by && case_of(event) == c &&
        std::any_of(event.notifications.begin(), event.notifications.end(), [&](const Notification& n) {
          return n.recipient == recipient && (n.to_deliver() || (n.open() && n.is(v1::NOTIFICATION_KIND_ESCALATION)));
        }))
      touched.push_back(index);
  std::sort(touched.begin(), touched.end());
  for (const EntryIndex index : touched) {
    Event& e = touch(index, by);
    for (Notification& n : e.notifications) {
      if (n.recipient != recipient) continue;
      n.dropped = n.dropped || n.to_deliver();
      // A call asks them to act, and they may not. What they were to be told is chased on: somebody else must be
      // called.
      if (n.is(v1::NOTIFICATION_KIND_ESCALATION) || (n.dropped && !n.asks_acknowledgement()))
        settle(n, v1::NOTIFICATION_STATE_STOOD_DOWN);
    }
    retire_if_closed(e);
  }
}

}  // namespace told::core
