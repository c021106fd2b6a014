#include "core/calendar.hpp"

#include <date/tz.h>

#include <array>
#include <cstdio>
#include <stdexcept>

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

}  // namespace

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

LocalTime Calendar::local(Instant at) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  return local_of(zone_of(zone).to_local(seconds));
}

LocalTime Calendar::clock_face(Instant at) const {
  const date::time_zone& here = zone_of(zone);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const date::sys_info now = here.get_info(seconds);
  const auto shown = date::local_seconds{seconds.time_since_epoch() + now.offset};
  // No zone was ever set back by more than a day.
  if (seconds - now.begin >= std::chrono::days{1}) return local_of(shown);
  const auto before = here.get_info(now.begin - std::chrono::seconds{1}).offset;
  const auto seen_until = date::local_seconds{now.begin.time_since_epoch() + before};
  return local_of(shown < seen_until ? seen_until - std::chrono::seconds{1} : shown);
}

Instant Calendar::instant(const LocalTime& local) const {
  const auto at = date_of(local);
  const auto info = zone_of(zone).get_info(at);
  // In a gap both offsets give an instant; the change itself is the first that exists.
  if (info.result == date::local_info::nonexistent) return Instant{info.second.begin.time_since_epoch()};
  return Instant{at.time_since_epoch() - info.first.offset};
}

std::string Calendar::in_words(Instant at) const {
  static constexpr std::array<const char*, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
  static constexpr std::array<const char*, 12> months{"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
  const LocalTime l = local(at);
  const std::chrono::weekday weekday{std::chrono::sys_days{l.day}};
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(l.of_day).count();
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s %u %s %d %02d:%02d", weekdays.at(weekday.c_encoding()),
                unsigned{l.day.day()}, months.at(unsigned{l.day.month()} - 1), int{l.day.year()},
                static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
  return text.data();
}

}  // namespace told::core
