// What each part of a policy must be by itself, and what it may name.
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>

#include "carriers/kind.hpp"
#include "config/checks.hpp"
#include "config/nearest.hpp"
#include "config/words.hpp"
#include "core/event_types.hpp"

namespace told::config {
namespace {

void check_quorum(const PolicyDraft& draft, const RungDraft& rung, Findings& findings) {
  if (!rung.quorum.given) return;
  std::size_t called = rung.deputy ? 1 : 0;
  for (const Text& who : rung.who.value) {
    const RotaDraft* rota = draft.rota(who.value);
    called += rota == nullptr ? 1 : rota->most_together();
  }
  if (rung.quorum.value <= static_cast<std::int64_t>(called)) return;
  findings.add(rung.quorum.at, "ladder.rung.quorum (" + std::to_string(rung.quorum.value) +
                                   ") is more than the rung calls (" + std::to_string(called) +
                                   "), so it could never be reached: call more, or ask for fewer");
}

void check_rungs(const PolicyDraft& draft, const LadderDraft& ladder, Findings& findings) {
  if (ladder.rungs.empty()) {
    findings.add(ladder.at, "ladder has no rung, so nobody would ever be called: add a [[ladder.rung]]");
  }
  for (const auto& rung : ladder.rungs) {
    for (const Text& who : rung.who.value) {
      check_word(who, "ladder.rung.who", "declared recipient or rota", draft.callable_names(), findings);
    }
    if (rung.who.given && rung.who.value.empty()) {
      findings.add(rung.who.at,
                   "ladder.rung.who is empty, and a rung that calls nobody is silence: name a recipient, "
                   "or take the rung out");
    }
    check_quorum(draft, rung, findings);
  }
}

/// Rules about who may hear of what. A concern is for police and the council's Prevent lead; only a chief officer of
/// police may refer it to a panel (Counter-Terrorism and Security Act 2015, s.36), and a panel has no part in an
/// arrival or a missing episode. The two streams meet in no recipient that is in the Prevent stream; that police hear
/// of a concern at a desk of that stream, check_prevent_stream asks of a new policy (an earlier release took any).
void check_stream(const RuleDraft& rule, const RecipientDraft& recipient, Findings& findings) {
  const std::string when = in_quotes(rule.when.value);
  const std::string who = in_quotes(recipient.name.value);
  const bool panel = recipient.agency.value == "channel_panel";
  if (rule.when.value == "prevent.section36" && !panel) {
    findings.add(rule.who.at, "tell.who: " + when + " goes to agency channel_panel only, and " + who + " is " +
                                  recipient.agency.value +
                                  ": tell the panel (a ladder may call others, who learn only that it is unanswered)");
  } else if (core::is_prevent(rule.when.value) && !panel) {
    if (!recipient.prevent && recipient.agency.value != "police")
      findings.add(rule.who.at, "tell.who: " + when + " goes to recipients with prevent = true, and " + who +
                                    " is none: tell Counter Terrorism Policing's own desk and the Prevent lead");
  } else if (panel && rule.when.value != "prevent.section36" && !is_alarm(rule.when.value)) {
    findings.add(rule.who.at, "tell.who: a Channel panel is told nothing about " + when +
                                  ": take this rule out; only a police referral (prevent.section36) goes to a panel");
  } else if (recipient.prevent && !core::is_prevent(rule.when.value) && !is_alarm(rule.when.value)) {
    findings.add(rule.who.at, "tell.who: " + who + " has prevent = true, and is told nothing about " + when +
                                  ": take this rule out, or make a recipient of its own for that desk");
  }
}

/// Whoever is on duty is told: everyone on the rota must be of one sort.
void check_told_rota(const RuleDraft& rule, const std::vector<const RecipientDraft*>& people, Findings& findings) {
  const std::string said = "tell.who: " + in_quotes(rule.who.value) + " has ";
  const auto within = [](const RecipientDraft* each) { return in_prevent_stream(*each); };
  for (const RecipientDraft* each : people)
    if (each->exercise_only)
      findings.add(rule.who.at,
                   said + in_quotes(each->name.value) +
                       " on it, who gets exercises only, and whoever is on duty must hear of what is real: "
                       "take them off the rota, or name a recipient");
  if (std::any_of(people.begin(), people.end(), within) && !std::all_of(people.begin(), people.end(), within))
    findings.add(rule.who.at, said +
                                  "people of the Prevent stream and others on it, and neither may hear what is for the "
                                  "other: make a rota for each");
}

void check_path(const Text& path, const RuleDraft& rule, const std::vector<const RecipientDraft*>& recipients,
                Findings& findings) {
  const auto* data = data_of(rule.when.value);
  if (data == nullptr) return;
  if (const auto problem = problem_of_path(path.value, *data); !problem.empty()) {
    findings.add(path.at, "tell.fields (rule at line " + std::to_string(rule.at.line) + "): " + problem);
    return;
  }
  // A field that the agency's own message has no room for would be left out without a word.
  const auto group = path.value.substr(0, path.value.find('.'));
  for (const RecipientDraft* recipient : recipients) {
    const auto* message = message_for(recipient->agency.value, rule.when.value);
    if (message == nullptr || message->FindFieldByName(group) != nullptr) continue;
    findings.add(path.at, "tell.fields (rule at line " + std::to_string(rule.at.line) + "): " + message->name() +
                              ", by which " + in_quotes(recipient->name.value) + " is told of " +
                              in_quotes(rule.when.value) + ", has no " + in_quotes(group) +
                              ": leave it out of its list");
  }
}

void check_fields(const PolicyDraft& draft, const RuleDraft& rule, const std::vector<const RecipientDraft*>& recipients,
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
  for (const Text& path : fields->value) check_path(path, rule, recipients, findings);
  for (const RecipientDraft* recipient : recipients)
    if (fields->given && fields->value.empty() && recipient->agency.value != "generic")
      findings.add(rule.at, "tell.fields is empty, and " + in_quotes(recipient->name.value) +
                                " would be sent a form with nothing in it: name the fields that may leave");
}

/// A rule that would tell nobody, ever, is a mistake that nobody notices.
void check_only_if_told(const PolicyDraft& draft, const RuleDraft& rule, Findings& findings) {
  if (!rule.only_if_told.value) return;
  const std::string missing = "child.missing", who = in_quotes(rule.who.value);
  const auto say = [&](const std::string& what) { findings.add(rule.only_if_told.at, "tell.only_if_told: " + what); };
  const bool of_the_start = std::any_of(draft.rules.begin(), draft.rules.end(), [&](const RuleDraft& other) {
    return other.when.value == missing && other.who.value == rule.who.value && !other.only_if_told.value;
  });
  if (rule.when.value == missing)
    say("this is the rule by which somebody is told that a child is missing: take it out");
  else if (core::is_prevent(rule.when.value))
    say("a Prevent case knows nothing of a missing child: take it out");
  else if (draft.rota(rule.who.value) != nullptr)
    say(who +
        " is a rota, and others are on it by now than when the child went missing: take it out, or name a "
        "recipient");
  else if (!of_the_start)
    say(who +
        " is told by no [[tell]] that a child is missing (when = \"child.missing\"), so this rule would tell "
        "nobody: add one, or take it out");
}

void check_when(const PolicyDraft& draft, const RuleDraft& rule, Findings& findings) {
  check_sites(draft, rule.sites, "tell", findings);
  if (is_alarm(rule.when.value)) {
    if (rule.sites.given || rule.only_if.given || rule.only_if_told.given)
      findings.add(rule.at,
                   "tell: an alarm comes from no site and carries nothing: take sites, only_if and only_if_told out");
    return;
  }
  check_only_if_told(draft, rule, findings);
  if (rule.only_if.given && data_of(rule.when.value) != nullptr) {
    check_condition(draft, rule.only_if, rule.when.value, "tell", findings);
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
  check_pace(draft, rule.within[0], rule.ladder[0], "tell", "within", findings);
  check_pace(draft, rule.within[1], rule.ladder[1], "tell", "within", findings);
  const bool is_known = is_alarm(rule.when.value) || data_of(rule.when.value) != nullptr;
  if (is_known && !is_graded(rule.when.value) && (rule.within_by_pace || rule.ladder_by_pace)) {
    findings.add(rule.at,
                 "tell: " + in_quotes(rule.when.value) +
                     " carries no risk grade (child.missing and "
                     "child.missing_risk_changed do) and would never go at the high pace: say one value for both");
  }
}

/// Called in the recipient's stead: somebody else, and of the same sort.
void check_deputy(const PolicyDraft& draft, const RecipientDraft& recipient, Findings& findings) {
  check_word(recipient.deputy, "recipient.deputy", "declared recipient", draft.recipient_names(), findings);
  const RecipientDraft* deputy = recipient.deputy.given ? draft.recipient(recipient.deputy.value) : nullptr;
  if (deputy == nullptr) return;
  const std::string said = "recipient.deputy: " + in_quotes(recipient.deputy.value);
  if (deputy == &recipient)
    findings.add(recipient.deputy.at, said + " is the recipient itself, who has not answered: name somebody else");
  else if (deputy->exercise_only != recipient.exercise_only)
    findings.add(recipient.deputy.at, said + (deputy->exercise_only ? " gets exercises only" : " answers real calls") +
                                          ", and " + in_quotes(recipient.name.value) +
                                          " does not: name a deputy of the same sort");
}

bool some_rung_tells_again(const PolicyDraft& draft) {
  return std::any_of(draft.ladders.begin(), draft.ladders.end(), [](const LadderDraft& ladder) {
    return std::any_of(ladder.rungs.begin(), ladder.rungs.end(), [](const RungDraft& rung) { return rung.again; });
  });
}

void check_second_channel(const PolicyDraft& draft, const RecipientDraft& recipient, Findings& findings) {
  check_word(recipient.second_carrier, "recipient.second_channel.carrier", "carrier", carriers(), findings);
  if (recipient.second_carrier.given && recipient.second_carrier.value == recipient.carrier.value)
    findings.add(recipient.second_carrier.at, "recipient.second_channel.carrier: the first channel is " +
                                                  in_quotes(recipient.carrier.value) +
                                                  " too, and would fail with it: name another carrier");
  if (!recipient.second_after_failures.given && !recipient.second_after.given && !some_rung_tells_again(draft))
    findings.add(recipient.second_at,
                 "recipient.second_channel would never be used: say after_failures = 3, or after = \"5 min\", or both, "
                 "or put a rung with again = true on a ladder");
}

bool may_carry_form(const Text& carrier) {
  const carriers::Kind* kind = carrier.given ? carriers::kind(carrier.value) : nullptr;
  return kind != nullptr && kind->may_carry_form;
}

/// A mailbox is read by whoever has it, and its mails lie about for years: what is said of a child goes there sealed,
/// or because somebody has answered for it.
void check_form_by_mail(const RecipientDraft& recipient, Findings& findings) {
  const std::string form = "recipient.form_by_mail";
  if (!may_carry_form(recipient.carrier) && !may_carry_form(recipient.second_carrier))
    findings.add(recipient.form_at, form + ": " + in_quotes(recipient.name.value) +
                                        " is told by no mail (smtp), so it would never be used: take it out");
  if (!recipient.form_as.given) return;
  if (recipient.form_as.value != "sealed" && recipient.form_as.value != "clear") {
    findings.add(recipient.form_as.at,
                 form + ".as must be \"sealed\" (encrypted for the recipient's certificate) or \"clear\"");
  } else if (recipient.form_as.value == "sealed") {
    if (recipient.form_agreement.given)
      findings.add(recipient.form_at, form + ".agreement is for \"clear\": what is sealed needs none; take it out");
  } else if (in_prevent_stream(recipient)) {
    findings.add(recipient.form_as.at, form + ".as: " + in_quotes(recipient.name.value) +
                                           " is in the Prevent stream, of which nothing travels in the clear: say "
                                           "\"sealed\", or take it out");
  } else if (!recipient.form_agreement.given) {
    findings.add(recipient.form_at,
                 form +
                     ".agreement is missing: what is said of a child would lie in a mailbox in the clear; name the "
                     "agreement that allows it, agreement = { ref = \"...\", review_by = ... }, or say \"sealed\"");
  }
}

}  // namespace

void check_recipients(const PolicyDraft& draft, Findings& findings) {
  std::map<std::string, int> lines;
  for (const auto& recipient : draft.recipients) {
    check_unique(recipient.name, "recipient", lines, findings);
    check_word(recipient.agency, "recipient.agency", "agency adapter", agencies(), findings);
    check_word(recipient.carrier, "recipient.carrier", "carrier", carriers(), findings);
    if (recipient.has_second) check_second_channel(draft, recipient, findings);
    check_deputy(draft, recipient, findings);
    if (recipient.has_form) check_form_by_mail(recipient, findings);
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
    check_word(rule.who, "tell.who", "declared recipient or rota", draft.callable_names(), findings);
    const std::vector<const RecipientDraft*> recipients = draft.recipients_for(rule.who.value);
    if (draft.rota(rule.who.value) != nullptr) check_told_rota(rule, recipients, findings);
    if (rule.when.given) {
      for (const RecipientDraft* recipient : recipients)
        if (recipient->agency.given && is_one_of(rule.when.value, whens())) check_stream(rule, *recipient, findings);
      check_fields(draft, rule, recipients, findings);
      check_when(draft, rule, findings);
      check_reasons(rule, findings);
    }
    check_paces(draft, rule, findings);
    for (const Text& ladder : rule.ladder) check_somebody_else(draft, ladder, rule.who, "tell", findings);
  }
}

/// A mistyped path would mark nothing, and what it was meant for would be given away.
void check_subject_access(const PolicyDraft& draft, Findings& findings) {
  for (const auto& [setting, paths] : {std::pair{"third_party", &draft.third_party}, {"policing", &draft.policing}})
    for (const Text& path : paths->value) {
      std::string problem;
      const bool somewhere = std::any_of(core::event_types().begin(), core::event_types().end(), [&](const auto& type) {
        problem = problem_of_path(path.value, *type.data->message_type());
        return problem.empty();
      });
      if (somewhere) continue;
      findings.add(path.at, std::string("subject_access.") + setting + ": " + in_quotes(path.value) +
                                " is no field of any event: write it as in [fields], such as \"placement.carer\"");
    }
}

void check_stand_down(const PolicyDraft& draft, Findings& findings) {
  check_pace(draft, draft.stand_down_within, draft.stand_down_ladder, "stand_down", "within", findings);
}

}  // namespace told::config
