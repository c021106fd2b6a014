#pragma once
// Deadlines and the times of rungs as a policy says them.
#include <string>
#include <string_view>

#include "config/quantity.hpp"
#include "core/policy.hpp"

namespace told::config {

/// "30 min", "48 h": elapsed time. "10 working days", "close of next working day" (1 of them). "7 days", "1 week",
/// "end of next day" (1 day): calendar days. At most a year of each.
[[nodiscard]] Quantity<core::Due> due_from(std::string_view text);

/// A due, counted from the start; "50 %" of the time, or "at half"; "at the deadline"; "deadline + " and a due.
[[nodiscard]] Quantity<core::RungTime> rung_time_from(std::string_view text);

}  // namespace told::config
