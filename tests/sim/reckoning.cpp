#include "reckoning.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace told::sim {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t us = 1'000'000;
constexpr std::int64_t hour = 3600;
constexpr std::int64_t day = 24 * hour;

std::int64_t floored(std::int64_t number, std::int64_t by) { return number / by - (number % by < 0 ? 1 : 0); }

std::int64_t last_sunday(int year, unsigned month) {
  using namespace std::chrono;
  return sys_days{std::chrono::year{year} / month / Sunday[last]}.time_since_epoch().count();
}

year_month_day date_of(std::int64_t days_since_1970) {
  return year_month_day{sys_days{std::chrono::days{days_since_1970}}};
}

/// From one o'clock UTC on the last Sunday of March to the same on the last Sunday of October.
bool is_summer(std::int64_t utc) {
  const int year{date_of(floored(utc, day)).year()};
  return utc >= last_sunday(year, 3) * day + hour && utc < last_sunday(year, 10) * day + hour;
}

std::int64_t day_in_london(std::int64_t utc) { return floored(utc + (is_summer(utc) ? hour : 0), day); }

/// The UTC second of a time on London's clocks: the earlier one where it comes twice.
std::int64_t from_london(std::int64_t day_number, std::int64_t second_of_day) {
  const std::int64_t local = day_number * day + second_of_day;
  return is_summer(local - hour) ? local - hour : local;
}

bool is_worked(std::int64_t day_number, const core::Calendar& calendar) {
  const std::int64_t weekday = (day_number + 3) % 7;  // 1 January 1970 was a Thursday; Monday is 0
  return weekday < 5 && !calendar.holidays.contains(date_of(day_number));
}

std::int64_t months_later(std::int64_t day_number, std::uint32_t months) {
  const year_month_day begins = date_of(day_number);
  const std::int64_t month = int{begins.year()} * 12LL + unsigned{begins.month()} - 1 + months;
  const std::chrono::year_month then{std::chrono::year{static_cast<int>(month / 12)},
                                     std::chrono::month{static_cast<unsigned>(month % 12 + 1)}};
  const std::chrono::day last = (then / std::chrono::last).day();
  return sys_days{then / std::min(begins.day(), last)}.time_since_epoch().count();
}

/// When a day's office opens and closes; a day that is not worked opens for no time at all.
struct Office {
  std::int64_t opens_us, closes_us;
};

Office office_of(std::int64_t day_number, const core::Calendar& calendar) {
  const std::int64_t opens_us = from_london(day_number, calendar.opens.count()) * us;
  const std::int64_t closes_us = from_london(day_number, calendar.close.count()) * us;
  return {opens_us, is_worked(day_number, calendar) ? closes_us : opens_us};
}

/// When so much of the office's time between the two has passed; of the time itself where there is none.
std::int64_t office_share_us(std::uint32_t percent, std::int64_t from_us, std::int64_t deadline_us,
                             const core::Calendar& calendar) {
  std::vector<Office> open;
  std::int64_t allowed_us = 0;
  for (std::int64_t each = day_in_london(floored(from_us, us)); each <= day_in_london(floored(deadline_us, us));
       ++each) {
    const Office office = office_of(each, calendar);
    const Office mine{std::max(office.opens_us, from_us), std::min(office.closes_us, deadline_us)};
    if (mine.closes_us <= mine.opens_us) continue;
    open.push_back(mine);
    allowed_us += mine.closes_us - mine.opens_us;
  }
  std::int64_t left_us = allowed_us / 100 * percent;
  for (const Office& mine : open) {
    if (left_us <= mine.closes_us - mine.opens_us) return mine.opens_us + left_us;
    left_us -= mine.closes_us - mine.opens_us;
  }
  return from_us + (deadline_us - from_us) / 100 * percent;
}

}  // namespace

std::int64_t due_us(const core::Due& due, std::int64_t from_us, const core::Calendar& calendar) {
  if (calendar.zone != "Europe/London") throw std::runtime_error("no second reckoning for " + calendar.zone);
  using Kind = core::Due::Kind;
  if (due.kind == Kind::elapsed) return from_us + due.elapsed.count();
  const std::int64_t begins = day_in_london(floored(from_us, us));
  std::int64_t ends = begins;
  if (due.kind == Kind::working_days) {
    for (std::uint32_t worked = 0; worked < due.count; worked += is_worked(ends, calendar) ? 1 : 0) ++ends;
    return from_london(ends, calendar.close.count()) * us;
  }
  ends = due.kind == Kind::months ? months_later(begins, due.count) : begins + due.count;
  return from_london(ends, day - 1) * us;
}

bool is_office_time(std::int64_t at_us, const core::Calendar& calendar) {
  const std::int64_t at_day = day_in_london(floored(at_us, us));
  const Office office = office_of(at_day, calendar);
  return at_us >= office.opens_us && at_us < office.closes_us;
}

std::int64_t rung_us(const core::RungTime& rung, std::int64_t from_us, std::int64_t deadline_us,
                     const core::Due& within, const core::Calendar& calendar) {
  using Kind = core::RungTime::Kind;
  if (rung.kind == Kind::share && within.kind == core::Due::Kind::working_days)
    return office_share_us(rung.percent, from_us, deadline_us, calendar);
  if (rung.kind == Kind::share) return from_us + (deadline_us - from_us) / 100 * rung.percent;
  return due_us(rung.due, rung.kind == Kind::elapsed ? from_us : deadline_us, calendar);
}

}  // namespace told::sim
