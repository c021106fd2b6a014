#include "audit/clock.hpp"

#include <date/tz.h>

#include <exception>

namespace told::audit {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

/// Null where the machine has no time zones: then UTC is shown, and the zone in full_time says so.
const date::time_zone* london() {
  static const date::time_zone* const zone = []() -> const date::time_zone* {
    try {
      return date::locate_zone("Europe/London");
    } catch (const std::exception&) {
      return nullptr;
    }
  }();
  return zone;
}

date::local_time<seconds> civil(core::Instant t) {
  const auto whole = floor<seconds>(t);
  if (const auto* zone = london()) return zone->to_local(whole);
  return date::local_time<seconds>{whole.time_since_epoch()};
}

std::string format(const char* pattern, core::Instant t) { return date::format(pattern, civil(t)); }

/// " GMT" or " BST" while the wall shows a time that comes twice that night.
std::string which_of_two(core::Instant t) {
  const auto* zone = london();
  if (zone == nullptr || zone->get_info(civil(t)).result != date::local_info::ambiguous) return "";
  return " " + zone->get_info(floor<seconds>(t)).abbrev;
}

std::string plural(std::int64_t n, const char* unit) { return std::to_string(n) + " " + unit + (n == 1 ? "" : "s"); }

}  // namespace

std::string clock_time(core::Instant t) { return format("%H:%M:%S", t) + which_of_two(t); }

std::string full_time(core::Instant t) {
  const auto* zone = london();
  return format("%a %d %b %Y %H:%M:%S ", t) + (zone ? zone->get_info(floor<seconds>(t)).abbrev : "UTC");
}

std::string short_time(core::Instant t, core::Instant from) {
  const bool same_day = date::floor<date::days>(civil(t)) == date::floor<date::days>(civil(from));
  const bool soon = std::chrono::abs(t - from) < std::chrono::minutes(10);
  const std::string clock = format(soon && same_day ? "%H:%M:%S" : "%H:%M", t) + which_of_two(t);
  if (same_day) return clock;
  const date::year_month_day day{date::floor<date::days>(civil(t))};
  return format("%a ", t) + std::to_string(unsigned{day.day()}) + format(" %b ", t) + clock;
}

std::string utc_time(core::Instant t) { return date::format("%FT%TZ", floor<seconds>(t)); }

std::string how_long(core::Duration d) {
  using namespace std::chrono;
  if (d < core::Duration::zero()) d = -d;
  const auto minutes_in_all = duration_cast<minutes>(d).count();
  if (minutes_in_all < 1) return std::to_string(duration_cast<seconds>(d).count()) + " s";
  if (minutes_in_all < 60) return std::to_string(minutes_in_all) + " min";
  const auto hours_in_all = minutes_in_all / 60;
  if (hours_in_all < 24) {
    const auto rest = minutes_in_all % 60;
    return std::to_string(hours_in_all) + " h" + (rest ? " " + std::to_string(rest) + " min" : "");
  }
  const auto rest = hours_in_all % 24;
  return plural(hours_in_all / 24, "day") + (rest ? " " + std::to_string(rest) + " h" : "");
}

std::string time_left(core::Instant deadline, core::Instant now) {
  return now <= deadline ? how_long(deadline - now) + " left" : how_long(now - deadline) + " LATE";
}

}  // namespace told::audit
