#pragma once
// Times as people read them on duty: London civil time, with the zone said where a date is.
// Everything for machines stays UTC.
#include <string>

#include "core/time.hpp"

namespace told::audit {

// In the hour that comes twice when the clocks go back, each says which: "01:30 BST", "01:30 GMT".
/// "21:14:07"
[[nodiscard]] std::string clock_time(core::Instant t);
/// "Sun 22 Nov 2026 21:14:07 GMT"
[[nodiscard]] std::string full_time(core::Instant t);
/// As short as it can be without doubt, seen from `from`: "21:14:30" within ten minutes, "21:44" on the same day,
/// "Mon 23 Nov 17:00" on another.
[[nodiscard]] std::string short_time(core::Instant t, core::Instant from);
/// "2026-11-22T21:14:07Z": for tables that machines read.
[[nodiscard]] std::string utc_time(core::Instant t);

/// "40 s", "4 min", "3 h 10 min", "2 days 4 h". Rounds down; negative is taken as its amount.
[[nodiscard]] std::string how_long(core::Duration d);
/// "4 min left" or "12 min LATE".
[[nodiscard]] std::string time_left(core::Instant deadline, core::Instant now);

}  // namespace told::audit
