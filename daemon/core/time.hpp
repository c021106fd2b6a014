#pragma once
// Time as the core knows it: an argument, never a reading.
#include <chrono>
#include <cstdint>

namespace told::core {

/// Microseconds of UTC since 1970, the resolution in which the ledger keeps time.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

[[nodiscard]] inline std::int64_t to_us(Instant t) { return t.time_since_epoch().count(); }
[[nodiscard]] inline Instant from_us(std::int64_t us) { return Instant{Duration{us}}; }

}  // namespace told::core
