#include "config/lint.hpp"

#include "carriers/kind.hpp"
#include "config/bank_holidays.hpp"
#include "config/lint_part.hpp"
#include "config/nearest.hpp"
#include "config/words.hpp"

namespace told::config {
namespace {

Place line_of(const core::Rule& rule) { return {rule.line, 1}; }

bool is_past(const std::optional<core::Day>& review_by, core::Day today) { return review_by && *review_by < today; }

std::string review_it(const std::string& agreement, core::Day review_by) {
  return ": agreement " + agreement + " was to be reviewed by " + core::to_text(review_by) +
         ": review it, then set the next date";
}

void lint_agreements(LintPart& part) {
  const core::Day today = part.policy.calendar.local(part.now).day;
  for (const core::Rule& rule : part.policy.rules) {
    if (is_alarm(rule.when) || is_drill(rule.when)) continue;
    const std::string route = "tell: " + in_quotes(rule.when) + " to " + in_quotes(rule.who);
    if (rule.basis.empty()) part.findings.add(line_of(rule), route + " has no basis: say why it may be shared");
    if (rule.agreement.empty()) {
      part.findings.add(line_of(rule), route +
                                           " has no sharing agreement: name it, agreement = { ref = \"...\", "
                                           "review_by = ... }");
    } else if (is_past(rule.review_by, today)) {
      part.findings.add(line_of(rule), route + review_it(rule.agreement, *rule.review_by));
    }
  }
  for (const core::Recipient& recipient : part.policy.recipients)
    if (recipient.form_by_mail && is_past(recipient.form_by_mail->review_by, today))
      part.findings.add(part.places.place("recipient", "name", recipient.name),
                        "recipient " + in_quotes(recipient.name) + " has its form by mail in the clear" +
                            review_it(recipient.form_by_mail->agreement, *recipient.form_by_mail->review_by));
}

void lint_empty_messages(LintPart& part) {
  for (const core::Rule& rule : part.policy.rules) {
    if (is_alarm(rule.when) || is_drill(rule.when) || !rule.fields.empty() || !rule.urgent) continue;
    part.findings.add(line_of(rule), "tell: " + in_quotes(rule.who) + " must answer for " + in_quotes(rule.when) +
                                         " within the hour, and is told nothing but that it happened: name in "
                                         "fields what is needed to act, as a list under [fields] or fields = "
                                         "[\"child.name\", \"...\"]");
  }
}

/// Fields for somebody who is told only that something waits: what the rule lets out is seen by nobody.
void lint_carrier(LintPart& part, const core::Rule& rule, const std::string& name) {
  const core::Recipient* recipient = part.policy.recipient(name);
  if (recipient == nullptr) return;
  const auto carries = [&](const std::string& carrier) {
    const carriers::Kind* kind = carriers::kind(carrier);
    return kind == nullptr || kind->carries_content || (kind->may_carry_form && recipient->form_by_mail);
  };
  const std::string who = "tell: " + in_quotes(name) + " is told of " + in_quotes(rule.when) + " by ";
  if (!carries(recipient->carrier))
    part.findings.add(line_of(rule), who + recipient->carrier +
                                         ", which must not carry personal fields: it says that something waits, and "
                                         "nobody sees the fields. Take them out, or give the recipient a carrier that "
                                         "carries them (zmq_queue, webhook, spool), or let its mailbox carry them "
                                         "sealed (form_by_mail)");
  // A person by post is woken by a text message, and has the duty board to look at.
  else if (recipient->second && !recipient->person && !carries(recipient->second->carrier))
    part.findings.add(line_of(rule), who + recipient->second->carrier +
                                         " where its carrier fails, and is then told only that something waits: see to "
                                         "it that somebody there knows where to ask");
}

void lint_carriers(LintPart& part) {
  for (const core::Rule& rule : part.policy.rules)
    if (!rule.fields.empty())
      for (const std::string& name : part.people(rule.who)) lint_carrier(part, rule, name);
}

/// A second channel that waits for failures, where a worker that is gone fails at nothing.
void lint_second_channels(LintPart& part) {
  for (const core::Recipient& recipient : part.policy.recipients)
    if (recipient.second && recipient.carrier == "zmq_queue" && recipient.second->after == core::Duration{})
      part.findings.add(
          part.places.place("recipient", "name", recipient.name),
          "recipient " + in_quotes(recipient.name) +
              " is told by zmq_queue, and nothing fails while its worker is away: its second channel would "
              "not be used then. Say how long to wait: second_channel = { ..., after = \"5 min\" }");
}

/// Everyone whom a rule, a ladder, a clock or the stand-down may reach.
std::set<std::string> reached(const LintPart& part) {
  std::set<std::string> names;
  for (const core::Rule& rule : part.policy.rules) names.merge(part.people(rule.who));
  for (const core::Clock& clock : part.policy.clocks) names.merge(part.people(clock.who));
  for (const auto& [name, ladder] : part.policy.ladders) names.merge(part.called_by(name));
  for (const core::Recipient& recipient : part.policy.recipients) names.insert(recipient.deputy);
  return names;
}

void lint_recipients(LintPart& part) {
  const auto names = reached(part);
  for (const core::Recipient& recipient : part.policy.recipients) {
    if (names.contains(recipient.name)) continue;
    const Place at = part.places.place("recipient", "name", recipient.name);
    part.findings.add(at, recipient.person
                              ? "recipient " + in_quotes(recipient.name) +
                                    " is a person who stands in no rota, rule or rung: put them on a rota, or take "
                                    "them out"
                              : "recipient " + in_quotes(recipient.name) +
                                    " is reached by no event, rung or clock: add a [[tell]], or take it out");
  }
}

/// What GOV.UK's file always is, and a copy that was cut, mended by hand or taken from elsewhere is not. Such a file
/// can be read, and a policy in the ledger may have one, so that it is no reason to refuse.
void lint_bank_holidays(LintPart& part) {
  for (const auto& [name, text] : part.policy.attachments)
    for (const std::string& problem : unlike_bank_holidays(text))
      part.findings.add(
          part.places.setting("calendar", "bank_holidays"),
          "calendar.bank_holidays: " + name + " " + problem + ": fetch it again from www.gov.uk/bank-holidays.json");
}

void lint_calendar(LintPart& part) {
  lint_bank_holidays(part);
  const core::Calendar& calendar = part.policy.calendar;
  if (!part.policy.counts_working_days() || !calendar.horizon_is_near(part.now)) return;
  if (!calendar.horizon) {
    part.findings.add(
        {1, 1},
        "deadlines or rotas count working days, and no bank holiday is known: give [calendar] bank_holidays, or "
        "Christmas is a working day");
    return;
  }
  part.findings.add(part.places.place("calendar"),
                    "calendar: bank holidays are known until " + core::to_text(*calendar.horizon) + ", fewer than " +
                        std::to_string(calendar.horizon_warning.count()) +
                        " days from now: fetch the new calendar from www.gov.uk/bank-holidays.json");
}

}  // namespace

std::set<std::string> LintPart::people(const std::string& who) const {
  const std::vector<std::string> all = policy.everyone(who);
  return {all.begin(), all.end()};
}

std::set<std::string> LintPart::called_by(const std::string& ladder_name) const {
  std::set<std::string> all;
  if (const core::Ladder* ladder = policy.ladder(ladder_name)) {
    for (const core::Rung& rung : ladder->rungs)
      for (const std::string& who : rung.who) all.merge(people(who));
  }
  return all;
}

core::Rota weekly_pattern(core::Rota rota) {
  rota.overrides.clear();
  return rota;
}

std::vector<Problem> lint(const core::Policy& policy, core::Instant now, const std::string& file) {
  LintPart part{policy, now, FileTree{policy.text}, Findings{file}};
  lint_agreements(part);
  lint_carriers(part);
  lint_second_channels(part);
  lint_empty_messages(part);
  lint_recipients(part);
  lint_calendar(part);
  lint_ladders(part);
  lint_rotas(part);
  lint_told(part);
  return part.findings.take();
}

}  // namespace told::config
