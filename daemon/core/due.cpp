#include "core/due.hpp"

namespace told::core {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using namespace std::chrono_literals;

std::string counted(std::uint32_t count, const char* one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

}  // namespace

Reckoned due_at(const Due& due, Instant from, const Calendar& calendar) {
  if (due.kind == Due::Kind::elapsed) return {from + due.elapsed, false};
  sys_days day{calendar.local(from).day};
  if (due.kind == Due::Kind::days) {
    day += days{due.count};
    return {calendar.instant({Day{day}, 24h - 1s}), false};
  }
  for (std::uint32_t counted_days = 0; counted_days < due.count;)
    if (calendar.is_working_day(Day{day += days{1}})) ++counted_days;
  return {calendar.instant({Day{day}, calendar.close}), !calendar.horizon || Day{day} > *calendar.horizon};
}

std::string in_words(Duration elapsed) {
  const std::int64_t us = elapsed.count();
  struct Unit {
    std::int64_t us;
    const char* name;
  };
  // Hours are the largest: "3 days" would be another deadline than "72 h".
  for (const Unit& unit : {Unit{3600000000, "h"}, Unit{60000000, "min"}, Unit{1000000, "s"}, Unit{1000, "ms"}})
    if (us != 0 && us % unit.us == 0) return std::to_string(us / unit.us) + " " + unit.name;
  return us == 0 ? "0 s" : std::to_string(us) + " us";
}

std::string counted_in_words(const Due& due) {
  switch (due.kind) {
    case Due::Kind::elapsed:
      return in_words(due.elapsed);
    case Due::Kind::working_days:
      return counted(due.count, "working day");
    case Due::Kind::days:
      break;
  }
  return counted(due.count, "day");
}

std::string in_words(const Due& due) {
  if (due.count == 1 && due.kind == Due::Kind::working_days) return "close of the next working day";
  if (due.count == 1 && due.kind == Due::Kind::days) return "end of the next day";
  return counted_in_words(due);
}

}  // namespace told::core
