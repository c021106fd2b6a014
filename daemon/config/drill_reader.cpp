#include "config/drill_draft.hpp"
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
  drill.who = table.one_alone("who");
  drill.within = table.due("within", Need::required);
  drill.ladder = table.text("ladder", Need::required);
  table.finish();
  return drill;
}

core::Drill finished(const DrillDraft& draft) {
  core::Drill drill{draft.name.value, {}};
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
