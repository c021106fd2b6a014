#pragma once
// Moments as a scenario says them.
#include <string>
#include <string_view>

#include "core/calendar.hpp"
#include "core/time.hpp"

namespace told::rehearse {

/// A moment, or why the text is none (`problem` is empty where it is one).
struct Moment {
  core::Instant at{};
  /// It was said to the minute, so as a bound it means the whole of that minute: whoever is called "by 15 min" may have
  /// the call in their hands a second after the quarter. Otherwise it means the whole of its second.
  bool to_the_minute = false;
  std::string problem;

  /// The last instant that it still means.
  [[nodiscard]] core::Instant end() const {
    const core::Duration whole = to_the_minute ? core::Duration{std::chrono::minutes{1}} : std::chrono::seconds{1};
    return at + whole - core::Duration{1};
  }
};

/// "15 min" (after `begins`), "08:30" or "Sat 08:30" (the first at or after `begins`, local time), "2026-03-06 23:50"
/// or "2026-03-06T23:50:00" (local time), "2026-03-06T23:50:00Z" (or another offset).
[[nodiscard]] Moment moment_from(std::string_view text, core::Instant begins, const core::Calendar& calendar);

/// An absolute one only: the last two forms.
[[nodiscard]] Moment absolute_moment_from(std::string_view text, const core::Calendar& calendar);

/// "Sat 7 Mar 08:30:00" and its parts, in the calendar's zone.
[[nodiscard]] std::string day_words(core::Instant at, const core::Calendar& calendar);  ///< "Saturday 7 March 2026"
[[nodiscard]] std::string clock_words(core::Instant at,
                                      const core::Calendar& calendar);  ///< "08:30:00", "01:30:00 GMT"
/// As short as can be without doubt, seen from `from`: "08:30", "Sat 7 Mar 08:30"; with seconds where there are any.
[[nodiscard]] std::string near_words(core::Instant at, core::Instant from, const core::Calendar& calendar);

}  // namespace told::rehearse
