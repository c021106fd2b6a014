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
  tell_now(head.told_now(), entry);
  end_calls(head.calls_ended(), entry);
  withhold(head.withheld(), entry);
  open_again(head.open_again(), entry);
}

void State::tell_now(const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups, const v1::LedgerEntry& by) {
  for (const v1::OwedAgain& now : groups) add_duties(touch(now.event(), by.index()), now.duties(), by);
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
    n.generation = ++generations_;
  }
}

void State::end_calls(const google::protobuf::RepeatedField<std::uint64_t>& calls, const v1::LedgerEntry& by) {
  for (const std::uint64_t number : calls) {
    const NotificationId id = NotificationId::of(number);
    settle(notification_of(touch(id.event, by.index()), id.slot), v1::NOTIFICATION_STATE_STOOD_DOWN);
    retire_if_closed(events_.at(id.event));
  }
}

void State::withhold(const google::protobuf::RepeatedField<std::uint64_t>& waiting, const v1::LedgerEntry& by) {
  for (const std::uint64_t number : waiting) {
    const NotificationId id = NotificationId::of(number);
    Notification& n = notification_of(touch(id.event, by.index()), id.slot);
    n.dropped = true;
    if (!n.asks_acknowledgement()) settle(n, v1::NOTIFICATION_STATE_STOOD_DOWN);
    // Where they had been told nothing yet, that is not waited for.
    if (n.open() && n.nobody_there() && n.next != Instant{} && n.rung == 0) {
      n.next = from_us(by.time_us());
      n.generation = ++generations_;
    }
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

}  // namespace told::core
