#include "rehearse/moment.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include "config/nearest.hpp"
#include "config/quantity.hpp"
#include "core/which_of_two.hpp"

namespace told::rehearse {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Takes `count` digits off the front.
std::optional<int> digits(std::string_view& text, std::size_t count) {
  int number = 0;
  if (text.size() < count) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + count, number);
  if (error != std::errc{} || end != text.data() + count || text.front() == '-') return std::nullopt;
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

struct TimeOfDay {
  seconds at{};
  bool to_the_minute = false;
};

/// "08:30" or "08:30:15" off the front; a fraction of a second is passed over.
std::optional<TimeOfDay> time_of_day(std::string_view& text) {
  const auto hour = digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = digits(text, 2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  int second = 0;
  if (take(text, ':')) {
    const auto said = digits(text, 2);
    if (!said || *said > 59) return std::nullopt;
    second = *said;
    if (take(text, '.'))
      while (!text.empty() && text.front() >= '0' && text.front() <= '9') text.remove_prefix(1);
  }
  return TimeOfDay{seconds{*hour * 3600 + *minute * 60 + second}, second == 0};
}

std::optional<core::Day> day(std::string_view& text) {
  const auto year = digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto of_month = digits(text, 2);
  if (!of_month) return std::nullopt;
  const core::Day found{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                        std::chrono::day{static_cast<unsigned>(*of_month)}};
  return found.ok() ? std::optional{found} : std::nullopt;
}

/// "", "Z", "+01:00": the offset from UTC; nothing where it is none of these.
std::optional<std::optional<seconds>> offset(std::string_view text) {
  if (text.empty()) return std::optional<seconds>{};
  if (text == "Z" || text == "z") return std::optional{seconds{0}};
  const bool minus = text.front() == '-';
  if (!minus && text.front() != '+') return std::nullopt;
  text.remove_prefix(1);
  const auto of_day = time_of_day(text);
  if (!of_day || !text.empty()) return std::nullopt;
  return std::optional{minus ? -of_day->at : of_day->at};
}

/// The first such local time at or after `begins`.
core::Instant first_after(core::Instant begins, std::optional<unsigned> weekday, seconds of_day,
                          const core::Calendar& calendar) {
  const std::chrono::sys_days today{calendar.local(begins).day};
  for (days ahead{0};; ++ahead) {
    const std::chrono::sys_days then = today + ahead;
    if (weekday && std::chrono::weekday{then}.c_encoding() != *weekday) continue;
    const core::Instant at = calendar.instant({core::Day{then}, of_day});
    if (at >= begins) return at;
  }
}

Moment none(std::string_view text) {
  return {{},
          false,
          config::in_quotes(text) +
              " is no moment: write \"15 min\" (after the beginning), \"08:30\", \"Sat 08:30\" or "
              "\"2026-03-07 08:30\" (local time), or \"2026-03-07T08:30:00Z\" (UTC)"};
}

}  // namespace

Moment absolute_moment_from(std::string_view text, const core::Calendar& calendar) {
  std::string_view rest = text;
  const auto on = day(rest);
  if (!on || (!take(rest, 'T') && !take(rest, ' '))) return none(text);
  const auto of_day = time_of_day(rest);
  if (!of_day) return none(text);
  const auto from_utc = offset(rest);
  if (!from_utc) return none(text);
  const core::Instant at = *from_utc ? core::Instant{std::chrono::sys_days{*on} + of_day->at - **from_utc}
                                     : calendar.instant({*on, of_day->at});
  return {at, of_day->to_the_minute, {}};
}

Moment moment_from(std::string_view text, core::Instant begins, const core::Calendar& calendar) {
  std::string_view rest = text;
  std::optional<unsigned> weekday;
  for (unsigned i = 0; i < weekdays.size(); ++i)
    if (rest.starts_with(weekdays[i])) weekday = i;
  if (weekday) {
    while (!rest.empty() && rest.front() != ' ') rest.remove_prefix(1);
    while (take(rest, ' ')) {
    }
  }
  if (const auto of_day = time_of_day(rest); of_day && rest.empty())
    return {first_after(begins, weekday, of_day->at, calendar), of_day->to_the_minute, {}};
  if (weekday) return none(text);
  const auto after = config::duration_from(text);
  if (after.problem.empty())
    return {begins + after.value, after.value % std::chrono::minutes{1} == core::Duration::zero(), {}};
  return absolute_moment_from(text, calendar);
}

namespace {

std::string two(std::int64_t number) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%02d", static_cast<int>(number));
  return text.data();
}

}  // namespace

std::string day_words(core::Instant at, const core::Calendar& calendar) {
  const core::Day day = calendar.local(at).day;
  return core::weekday_in_words(day) + " " + core::date_in_words(day) + " " + std::to_string(int{day.year()});
}

std::string clock_words(core::Instant at, const core::Calendar& calendar) {
  const auto of_day = calendar.local(at).of_day.count();
  const std::string which = core::which_of_two(at, calendar);
  return two(of_day / 3600) + ":" + two(of_day / 60 % 60) + ":" + two(of_day % 60) + (which.empty() ? "" : " " + which);
}

std::string near_words(core::Instant at, core::Instant from, const core::Calendar& calendar) {
  const core::LocalTime local = calendar.local(at);
  std::string text;
  if (local.day != calendar.local(from).day) {
    const std::chrono::weekday weekday{std::chrono::sys_days{local.day}};
    text += std::string(weekdays.at(weekday.c_encoding())) + " " + std::to_string(unsigned{local.day.day()}) + " " +
            std::string(months.at(unsigned{local.day.month()} - 1)) + " ";
    if (local.day.year() != calendar.local(from).day.year()) text += std::to_string(int{local.day.year()}) + " ";
  }
  std::string clock = clock_words(at, calendar);
  if (clock.substr(5, 3) == ":00") clock.erase(5, 3);
  return text + clock;
}

}  // namespace told::rehearse
