#include "config/calendar_reader.hpp"
#include "config/due_words.hpp"
#include "config/nearest.hpp"
#include "config/policy_draft.hpp"
#include "config/shapes.hpp"

namespace told::config {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t attempts_default = 5;
constexpr std::int64_t attempts_most = 1000;
constexpr std::int64_t quorum_most = 100;
constexpr core::Duration least_wait = 1ms;  // more than zero

void read_agreement(Reader& table, Text& reference, Said<core::Day>& review_by) {
  reference = table.text("ref", Need::required);
  review_by = table.day("review_by", Need::required);
  table.finish();
}

RecipientDraft read_recipient(Reader& table) {
  RecipientDraft recipient;
  recipient.name = table.a_name("name");
  recipient.title = table.text("title", Need::required);
  recipient.agency = table.text("agency", Need::required);
  recipient.carrier = table.text("carrier", Need::required);
  if (auto second = table.table("second_channel", Need::optional)) {
    recipient.has_second = true;
    recipient.second_at = second->at();
    recipient.second_carrier = second->text("carrier", Need::required);
    recipient.second_after_failures = second->whole("after_failures", Need::optional, 1, attempts_most);
    recipient.second_after = second->duration("after", Need::optional, least_wait);
    second->finish();
  }
  recipient.deputy = table.text("deputy", Need::optional);
  if (auto form = table.table("form_by_mail", Need::optional)) {
    recipient.has_form = true;
    recipient.form_at = form->at();
    recipient.form_as = form->text("as", Need::required);
    if (auto agreement = form->table("agreement", Need::optional))
      read_agreement(*agreement, recipient.form_agreement, recipient.form_review_by);
    form->finish();
  }
  recipient.exercise_only = table.truth("exercise_only", Need::optional).value;
  recipient.person = table.truth("person", Need::optional).value;
  recipient.prevent = table.truth("prevent", Need::optional).value;
  table.finish();
  return recipient;
}

/// Real time, or at close of every so many working days: "7 days" is 168 h, since nobody is to be called at midnight.
Said<core::Due> read_repeat(Reader& table) {
  const Entry* entry = table.either("repeat_last", Need::required);
  if (entry == nullptr) return {};
  if (entry->value.kind == Kind::text) {
    const auto due = due_from(entry->value.text);
    if (due.problem.empty() && due.value.kind == core::Due::Kind::working_days)
      return {due.value, entry->value.at, true};
  }
  const auto real = table.duration_of(entry->value, "ladder.repeat_last", least_wait);
  return {real.value, real.at, real.given};
}

LadderDraft read_ladder(Reader& table, Findings& findings) {
  LadderDraft ladder;
  ladder.at = table.at();
  ladder.name = table.a_name("name");
  ladder.repeat_last = read_repeat(table);
  for (Reader& rung : table.tables("rung", Need::required)) {
    RungDraft draft;
    draft.at = rung.at();
    draft.after = rung.rung_time("after", Need::required);
    draft.again = rung.truth("again", Need::optional).value;
    draft.deputy = rung.truth("deputy", Need::optional).value;
    if (const Entry* who = rung.either("who", Need::optional)) {
      draft.who = rung.texts_of(who->value, "ladder.rung.who");
    } else if (!draft.again && !draft.deputy) {
      findings.add(rung.at(),
                   "ladder.rung.who is missing, and a rung that calls nobody is silence: name whom it calls, who = "
                   "[\"...\"], or say again = true (the silent one is told again) or deputy = true (its deputy is "
                   "called)");
    }
    draft.quorum = rung.whole("quorum", Need::optional, 1, quorum_most);
    ladder.rungs.push_back(std::move(draft));
    rung.finish();
  }
  table.finish();
  return ladder;
}

std::map<std::string, Texts> read_field_lists(Reader& table) {
  std::map<std::string, Texts> lists;
  for (const Entry& entry : table.every()) {
    lists[entry.key] = table.texts_of(entry.value, "fields." + entry.key);
  }
  table.finish();
  return lists;
}

/// A value said once, or for each pace as { high = …, other = … }; `read` reads one of them.
template <class T, class Read>
bool read_by_pace(Reader& rule, std::string_view key, Findings& findings, ByPace<T>& values, Read read) {
  const Entry* entry = rule.either(key, Need::required);
  const std::string name = rule.name() + "." + std::string{key};
  // Asked for whether or not this file says it so, since a schema offers both.
  findings.asked("tell[]." + std::string{key} + ".high");
  findings.asked("tell[]." + std::string{key} + ".other");
  if (entry == nullptr) return false;
  if (entry->value.kind != Kind::table) {
    values[0] = values[1] = read(entry->value, name);
    return false;
  }
  Reader paces{entry->value, "tell[]." + std::string{key}, findings};
  if (const Entry* other = paces.either("other", Need::required)) values[0] = read(other->value, name + ".other");
  if (const Entry* high = paces.either("high", Need::required)) values[1] = read(high->value, name + ".high");
  paces.finish();
  return true;
}

void read_fields(Reader& table, RuleDraft& rule) {
  // An alarm has none, and every event must say what it lets out: check_rules knows which this is.
  const Entry* entry = table.either("fields", Need::optional);
  if (entry == nullptr) return;
  if (entry->value.kind == Kind::text) {
    rule.fields_list = table.text_of(entry->value, "tell.fields");
  } else {
    rule.fields = table.texts_of(entry->value, "tell.fields");
  }
}

RuleDraft read_rule(Reader& table, Findings& findings) {
  RuleDraft rule;
  rule.at = table.at();
  rule.when = table.text("when", Need::required);
  rule.who = table.one_alone("who");
  rule.sites = table.texts("sites", Need::optional);
  rule.only_if = table.text("only_if", Need::optional);
  rule.only_if_told = table.truth("only_if_told", Need::optional);
  read_fields(table, rule);
  rule.within_by_pace =
      read_by_pace<core::Due>(table, "within", findings, rule.within,
                              [&](const Node& node, const auto& name) { return table.due_of(node, name); });
  rule.ladder_by_pace =
      read_by_pace<std::string>(table, "ladder", findings, rule.ladder,
                                [&](const Node& node, const auto& name) { return table.text_of(node, name); });
  rule.basis = table.text("basis", Need::optional);
  rule.purpose = table.text("purpose", Need::optional);
  if (auto agreement = table.table("agreement", Need::optional))
    read_agreement(*agreement, rule.agreement, rule.review_by);
  rule.source = table.text("source", Need::optional);
  table.finish();
  return rule;
}

Texts read_sites(Reader& root, Findings& findings) {
  Texts sites = root.texts("sites", Need::required);
  for (const Text& site : sites.value) {
    if (const auto problem = problem_of_name(site.value); !problem.empty()) findings.add(site.at, "sites: " + problem);
  }
  if (sites.given && sites.value.empty()) findings.add(sites.at, "sites is empty: name where events come from");
  return sites;
}

}  // namespace

