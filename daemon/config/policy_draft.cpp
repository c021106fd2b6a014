#include "config/policy_draft.hpp"

#include <algorithm>

#include "config/nearest.hpp"
#include "config/words.hpp"

namespace told::config {

const LadderDraft* PolicyDraft::ladder(const std::string& ladder_name) const {
  const auto found = std::find_if(ladders.begin(), ladders.end(),
                                  [&](const LadderDraft& l) { return l.name.given && l.name.value == ladder_name; });
  return found == ladders.end() ? nullptr : &*found;
}

const RecipientDraft* PolicyDraft::recipient(const std::string& recipient_name) const {
  const auto found = std::find_if(recipients.begin(), recipients.end(), [&](const RecipientDraft& r) {
    return r.name.given && r.name.value == recipient_name;
  });
  return found == recipients.end() ? nullptr : &*found;
}

std::vector<std::string> PolicyDraft::ladder_names() const {
  std::vector<std::string> names;
  for (const auto& each : ladders) names.push_back(each.name.value);
  return names;
}

std::vector<std::string> PolicyDraft::recipient_names() const {
  std::vector<std::string> names;
  for (const auto& each : recipients) names.push_back(each.name.value);
  return names;
}

const RotaDraft* PolicyDraft::rota(const std::string& role) const {
  const auto found = std::find_if(rotas.begin(), rotas.end(),
                                  [&](const RotaDraft& r) { return r.name.given && r.name.value == role; });
  return found == rotas.end() ? nullptr : &*found;
}

std::vector<std::string> PolicyDraft::callable_names() const {
  std::vector<std::string> names = recipient_names();
  for (const auto& each : rotas) names.push_back(each.name.value);
  return names;
}

bool PolicyDraft::misspells(const std::string& when) const {
  const auto means_it = [&](const Text& word) {
    return word.given && !is_one_of(word.value, whens()) && nearest(word.value, whens()) == when;
  };
  return std::any_of(rules.begin(), rules.end(), [&](const RuleDraft& rule) { return means_it(rule.when); }) ||
         std::any_of(not_told.value.begin(), not_told.value.end(), means_it);
}

std::set<std::string> PolicyDraft::people(const std::string& who) const {
  const RotaDraft* role = rota(who);
  return role == nullptr ? std::set<std::string>{who} : role->people();
}

std::vector<const RecipientDraft*> PolicyDraft::recipients_for(const std::string& who) const {
  std::vector<const RecipientDraft*> all;
  for (const std::string& each : people(who))
    if (const RecipientDraft* found = recipient(each)) all.push_back(found);
  return all;
}

std::set<std::string> PolicyDraft::called_by(const RungDraft& rung, const std::string& silent) const {
  std::set<std::string> called;
  for (const Text& who : rung.who.value) called.merge(people(who.value));
  if (rung.deputy)
    for (const RecipientDraft* whose : recipients_for(silent))
      if (whose->deputy.given) called.insert(whose->deputy.value);
  called.erase(silent);
  return called;
}

namespace {

core::Rule finished_rule(const RuleDraft& draft, const PolicyDraft& policy, std::uint32_t number) {
  core::Rule rule;
  rule.number = number;
  rule.when = draft.when.value;
  rule.who = draft.who.value;
  rule.sites = plain(draft.sites);
  if (draft.only_if.given) (void)rule.only_if.read(draft.only_if.value, rule.when);
  rule.only_if_told = draft.only_if_told.value;
  const auto list = policy.field_lists.find(draft.fields_list.value);
  rule.fields = plain(draft.fields_list.given && list != policy.field_lists.end() ? list->second : draft.fields);
  for (std::size_t pace = 0; pace < draft.within.size(); ++pace) {
    rule.within[pace] = draft.within[pace].value;
    rule.urgent = rule.urgent || is_urgent(rule.within[pace]);
    rule.ladder[pace] = draft.ladder[pace].value;
  }
  rule.basis = draft.basis.value;
  rule.purpose = draft.purpose.value;
  rule.agreement = draft.agreement.value;
  if (draft.review_by.given) rule.review_by = draft.review_by.value;
  rule.source = draft.source.value;
  rule.line = draft.at.line;
  return rule;
}

core::FormByMail finished_form(const RecipientDraft& draft) {
  core::FormByMail form{
      .sealed = draft.form_as.value != "clear", .agreement = draft.form_agreement.value, .review_by = {}};
  if (draft.form_review_by.given) form.review_by = draft.form_review_by.value;
  return form;
}

core::Ladder finished_ladder(const LadderDraft& draft) {
  core::Ladder ladder{draft.name.value, {}, draft.repeat_last.value};
  for (const auto& rung : draft.rungs)
    ladder.rungs.push_back(
        {rung.after.value, plain(rung.who), static_cast<std::uint32_t>(rung.quorum.value), rung.again, rung.deputy});
  return ladder;
}

}  // namespace

core::Policy finished(const PolicyDraft& draft) {
  core::Policy policy;
  policy.name = draft.name.value;
  policy.sites = plain(draft.sites);
  policy.not_told = plain(draft.not_told);
  for (const auto& r : draft.recipients) {
    policy.recipients.push_back({.name = r.name.value,
                                 .title = r.title.value,
                                 .agency = r.agency.value,
                                 .carrier = r.carrier.value,
                                 .exercise_only = r.exercise_only,
                                 .prevent = in_prevent_stream(r),
                                 .person = r.person,
                                 .deputy = r.deputy.value});
    if (r.has_second)
      policy.recipients.back().second = {.carrier = r.second_carrier.value,
                                         .after_failures = static_cast<std::uint32_t>(r.second_after_failures.value),
                                         .after = r.second_after.value};
    if (r.has_form) policy.recipients.back().form_by_mail = finished_form(r);
  }
  for (const auto& ladder : draft.ladders) policy.ladders[ladder.name.value] = finished_ladder(ladder);
  std::uint32_t number = 0;
  for (const auto& rule : draft.rules) policy.rules.push_back(finished_rule(rule, draft, ++number));
  for (const auto& drill : draft.drills) {
    policy.rules.push_back(rule_of(drill, ++number));
    policy.drills.push_back(finished(drill));
  }
  number = 0;
  for (const auto& clock : draft.clocks) policy.clocks.push_back(finished(clock, ++number));
  for (const auto& quota : draft.quotas) policy.quotas.push_back(finished(quota));
  for (const auto& rota : draft.rotas) policy.rotas.push_back(finished(rota));
  policy.calendar = draft.calendar;
  policy.attachments = draft.attachments;
  policy.stand_down_within = draft.stand_down_within.value;
  policy.stand_down_ladder = draft.stand_down_ladder.value;
  policy.attempts_before_alarm = draft.attempts_before_alarm;
  policy.third_party = plain(draft.third_party);
  policy.policing = plain(draft.policing);
  return policy;
}

}  // namespace told::config
