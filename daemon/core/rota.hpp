#pragma once
// Rotas: who is on duty when. A value, part of a policy. A role ("duty_manager") that has a rota stands, on a ladder's
// rung, for whoever is on duty at that moment; people are recipients like any other.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/calendar.hpp"
#include "core/time.hpp"

namespace told::core {

/// On which of its days a shift begins, by the calendar: one that begins on the eve of a holiday ends next morning.
enum class Begins : std::uint8_t { any_day, working_days, days_not_worked };

/// Every week, local time of the policy's calendar. `from` and `to` are minutes since Monday 00:00 by the wall clock;
/// a shift over Sunday midnight has `to` <= `from`. A night on which clocks change is owned without a gap: the shift
/// is from the instant of its local begin to the instant of its local end.
struct WeeklyShift {
  std::chrono::minutes from{};
  std::chrono::minutes to{};
  std::vector<std::string> who;    ///< recipients; all of them are on duty together
  std::optional<Day> valid_from;   ///< the first day on which it begins; none: always
  std::optional<Day> valid_until;  ///< the last
  Begins begins = Begins::any_day;
};

/// Takes the place of the pattern between two local times: holiday, sickness, a swap (two of these).
struct RotaOverride {
  LocalTime from;
  LocalTime to;
  std::vector<std::string> who;  ///< empty: nobody, said on purpose
  std::string reason;
};

struct Rota {
  std::string name;                     ///< the role
  std::vector<WeeklyShift> weekly;      ///< earlier ones win where two overlap
  std::vector<RotaOverride> overrides;  ///< later ones win where two overlap
  std::vector<std::string> otherwise;   ///< the out-of-hours team, where no shift covers the moment; may be empty

  /// Whoever is on duty, in the order of the file; empty where nobody is.
  [[nodiscard]] std::vector<std::string> on_duty(Instant at, const Calendar& calendar) const;
  /// Everyone who may ever be, in alphabetical order.
  [[nodiscard]] std::vector<std::string> everyone() const;
};

/// A stretch of time, [from, to).
struct Stretch {
  Instant from{};
  Instant to{};
  friend bool operator==(const Stretch&, const Stretch&) = default;
};

/// The first instant after `after` at which somebody's duty may begin or end; Instant::max() where there is none.
[[nodiscard]] Instant next_change(const Rota& rota, const Calendar& calendar, Instant after);

/// Every stretch between `from` and `to` in which nobody is on duty, in order, as long as they can be.
[[nodiscard]] std::vector<Stretch> unowned(const Rota& rota, const Calendar& calendar, Instant from, Instant to);

}  // namespace told::core
