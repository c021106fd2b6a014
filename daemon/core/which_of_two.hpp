#pragma once
// On the night when clocks go back an hour of wall-clock times comes twice, and people must be told which is meant.
#include <string>

#include "core/calendar.hpp"

namespace told::core {

/// "BST", and an hour later "GMT", while the wall shows a time that comes twice that night; otherwise "".
[[nodiscard]] std::string which_of_two(Instant at, const Calendar& calendar);

}  // namespace told::core
