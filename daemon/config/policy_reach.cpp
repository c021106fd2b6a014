// What only all rules together show: whom an event reaches, how often, and whether anybody at all.
#include <algorithm>
#include <set>

#include "config/nearest.hpp"
#include "config/policy_draft.hpp"
#include "config/words.hpp"
#include "core/event_types.hpp"

namespace told::config {
namespace {

bool is_at(const Texts& sites, const std::string& site) {
  return !sites.given ||
         std::any_of(sites.value.begin(), sites.value.end(), [&](const Text& each) { return each.value == site; });
}

bool applies_at(const RuleDraft& rule, const std::string& site) { return is_at(rule.sites, site); }

bool sites_overlap(const RuleDraft& a, const RuleDraft& b) {
  if (!a.sites.given || !b.sites.given) return true;
  return std::any_of(a.sites.value.begin(), a.sites.value.end(),
                     [&](const Text& site) { return applies_at(b, site.value); });
}

void check_nobody_twice(const PolicyDraft& draft, Findings& findings) {
  for (std::size_t i = 0; i < draft.rules.size(); ++i) {
    const RuleDraft& later = draft.rules[i];
    if (!later.when.given || !later.who.given) continue;
    for (std::size_t j = 0; j < i; ++j) {
      const RuleDraft& earlier = draft.rules[j];
      // Somebody on a rota may well have a rule of their own: on the day on which they stand in they are told twice.
      if (earlier.when.value != later.when.value || earlier.who.value != later.who.value) continue;
      if (!sites_overlap(earlier, later)) continue;
      findings.add(later.at, "tell: " + in_quotes(later.who.value) + " is told of " + in_quotes(later.when.value) +
                                 " already (rule at line " + std::to_string(earlier.at.line) +
                                 "): make it one rule, or give each its own sites");
    }
  }
}

bool has_rule(const PolicyDraft& draft, const std::string& when) {
  return std::any_of(draft.rules.begin(), draft.rules.end(),
                     [&](const RuleDraft& rule) { return rule.when.value == when; });
}

/// That told had no word for until 2026-11: a policy of the ledger may be without a rule for it.
constexpr const char* newer_alarm = "alarm.ledger_damaged";

/// An alarm about what the policy does not have needs no rule.
bool may_be_raised(const PolicyDraft& draft, bool counts_working_days, const std::string& when) {
  if (when == "alarm.quota") return !draft.quotas.empty();
  if (when == "alarm.duty_not_done")
    return std::any_of(draft.clocks.begin(), draft.clocks.end(), [](const ClockDraft& c) { return !c.reminder.value; });
  if (when == "alarm.nobody_on_duty") {
    // A person may be kept from a case by a screen, and then a rung may have nobody too.
    return !draft.rotas.empty() || std::any_of(draft.recipients.begin(), draft.recipients.end(),
                                               [](const RecipientDraft& r) { return r.person; });
  }
  if (when == "alarm.calendar_horizon") return counts_working_days;
  // Said by check_newer_alarms.
  if (when == newer_alarm) return has_rule(draft, when);
  // Without a rule these are not raised.
  if (when == "alarm.wrong_recipient" || when == "alarm.nothing_said") return has_rule(draft, when);
  return true;
}

bool is_for_exercises(const PolicyDraft& draft, const RuleDraft& rule) {
  const auto recipients = draft.recipients_for(rule.who.value);
  return std::any_of(recipients.begin(), recipients.end(),
                     [](const RecipientDraft* each) { return each->exercise_only; });
}

/// Counts on the rule whenever such an event comes from `site`, and for real events.
bool always_tells(const PolicyDraft& draft, const RuleDraft& rule, const std::string& when, const std::string& site) {
  if (rule.when.value != when) return false;
  // Conditions on an alarm are found to be wrong elsewhere, and hold nobody back.
  if (!is_alarm(when) && (rule.only_if.given || rule.only_if_told.value || !applies_at(rule, site))) return false;
  // Nobody at all is a misspelt name, which is said of the rule: what follows from it is not said.
  return !is_for_exercises(draft, rule);
}

bool reaches_somebody(const PolicyDraft& draft, const std::string& when, const std::string& site) {
  return std::any_of(draft.rules.begin(), draft.rules.end(),
                     [&](const RuleDraft& rule) { return always_tells(draft, rule, when, site); });
}

bool is_not_told(const PolicyDraft& draft, const std::string& when) {
  return std::any_of(draft.not_told.value.begin(), draft.not_told.value.end(),
                     [&](const Text& each) { return each.value == when; });
}

void check_not_told(const PolicyDraft& draft, Findings& findings) {
  for (const Text& each : draft.not_told.value) {
    const std::string said = "not_told: " + in_quotes(each.value);
    if (data_of(each.value) == nullptr) {
      findings.add(each.at, said + " is no event: " + suggestion(each.value, event_types()));
    } else if (core::is_about_an_earlier(each.value)) {
      findings.add(each.at,
                   said + " goes to exactly those who were told of the earlier event, by no rule: take it out");
    } else if (must_reach_somebody(each.value)) {
      findings.add(each.at, said + " must reach somebody, whatever the policy: take it out, and add a [[tell]]");
    } else if (has_rule(draft, each.value)) {
      findings.add(each.at,
                   said + " has a [[tell]], so somebody is told of it: take it out here, or take the rule out");
    }
  }
}

void check_from_every_site(const PolicyDraft& draft, const std::string& when, Findings& findings) {
  for (const Text& site : draft.sites.value) {
    if (reaches_somebody(draft, when, site.value)) continue;
    findings.add(site.at, in_quotes(when) + " from site " + in_quotes(site.value) +
                              " can reach nobody: add a [[tell]] without only_if and only_if_told that covers the "
                              "site, to a recipient without exercise_only");
  }
}

void add_reaches_nobody(const PolicyDraft& draft, const std::string& when, const std::string& or_else,
                        Findings& findings) {
  findings.add(draft.at, in_quotes(when) + " reaches nobody: add a [[tell]] with when = " + in_quotes(when) + or_else);
}

void check_everything_reaches_somebody(const PolicyDraft& draft, Findings& findings) {
  const bool counts_working_days = finished(draft).counts_working_days();
  for (const auto& when : whens()) {
    if (!may_be_raised(draft, counts_working_days, when) || is_not_told(draft, when)) continue;
    if (draft.misspells(when)) continue;
    if (!has_rule(draft, when)) {
      const bool may_be_silent = !is_alarm(when) && !must_reach_somebody(when);
      add_reaches_nobody(
          draft, when,
          may_be_silent ? ", or say on purpose that nobody is told: not_told = [" + in_quotes(when) + "]" : "",
          findings);
    } else if (is_alarm(when)) {
      if (!reaches_somebody(draft, when, ""))
        findings.add(draft.at, in_quotes(when) + " reaches only recipients with exercise_only: tell somebody on duty");
    } else if (must_reach_somebody(when) || core::is_prevent(when)) {
      check_from_every_site(draft, when, findings);
    }
  }
}

/// A misspelt name is nobody: it would only make one notification more than the right one.
void leave_the_declared(const PolicyDraft& draft, std::set<std::string>& names) {
  std::erase_if(names, [&](const std::string& name) { return draft.recipient(name) == nullptr; });
}

/// The most that one duty with this ladder can become: itself, and for everyone on its rungs the call and its answer
/// (who is called again, or hears again that it is answered, is told the same notification again).
std::size_t weight(const PolicyDraft& draft, const std::string& ladder_name, const std::string& who) {
  const LadderDraft* ladder = draft.ladder(ladder_name);
  std::set<std::string> called;
  if (ladder != nullptr) {
    for (const auto& rung : ladder->rungs) called.merge(draft.called_by(rung, who));
  }
  leave_the_declared(draft, called);
  return 1 + 2 * called.size();
}

std::size_t weight(const PolicyDraft& draft, const RuleDraft& rule) {
  const RotaDraft* rota = draft.rota(rule.who.value);
  const std::size_t told = rota == nullptr ? 1 : std::max<std::size_t>(rota->most_together(), 1);
  return told * std::max(weight(draft, rule.ladder[0].value, rule.who.value),
                         weight(draft, rule.ladder[1].value, rule.who.value));
}

/// The notifications that one event of this type can make, from the site where it makes most.
std::size_t most_from_one(const PolicyDraft& draft, const std::string& when) {
  std::size_t most = 0;
  std::vector<std::string> sites{""};
  for (const Text& site : draft.sites.value) sites.push_back(site.value);
  for (const auto& site : sites) {
    std::size_t sum = 0;
    for (const auto& rule : draft.rules) {
      if (rule.when.value == when && applies_at(rule, site)) sum += weight(draft, rule);
    }
    for (const auto& clock : draft.clocks) {
      if (clock.starts.value == when && is_at(clock.sites, site))
        sum += weight(draft, clock.ladder.value, clock.who.value);
    }
    most = std::max(most, sum);
  }
  return most;
}

/// Everyone whom a rule of `when` tells, or its ladder may call.
std::set<std::string> may_hear(const PolicyDraft& draft, const std::string& when) {
  std::set<std::string> names;
  for (const auto& rule : draft.rules) {
    if (rule.when.value != when) continue;
    names.merge(draft.people(rule.who.value));
    for (const Text& ladder_name : rule.ladder) {
      const LadderDraft* ladder = draft.ladder(ladder_name.value);
      if (ladder == nullptr) continue;
      for (const auto& rung : ladder->rungs) names.merge(draft.called_by(rung, rule.who.value));
    }
  }
  leave_the_declared(draft, names);
  return names;
}

/// Those who may have heard that a child is missing and have no rule of their own for `end` are told of the end by
/// [stand_down], with its ladder.
std::size_t most_stood_down(const PolicyDraft& draft, const std::string& end) {
  auto heard = may_hear(draft, "child.missing");
  for (const auto& rule : draft.rules) {
    if (rule.when.value == end) heard.erase(rule.who.value);
  }
  std::size_t sum = 0;
  for (const std::string& who : heard) sum += weight(draft, draft.stand_down_ladder.value, who);
  return sum;
}

void check_number(Place at, std::size_t number, const std::string& what, Findings& findings) {
  if (number <= core::notifications_most) return;
  findings.add(at, what + " could make " + std::to_string(number) + " notifications, and one event has room for " +
                       std::to_string(core::notifications_most) +
                       " (1 for each recipient, 2 for everyone on the rungs of its ladder): shorten the ladders, or "
                       "tell fewer recipients");
}

void check_numbers(const PolicyDraft& draft, Findings& findings) {
  for (const auto& when : whens()) {
    std::size_t number = most_from_one(draft, when);
    if (when == "child.located") number += most_stood_down(draft, when);
    if (is_alarm(when)) number += may_hear(draft, when).size();  // that it is over
    check_number(draft.at, number, in_quotes(when), findings);
  }
  check_number(draft.stand_down_at, most_stood_down(draft, ""), "a stand-down by hand", findings);
}

}  // namespace

void check_newer_alarms(const PolicyDraft& draft, Findings& findings) {
  if (!has_rule(draft, newer_alarm) && !draft.misspells(newer_alarm))
    add_reaches_nobody(draft, newer_alarm, "", findings);
}

void check_not_for_exercises_alone(const PolicyDraft& draft, Findings& findings) {
  for (const auto& when : whens()) {
    if (is_alarm(when) || must_reach_somebody(when) || core::is_prevent(when))
      continue;  // of these check_reach says it
    const RuleDraft* first = nullptr;
    bool real = false;
    for (const RuleDraft& rule : draft.rules) {
      if (rule.when.value != when) continue;
      if (first == nullptr) first = &rule;
      real = real || !is_for_exercises(draft, rule);
    }
    if (first == nullptr || real || draft.misspells(when)) continue;
    findings.add(first->at, "tell: " + in_quotes(when) +
                                " is told to exercise desks alone, and a real one would reach nobody: add a [[tell]] "
                                "to a recipient without exercise_only, or take this rule out and say on purpose that "
                                "nobody is told: not_told = [" +
                                in_quotes(when) + "]");
  }
}

void check_reach(const PolicyDraft& draft, Findings& findings) {
  check_nobody_twice(draft, findings);
  check_not_told(draft, findings);
  check_everything_reaches_somebody(draft, findings);
  check_numbers(draft, findings);
}

}  // namespace told::config
