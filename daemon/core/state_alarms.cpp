// Which alarms are open, by what they are about: the same is not raised twice.
#include <algorithm>

#include "core/state.hpp"

namespace told::core {

EntryIndex State::open_alarm(const std::string& code, const std::string& party, bool prevent) const {
  if (alarms_.empty()) return 0;  // asked at every delivery
  const auto found = alarms_.find({code, party, prevent});
  return found == alarms_.end() ? 0 : found->second;
}

EntryIndex State::open_alarm_of_keeping_out(const std::string& party, CaseNumber from, bool prevent) const {
  const auto same = [&](const auto& open) {
    return open.first.kept_out && open.first.party == party && open.first.prevent == prevent &&
           goes_on_as(open.first.from) == from;
  };
  const auto found = std::find_if(alarms_.begin(), alarms_.end(), same);
  return found == alarms_.end() ? 0 : found->second;
}

State::AlarmKey State::key_of(const Event& alarm) {
  return {alarm.id, std::string(alarm.source), alarm.prevent, alarm.kept_out, alarm.kept_out ? alarm.other_case : 0};
}

void State::clear_alarm(Event& event) {
  event.episode_open = false;
  alarms_.erase(key_of(event));
  for (Notification& n : event.notifications) {
    settle(n, v1::NOTIFICATION_STATE_STOOD_DOWN);
    n.dropped = !n.delivered;
  }
}

}  // namespace told::core
