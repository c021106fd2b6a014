#include "core/horizon_watch.hpp"

namespace told::core {

std::string near_horizon(const PolicyPtr& policy, Instant now) {
  if (!policy || !policy->counts_working_days() || !policy->calendar.horizon_is_near(now)) return {};
  return policy->calendar.horizon ? to_text(*policy->calendar.horizon) : "no day (the policy has no calendar)";
}

std::optional<Command> HorizonWatch::look(const PolicyPtr& policy, Instant now) {
  const std::string horizon = near_horizon(policy, now);
  if (told_ == horizon) return std::nullopt;
  told_ = horizon;
  if (horizon.empty()) return ClearAlarm{"calendar_horizon", "told"};  // an earlier run may have left it open
  return RaiseAlarm{"calendar_horizon", "told"};
}

}  // namespace told::core
