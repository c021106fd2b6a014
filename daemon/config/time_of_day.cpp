#include "config/time_of_day.hpp"

#include <charconv>

#include "config/nearest.hpp"

namespace told::config {

Quantity<std::chrono::minutes> time_of_day_from(std::string_view text) {
  int hours = 0;
  int minutes = 0;
  const auto number = [&](std::size_t at, int& value) {
    const auto* end = text.data() + at + 2;
    return std::from_chars(text.data() + at, end, value).ptr == end && value >= 0;
  };
  const bool shaped = text.size() == 5 && text[2] == ':' && number(0, hours) && number(3, minutes);
  const std::chrono::minutes time = std::chrono::hours{hours} + std::chrono::minutes{minutes};
  if (!shaped || minutes > 59 || time > std::chrono::hours{24})
    return {{}, in_quotes(text) + " is no time of day: write hours and minutes, like \"09:00\" or \"24:00\""};
  return {time, {}};
}

}  // namespace told::config
