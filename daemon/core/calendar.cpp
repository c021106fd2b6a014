#include "core/calendar.hpp"

#include <date/tz.h>

#include <array>
#include <cstdio>
#include <stdexcept>

#include "core/which_of_two.hpp"

namespace told::core {
namespace {

date::local_seconds date_of(const LocalTime& local) {
  return date::local_seconds{std::chrono::sys_days{local.day}.time_since_epoch() + local.of_day};
}

LocalTime local_of(date::local_seconds at) {
  const auto midnight = date::floor<date::days>(at);
  return {Day{std::chrono::sys_days{std::chrono::days{midnight.time_since_epoch().count()}}}, at - midnight};
}

// Found once by its name and kept: a deadline is reckoned for each duty of each event, and the database never changes
// while the program runs.
const date::time_zone& zone_of(const std::string& name) {
  thread_local struct {
    std::string name;
    const date::time_zone* zone = nullptr;
  } last;
  if (last.zone == nullptr || last.name != name) last = {name, date::locate_zone(name)};
  return *last.zone;
}

// The tz files list changes of the clocks until 2037, and the date library follows no rule beyond. The calendar repeats
// itself after 28 years, weekdays and leap years and all (until 2100), and so do the changes as long as their rule
// stands: a later year is looked up in the one of its kind before.
constexpr std::chrono::days cycle{28 * 365 + 7};
constexpr std::chrono::sys_days listed_until{std::chrono::year{2037} / 1 / 1};

std::chrono::days cycles_beyond(std::chrono::seconds since_1970) {
  const auto beyond = std::chrono::floor<std::chrono::days>(since_1970) - listed_until.time_since_epoch();
  return beyond < std::chrono::days{0} ? std::chrono::days{0} : cycle * (beyond / cycle + 1);
}

struct Offset {
  std::chrono::seconds ahead_of_utc{};
  date::sys_seconds since;
};

Offset offset_at(const date::time_zone& zone, date::sys_seconds at) {
  const auto beyond = cycles_beyond(at.time_since_epoch());
  const date::sys_info info = zone.get_info(at - beyond);
  return {info.offset, info.begin + beyond};
}

date::sys_seconds floored(Instant at) { return std::chrono::floor<std::chrono::seconds>(at); }

}  // namespace

std::string to_text(const Day& day) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", int{day.year()}, unsigned{day.month()},
                unsigned{day.day()});
  return text.data();
}

bool is_zone(const std::string& name) {
  try {
    return date::locate_zone(name) != nullptr;
  } catch (const std::runtime_error&) {
    return false;
  }
}

bool Calendar::is_working_day(const Day& day) const {
  const std::chrono::weekday weekday{std::chrono::sys_days{day}};
  return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday && !holidays.contains(day);
}

bool Calendar::is_working_time(Instant at) const {
  const LocalTime now = clock_face(at);
  return is_working_day(now.day) && now.of_day >= opens && now.of_day < close;
}

bool Calendar::horizon_is_near(Instant now) const {
  return !horizon || std::chrono::sys_days{*horizon} - std::chrono::sys_days{local(now).day} < horizon_warning;
}

LocalTime Calendar::local(Instant at) const {
  const date::sys_seconds seconds = floored(at);
  return local_of(date::local_seconds{seconds.time_since_epoch() + offset_at(zone_of(zone), seconds).ahead_of_utc});
}

LocalTime Calendar::clock_face(Instant at) const {
  const date::time_zone& here = zone_of(zone);
  const date::sys_seconds seconds = floored(at);
  const Offset now = offset_at(here, seconds);
  const date::local_seconds shown{seconds.time_since_epoch() + now.ahead_of_utc};
  // No zone was ever set back by more than a day.
  if (seconds - now.since >= std::chrono::days{1}) return local_of(shown);
  const Offset before = offset_at(here, now.since - std::chrono::seconds{1});
  const date::local_seconds seen_until{now.since.time_since_epoch() + before.ahead_of_utc};
  return local_of(shown < seen_until ? seen_until - std::chrono::seconds{1} : shown);
}

Instant Calendar::instant(const LocalTime& local) const {
  const date::local_seconds at = date_of(local);
  const auto beyond = cycles_beyond(at.time_since_epoch());
  const date::local_info info = zone_of(zone).get_info(at - beyond);
  // In a gap both offsets give an instant; the change itself is the first that exists.
  if (info.result == date::local_info::nonexistent) return info.second.begin + beyond;
  return Instant{at.time_since_epoch() - info.first.offset};
}

std::string which_of_two(Instant at, const Calendar& calendar) {
  const date::time_zone& here = zone_of(calendar.zone);
  const date::sys_seconds seconds = floored(at);
  const auto beyond = cycles_beyond(seconds.time_since_epoch());
  const date::sys_info now = here.get_info(seconds - beyond);
  const date::local_seconds shown{(seconds - beyond).time_since_epoch() + now.offset};
  return here.get_info(shown).result == date::local_info::ambiguous ? now.abbrev : "";
}

std::string weekday_in_words(const Day& day) {
  static constexpr std::array<const char*, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
  return weekdays.at(std::chrono::weekday{std::chrono::sys_days{day}}.c_encoding());
}

std::string date_in_words(const Day& day) {
  static constexpr std::array<const char*, 12> months{"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
  return std::to_string(unsigned{day.day()}) + " " + months.at(unsigned{day.month()} - 1);
}

std::string Calendar::in_words(Instant at) const {
  const LocalTime l = local(at);
  const std::string which = which_of_two(at, *this);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(l.of_day).count();
  std::array<char, 16> of_day{};
  std::snprintf(of_day.data(), of_day.size(), "%02d:%02d", static_cast<int>(minutes / 60 % 24),
                static_cast<int>(minutes % 60));
  return weekday_in_words(l.day) + " " + date_in_words(l.day) + " " + std::to_string(int{l.day.year()}) + " " +
         of_day.data() + (which.empty() ? "" : " " + which);
}

}  // namespace told::core
