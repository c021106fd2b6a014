#include <algorithm>
#include <functional>

#include "config/lint_part.hpp"
#include "config/nearest.hpp"
#include "core/event_types.hpp"

namespace told::config {
namespace {

using core::Instant;
using core::Stretch;
using namespace std::chrono_literals;

constexpr std::size_t stretches_shown = 3;

// --- nobody on duty ---

/// What is in both lists; each is in order and without overlaps.
std::vector<Stretch> in_both(const std::vector<Stretch>& a, const std::vector<Stretch>& b) {
  std::vector<Stretch> both;
  for (const Stretch& x : a) {
    for (const Stretch& y : b) {
      const Stretch shared{std::max(x.from, y.from), std::min(x.to, y.to)};
      if (shared.from < shared.to) both.push_back(shared);
    }
  }
  return both;
}

/// When none of these has anybody: a recipient is always there, and a rota as it says.
std::vector<Stretch> nobody(const LintPart& part, const std::vector<std::string>& who) {
  std::vector<Stretch> stretches{{part.now, part.now + look_ahead}};
  for (const std::string& name : who) {
    const core::Rota* rota = part.policy.rota(name);
    if (rota == nullptr) return {};
    stretches = in_both(stretches, unowned(*rota, part.policy.calendar, part.now, part.now + look_ahead));
  }
  return stretches;
}

std::string in_words(const std::vector<Stretch>& stretches, const core::Calendar& calendar) {
  std::string words;
  for (std::size_t i = 0; i < std::min(stretches.size(), stretches_shown); ++i) {
    words += (i == 0 ? "" : "; ") + calendar.in_words(stretches[i].from) + " to " + calendar.in_words(stretches[i].to);
  }
  if (stretches.size() > stretches_shown)
    words += "; and " + std::to_string(stretches.size() - stretches_shown) + " times more";
  return words;
}

void lint_duty(LintPart& part) {
  for (const auto& [name, ladder] : part.policy.ladders) {
    for (const core::Rung& rung : ladder.rungs) {
      if (rung.again) continue;  // that one is there
      const auto stretches = nobody(part, rung.who);
      if (stretches.empty()) continue;
      part.findings.add(part.places.place("ladder", "name", name),
                        "ladder " + in_quotes(name) + ": nobody is on duty for the rung at " + rung.after.in_words() +
                            " in the next 28 days: " + in_words(stretches, part.policy.calendar) +
                            ". Put somebody on the rota for these hours, or name a team under otherwise");
    }
  }
  const auto look = [&](const std::string& what, const std::string& who, int line) {
    const auto stretches = nobody(part, {who});
    if (stretches.empty()) return;
    part.findings.add({line, 1}, what + ": nobody is on duty as " + in_quotes(who) +
                                     " in the next 28 days: " + in_words(stretches, part.policy.calendar) +
                                     ". Put somebody on the rota for these hours");
  };
  for (const core::Rule& rule : part.policy.rules) look("tell: " + in_quotes(rule.when), rule.who, rule.line);
  for (const core::Clock& clock : part.policy.clocks) look("clock " + in_quotes(clock.name), clock.who, clock.line);
}

// --- ladders and deadlines ---

/// A ladder as a rule or a clock uses it.
struct Use {
  const core::Ladder& ladder;
  core::Due within;
  Place at;
  std::string by;   ///< "tell", "clock"
  std::string who;  ///< is told or owes it: a recipient or a rota
};

void for_each_use(const LintPart& part, const std::function<void(const Use&)>& look) {
  const auto with = [&](const std::string& name, const core::Due& within, const auto& of, const char* by) {
    if (const core::Ladder* ladder = part.policy.ladder(name)) look({*ladder, within, {of.line, 1}, by, of.who});
  };
  for (const core::Rule& rule : part.policy.rules) {
    with(rule.ladder[0], rule.within[0], rule, "tell");
    with(rule.ladder[1], rule.within[1], rule, "tell");
  }
  for (const core::Clock& clock : part.policy.clocks) {
    with(clock.ladder, clock.due, clock, "clock");
    if (clock.every) with(clock.ladder, *clock.every, clock, "clock");
  }
}

/// The loader compares what can be compared without a calendar. Here every hour of the four weeks begins a clock.
void lint_order(LintPart& part, const Use& use) {
  const core::Calendar& calendar = part.policy.calendar;
  for (Instant from = part.now; from < part.now + look_ahead; from += 1h) {
    const Instant deadline = due_at(use.within, from, calendar).at;
    for (std::size_t i = 1; i < use.ladder.rungs.size(); ++i) {
      const core::RungTime& before = use.ladder.rungs[i - 1].after;
      const core::RungTime& after = use.ladder.rungs[i].after;
      if (after.at(from, deadline, use.within, calendar) >= before.at(from, deadline, use.within, calendar)) continue;
      part.findings.add(use.at, use.by + ": on ladder " + in_quotes(use.ladder.name) + " the rung at " +
                                    after.in_words() + " comes before the one at " + before.in_words() +
                                    " for what starts on " + calendar.in_words(from) + " and is due within " +
                                    core::in_words(use.within) + ": use steps that suit the time allowed");
      return;
    }
  }
}

void lint_paces(LintPart& part) {
  for (const core::Rule& rule : part.policy.rules) {
    const core::Ladder* other = part.policy.ladder(rule.ladder[0]);
    const core::Ladder* high = part.policy.ladder(rule.ladder[1]);
    if (other == nullptr || high == nullptr || other->rungs.empty() || high->rungs.empty()) continue;
    const core::Calendar& calendar = part.policy.calendar;
    const auto first = [&](const core::Ladder& ladder, const core::Due& within) {
      return ladder.rungs.front().after.at(part.now, due_at(within, part.now, calendar).at, within, calendar);
    };
    if (first(*high, rule.within[1]) <= first(*other, rule.within[0])) continue;
    part.findings.add({rule.line, 1}, "tell: somebody is called later for a high risk (ladder " +
                                          in_quotes(high->name) + ") than for any other (" + in_quotes(other->name) +
                                          "): give the high pace the quicker ladder");
  }
}

/// Whoever is called last and does not answer is called again within the time that somebody had to answer, or each
/// hour: a ladder that waits longer has fallen silent while it mattered. (What is owed may be reminded of at its own
/// pace.)
void lint_repeats(LintPart& part) {
  std::set<std::string> said;
  for_each_use(part, [&](const Use& use) {
    if (use.by != "tell" || part.policy.exercise_only(use.who)) return;
    for (Instant from = part.now; from < part.now + look_ahead; from += 1h) {
      const auto after = [&](const core::Due& due) { return due_at(due, from, part.policy.calendar).at - from; };
      if (after(use.ladder.repeat_last) <= std::max<core::Duration>(1h, after(use.within))) return;
    }
    if (!said.insert(use.ladder.name).second) return;
    part.findings.add(part.places.place("ladder", "name", use.ladder.name),
                      "ladder " + in_quotes(use.ladder.name) + ": its last rung repeats " +
                          core::interval_in_words(use.ladder.repeat_last) + ", and " + in_quotes(use.who) +
                          " has to answer within " + core::in_words(use.within) + " (rule at line " +
                          std::to_string(use.at.line) +
                          "): where nobody answers it would be silent while it matters. Repeat it within the time "
                          "allowed, or each hour (repeat_last)");
  });
}

// --- calls that go where they should not ---

/// Before its last rung repeats, for what starts then.
bool calls_somebody_else(const LintPart& part, const Use& use, const std::string& silent, Instant from) {
  const core::Calendar& calendar = part.policy.calendar;
  const core::Recipient* recipient = part.policy.recipient(silent);
  const Instant deadline = due_at(use.within, from, calendar).at;
  return std::any_of(use.ladder.rungs.begin(), use.ladder.rungs.end(), [&](const core::Rung& rung) {
    if (rung.deputy && recipient != nullptr && !recipient->deputy.empty()) return true;
    const Instant at = rung.after.at(from, deadline, use.within, calendar);
    return std::any_of(rung.who.begin(), rung.who.end(), [&](const std::string& name) {
      const auto called = part.policy.on_duty(name, at);
      return std::any_of(called.begin(), called.end(), [&](const std::string& person) { return person != silent; });
    });
  });
}

/// The loader refuses a ladder that could never call anybody but the one who is silent. Here a rota stands for whoever
/// it has on at that hour.
void lint_somebody_else(LintPart& part, const Use& use) {
  const auto people = part.people(use.who);
  for (const core::Rung& rung : use.ladder.rungs)
    for (const std::string& name : rung.who)
      if (part.policy.rota(name) == nullptr && !people.contains(name)) return;  // always there
  for (Instant from = part.now; from < part.now + look_ahead; from += 1h) {
    for (const std::string& silent : part.policy.on_duty(use.who, from)) {
      if (calls_somebody_else(part, use, silent, from)) continue;
      part.findings.add(use.at, use.by + ": for what starts on " + part.policy.calendar.in_words(from) + ", ladder " +
                                    in_quotes(use.ladder.name) + " calls nobody but " + in_quotes(silent) +
                                    ", who is on duty then and has not answered: add a rung that calls somebody else");
      return;
    }
  }
}

void lint_exercises(LintPart& part) {
  for (const core::Rule& rule : part.policy.rules) {
    const bool exercise = part.policy.exercise_only(rule.who);
    std::set<std::string> called = part.called_by(rule.ladder[0]);
    called.merge(part.called_by(rule.ladder[1]));
    for (const std::string& name : called) {
      const core::Recipient* recipient = part.policy.recipient(name);
      if (recipient == nullptr || recipient->exercise_only == exercise) continue;
      part.findings.add({rule.line, 1},
                        exercise ? "tell: an exercise with " + in_quotes(rule.who) + " would call " + in_quotes(name) +
                                       ", who answers real calls: give exercises a ladder of their own"
                                 : "tell: the ladder of " + in_quotes(rule.who) + " calls " + in_quotes(name) +
                                       ", who gets exercises only and would hear of nothing real: call somebody else");
    }
  }
}

}  // namespace

void lint_ladders(LintPart& part) {
  lint_duty(part);
  for_each_use(part, [&](const Use& use) { lint_order(part, use); });
  lint_paces(part);
  lint_repeats(part);
  for_each_use(part, [&](const Use& use) { lint_somebody_else(part, use); });
  lint_exercises(part);
}

}  // namespace told::config
