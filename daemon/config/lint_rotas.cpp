// Rotas that look right in an ordinary week: holidays on which the day's people are called as on any other weekday, and
// dates that are long past.
#include <algorithm>

#include "config/bank_holidays.hpp"
#include "config/lint_part.hpp"
#include "config/nearest.hpp"

namespace told::config {
namespace {

using core::Day;
using core::Instant;
using core::LocalTime;
using std::chrono::days;
using std::chrono::sys_days;

using Names = std::vector<std::string>;

/// What is planned for next year, with this year's date, is less than a year past; what was in force half a year ago
/// explains nothing any more that is still open.
constexpr days long_past{182};

std::string in_words(const Names& who) {
  std::string words;
  for (const std::string& name : who) words += (words.empty() ? "" : ", ") + in_quotes(name);
  return words.empty() ? "nobody" : words;
}

/// A rota as its weekly pattern alone has it.
class Pattern {
 public:
  Pattern(const core::Rota& rota, const core::Calendar& calendar)
      : weekly_(weekly_pattern(rota)), calendar_(calendar) {}

  [[nodiscard]] Names at(const LocalTime& local) const { return weekly_.on_duty(calendar_.instant(local), calendar_); }
  /// Whoever is on duty at that time of both days of the weekends before and after; none where they are not the same.
  [[nodiscard]] std::optional<Names> at_weekends(const LocalTime& local) const {
    const sys_days monday = monday_of(local.day);
    const Names who = at({Day{monday - days{2}}, local.of_day});
    for (const int since_monday : {-1, 5, 6})
      if (at({Day{monday + days{since_monday}}, local.of_day}) != who) return std::nullopt;
    return who;
  }
  [[nodiscard]] bool is_each_weekday(const LocalTime& local, const Names& who) const {
    for (int since_monday = 0; since_monday < 5; ++since_monday)
      if (at({Day{monday_of(local.day) + days{since_monday}}, local.of_day}) != who) return false;
    return true;
  }
  /// The begin of the shift on that day, and each time of that day at which somebody else may have taken over.
  [[nodiscard]] std::vector<LocalTime> times_of(const core::WeeklyShift& shift, const Day& day) const {
    const Instant midnight = calendar_.instant({Day{sys_days{day} + days{1}}, {}});
    std::vector<LocalTime> all;
    for (Instant at = calendar_.instant({day, shift.from - std::chrono::floor<days>(shift.from)}); at < midnight;
         at = next_change(weekly_, calendar_, at))
      all.push_back(calendar_.local(at));
    return all;
  }

 private:
  static sys_days monday_of(const Day& day) {
    return sys_days{day} - (std::chrono::weekday{sys_days{day}} - std::chrono::Monday);
  }

  core::Rota weekly_;
  const core::Calendar& calendar_;
};

bool is_overridden(const core::Rota& rota, const LocalTime& local) {
  return std::any_of(rota.overrides.begin(), rota.overrides.end(),
                     [&](const core::RotaOverride& each) { return each.from <= local && local < each.to; });
}

bool may_begin(const core::WeeklyShift& shift, const Day& day) {
  const days since_monday = std::chrono::weekday{sys_days{day}} - std::chrono::Monday;
  return shift.begins == core::Begins::any_day && std::chrono::floor<days>(shift.from) == since_monday &&
         (!shift.valid_from || *shift.valid_from <= day) && (!shift.valid_until || day <= *shift.valid_until);
}

/// Whoever is on duty then by a line that is for weekdays, and who it would be at a weekend. A roster that has somebody
/// else on each day of the week may mean its Friday's for Christmas Day too, and is let be.
struct AsOnAWeekday {
  LocalTime at;
  Names who, at_weekends;
};

std::optional<AsOnAWeekday> as_on_a_weekday(const core::Rota& rota, const Pattern& pattern, const Day& day) {
  for (const core::WeeklyShift& shift : rota.weekly) {
    if (!may_begin(shift, day)) continue;
    for (const LocalTime& at : pattern.times_of(shift, day)) {
      if (pattern.at(at) != shift.who || is_overridden(rota, at)) continue;
      const auto at_weekends = pattern.at_weekends(at);
      if (!at_weekends || *at_weekends == shift.who) continue;
      if (*at_weekends == rota.otherwise || pattern.is_each_weekday(at, shift.who))
        return AsOnAWeekday{at, shift.who, *at_weekends};
    }
  }
  return std::nullopt;
}

void lint_holidays(LintPart& part, const core::Rota& rota) {
  const core::Calendar& calendar = part.policy.calendar;
  const Pattern pattern{rota, calendar};
  std::optional<AsOnAWeekday> first;
  std::size_t number = 0;
  for (auto each = calendar.holidays.lower_bound(calendar.local(part.now).day); each != calendar.holidays.end();
       ++each) {
    const auto found = as_on_a_weekday(rota, pattern, each->first);
    if (!found) continue;
    ++number;
    if (!first) first = found;
  }
  if (!first) return;
  part.findings.add(part.places.place("rota", "name", rota.name),
                    "rota " + in_quotes(rota.name) + ": " + in_words(first->who) + " is on duty on " +
                        calendar.in_words(calendar.instant(first->at)) + " (" + calendar.holidays.at(first->at.day) +
                        ") as on any other weekday, and at weekends " + in_words(first->at_weekends) + " is" +
                        (number == 1 ? "" : "; " + std::to_string(number) + " days are known on which it is so") +
                        ". Write days = \"working days\" for that line, or say with an override who is on duty then");
}

void lint_past(LintPart& part) {
  const core::Calendar& calendar = part.policy.calendar;
  const Day oldest{sys_days{calendar.local(part.now).day} - long_past};
  Findings ignored{""};
  auto closures = calendar.holidays;
  for (const auto& [name, text] : part.policy.attachments)
    for (const auto& [day, title] : read_bank_holidays(text, name, ignored)) closures.erase(day);
  const std::string advice = " over half a year ago: is the year right? Otherwise take it out";
  for (const auto& [day, title] : closures)
    if (day < oldest)
      part.findings.add(part.places.setting("calendar", "closures"),
                        "calendar.closures: " + core::to_text(day) + " (" + title + ") was" + advice);
  for (const core::Rota& rota : part.policy.rotas)
    for (const core::RotaOverride& instead : rota.overrides)
      if (instead.to.day < oldest)
        part.findings.add(part.places.place("rota", "name", rota.name),
                          "rota " + in_quotes(rota.name) + ": the override of " + core::to_text(instead.from.day) +
                              " (" + instead.reason + ") ended on " + core::to_text(instead.to.day) + "," + advice);
}

}  // namespace

void lint_rotas(LintPart& part) {
  for (const core::Rota& rota : part.policy.rotas) lint_holidays(part, rota);
  lint_past(part);
}

}  // namespace told::config
