#include "core/due.hpp"

#include <algorithm>
#include <vector>

namespace told::core {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using namespace std::chrono_literals;

std::string counted(std::uint32_t count, const char* one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

/// "Saturday 7, Sunday 8 and Monday 9".
std::string listed(const std::vector<std::string>& all) {
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) text += (i == 0 ? "" : i + 1 == all.size() ? " and " : ", ") + all[i];
  return text;
}

/// "Monday 25 May is the Spring bank holiday", "Friday 3 April is Good Friday", "... is a council closure".
std::string holiday_in_words(const Day& day, const std::string& title) {
  const bool kind_of_day = title.ends_with("bank holiday");
  const bool plain = !title.empty() && title.front() >= 'a' && title.front() <= 'z';
  return weekday_in_words(day) + " " + date_in_words(day) + " is " + (kind_of_day ? "the " : plain ? "a " : "") + title;
}

/// Why the days between two were not counted.
std::string days_passed_over(sys_days from, sys_days to, const Calendar& calendar) {
  std::vector<std::string> weekends;
  std::vector<std::string> reasons;
  for (sys_days day = from + days{1}; day < to; day += days{1}) {
    if (calendar.is_working_day(Day{day})) continue;
    if (const auto holiday = calendar.holidays.find(Day{day}); holiday != calendar.holidays.end())
      reasons.push_back(holiday_in_words(Day{day}, holiday->second));
    else
      weekends.push_back(weekday_in_words(Day{day}) + " " + std::to_string(unsigned{Day{day}.day()}));
  }
  if (!weekends.empty())
    reasons.insert(reasons.begin(),
                   listed(weekends) + (weekends.size() == 1 ? " is not a working day" : " are not working days"));
  return reasons.empty() ? "" : ", since " + listed(reasons);
}

/// "; clocks go forward on Sunday 29 March" for each change between the two: why the hours seem not to add up.
std::string clock_changes(Instant from, Instant to, const Calendar& calendar) {
  std::string words;
  const auto ahead = [&](Instant at) {
    const LocalTime local = calendar.local(at);
    return sys_days{local.day} + local.of_day - std::chrono::floor<std::chrono::seconds>(at);
  };
  for (Instant at = from; at < to;) {
    const Instant next = std::min(at + std::chrono::hours{1}, to);
    if (ahead(next) != ahead(at)) {
      const Day day = calendar.local(next).day;
      words += std::string{"; clocks go "} + (ahead(next) > ahead(at) ? "forward" : "back") + " on " +
               weekday_in_words(day) + " " + date_in_words(day);
    }
    at = next;
  }
  return words;
}

}  // namespace

Reckoned due_at(const Due& due, Instant from, const Calendar& calendar) {
  if (due.kind == Due::Kind::elapsed) return {from + due.elapsed, false};
  sys_days day{calendar.local(from).day};
  if (due.kind == Due::Kind::days) {
    day += days{due.count};
    return {calendar.instant({Day{day}, 24h - 1s}), false};
  }
  if (due.kind == Due::Kind::months) {
    const Day same = calendar.local(from).day + std::chrono::months{due.count};
    day = sys_days{same.ok() ? same : Day{same.year() / same.month() / std::chrono::last}};
    return {calendar.instant({Day{day}, 24h - 1s}), false};
  }
  for (std::uint32_t counted_days = 0; counted_days < due.count;)
    if (calendar.is_working_day(Day{day += days{1}})) ++counted_days;
  return {calendar.instant({Day{day}, calendar.close}), !calendar.horizon || Day{day} > *calendar.horizon};
}

namespace {

/// The hours between the two that are worked on the local day.
Duration worked(sys_days day, Instant from, Instant to, const Calendar& calendar) {
  if (!calendar.is_working_day(Day{day})) return {};
  const Instant begins = std::max(from, calendar.instant({Day{day}, calendar.opens}));
  return std::max(std::min(to, calendar.instant({Day{day}, calendar.close})) - begins, Duration{});
}

}  // namespace

Instant share_at(std::uint32_t percent, Instant from, Instant deadline, const Due& within, const Calendar& calendar) {
  const Instant in_real_time = from + (deadline - from) / 100 * percent;
  if (within.kind != Due::Kind::working_days) return in_real_time;
  const sys_days first{calendar.local(from).day};
  const sys_days last{calendar.local(deadline).day};
  Duration allowed{};
  for (sys_days day = first; day <= last; day += days{1}) allowed += worked(day, from, deadline, calendar);
  // Nothing is left to be shared where it was late when it began.
  if (allowed == Duration{}) return in_real_time;
  Duration left = allowed / 100 * percent;
  sys_days day = first;
  for (Duration today = worked(day, from, deadline, calendar); left > today;
       today = worked(day += days{1}, from, deadline, calendar))
    left -= today;
  return std::max(from, calendar.instant({Day{day}, calendar.opens})) + left;
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
    case Due::Kind::months:
      return due.count % 12 == 0 ? counted(due.count / 12, "year") : counted(due.count, "month");
    case Due::Kind::days:
      break;
  }
  return counted(due.count, "day");
}

std::string interval_in_words(const Due& interval) {
  if (interval.kind != Due::Kind::elapsed)
    return "at close of every " + (interval.count == 1 ? "working day" : counted_in_words(interval));
  constexpr auto day = 24h;
  const bool in_days = interval.elapsed >= 3 * day && interval.elapsed % day == Duration{};
  return "every " + (in_days ? std::to_string(interval.elapsed / day) + " days" : in_words(interval.elapsed));
}

std::string in_words(const Due& due) {
  if (due.count == 1 && due.kind == Due::Kind::working_days) return "close of the next working day";
  if (due.count == 1 && due.kind == Due::Kind::days) return "end of the next day";
  return counted_in_words(due);
}

std::string reckoning_in_words(const Due& due, Instant from, const Calendar& calendar) {
  const Reckoned reckoned = due_at(due, from, calendar);
  if (due.kind == Due::Kind::elapsed) {
    return in_words(due) + " after " + calendar.in_words(from) + ": " + calendar.in_words(reckoned.at) +
           clock_changes(from, reckoned.at, calendar);
  }
  std::string words = calendar.in_words(from) + ", " + in_words(due) + ": " + calendar.in_words(reckoned.at);
  if (due.kind == Due::Kind::working_days)
    words += days_passed_over(sys_days{calendar.local(from).day}, sys_days{calendar.local(reckoned.at).day}, calendar);
  if (reckoned.beyond_horizon) {
    words += calendar.horizon ? "; bank holidays are known until " + date_in_words(*calendar.horizon) + " " +
                                    std::to_string(int{calendar.horizon->year()}) + " only, so it may be early"
                              : "; bank holidays are not known, so it may be early";
  }
  return words;
}

}  // namespace told::core
