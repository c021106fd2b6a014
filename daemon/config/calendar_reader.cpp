#include "config/calendar_reader.hpp"

#include "config/bank_holidays.hpp"
#include "config/nearest.hpp"
#include "digest/digest.hpp"

namespace told::config {
namespace {

constexpr const char* closure_title = "council closure";

void read_zone(Reader& table, core::Calendar& calendar, Findings& findings) {
  const Text zone = table.text("zone", Need::optional);
  if (!zone.given) return;
  if (!core::is_zone(zone.value)) {
    findings.add(zone.at, "calendar.zone: " + in_quotes(zone.value) +
                              " is no zone of the tz database: write it like \"Europe/London\"");
    return;
  }
  calendar.zone = zone.value;
}

/// A share of a working-day deadline counts the hours in between: there must be some.
void read_hours(Reader& table, core::Calendar& calendar, Findings& findings) {
  const auto opens = table.time_of_day("opens", Need::optional);
  const auto close = table.time_of_day("close", Need::optional);
  if (opens.given) calendar.opens = opens.value;
  if (close.given) calendar.close = close.value;
  if (calendar.opens < calendar.close) return;
  // Of a close alone that is early the day begins with it, as in a policy that was in force before days had a
  // beginning.
  if (!opens.given)
    calendar.opens = std::chrono::seconds{0};
  else
    findings.add(opens.at, "calendar.opens must be before calendar.close: a working day has hours in it");
}

void read_holidays(Reader& table, const Attach& attach, std::map<std::string, std::string>& attachments,
                   core::Calendar& calendar, Findings& findings) {
  const Text name = table.text("bank_holidays", Need::optional);
  if (!name.given) return;
  FileText file = attach(name.value);
  if (!file.problem.empty()) {
    findings.add(name.at, "calendar.bank_holidays: " + name.value + " " + file.problem);
    return;
  }
  calendar.holidays = read_bank_holidays(file.text, name.value, findings);
  if (!calendar.holidays.empty()) calendar.horizon = calendar.holidays.rbegin()->first;
  calendar.version = digest::short_version(file.text);
  attachments[name.value] = std::move(file.text);
}

/// A day alone, or with what it is for: { date = 2026-12-29, title = "Offices closed" }.
void read_closures(Reader& table, core::Calendar& calendar, Findings& findings) {
  findings.asked("calendar.closures[].date");
  findings.asked("calendar.closures[].title");
  const Entry* entry = table.either("closures", Need::optional);
  if (entry == nullptr) return;
  if (entry->value.kind != Kind::array) {
    findings.add(entry->value.at, "calendar.closures must be a list, not " + std::string{in_words(entry->value.kind)} +
                                      ": write it like [2026-12-29, 2026-12-30]");
    return;
  }
  for (const Node& item : entry->value.items) {
    std::string title = closure_title;
    Said<core::Day> day;
    if (item.kind == Kind::table) {
      Reader closure{item, "calendar.closures[]", findings};
      day = closure.day("date", Need::required);
      if (const Text said = closure.text("title", Need::required); said.given) title = said.value;
      closure.finish();
    } else {
      day = table.day_of(item, "calendar.closures");
    }
    if (day.given) calendar.holidays.emplace(day.value, title);
  }
}

}  // namespace

core::Calendar read_calendar(Reader& table, const Attach& attach, std::map<std::string, std::string>& attachments,
                             Findings& findings) {
  core::Calendar calendar;
  read_zone(table, calendar, findings);
  read_hours(table, calendar, findings);
  read_holidays(table, attach, attachments, calendar, findings);
  read_closures(table, calendar, findings);
  if (const auto days = table.whole("horizon_warning_days", Need::optional, 1, 366); days.given)
    calendar.horizon_warning = std::chrono::days{days.value};
  table.finish();
  return calendar;
}

}  // namespace told::config
