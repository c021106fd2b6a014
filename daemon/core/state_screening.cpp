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
  for (const v1::OwedAgain& now : head.told_now()) add_duties(touch(now.event(), entry.index()), now.duties(), entry);
  const CaseNumber c = goes_on_as(entry.case_number());
  end_calls(head.calls_ended(), entry);
  if (!head.lifted())
    keep_out(intern(head.recipient()), entry, [&](const Event& event) { return case_called_about(event) == c; });
  open_again(head.open_again(), entry);
}

void State::open_again(const google::protobuf::RepeatedPtrField<v1::OpenAgain>& all, const v1::LedgerEntry& by) {
  for (const v1::OpenAgain& again : all) {
    const NotificationId id = NotificationId::of(again.notification());
    Notification& n = notification_of(touch(id.event, by.index()), id.slot);
    if (!n.open()) {
      n.state = v1::NOTIFICATION_STATE_OPEN;
      ++open_notifications_;
      calls_known_ = false;
    }
    n.acknowledged = {};
    n.late = false;
    n.next = from_us(again.next_us());
    ++n.generation;
  }
}

void State::end_calls(const google::protobuf::RepeatedField<std::uint64_t>& calls, const v1::LedgerEntry& by) {
  for (const std::uint64_t number : calls) {
    const NotificationId id = NotificationId::of(number);
    settle(notification_of(touch(id.event, by.index()), id.slot), v1::NOTIFICATION_STATE_STOOD_DOWN);
    retire_if_closed(events_.at(id.event));
  }
}

std::set<EntryIndex> State::told_of(CaseNumber c) const {
  std::set<EntryIndex> all;
  for (const auto& [index, event] : events_)
    if (case_called_about(event) == c) all.insert(index);
  return all;
}

std::set<std::string> State::kept_out(CaseNumber c) const {
  std::set<std::string> all;
  for (auto each = screens_.lower_bound({c, std::string()}); each != screens_.end() && each->first.first == c; ++each)
    all.insert(each->first.second);
  return all;
}

std::vector<std::string> State::kept_out_through(CaseNumber c) const {
  std::vector<std::string> all;
  for (const auto& [key, order] : screens_)
    if (key.first == goes_on_as(c) && goes_through(events_.at(order).case_number, c)) all.push_back(key.second);
  return all;
}

bool State::held_through(CaseNumber c) const {
  const auto found = holds_.find(goes_on_as(c));
  return found != holds_.end() && goes_through(events_.at(found->second).case_number, c);
}

void State::keep_out_of_both(CaseNumber c, const Before& was, const v1::LedgerEntry& by) {
  for (const std::string& who : kept_out(c)) {
    const bool of_this = was.kept_out_of_this.contains(who);
    if (of_this && was.kept_out_of_the_other.contains(who)) continue;  // what waits for them is what they may hear
    keep_out(intern(who), by, [&](const Event& event) {
      return case_called_about(event) == c && was.events.contains(event.index) != of_this;
    });
  }
}

void State::keep_out(RecipientId recipient, const v1::LedgerEntry& by, const std::function<bool(const Event&)>& of) {
  std::vector<EntryIndex> touched;
  for (const auto& [index, event] : events_)
    if (index != by.index() && of(event) &&
        std::any_of(event.notifications.begin(), event.notifications.end(),
                    [&](const Notification& n) { return n.recipient == recipient && n.to_deliver(); }))
      touched.push_back(index);
  std::sort(touched.begin(), touched.end());
  for (const EntryIndex index : touched) {
    Event& e = touch(index, by.index());
    for (Notification& n : e.notifications) {
      if (n.recipient != recipient) continue;
      const bool waited = n.to_deliver();
      n.dropped = n.dropped || waited;
      if (n.dropped && !n.asks_acknowledgement()) settle(n, v1::NOTIFICATION_STATE_STOOD_DOWN);
      // Where they had been told nothing yet, that is not waited for.
      if (waited && n.open() && n.nobody_there() && n.next != Instant{} && n.rung == 0) {
        n.next = from_us(by.time_us());
        n.generation = ++generations_;
      }
    }
    retire_if_closed(e);
  }
}

}  // namespace told::core
