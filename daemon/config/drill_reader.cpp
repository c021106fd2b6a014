#include "config/drill_draft.hpp"

#include <algorithm>

#include "config/nearest.hpp"
#include "config/weekdays.hpp"

namespace told::config {

DrillDraft read_drill(Reader& table, Findings& findings) {
  DrillDraft drill;
  drill.at = table.at();
  drill.name = table.a_name("name");
  const Texts days = table.one_or_more("days", Need::required);
  for (const Text& word : days.value)
    for (const int day : days_of(word, "drill.days", {}, findings)) drill.days.push_back(day);
  if (days.given && days.value.empty()) findings.add(days.at, "drill.days is empty: name a day");
  drill.begins = table.time_of_day("at", Need::required);
  drill.only_on = table.text("only_on", Need::optional);
  if (drill.only_on.given && drill.only_on.value != "working days")
    findings.add(drill.only_on.at, "drill.only_on: " + in_quotes(drill.only_on.value) +
                                       " is not known: write \"working days\", or leave the line out for every week");
  const auto at_the_weekend = [](int day) { return day > 4; };
  if (drill.only_on.given && !drill.days.empty() && std::all_of(drill.days.begin(), drill.days.end(), at_the_weekend))
    findings.add(drill.only_on.at, "drill.only_on: none of drill.days is ever a working day: name one of mon to fri");
  drill.who = table.one_alone("who");
  drill.within = table.due("within", Need::required);
  drill.ladder = table.text("ladder", Need::required);
  table.finish();
  return drill;
}

core::Drill finished(const DrillDraft& draft) {
  core::Drill drill{draft.name.value, {}, draft.only_on.given};
  for (const int day : draft.days) drill.each_week.push_back(std::chrono::days{day} + draft.begins.value);
  return drill;
}

core::Rule rule_of(const DrillDraft& draft, std::uint32_t number) {
  core::Rule rule;
  rule.number = number;
  rule.when = "drill." + draft.name.value;
  rule.who = draft.who.value;
  for (std::size_t pace = 0; pace < 2; ++pace) {
    rule.within[pace] = draft.within.value;
    rule.ladder[pace] = draft.ladder.value;
  }
  rule.line = draft.at.line;
  return rule;
}

}  // namespace told::config
