#pragma once
// How far bank holidays are known, for a policy that counts working days. A person is told in time to fetch the next
// calendar (`alarm.calendar_horizon`); until then deadlines are early at worst.
#include <optional>
#include <string>

#include "core/command.hpp"
#include "core/policy.hpp"

namespace told::core {

/// The last day of which it is known whether it is a bank holiday, in words; "" where that is far enough from `now`.
[[nodiscard]] std::string near_horizon(const PolicyPtr& policy, Instant now);

class HorizonWatch {
 public:
  /// What to do about it now. Told once for each horizon: a person who closed the alarm has heard it.
  [[nodiscard]] std::optional<Command> look(const PolicyPtr& policy, Instant now);

 private:
  std::optional<std::string> told_;  ///< unset until it was looked at; "" while the calendar reaches far enough
};

}  // namespace told::core
