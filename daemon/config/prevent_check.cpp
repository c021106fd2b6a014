// Nobody outside the Prevent stream learns that there is a Prevent case: not by a rule (check_rules, and of police
// check_police), not by being called when somebody in it does not answer, and not by an alarm. Nor the reverse: a panel
// or a Prevent lead who is called because nobody answers for a missing child has learnt of that child. The engine tells
// an alarm about a Prevent case to those rules alone whose recipient is of the stream, and an alarm about any other
// case to the others: both must reach somebody.
#include <algorithm>
#include <set>
#include <tuple>

#include "config/nearest.hpp"
#include "config/policy_draft.hpp"
#include "config/words.hpp"
#include "core/event_types.hpp"

namespace told::config {
namespace {

class Calls {
 public:
  Calls(const PolicyDraft& draft, Findings& findings) : draft_(draft), findings_(findings) {}

  /// `who` owes it by a rota, and is reminded of it. (A recipient that is named itself is check_clocks' to look at.)
  void check_owner(const Text& who, const std::string& about, bool of_the_stream) {
    if (draft_.rota(who.value) == nullptr) return;
    for (const std::string& name : draft_.people(who.value)) look_at(name, who.at, "clock.who", about, of_the_stream);
  }

  /// The ladder is climbed because `silent` does not answer for `about`, which is a Prevent case's or is not.
  void check(const std::string& ladder_name, const std::string& silent, const std::string& about, bool of_the_stream) {
    const LadderDraft* ladder = draft_.ladder(ladder_name);
    if (ladder == nullptr) return;
    for (const RungDraft& rung : ladder->rungs) {
      for (const Text& who : rung.who.value)
        for (const std::string& name : draft_.people(who.value))
          look_at(name, who.at, "ladder.rung.who", about, of_the_stream);
      if (!rung.deputy) continue;
      for (const RecipientDraft* whose : draft_.recipients_for(silent))
        if (whose->deputy.given)
          look_at(whose->deputy.value, whose->deputy.at, "recipient.deputy", about, of_the_stream);
    }
  }

 private:
  void look_at(const std::string& name, Place at, const char* setting, const std::string& about, bool of_the_stream) {
    const RecipientDraft* called = draft_.recipient(name);
    if (called == nullptr || in_prevent_stream(*called) == of_the_stream) return;
    if (!said_.emplace(at.line, at.column, name).second) return;
    const std::string learns = std::string(setting) + ": " + in_quotes(name) + " would be called about " + about;
    findings_.add(at, of_the_stream ? learns +
                                          " and learn what is the Prevent stream's alone: call recipients "
                                          "with prevent = true, on a ladder of their own"
                                    : learns +
                                          ", and is of the Prevent stream, which hears of nothing else: call "
                                          "somebody outside it, on a ladder of their own");
  }

