#pragma once
// When something is due: the arithmetic of deadlines, as the guidance says it.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/calendar.hpp"
#include "core/time.hpp"

namespace told::core {

/// How long is allowed.
struct Due {
  enum class Kind : std::uint8_t {
    elapsed,       ///< real time from the start, across nights, weekends and clock changes: "48 h"
    working_days,  ///< day 0 is the local day of the start; due at close of the count-th working day after it
    days,          ///< day 0 is the local day of the start; due at 23:59:59 of the count-th calendar day after it
    months         ///< at 23:59:59 of the same day so many months later; of a month that has none, on its last day
  };
  Kind kind = Kind::elapsed;
  std::uint32_t count = 0;  ///< days or months; more than zero for the other kinds
  Duration elapsed{};       ///< Kind::elapsed only

  Due() = default;
  template <class Rep, class Period>
  Due(std::chrono::duration<Rep, Period> real) : elapsed(real) {}  // NOLINT(google-explicit-constructor): reads as such
  Due(Kind days_of, std::uint32_t how_many) : kind(days_of), count(how_many) {}

  friend bool operator==(const Due&, const Due&) = default;
};

/// A due date reckoned, with what it was reckoned by.
struct Reckoned {
  Instant at{};
  /// The calendar of bank holidays does not reach so far: the days beyond it were taken as working days unless they
  /// are Saturdays or Sundays, so `at` may be early and is never late. To be told to a person.
  bool beyond_horizon = false;
};

[[nodiscard]] Reckoned due_at(const Due& due, Instant from, const Calendar& calendar);

/// When so many hundredths of the time allowed have gone, for a clock that started at `from` and is due at `deadline`,
/// `within` later. Of working days the time allowed is the working hours in between, from `opens` to `close`: half of
/// what a Friday night leaves until Monday at close is Monday at midday, and not Sunday morning. Of all else it is real
/// time. `percent`: 1 to 100.
[[nodiscard]] Instant share_at(std::uint32_t percent, Instant from, Instant deadline, const Due& within,
                               const Calendar& calendar);

/// "48 h", "15 min": a whole number of the largest unit that fits, hours at most.
[[nodiscard]] std::string in_words(Duration elapsed);
/// "48 h", "close of the next working day", "10 working days", "end of the next day", "7 days", "6 years".
[[nodiscard]] std::string in_words(const Due& due);
/// The same where a number reads better: "deadline + 1 working day".
[[nodiscard]] std::string counted_in_words(const Due& due);
/// How often something repeats: "every 30 min", "every 30 days" (of 24 h), "at close of every working day".
[[nodiscard]] std::string interval_in_words(const Due& interval);
/// The arithmetic, for people: "Friday 6 March 2026 23:50, close of the next working day: Monday 9 March 2026 17:00,
/// since Saturday 7 and Sunday 8 are not working days". Local times of the calendar's zone.
[[nodiscard]] std::string reckoning_in_words(const Due& due, Instant from, const Calendar& calendar);

}  // namespace told::core
