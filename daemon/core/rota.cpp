#include "core/rota.hpp"

#include <algorithm>
#include <set>

namespace told::core {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;

constexpr minutes week = days{7};

/// Minutes since Monday 00:00 by the wall clock, and that Monday.
struct InWeek {
  minutes at{};
  sys_days monday;
};

InWeek in_week(const LocalTime& local) {
  const sys_days day{local.day};
  const days since_monday = std::chrono::weekday{day} - std::chrono::Monday;
  return {since_monday + std::chrono::floor<minutes>(local.of_day), day - since_monday};
}

bool begins_on(const WeeklyShift& shift, const Day& day, const Calendar& calendar) {
  if (shift.valid_from && day < *shift.valid_from) return false;
  if (shift.valid_until && *shift.valid_until < day) return false;
  return shift.begins == Begins::any_day || calendar.is_working_day(day) == (shift.begins == Begins::working_days);
}

bool covers(const WeeklyShift& shift, const InWeek& now, const Calendar& calendar) {
  const bool over_sunday = shift.to <= shift.from;
  const bool begun = now.at >= shift.from;
  if (over_sunday ? !begun && now.at >= shift.to : !begun || now.at >= shift.to) return false;
  return begins_on(shift, Day{now.monday - (begun ? days{0} : days{7}) + std::chrono::floor<days>(shift.from)},
                   calendar);
}

bool covers(const RotaOverride& instead, const LocalTime& now) { return !(now < instead.from) && now < instead.to; }

LocalTime at(sys_days monday, minutes in_that_week) {
  const auto day = std::chrono::floor<days>(in_that_week);
  return {Day{monday + day}, in_that_week - day};
}

/// The moments after `from` and before `to` at which somebody's duty may begin or end.
std::vector<Instant> changes(const Rota& rota, const Calendar& calendar, Instant from, Instant to) {
  std::vector<Instant> all;
  for (const RotaOverride& each : rota.overrides) {
    all.push_back(calendar.instant(each.from));
    all.push_back(calendar.instant(each.to));
  }
  const sys_days last = in_week(calendar.local(to)).monday;
  for (sys_days monday = in_week(calendar.local(from)).monday; monday <= last; monday += days{7}) {
    for (const WeeklyShift& shift : rota.weekly) {
      all.push_back(calendar.instant(at(monday, shift.from)));
      all.push_back(calendar.instant(at(monday, shift.to)));
    }
  }
  std::erase_if(all, [&](Instant each) { return each <= from || each >= to; });
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

std::vector<std::string> Rota::on_duty(Instant at, const Calendar& calendar) const {
  const LocalTime now = calendar.clock_face(at);
  const auto instead =
      std::find_if(overrides.rbegin(), overrides.rend(), [&](const RotaOverride& each) { return covers(each, now); });
  if (instead != overrides.rend()) return instead->who;
  const InWeek moment = in_week(now);
  for (const WeeklyShift& shift : weekly)
    if (covers(shift, moment, calendar)) return shift.who;
  return otherwise;
}

std::vector<std::string> Rota::everyone() const {
  std::set<std::string> all{otherwise.begin(), otherwise.end()};
  for (const WeeklyShift& shift : weekly) all.insert(shift.who.begin(), shift.who.end());
  for (const RotaOverride& instead : overrides) all.insert(instead.who.begin(), instead.who.end());
  return {all.begin(), all.end()};
}

Instant next_change(const Rota& rota, const Calendar& calendar, Instant after) {
  // A week and a day hold every shift that a weekly pattern has; an override may lie as far ahead as it likes.
  const std::vector<Instant> soon = changes(rota, calendar, after, after + days{8});
  Instant next = soon.empty() ? Instant::max() : soon.front();
  for (const RotaOverride& each : rota.overrides)
    for (const Instant at : {calendar.instant(each.from), calendar.instant(each.to)})
      if (at > after) next = std::min(next, at);
  return next;
}

std::vector<Stretch> unowned(const Rota& rota, const Calendar& calendar, Instant from, Instant to) {
  std::vector<Stretch> found;
  if (from >= to) return found;
  std::vector<Instant> begins = changes(rota, calendar, from, to);
  begins.insert(begins.begin(), from);
  for (std::size_t i = 0; i < begins.size(); ++i) {
    if (!rota.on_duty(begins[i], calendar).empty()) continue;
    const Instant until = i + 1 < begins.size() ? begins[i + 1] : to;
    if (!found.empty() && found.back().to == begins[i])
      found.back().to = until;
    else
      found.push_back({begins[i], until});
  }
  return found;
}

}  // namespace told::core
