#pragma once
// Deadlines, reckoned a second time: from the guidance's words and the Summer Time Act, in whole seconds, with none of
// the core's arithmetic and no tz database. Times are microseconds of UTC; zones other than London's throw.
#include <cstdint>

#include "core/due.hpp"
#include "core/policy.hpp"

namespace told::sim {

[[nodiscard]] std::int64_t due_us(const core::Due& due, std::int64_t from_us, const core::Calendar& calendar);

/// When a rung's time comes of a clock that runs from `from_us` to `deadline_us`, which is `within` later.
[[nodiscard]] std::int64_t rung_us(const core::RungTime& rung, std::int64_t from_us, std::int64_t deadline_us,
                                   const core::Due& within, const core::Calendar& calendar);

/// From opening time until close of a working day.
[[nodiscard]] bool is_office_time(std::int64_t at_us, const core::Calendar& calendar);

}  // namespace told::sim
