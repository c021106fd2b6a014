#pragma once
// Civil time: a zone, its working days and their close. A value, part of a policy; the file it came from is kept with
// the policy in the ledger, so a deadline can be reckoned again years later.
#include <chrono>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"

namespace told::core {

using Day = std::chrono::year_month_day;

/// A local wall-clock time of the calendar's zone.
struct LocalTime {
  Day day;
  std::chrono::seconds of_day{};  ///< since midnight by the wall clock: 0 to 86,399
  friend auto operator<=>(const LocalTime&, const LocalTime&) = default;
};

struct Calendar {
  std::string zone = "Europe/London";     ///< a name of the tz database; the loader refuses others
  std::chrono::seconds opens{9 * 3600};   ///< on a working day, local; before `close`
  std::chrono::seconds close{17 * 3600};  ///< of a working day, local
  std::map<Day, std::string> holidays;    ///< days that are not worked, by title: bank holidays and council closures
  std::optional<Day> horizon;             ///< the last bank holiday that is known; none: no calendar was given
  /// A horizon that is nearer than this is told to a person (`alarm.calendar_horizon`).
  std::chrono::days horizon_warning{60};
  std::string version;  ///< first 16 hex digits of the SHA-256 of the bank holidays' file; "" for none

  [[nodiscard]] bool is_working_day(const Day& day) const;
  /// From `opens` until `close` of a working day.
  [[nodiscard]] bool is_working_time(Instant at) const;
  /// The bank holidays are known for less than `horizon_warning` from now, or not at all.
  [[nodiscard]] bool horizon_is_near(Instant now) const;
  [[nodiscard]] LocalTime local(Instant at) const;
  /// What a clock shows that is stopped, while an hour comes a second time, at that hour's last second. Other than
  /// local() it never goes back, so that stretches of local time hold together on both change nights: for every two
  /// local times a and b, instant(a) <= at < instant(b) exactly where a <= clock_face(at) < b.
  [[nodiscard]] LocalTime clock_face(Instant at) const;
  /// Of a local time that a clock change skips: the first instant after the gap; of one that comes twice: the earlier.
  [[nodiscard]] Instant instant(const LocalTime& local) const;
  /// "Friday 6 March 2026 23:50".
  [[nodiscard]] std::string in_words(Instant at) const;
};

/// "Monday".
[[nodiscard]] std::string weekday_in_words(const Day& day);
/// "25 May".
[[nodiscard]] std::string date_in_words(const Day& day);
/// "2026-12-28".
[[nodiscard]] std::string to_text(const Day& day);

/// Whether the tz database has a zone of that name. A Calendar of another throws std::runtime_error when it is asked.
[[nodiscard]] bool is_zone(const std::string& name);

}  // namespace told::core
