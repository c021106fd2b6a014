#include <algorithm>
#include <map>

#include "config/nearest.hpp"
#include "config/rota_draft.hpp"
#include "config/weekdays.hpp"

namespace told::config {
namespace {

using std::chrono::minutes;
using namespace std::chrono_literals;

constexpr minutes day = 24h;
constexpr minutes week = 7 * day;

core::WeeklyShift shift_on(int since_monday, minutes from, minutes to) {
  core::WeeklyShift shift;
  shift.from = since_monday * day + from;
  // It ends at that time on the next day where it does not end later on the same one.
  shift.to = (since_monday * day + to + (to <= from ? day : 0min)) % week;
  return shift;
}

struct DaysSaid {
  std::vector<int> since_monday;
  core::Begins begins = core::Begins::any_day;
};

DaysSaid days_said(const Text& word, Findings& findings) {
  static const std::map<std::string, DaysSaid> by_calendar{
      {"working days", {{0, 1, 2, 3, 4}, core::Begins::working_days}},
      {"days not worked", {{0, 1, 2, 3, 4, 5, 6}, core::Begins::days_not_worked}}};
  if (const auto found = by_calendar.find(word.value); found != by_calendar.end()) return found->second;
  std::vector<std::string> also;
  for (const auto& [name, days] : by_calendar) also.push_back(name);
  return {days_of(word, "rota.weekly.days", also, findings)};
}

ShiftDraft read_shift(Reader& table, Findings& findings) {
  ShiftDraft draft;
  draft.at = table.at();
  const Texts days = table.one_or_more("days", Need::required);
  const auto from = table.time_of_day("from", Need::required);
  const auto to = table.time_of_day("to", Need::required);
  draft.who = table.texts("who", Need::required);
  const auto first = table.day("from_date", Need::optional);
  const auto last = table.day("until_date", Need::optional);
  table.finish();
  if (from.given && from.value == day) {
    findings.add(from.at, "rota.weekly.from: a shift begins on its own day: write \"00:00\" and the day after");
    return draft;
  }
  if (first.given && last.given && last.value < first.value)
    findings.add(last.at, "rota.weekly.until_date is before from_date, so the shift would never be: change one");
  if (days.given && days.value.empty()) findings.add(days.at, "rota.weekly.days is empty: name a day");
  for (const Text& word : days.value) {
    const DaysSaid said = days_said(word, findings);
    for (const int since_monday : said.since_monday) {
      core::WeeklyShift shift = shift_on(since_monday, from.value, to.value);
      shift.begins = said.begins;
      if (first.given) shift.valid_from = first.value;
      if (last.given) shift.valid_until = last.value;
      draft.shifts.push_back(std::move(shift));
    }
  }
  return draft;
}

OverrideDraft read_override(Reader& table, Findings& findings) {
  OverrideDraft draft;
  draft.at = table.at();
  draft.from = table.local_time("from", Need::required);
  draft.to = table.local_time("to", Need::required);
  draft.who = table.texts("who", Need::required);
  draft.reason = table.text("reason", Need::required);
  table.finish();
  if (draft.from.given && draft.to.given && draft.to.value <= draft.from.value)
    findings.add(draft.to.at, "rota.override.to is not after from, so it would never be: change one");
  return draft;
}

}  // namespace

RotaDraft read_rota(Reader& table, Findings& findings) {
  RotaDraft draft;
  draft.at = table.at();
  draft.name = table.a_name("name");
  for (Reader& shift : table.tables("weekly", Need::optional)) draft.weekly.push_back(read_shift(shift, findings));
  for (Reader& instead : table.tables("override", Need::optional))
    draft.overrides.push_back(read_override(instead, findings));
  draft.otherwise = table.texts("otherwise", Need::optional);
  table.finish();
  return draft;
}

std::set<std::string> RotaDraft::people() const {
  std::set<std::string> all;
  for (const auto& shift : weekly)
    for (const Text& who : shift.who.value) all.insert(who.value);
  for (const auto& instead : overrides)
    for (const Text& who : instead.who.value) all.insert(who.value);
  for (const Text& who : otherwise.value) all.insert(who.value);
  return all;
}

std::size_t RotaDraft::most_together() const {
  std::size_t most = otherwise.value.size();
  for (const auto& shift : weekly) most = std::max(most, shift.who.value.size());
  for (const auto& instead : overrides) most = std::max(most, instead.who.value.size());
  return most;
}

core::Rota finished(const RotaDraft& draft) {
  core::Rota rota;
  rota.name = draft.name.value;
  for (const auto& line : draft.weekly) {
    for (core::WeeklyShift shift : line.shifts) {
      shift.who = plain(line.who);
      rota.weekly.push_back(std::move(shift));
    }
  }
  for (const auto& instead : draft.overrides)
    rota.overrides.push_back({instead.from.value, instead.to.value, plain(instead.who), instead.reason.value});
  rota.otherwise = plain(draft.otherwise);
  return rota;
}

}  // namespace told::config
