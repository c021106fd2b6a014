// What each part of a policy must be by itself, and what it may name.
#include <google/protobuf/descriptor.h>

#include <map>

#include "config/nearest.hpp"
#include "config/policy_draft.hpp"
#include "config/words.hpp"
#include "core/event_types.hpp"

namespace told::config {
namespace {

void check_word(const Text& said, const std::string& setting, const std::string& kind,
                const std::vector<std::string>& known, Findings& findings) {
  if (said.given && !is_one_of(said.value, known)) {
    findings.add(said.at,
                 setting + ": " + in_quotes(said.value) + " is no " + kind + ": " + suggestion(said.value, known));
  }
}

void check_unique(const Text& name, const std::string& kind, std::map<std::string, int>& lines, Findings& findings) {
  if (!name.given) return;
  const auto [first, fresh] = lines.try_emplace(name.value, name.at.line);
  if (!fresh) {
    findings.add(name.at, kind + " " + in_quotes(name.value) + " is declared already (line " +
                              std::to_string(first->second) + "): give it another name, or take one out");
  }
}

void check_rungs(const PolicyDraft& draft, const LadderDraft& ladder, Findings& findings) {
  if (ladder.rungs.empty()) {
    findings.add(ladder.at, "ladder has no rung, so nobody would ever be called: add a [[ladder.rung]]");
  }
  for (const auto& rung : ladder.rungs) {
    for (const Text& who : rung.who.value) {
      check_word(who, "ladder.rung.who", "declared recipient", draft.recipient_names(), findings);
    }
    if (rung.who.given && rung.who.value.empty()) {
      findings.add(rung.who.at,
                   "ladder.rung.who is empty, and a rung that calls nobody is silence: name a recipient, "
                   "or take the rung out");
    }
    if (rung.quorum.given && rung.quorum.value > static_cast<std::int64_t>(rung.who.value.size())) {
      findings.add(rung.quorum.at, "ladder.rung.quorum (" + std::to_string(rung.quorum.value) +
                                       ") is more than the rung calls (" + std::to_string(rung.who.value.size()) +
                                       "), so it could never be reached: call more, or ask for fewer");
    }
  }
}

/// Rules about which agency may hear of what. Only a chief officer of police may refer to a panel
/// (Counter-Terrorism and Security Act 2015, s.36), and a panel has no part in an arrival or a missing episode.
void check_agency(const RuleDraft& rule, const RecipientDraft& recipient, Findings& findings) {
  const std::string& when = rule.when.value;
  const std::string& agency = recipient.agency.value;
  if (core::is_prevent(when) && agency != "channel_panel") {
    findings.add(rule.who.at, "tell.who: " + in_quotes(when) + " goes to agency channel_panel only, and " +
                                  in_quotes(recipient.name.value) + " is " + agency +
                                  ": tell the panel (a ladder may call others, who learn only that it is unanswered)");
  } else if (when.starts_with("child.") && agency == "channel_panel") {
    findings.add(rule.who.at, "tell.who: a Channel panel is told nothing about " + in_quotes(when) +
                                  ": take this rule out; only a police referral (prevent.section36) goes to a panel");
  }
}

void check_path(const Text& path, const RuleDraft& rule, const RecipientDraft* recipient, Findings& findings) {
  const auto* data = data_of(rule.when.value);
  if (data == nullptr) return;
  if (const auto problem = problem_of_path(path.value, *data); !problem.empty()) {
    findings.add(path.at, "tell.fields (rule at line " + std::to_string(rule.at.line) + "): " + problem);
    return;
  }
  if (recipient == nullptr) return;
  // A field that the agency's own message has no room for would be left out without a word.
  const auto* message = message_for(recipient->agency.value, rule.when.value);
  if (message == nullptr) return;
  if (const auto group = path.value.substr(0, path.value.find('.')); message->FindFieldByName(group) == nullptr) {
    findings.add(path.at, "tell.fields (rule at line " + std::to_string(rule.at.line) + "): " + message->name() +
                              ", by which " + in_quotes(recipient->name.value) + " is told of " +
                              in_quotes(rule.when.value) + ", has no " + in_quotes(group) +
                              ": leave it out of its list");
  }
}

void check_fields(const PolicyDraft& draft, const RuleDraft& rule, const RecipientDraft* recipient,
                  Findings& findings) {
  const bool said = rule.fields.given || rule.fields_list.given;
  if (is_alarm(rule.when.value)) {
    if (said) {
      findings.add(rule.at, "tell.fields: an alarm is about told itself and carries no fields: take fields out");
    }
    return;
  }
  if (!said) {
    findings.add(rule.at,
                 "tell.fields is missing: name what may leave to this recipient, or write fields = [] where "
                 "only the fact may");
    return;
  }
  const Texts* fields = &rule.fields;
  if (rule.fields_list.given) {
    const auto list = draft.field_lists.find(rule.fields_list.value);
    if (list == draft.field_lists.end()) {
      std::vector<std::string> known;
      for (const auto& [name, paths] : draft.field_lists) known.push_back(name);
      findings.add(rule.fields_list.at, "tell.fields: " + in_quotes(rule.fields_list.value) +
                                            " is no list under [fields]: " + suggestion(rule.fields_list.value, known));
      return;
    }
    fields = &list->second;
  }
  for (const Text& path : fields->value) check_path(path, rule, recipient, findings);
  if (fields->given && fields->value.empty() && recipient != nullptr && recipient->agency.value != "generic") {
    findings.add(rule.at, "tell.fields is empty, and " + in_quotes(recipient->name.value) +
                              " would be sent a form with nothing in it: name the fields that may leave");
  }
}

std::vector<std::string> site_names(const PolicyDraft& draft) {
  std::vector<std::string> names;
  for (const Text& site : draft.sites.value) names.push_back(site.value);
  return names;
}

void check_sites(const PolicyDraft& draft, const RuleDraft& rule, Findings& findings) {
  for (const Text& site : rule.sites.value)
    check_word(site, "tell.sites", "site of this policy", site_names(draft), findings);
  if (rule.sites.given && rule.sites.value.empty()) {
    findings.add(rule.sites.at,
                 "tell.sites is empty, so the rule would never be used: name a site, or leave sites out "
                 "for all of them");
  }
}

/// A column of a condition as a column of the file: the text begins after its quote.
Place inside(const Text& text, std::size_t column) { return {text.at.line, text.at.column + static_cast<int>(column)}; }

void check_condition(const PolicyDraft& draft, const RuleDraft& rule, Findings& findings) {
  core::Condition condition;
  std::size_t column = 0;
  if (const auto problem = condition.read(rule.only_if.value, rule.when.value, &column); !problem.empty()) {
    findings.add(inside(rule.only_if, column), "tell.only_if, " + problem);
    return;
  }
  for (const auto& site : condition.sites())
    check_word({site.name, inside(rule.only_if, site.column), true}, "tell.only_if", "site of this policy",
               site_names(draft), findings);
}

void check_when(const PolicyDraft& draft, const RuleDraft& rule, Findings& findings) {
  check_sites(draft, rule, findings);
  if (is_alarm(rule.when.value)) {
    if (rule.sites.given || rule.only_if.given)
      findings.add(rule.at, "tell: an alarm comes from no site and carries nothing: take sites and only_if out");
  } else if (rule.only_if.given && data_of(rule.when.value) != nullptr) {
    check_condition(draft, rule, findings);
  }
}

void check_reasons(const RuleDraft& rule, Findings& findings) {
  if (is_alarm(rule.when.value)) return;
  if (!rule.basis.given) {
    findings.add(rule.at, "tell.basis is missing: say why this may be shared; every disclosure is answered for by it");
  }
  if (!rule.source.given) {
    findings.add(rule.at, "tell.source is missing: say where the rule comes from, so that it can be checked again");
  }
}

void check_paces(const PolicyDraft& draft, const RuleDraft& rule, Findings& findings) {
  check_pace(draft, rule.within[0], rule.ladder[0], "tell", findings);
  check_pace(draft, rule.within[1], rule.ladder[1], "tell", findings);
  if (rule.when.given && !is_graded(rule.when.value) && (rule.within_by_pace || rule.ladder_by_pace)) {
    findings.add(rule.at,
                 "tell: " + in_quotes(rule.when.value) +
                     " carries no risk grade (child.missing and "
                     "child.missing_risk_changed do) and would never go at the high pace: say one value for both");
  }
}

/// A ladder that calls only the one who is silent is silence too.
void check_somebody_else(const PolicyDraft& draft, const RuleDraft& rule, Findings& findings) {
  for (const Text& name : rule.ladder) {
    const LadderDraft* ladder = name.given ? draft.ladder(name.value) : nullptr;
    if (ladder == nullptr || !rule.who.given) continue;
    bool somebody_else = ladder->rungs.empty();
    for (const auto& rung : ladder->rungs) {
      if (rung.who.value.empty()) somebody_else = true;  // found to be wrong already
      for (const Text& who : rung.who.value) somebody_else = somebody_else || who.value != rule.who.value;
    }
    if (!somebody_else) {
      findings.add(name.at, "tell.ladder: " + in_quotes(name.value) + " calls nobody but " + in_quotes(rule.who.value) +
                                ", who has not answered: use a ladder that calls somebody else");
    }
  }
}

}  // namespace

void check_recipients(const PolicyDraft& draft, Findings& findings) {
  std::map<std::string, int> lines;
  for (const auto& recipient : draft.recipients) {
    check_unique(recipient.name, "recipient", lines, findings);
    check_word(recipient.agency, "recipient.agency", "agency adapter", agencies(), findings);
    check_word(recipient.carrier, "recipient.carrier", "carrier", carriers(), findings);
  }
}

void check_ladders(const PolicyDraft& draft, Findings& findings) {
  std::map<std::string, int> lines;
  for (const auto& ladder : draft.ladders) {
    check_unique(ladder.name, "ladder", lines, findings);
    check_rungs(draft, ladder, findings);
    check_order(ladder, findings);
  }
}

void check_rules(const PolicyDraft& draft, Findings& findings) {
  for (const auto& rule : draft.rules) {
    if (core::is_about_an_earlier(rule.when.value)) {
      findings.add(rule.when.at, "tell.when: " + in_quotes(rule.when.value) +
                                     " goes to exactly those who were told of the earlier event, each with what it may "
                                     "see, and needs no rule: take this one out");
      continue;
    }
    check_word(rule.when, "tell.when", "event or alarm", whens(), findings);
    check_word(rule.who, "tell.who", "declared recipient", draft.recipient_names(), findings);
    const RecipientDraft* recipient = rule.who.given ? draft.recipient(rule.who.value) : nullptr;
    if (rule.when.given) {
      if (recipient != nullptr && recipient->agency.given) check_agency(rule, *recipient, findings);
      check_fields(draft, rule, recipient, findings);
      check_when(draft, rule, findings);
      check_reasons(rule, findings);
    }
    check_paces(draft, rule, findings);
    check_somebody_else(draft, rule, findings);
  }
}

void check_stand_down(const PolicyDraft& draft, Findings& findings) {
  check_pace(draft, draft.stand_down_within, draft.stand_down_ladder, "stand_down", findings);
}

}  // namespace told::config
