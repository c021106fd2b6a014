#pragma once
// "17:00": a time by the clock on the wall.
#include <chrono>
#include <string_view>

#include "config/quantity.hpp"

namespace told::config {

/// "00:00" to "24:00", which is the end of the day.
[[nodiscard]] Quantity<std::chrono::minutes> time_of_day_from(std::string_view text);

}  // namespace told::config