  const PolicyDraft& draft_;
  Findings& findings_;
  std::set<std::tuple<int, int, std::string>> said_;  ///< a rung that many rules climb is one mistake
};

/// Police hear of a concern at a desk of the stream. At any other, whoever reads of missing children would read that
/// there is a case; and that it cannot be reached, or is called by another ladder, would be said outside the stream.
void check_police(const PolicyDraft& draft, const RuleDraft& rule, Findings& findings) {
  for (const RecipientDraft* told : draft.recipients_for(rule.who.value)) {
    if (in_prevent_stream(*told) || told->agency.value != "police") continue;  // of others check_rules says it
    const std::string& name = told->name.value;
    const auto other = std::find_if(draft.rules.begin(), draft.rules.end(), [&](const RuleDraft& each) {
      return each.when.given && !core::is_prevent(each.when.value) && !is_alarm(each.when.value) &&
             draft.people(each.who.value).contains(name);
    });
    const std::string said = "tell.who: " + in_quotes(name) + " would learn that there is a Prevent case, and ";
    findings.add(rule.who.at,
                 other == draft.rules.end()
                     ? said + "has not prevent = true: add it there (line " + std::to_string(told->name.at.line) +
                           ") if the desk hears of nothing else about a child, or name Counter Terrorism Policing's own"
                     : said + "is told of " + in_quotes(other->when.value) + " too (rule at line " +
                           std::to_string(other->at.line) +
                           "): name Counter Terrorism Policing's own desk, with prevent = true, or make one");
  }
}

/// "child.missing" (rule at line 12)
std::string made_by(const std::string& when, const char* by, int line) {
  return in_quotes(when) + " (" + by + " at line " + std::to_string(line) + ")";
}

bool tells(const PolicyDraft& draft, const std::string& alarm, bool of_the_stream) {
  return std::any_of(draft.rules.begin(), draft.rules.end(), [&](const RuleDraft& rule) {
    if (rule.when.value != alarm) return false;
    const auto told = draft.recipients_for(rule.who.value);
    // Nobody: a misspelt name, which is said of the rule, and one mistake.
    return std::all_of(told.begin(), told.end(), [&](const RecipientDraft* who) {
      return !who->exercise_only && in_prevent_stream(*who) == of_the_stream;
    });
  });
}

/// `at`: the first rule or clock of the stream.
void check_alarm(const PolicyDraft& draft, const std::string& alarm, Place at, Findings& findings) {
  if (!tells(draft, alarm, true) && !draft.misspells(alarm))
    findings.add(at, in_quotes(alarm) +
                         " about a Prevent case would be told to nobody, since those outside the stream may "
                         "not learn of one: add a [[tell]] with when = " +
                         in_quotes(alarm) + " to a recipient with prevent = true");
}

/// The stream hears of its own cases alone: whatever else goes wrong must be told to somebody outside it.
void check_alarms_outside(const PolicyDraft& draft, Findings& findings) {
  for (const std::string& alarm : whens()) {
    if (!is_alarm(alarm) || !tells(draft, alarm, true) || tells(draft, alarm, false) || draft.misspells(alarm))
      continue;
    const auto rule = std::find_if(draft.rules.begin(), draft.rules.end(),
                                   [&](const RuleDraft& each) { return each.when.value == alarm; });
    findings.add(rule->at, in_quotes(alarm) +
                               " about any other case would be told to nobody, since the Prevent stream hears of "
                               "no other: add a [[tell]] with when = " +
                               in_quotes(alarm) + " to a recipient outside it");
  }
}

}  // namespace

bool in_prevent_stream(const RecipientDraft& recipient) {
  return recipient.prevent || recipient.agency.value == "channel_panel";
}

void check_prevent_stream(const PolicyDraft& draft, Findings& findings) {
  Calls calls(draft, findings);
  const RuleDraft* first_rule = nullptr;
  for (const RuleDraft& rule : draft.rules) {
    const auto told = draft.recipients_for(rule.who.value);
    if (told.empty()) continue;  // a misspelt name, which is said of the rule
    const bool alarm_within =
        is_alarm(rule.when.value) &&
        std::all_of(told.begin(), told.end(), [](const RecipientDraft* who) { return in_prevent_stream(*who); });
    const bool within = core::is_prevent(rule.when.value) || alarm_within;
    if (core::is_prevent(rule.when.value) && first_rule == nullptr) first_rule = &rule;
    if (rule.when.value == "prevent.referral") check_police(draft, rule, findings);
    for (const Text& ladder : rule.ladder)
      calls.check(ladder.value, rule.who.value, made_by(rule.when.value, "rule", rule.at.line), within);
  }
  check_alarms_outside(draft, findings);
  const ClockDraft* first_clock = nullptr;
  for (const ClockDraft& clock : draft.clocks) {
    const bool within = core::is_prevent(clock.starts.value);
    if (within && first_clock == nullptr) first_clock = &clock;
    const std::string about = made_by(clock.starts.value, "clock", clock.at.line);
    calls.check(clock.ladder.value, clock.who.value, about, within);
    calls.check_owner(clock.who, about, within);
  }
  // A drill says nothing of any case, but whoever is called about one is asked to find out why that desk does not
  // answer: each stream drills its own.
  for (const DrillDraft& drill : draft.drills) {
    const RecipientDraft* desk = draft.recipient(drill.who.value);
    if (desk != nullptr)
      calls.check(drill.ladder.value, drill.who.value,
                  "the drill " + in_quotes(drill.name.value) + " (line " + std::to_string(drill.at.line) + ")",
                  in_prevent_stream(*desk));
  }
  // Only a missing episode is stood down.
  calls.check(draft.stand_down_ladder.value, "", "the end of an episode ([stand_down])", false);
  if (first_rule != nullptr) {
    check_alarm(draft, "alarm.nobody_was_told", first_rule->at, findings);
    check_alarm(draft, "alarm.delivery_failing", first_rule->at, findings);
    for (const char* alarm : {"alarm.wrong_recipient", "alarm.nothing_said"})
      if (tells(draft, alarm, false) || tells(draft, alarm, true)) check_alarm(draft, alarm, first_rule->at, findings);
  }
  if (first_clock != nullptr) check_alarm(draft, "alarm.duty_not_done", first_clock->at, findings);
  // Only a person may be off duty by a rota, or kept out of a case.
  const bool may_be_away = std::any_of(draft.recipients.begin(), draft.recipients.end(),
                                       [](const RecipientDraft& r) { return r.person && in_prevent_stream(r); });
  if (first_rule != nullptr && may_be_away) check_alarm(draft, "alarm.nobody_on_duty", first_rule->at, findings);
}

}  // namespace told::config
