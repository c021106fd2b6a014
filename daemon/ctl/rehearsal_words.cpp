#include "ctl/rehearsal_words.hpp"

#include "audit/glossary.hpp"
#include "audit/kinds.hpp"
#include "core/reference.hpp"
#include "rehearse/fields_seen.hpp"

namespace told::ctl {

using rehearse::Decided;
using rehearse::Delivered;
using rehearse::near_words;
using rehearse::Refused;

namespace {

/// " and 3 matters more of the case".
std::string too(std::size_t also) {
  return also == 0
             ? ""
             : ", and " + std::to_string(also) + (also == 1 ? " matter more of" : " matters more of") + " the case";
}

}  // namespace

RehearsalWords::RehearsalWords(const rehearse::Play& play) : play_(play) {
  glossary_.title = [this](const std::string& recipient) { return play_.title(recipient); };
  glossary_.recipient = [this](core::NotificationId id) {
    const core::Notification* n = play_.world().state().notification(id);
    return n == nullptr ? std::string{} : play_.world().state().recipient_name(n->recipient);
  };
  glossary_.asked = [this](core::NotificationId id) { return asked(id); };
  for (const rehearse::Line& line : play_.lines())
    if (const auto* d = std::get_if<Decided>(&line); d != nullptr && d->head.event_accepted().opens_case()) ++cases_;
}

audit::Asked RehearsalWords::asked(core::NotificationId id) const {
  const core::State& state = play_.world().state();
  const core::Notification* n = state.notification(id);
  const core::Event* event = state.event(id.event);
  if (n == nullptr || event == nullptr) return {};
  // With one child alone it goes without saying of which.
  const std::string whose = cases_ > 1 && event->case_number != 0
                                ? " (case " + core::to_reference(core::Named::case_, event->case_number) + ")"
                                : "";
  const bool owed = n->is(v1::NOTIFICATION_KIND_OBLIGATION);
  const core::Notification* silent = state.notification({id.event, n->about_slot});
  audit::Asked asked = audit::asked_of(static_cast<v1::NotificationKind>(n->kind),
                                       silent == nullptr ? "" : play_.title(state.recipient_name(silent->recipient)),
                                       owed ? play_.duty_of(*n) : "");
  if (n->is(v1::NOTIFICATION_KIND_ALARM)) return asked;
  if (asked.what.empty() && !whose.empty()) asked.what = audit::event_words(std::string(state.type_told(*event, *n)));
  asked.what += whose;
  return asked;
}

bool RehearsalWords::goes_without_saying(const Decided& d) const {
  switch (d.head.head_case()) {
    case v1::LedgerEntry::kStarted:
    case v1::LedgerEntry::kSessionChanged:
    case v1::LedgerEntry::kAttemptIntended:
    case v1::LedgerEntry::kRefused:  // shown with its reason
      return true;
    case v1::LedgerEntry::kPolicyAdopted:
      return d.head.policy_adopted().version() == 1;
    case v1::LedgerEntry::kAttemptEnded:
      return d.head.attempt_ended().outcome() == v1::OUTCOME_DELIVERED;
    default:
      return false;
  }
}

bool RehearsalWords::repeats(const Decided& d) const {
  return d.head.has_escalated() && (d.head.escalated().reason() == v1::ESCALATION_REASON_REPEAT ||
                                    d.head.escalated().reason() == v1::ESCALATION_REASON_HELD);
}

std::string RehearsalWords::of(const Decided& d) const {
  const v1::Body* body = d.body ? &*d.body : nullptr;
  return audit::in_words(d.head, body, glossary_, audit::Duties::apart);
}

std::string RehearsalWords::of(const Delivered& d) const {
  const std::string who = play_.title(d.what.recipient) + " (" + d.carrier + ")";
  const std::string about = play_.title(d.what.about_recipient);
  switch (d.what.kind) {
    case v1::NOTIFICATION_KIND_TELL:
      return "told: " + who + " sees " + rehearse::in_groups(d.fields);
    case v1::NOTIFICATION_KIND_STAND_DOWN:
      return "told of the end: " + who + " sees " + rehearse::in_groups(d.fields);
    case v1::NOTIFICATION_KIND_ESCALATION:
      return "called: " + who + ", about " + about + asked_in_words(d.what.about) + too(d.what.also.size());
    case v1::NOTIFICATION_KIND_ANSWERED:
      return "told that it is answered: " + who + ", about " + about + asked_in_words(d.what.about);
    case v1::NOTIFICATION_KIND_ALARM:
      return (d.what.alarm_cleared ? "told that the alarm is over: "
              : d.what.alarm_again ? "told of the alarm again: "
                                   : "told of the alarm: ") +
             who;
    case v1::NOTIFICATION_KIND_OBLIGATION:
      return "reminded: " + who + ", of " + asked(d.what.notification).what;
    default: {
      const std::string to_be = audit::kind_words(d.what.kind);  // "to be asked to delete what was withdrawn"
      return to_be.substr(to_be.starts_with("to be ") ? 6 : 0) + ": " + who +
             (d.fields.empty() ? "" : " sees " + rehearse::in_groups(d.fields));
    }
  }
}

std::string RehearsalWords::duty_behind(const Delivered& d) const {
  const bool about = d.what.about.number() != 0 && d.what.kind != v1::NOTIFICATION_KIND_ALARM;
  const core::Notification* n = play_.world().state().notification(about ? d.what.about : d.what.notification);
  return n == nullptr ? "" : play_.duty_of(*n);
}

std::string RehearsalWords::asked_in_words(core::NotificationId about) const {
  const std::string what = asked(about).what;
  return what.empty() ? "" : " (" + what + ")";
}

std::string RehearsalWords::of(const Refused& r) const {
  return "REFUSED: " + r.event_type + ": " + r.problem.reason() + " (" + r.problem.code() + "); " + r.problem.mend();
}

std::vector<std::string> RehearsalWords::duties(const Decided& d) const {
  std::vector<std::string> lines;
  if (!d.head.has_event_accepted()) return lines;
  const core::PolicyPtr policy = play_.world().state().policy(d.head.policy_version());
  for (const v1::Duty& duty : d.head.event_accepted().duties()) {
    const core::Clock* clock =
        duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION && policy ? policy->clock(duty.rule()) : nullptr;
    std::string text = clock == nullptr ? audit::kind_words(duty.kind()) + ": " + play_.title(duty.recipient()) +
                                              audit::nobody_there_words(duty)
                                        : "clock: " + play_.title(duty.recipient()) + " owes " + clock->duty;
    if (duty.deadline_us() != 0)
      text += (clock == nullptr ? ", to acknowledge by " : ", due ") +
              near_words(core::from_us(duty.deadline_us()), d.at, play_.calendar());
    lines.push_back(std::move(text));
  }
  return lines;
}

}  // namespace told::ctl
