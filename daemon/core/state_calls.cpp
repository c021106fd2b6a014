// Whom ladders have called about what is unanswered in a case: an index, so that one call can be for all of it.
#include <algorithm>

#include "core/state.hpp"

namespace told::core {

CaseNumber State::case_called_about(const Event& event) const {
  const Event* about = &event;
  while (about->type == "alarm" && about->about_notification != 0) {  // it may be about an alarm that nobody answered
    const EntryIndex index = NotificationId::of(about->about_notification).event;
    const Event* of = this->event(index);
    if (of == nullptr)  // closed, and forgotten since
      return case_of(about->ends_episode == 0 ? index : about->ends_episode, about->other_case);
    about = of;
  }
  return case_of(*about);
}

std::vector<NotificationId> State::calls_to(RecipientId recipient, const Event& event) const {
  const auto is_call = [](const Event& of, const Notification& n) {
    return n.is(v1::NOTIFICATION_KIND_ESCALATION) && of.notifications[n.about_slot].open();
  };
  if (!calls_known_) {
    calls_.clear();
    for (const auto& [index, each] : events_)
      for (std::size_t slot = 0; slot < each.notifications.size(); ++slot)
        if (const Notification& n = each.notifications[slot]; is_call(each, n))
          calls_[{case_called_about(each), n.recipient}].push_back({index, static_cast<Slot>(slot)});
    calls_known_ = true;
  }
  const auto found = calls_.find({case_called_about(event), recipient});
  if (found == calls_.end()) return {};
  std::vector<NotificationId> calls;
  for (const NotificationId id : found->second)
    if (const Event* of = this->event(id.event); of != nullptr && is_call(*of, of->notifications[id.slot]))
      calls.push_back(id);
  std::sort(calls.begin(), calls.end());
  found->second = calls;
  return calls;
}

void State::forget_calls(const Event& event) {
  for (const Notification& n : event.notifications) {
    const auto found = calls_.find({case_called_about(event), n.recipient});
    if (found == calls_.end()) continue;  // whoever was not called
    std::erase_if(found->second, [&](NotificationId id) { return id.event == event.index; });
    if (found->second.empty()) calls_.erase(found);
  }
}

}  // namespace told::core
