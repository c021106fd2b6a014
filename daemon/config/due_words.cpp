#include "config/due_words.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <vector>

#include "config/nearest.hpp"

namespace told::config {
namespace {

using core::Due;
using core::RungTime;

constexpr std::uint32_t most_days = 366;
constexpr std::uint32_t most_months = 100 * 12;

const std::map<std::string, Due, std::less<>>& phrases() {
  static const std::map<std::string, Due, std::less<>> all{
      {"close of next working day", {Due::Kind::working_days, 1}},
      {"close of the next working day", {Due::Kind::working_days, 1}},
      {"end of next day", {Due::Kind::days, 1}},
      {"end of the next day", {Due::Kind::days, 1}},
  };
  return all;
}

struct DayUnit {
  Due::Kind kind;
  std::uint32_t count;  ///< of days, or of months
};

const std::map<std::string, DayUnit, std::less<>>& day_units() {
  static const std::map<std::string, DayUnit, std::less<>> all{
      {"working day", {Due::Kind::working_days, 1}},
      {"working days", {Due::Kind::working_days, 1}},
      {"day", {Due::Kind::days, 1}},
      {"days", {Due::Kind::days, 1}},
      {"week", {Due::Kind::days, 7}},
      {"weeks", {Due::Kind::days, 7}},
      {"month", {Due::Kind::months, 1}},
      {"months", {Due::Kind::months, 1}},
      {"year", {Due::Kind::months, 12}},
      {"years", {Due::Kind::months, 12}},
  };
  return all;
}

/// A whole number and what follows it.
struct Amount {
  std::uint32_t number = 0;
  std::string_view unit;
};

std::optional<Amount> amount_of(std::string_view text) {
  Amount amount;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount.number);
  if (error != std::errc{}) return std::nullopt;
  amount.unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (amount.unit.starts_with(' ')) amount.unit.remove_prefix(1);
  return amount;
}

/// What a mistyped unit was meant to be: "minutes" is "min".
std::string unit_meant(std::string_view unit) {
  static const std::vector<std::string> known{
      "ms",    "s",     "min",    "h",    "day",   "days",    "working day", "working days", "week",
      "weeks", "month", "months", "year", "years", "seconds", "mins",        "minutes",      "hours"};
  static const std::map<std::string, std::string, std::less<>> short_for{
      {"seconds", "s"}, {"mins", "min"}, {"minutes", "min"}, {"hours", "h"}};
  const std::string near = nearest(unit, known);
  const auto shorter = short_for.find(near);
  return shorter == short_for.end() ? near : shorter->second;
}

std::string meant(std::string_view text) {
  if (const auto amount = amount_of(text)) {
    const std::string unit = unit_meant(amount->unit);
    return unit.empty() ? "" : std::to_string(amount->number) + " " + unit;
  }
  std::vector<std::string> known;
  for (const auto& [phrase, due] : phrases()) known.push_back(phrase);
  return nearest(text, known);
}

std::string problem_of(std::string_view text) {
  const std::string near = meant(text);
  return in_quotes(text) +
         " is no time that is known: " + (near.empty() ? "write" : "did you mean " + in_quotes(near) + "? Write") +
         " it like \"30 min\", \"48 h\", \"close of next working day\", \"10 working days\", \"end of next day\" "
         "or \"7 days\"";
}

Quantity<Due> days_from(std::string_view text, const Amount& amount, const DayUnit& unit) {
  const std::uint64_t count = std::uint64_t{amount.number} * unit.count;
  if (count == 0) return {{}, in_quotes(text) + " is no time at all: give it a day or more"};
  if (unit.kind == Due::Kind::months && count > most_months) return {{}, in_quotes(text) + " is more than 100 years"};
  if (unit.kind != Due::Kind::months && count > most_days)
    return {{}, in_quotes(text) + " is more than " + std::to_string(most_days) + " days: say it in months or years"};
  return {Due{unit.kind, static_cast<std::uint32_t>(count)}, {}};
}

bool is_at_the_deadline(std::string_view text) { return text == "at the deadline" || text == "at deadline"; }

}  // namespace

Quantity<Due> due_from(std::string_view text) {
  if (const auto phrase = phrases().find(text); phrase != phrases().end()) return {phrase->second, {}};
  if (const auto amount = amount_of(text)) {
    if (const auto unit = day_units().find(amount->unit); unit != day_units().end())
      return days_from(text, *amount, unit->second);
    if (!is_duration_unit(amount->unit)) return {{}, problem_of(text)};
    const auto elapsed = duration_from(text);
    return {Due{elapsed.value}, elapsed.problem};
  }
  return {{}, problem_of(text)};
}

Quantity<RungTime> rung_time_from(std::string_view text) {
  RungTime time;
  if (is_at_the_deadline(text)) {
    time.kind = RungTime::Kind::past_deadline;
    return {time, {}};
  }
  const auto amount = amount_of(text);
  if (text == "at half" || (amount && amount->unit == "%")) {
    time.kind = RungTime::Kind::share;
    time.percent = amount ? amount->number : 50;
    if (time.percent < 1 || time.percent > 100)
      return {{}, in_quotes(text) + " is no share of the time allowed: write 1 % to 100 %"};
    return {time, {}};
  }
  constexpr std::string_view after = "deadline + ";
  const bool past = text.starts_with(after);
  const auto due = due_from(past ? text.substr(after.size()) : text);
  if (past) time.kind = RungTime::Kind::past_deadline;
  time.due = due.value;
  const auto close = nearest(text, {"at the deadline", "at half"});
  if (!due.problem.empty() && !close.empty() && !amount)
    return {{}, in_quotes(text) + " is no time that is known: did you mean " + in_quotes(close) + "?"};
  if (!due.problem.empty())
    return {{}, due.problem + ", or \"50 %\", \"at the deadline\", \"deadline + 1 working day\""};
  return {time, {}};
}

}  // namespace told::config
