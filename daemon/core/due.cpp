#include "core/due.hpp"

namespace told::core {

Reckoned due_at(const Due& due, Instant from, const Calendar& calendar) {
  using std::chrono::days;
  using std::chrono::sys_days;
  if (due.kind == Due::Kind::elapsed) return {from + due.elapsed, false};
  sys_days day{calendar.local(from).day};
  if (due.kind == Due::Kind::days) {
    day += days{due.count};
    return {calendar.instant({Day{day}, std::chrono::hours{24} - std::chrono::seconds{1}}), false};
  }
  for (std::uint32_t counted = 0; counted < due.count;)
    if (calendar.is_working_day(Day{day += days{1}})) ++counted;
  return {calendar.instant({Day{day}, calendar.close}), !calendar.horizon || Day{day} > *calendar.horizon};
}

}  // namespace told::core
