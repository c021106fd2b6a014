#include "core/policy.hpp"

#include <algorithm>

namespace told::core {

Rule::Rule() = default;
Rule::Rule(const Rule&) = default;
Rule::Rule(Rule&&) noexcept = default;
Rule& Rule::operator=(const Rule&) = default;
Rule& Rule::operator=(Rule&&) noexcept = default;
Rule::~Rule() = default;

Clock::Clock() = default;
Clock::Clock(const Clock&) = default;
Clock::Clock(Clock&&) noexcept = default;
Clock& Clock::operator=(const Clock&) = default;
Clock& Clock::operator=(Clock&&) noexcept = default;
Clock::~Clock() = default;

Once Clock::once() const {
  if (!after.empty()) return Once::a_report;
  if (once_a_stay) return Once::a_stay;
  return starts == "child.located" ? Once::an_absence : Once::a_report;
}

Policy::Policy() = default;
Policy::Policy(const Policy&) = default;
Policy::Policy(Policy&&) noexcept = default;
Policy& Policy::operator=(const Policy&) = default;
Policy& Policy::operator=(Policy&&) noexcept = default;
Policy::~Policy() = default;

const Recipient* Policy::recipient(const std::string& recipient_name) const {
  for (const Recipient& r : recipients)
    if (r.name == recipient_name) return &r;
  return nullptr;
}

const Ladder* Policy::ladder(const std::string& ladder_name) const {
  const auto found = ladders.find(ladder_name);
  return found == ladders.end() ? nullptr : &found->second;
}

const Rule* Policy::rule(std::uint32_t number) const {
  return number == 0 || number > rules.size() ? nullptr : &rules[number - 1];
}

const Clock* Policy::clock(std::uint32_t number) const {
  return number == 0 || number > clocks.size() ? nullptr : &clocks[number - 1];
}

const Rota* Policy::rota(const std::string& role) const {
  for (const Rota& r : rotas)
    if (r.name == role) return &r;
  return nullptr;
}

bool Policy::tells_of_alarm(const std::string& code) const {
  return std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.when == "alarm." + code; });
}

bool Policy::counts_working_days() const {
  const auto counts = [](const Due& due) { return due.kind == Due::Kind::working_days; };
  const auto any = [](const auto& all, const auto& holds) { return std::any_of(all.begin(), all.end(), holds); };
  return counts(stand_down_within) ||
         any(rules, [&](const Rule& rule) { return counts(rule.within[0]) || counts(rule.within[1]); }) ||
         any(clocks,
             [&](const Clock& c) { return counts(c.due) || counts(c.warn.due) || (c.every && counts(*c.every)); }) ||
         any(ladders,
             [&](const auto& named) {
               return counts(named.second.repeat_last) ||
                      any(named.second.rungs, [&](const Rung& rung) { return counts(rung.after.due); });
             }) ||
         any(rotas, [&](const Rota& rota) {
           return any(rota.weekly, [](const WeeklyShift& shift) { return shift.begins != Begins::any_day; });
         });
}

std::vector<std::string> Policy::on_duty(const std::string& who, Instant at) const {
  const Rota* r = rota(who);
  return r == nullptr ? std::vector<std::string>{who} : r->on_duty(at, calendar);
}

bool Policy::exercise_only(const std::string& who) const {
  const Recipient* r = recipient(who);
  return r != nullptr && r->exercise_only;
}

std::vector<std::string> Policy::everyone(const std::string& who) const {
  const Rota* r = rota(who);
  return r == nullptr ? std::vector<std::string>{who} : r->everyone();
}

bool Policy::may_tell(const Rule& rule_of_it, const std::string& recipient_name) const {
  const std::vector<std::string> all = everyone(rule_of_it.who);
  return std::find(all.begin(), all.end(), recipient_name) != all.end();
}

Instant RungTime::at(Instant from, Instant deadline, const Due& within, const Calendar& calendar) const {
  switch (kind) {
    case Kind::elapsed:
      return due_at(due, from, calendar).at;
    case Kind::share:
      return share_at(percent, from, deadline, within, calendar);
    case Kind::past_deadline:
      break;
  }
  return due_at(due, deadline, calendar).at;
}

std::string RungTime::in_words() const {
  switch (kind) {
    case Kind::elapsed:
      return counted_in_words(due);
    case Kind::share:
      return std::to_string(percent) + " %";
    case Kind::past_deadline:
      break;
  }
  return due == Due{} ? "at the deadline" : "deadline + " + counted_in_words(due);
}

}  // namespace told::core