PolicyDraft read_policy(const Node& root_node, const Attach& attach, Findings& findings) {
  PolicyDraft draft;
  Reader root{root_node, "", findings};
  draft.name = root.text("name", Need::required);
  draft.sites = read_sites(root, findings);
  draft.not_told = root.texts("not_told", Need::optional);
  for (Reader& table : root.tables("recipient", Need::required)) {
    draft.recipients.push_back(read_recipient(table));
  }
  for (Reader& table : root.tables("ladder", Need::required)) draft.ladders.push_back(read_ladder(table, findings));
  if (auto lists = root.table("fields", Need::optional)) draft.field_lists = read_field_lists(*lists);
  for (Reader& table : root.tables("tell", Need::required)) draft.rules.push_back(read_rule(table, findings));
  if (auto calendar = root.table("calendar", Need::optional))
    draft.calendar = read_calendar(*calendar, attach, draft.attachments, findings);
  for (Reader& table : root.tables("rota", Need::optional)) draft.rotas.push_back(read_rota(table, findings));
  for (Reader& table : root.tables("clock", Need::optional)) draft.clocks.push_back(read_clock(table));
  for (Reader& table : root.tables("quota", Need::optional)) draft.quotas.push_back(read_quota(table));
  for (Reader& table : root.tables("drill", Need::optional)) draft.drills.push_back(read_drill(table, findings));
  if (root.either("stand_down", Need::optional) == nullptr)
    findings.add(
        root.at(),
        "stand_down is missing: by it whoever heard that a child is missing, and has no rule for the end, is told "
        "of the end; write [stand_down], and under it within = \"30 min\" and ladder = \"...\", a ladder of "
        "this policy");
  else if (auto stand_down = root.table("stand_down", Need::required)) {
    draft.stand_down_at = stand_down->at();
    draft.stand_down_within = stand_down->due("within", Need::required);
    draft.stand_down_ladder = stand_down->text("ladder", Need::required);
    stand_down->finish();
  }
  if (auto access = root.table("subject_access", Need::optional)) {
    draft.third_party = access->texts("third_party", Need::optional);
    draft.policing = access->texts("policing", Need::optional);
    access->finish();
  }
  draft.attempts_before_alarm = attempts_default;
  if (auto delivery = root.table("delivery", Need::optional)) {
    const auto attempts = delivery->whole("attempts_before_alarm", Need::optional, 1, attempts_most);
    if (attempts.given) draft.attempts_before_alarm = static_cast<std::uint32_t>(attempts.value);
    delivery->finish();
  }
  root.finish();
  return draft;
}

}  // namespace told::config
