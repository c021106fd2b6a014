// Rules that are each right, and together leave somebody out, or tell somebody twice.
#include <algorithm>

#include "config/lint_part.hpp"
#include "config/nearest.hpp"
#include "config/words.hpp"
#include "core/event_types.hpp"

namespace told::config {
namespace {

using namespace std::chrono_literals;

const std::string child_missing = "child.missing";

bool is_of_one_sort(const LintPart& part, const core::Rule& a, const core::Rule& b) {
  return part.policy.exercise_only(a.who) == part.policy.exercise_only(b.who);
}

/// Everybody whom this rule tells may be told by that one that a child is missing.
bool hears_of_the_start(const LintPart& part, const core::Rule& rule) {
  const std::set<std::string> people = part.people(rule.who);
  return std::any_of(part.policy.rules.begin(), part.policy.rules.end(), [&](const core::Rule& other) {
    if (other.when != child_missing || !is_of_one_sort(part, rule, other)) return false;
    const std::set<std::string> told = part.people(other.who);
    return std::includes(told.begin(), told.end(), people.begin(), people.end());
  });
}

/// What an agency's own form says of a located child stands a search down. Whoever else hears of it may be there for
/// what comes after: a return home interview, a doctor.
bool stands_down(const LintPart& part, const core::Rule& rule) {
  const core::Recipient* recipient = part.policy.recipient(rule.who);
  return rule.when == "child.located" && recipient != nullptr && recipient->agency != "generic";
}

/// A new grade, or the end, of what they never heard of.
void lint_start(LintPart& part) {
  for (const core::Rule& rule : part.policy.rules) {
    const bool new_grade = rule.when == "child.missing_risk_changed";
    if ((!new_grade && !stands_down(part, rule)) || hears_of_the_start(part, rule)) continue;
    part.findings.add({rule.line, 1}, "tell: " + in_quotes(rule.who) + " is told " +
                                          (new_grade ? "of a missing child's new grade" : "that a child was located") +
                                          ", and by no rule that the child is missing: add a [[tell]] with when = " +
                                          in_quotes(child_missing) + ", or take this one out");
  }
}

bool is_police_desk(const core::Recipient& recipient) {
  return recipient.agency == "police" && !recipient.exercise_only && !recipient.prevent;
}

/// Police are told of a missing child at once, whoever else is (statutory guidance: Children who run away or go
/// missing).
void lint_police(LintPart& part) {
  std::string sites;
  int line = 1;
  for (const std::string& site : part.policy.sites) {
    const bool told = std::any_of(part.policy.rules.begin(), part.policy.rules.end(), [&](const core::Rule& rule) {
      if (rule.when != child_missing) return false;
      if (line == 1) line = rule.line;
      if (!rule.sites.empty() && std::find(rule.sites.begin(), rule.sites.end(), site) == rule.sites.end())
        return false;
      const auto people = part.people(rule.who);
      return std::any_of(people.begin(), people.end(), [&](const std::string& name) {
        const core::Recipient* recipient = part.policy.recipient(name);
        return recipient != nullptr && is_police_desk(*recipient);
      });
    });
    if (!told) sites += (sites.empty() ? "" : ", ") + in_quotes(site);
  }
  if (sites.empty()) return;
  part.findings.add({line, 1}, "tell: no police desk is told of " + in_quotes(child_missing) + " from " + sites +
                                   ": add a [[tell]] to a recipient with agency = \"police\" (without exercise_only "
                                   "and prevent)");
}

bool is_conditional(const core::Rule& rule) { return rule.only_if_told || !rule.only_if.always(); }

/// A real event of this type that is refused since nobody would be told: from sites that no rule is for, and where the
/// rules hold only under conditions. Of what must reach somebody, and of Prevent, the loader takes neither.
void lint_untold(LintPart& part, const std::string& when) {
  const core::Rule* first = nullptr;
  std::string untold, perhaps;
  bool everywhere = true;
  const auto add = [](std::string& sites, const std::string& site) {
    sites += (sites.empty() ? "" : ", ") + in_quotes(site);
  };
  for (const std::string& site : part.policy.sites) {
    bool told = false, always = false;
    for (const core::Rule& rule : part.policy.rules) {
      const auto people = part.people(rule.who);
      if (rule.when != when || std::any_of(people.begin(), people.end(),
                                           [&](const std::string& name) { return part.policy.exercise_only(name); }))
        continue;
      if (first == nullptr) first = &rule;
      if (!rule.sites.empty() && !is_one_of(site, rule.sites)) continue;
      told = true;
      always = always || !is_conditional(rule);
    }
    if (!told) add(untold, site);
    if (told && !always) add(perhaps, site);
    everywhere = everywhere && told && !always;
  }
  if (first == nullptr) return;
  if (!untold.empty())
    part.findings.add({first->line, 1},
                      "tell: " + in_quotes(when) + " from " + untold +
                          " reaches nobody, and whoever reports it is refused: add a [[tell]] that covers them; or "
                          "take every rule for it out, exercises too, and say on purpose that nobody is told: "
                          "not_told = [" +
                          in_quotes(when) + "]");
  if (!perhaps.empty())
    part.findings.add({first->line, 1},
                      "tell: " + in_quotes(when) + (everywhere ? "" : " from " + perhaps) +
                          " reaches somebody only under conditions, and whoever reports another is refused: add a "
                          "[[tell]] without only_if and only_if_told, or take them out of one");
}

void lint_untold(LintPart& part) {
  for (const core::EventType& type : core::event_types())
    if (!core::is_about_an_earlier(type.name) && !must_reach_somebody(type.name) && !core::is_prevent(type.name))
      lint_untold(part, std::string{type.name});
}

/// One of the two holds only where something is so, and it is not known whether the other does then.
bool may_exclude(const core::Rule& a, const core::Rule& b) {
  return is_conditional(a) && is_conditional(b) &&
         (a.only_if.text() != b.only_if.text() || a.only_if_told != b.only_if_told);
}

bool at_one_site(const core::Rule& a, const core::Rule& b) {
  return a.sites.empty() || b.sites.empty() ||
         std::find_first_of(a.sites.begin(), a.sites.end(), b.sites.begin(), b.sites.end()) != a.sites.end();
}

/// By name and as the one on duty, or by two rotas, in an ordinary week: who stands in for somebody else may well have
/// a rule of their own.
void lint_twice(LintPart& part, const core::Rule& earlier, const core::Rule& later) {
  if (earlier.when != later.when || earlier.who == later.who || !is_of_one_sort(part, earlier, later) ||
      may_exclude(earlier, later) || !at_one_site(earlier, later))
    return;
  const std::set<std::string> a = part.people(earlier.who), b = part.people(later.who);
  if (std::none_of(a.begin(), a.end(), [&](const std::string& name) { return b.contains(name); })) return;
  const auto on_duty = [&](const std::string& who, core::Instant at) {
    const core::Rota* rota = part.policy.rota(who);
    if (rota == nullptr) return std::vector{who};
    return weekly_pattern(*rota).on_duty(at, part.policy.calendar);
  };
  for (core::Instant at = part.now; at < part.now + look_ahead; at += 1h) {
    const auto first = on_duty(earlier.who, at), second = on_duty(later.who, at);
    const auto twice = std::find_first_of(first.begin(), first.end(), second.begin(), second.end());
    if (twice == first.end()) continue;
    const auto as = [&](const core::Rule& rule) {
      return rule.who == *twice ? "by name" : "as " + in_quotes(rule.who);
    };
    part.findings.add({later.line, 1}, "tell: " + in_quotes(*twice) + " would be told twice of " +
                                           in_quotes(later.when) + ", " + as(later) + " and " + as(earlier) +
                                           " (rule at line " + std::to_string(earlier.line) + "), on " +
                                           part.policy.calendar.in_words(at) + " for one: take one of the two out");
    return;
  }
}

}  // namespace

void lint_told(LintPart& part) {
  lint_start(part);
  lint_police(part);
  lint_untold(part);
  const auto& rules = part.policy.rules;
  for (auto later = rules.begin(); later != rules.end(); ++later)
    for (auto earlier = rules.begin(); earlier != later; ++earlier) lint_twice(part, *earlier, *later);
}

}  // namespace told::config
