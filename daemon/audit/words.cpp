// What each kind of entry says to people. Above 400 lines: a sentence for each kind, and nothing else.
#include "audit/words.hpp"

#include "audit/clock.hpp"
#include "audit/kinds.hpp"
#include "core/reference.hpp"
#include "dispatch/alarm_sentences.hpp"

namespace told::audit {
namespace {

using core::from_us;
using core::Named;
using core::to_reference;

/// One entry on its way into a sentence.
struct Speaker {
  const v1::LedgerEntry& entry;
  const v1::Body* body;
  const Glossary& glossary;
  Duties duties_are = Duties::said;

  std::string title(const std::string& recipient) const {
    std::string text = glossary.title ? glossary.title(recipient) : "";
    return text.empty() ? recipient : text;
  }

  std::string slot(std::uint32_t number) const {
    const core::NotificationId id{entry.event(), static_cast<core::Slot>(number)};
    const std::string recipient = glossary.recipient ? glossary.recipient(id) : "";
    return recipient.empty() ? "the recipient of " + to_reference(id) : title(recipient);
  }

  Asked asked(core::NotificationId id) const { return glossary.asked ? glossary.asked(id) : Asked{}; }
  Asked asked(std::uint32_t number) const { return asked({entry.event(), static_cast<core::Slot>(number)}); }

  /// "it"; "the call about Police control room"; "the reminder (Personal Education Plan)".
  std::string taken(std::uint32_t number) const {
    const Asked taken = asked(number);
    if (taken.owed) return "the reminder" + (taken.what.empty() ? "" : " (" + taken.what + ")");
    return taken.what.empty() ? "it" : taken.what;
  }

  std::string case_words() const {
    return entry.case_number() ? " (case " + to_reference(Named::case_, entry.case_number()) + ")" : "";
  }

  /// "A. Smith, duty officer" or "" where nobody is named or the body is not to be shown.
  std::string person() const {
    if (!body || !body->has_person() || body->person().name().empty()) return "";
    std::string text = on_one_line(body->person().name());
    if (!body->person().role().empty()) text += ", " + on_one_line(body->person().role());
    return text;
  }

  std::string recorder() const {
    if (!body || body->person().recorded_by().empty()) return "";
    return ", recorded by " + on_one_line(body->person().recorded_by());
  }

  std::string note() const { return !body || body->note().empty() ? "" : ": \"" + on_one_line(body->note()) + "\""; }

  std::string told(const v1::Duty& duty) const { return title(duty.recipient()) + nobody_there_words(duty); }

  std::string duties(const google::protobuf::RepeatedPtrField<v1::Duty>& all) const {
    std::string text;
    for (const auto& duty : all)
      if (duty.kind() != v1::NOTIFICATION_KIND_OBLIGATION) add_told(duty, text);
    return text.empty() ? "nobody" : text;
  }

  void add_told(const v1::Duty& duty, std::string& text) const {
    text += text.empty() ? "" : ", ";
    text += told(duty);
    if (duty.deadline_us()) text += " by " + short_time(from_us(duty.deadline_us()), from_us(entry.time_us()));
  }

  /// The same of a correction: those who were told what was wrong, and then those whom it concerns only as it is.
  std::string duties_of_correction(const google::protobuf::RepeatedPtrField<v1::Duty>& all) const {
    std::string before;
    std::string now;
    for (const auto& duty : all)
      if (duty.kind() != v1::NOTIFICATION_KIND_OBLIGATION)
        add_told(duty, duty.kind() == v1::NOTIFICATION_KIND_TELL ? now : before);
    return (before.empty() ? "nobody" : before) + (now.empty() ? "" : "; to be told for the first time: " + now);
  }

  /// "; owed: Team manager by 17:00 (N-...)", for the clocks that begin.
  std::string owed(core::EntryIndex event, const google::protobuf::RepeatedPtrField<v1::Duty>& all,
                   const char* lead = "; duties that begin: ") const {
    std::string text;
    for (const auto& duty : all) {
      if (duty.kind() != v1::NOTIFICATION_KIND_OBLIGATION || !duty.next_us()) continue;
      const core::NotificationId id{event, static_cast<core::Slot>(duty.slot())};
      text += text.empty() ? lead : ", ";
      text += title(duty.recipient()) + " by " + short_time(from_us(duty.deadline_us()), from_us(entry.time_us())) +
              " (" + which(id) + ")";
    }
    return text;
  }

  /// "Personal Education Plan, N-…": a duty by its name, anything else by whom it is to; where that is known.
  std::string which(core::NotificationId id) const {
    std::string what = asked(id).what;
    const std::string who = what.empty() && glossary.recipient ? glossary.recipient(id) : "";
    if (!who.empty()) what = title(who);
    return (what.empty() ? "" : what + ", ") + to_reference(id);
  }

  std::string told_now(const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups) const {
    std::string text;
    for (const auto& now : groups) text += "; to be told now: " + duties(now.duties());
    return text;
  }

  /// Where the entry takes back that something happened, some of it was owed before by that deadline, and some was left
  /// to the event that is not so; else it begins with the entry.
  std::string owed_again(const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups, bool takes_back) const {
    std::string text;
    for (const auto& again : groups) {
      const std::string by = "because of event " + to_reference(Named::event, again.event());
      const std::string lead = takes_back ? "; owed " + by + ", as before or from now on: " : "; owed now " + by + ": ";
      text += owed(again.event(), again.duties(), lead.c_str());
    }
    return text;
  }

  /// "; open again, though Duty manager had accepted it: child missing (N-...)", of whoever is kept out by now.
  std::string open_again(const google::protobuf::RepeatedPtrField<v1::OpenAgain>& all) const {
    std::string text;
    for (const auto& each : all) {
      const auto id = core::NotificationId::of(each.notification());
      const std::string who = glossary.recipient ? glossary.recipient(id) : "";
      const std::string what = asked(id).what;
      text += "; OPEN AGAIN, though " + (who.empty() ? "they" : title(who)) +
              " had accepted it: " + (what.empty() ? to_reference(id) : what + " (" + to_reference(id) + ")");
    }
    return text;
  }

  /// "; no longer waited for, of those who were called: Duty manager (N-...); not delivered any more, to: ..."
  template <class Head>
  std::string taken_away(const Head& head) const {
    return each_of(head.calls_ended(), "; no longer waited for, of those who were called: ") +
           each_of(head.withheld(), "; not delivered any more, to: ");
  }

  std::string each_of(const google::protobuf::RepeatedField<std::uint64_t>& numbers, const char* lead) const {
    std::string text;
    for (const std::uint64_t number : numbers) {
      const auto id = core::NotificationId::of(number);
      const std::string who = glossary.recipient ? glossary.recipient(id) : "";
      text +=
          (text.empty() ? lead : ", ") + (who.empty() ? to_reference(id) : title(who) + " (" + to_reference(id) + ")");
    }
    return text;
  }

  /// "; duties that end: N-... (done)", for the clocks that are stopped, and the next rounds of those that repeat.
  std::string stopped(const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& groups) const {
    std::string begun;
    std::string ended;
    for (const auto& group : groups) {
      for (const auto& clock : group.clocks()) {
        const core::NotificationId id{group.event(), static_cast<core::Slot>(clock.slot())};
        const std::string what = asked(id).what;
        ended += (ended.empty() ? "; duties that end: " : ", ") + (what.empty() ? to_reference(id) : what) +
                 (clock.no_longer_owed() ? " (no longer owed"
                  : clock.late()         ? " (done, LATE"
                                         : " (done") +
                 (group.by() == 0 ? ")" : ", as event " + to_reference(Named::event, group.by()) + " says)");
      }
      begun += owed(group.event(), group.duties());
    }
    return begun + ended;
  }

  std::string names(const google::protobuf::RepeatedPtrField<v1::Duty>& all) const {
    std::string text;
    for (const auto& duty : all) text += (text.empty() ? "" : ", ") + told(duty);
    return text.empty() ? "nobody" : text;
  }
};

std::string exercise(v1::Status status) {
  if (status == v1::STATUS_EXERCISE) return "EXERCISE: ";
  if (status == v1::STATUS_TEST) return "TEST: ";
  return "";
}

std::string grade(v1::RiskGrade g) {
  switch (g) {
    case v1::RISK_GRADE_HIGH:
      return " (high risk)";
    case v1::RISK_GRADE_MEDIUM:
      return " (medium risk)";
    case v1::RISK_GRADE_LOW:
      return " (low risk)";
    case v1::RISK_GRADE_VERY_LOW:
      return " (very low risk)";
    default:
      return "";
  }
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string accepted(const Speaker& say, const v1::EventAccepted& event) {
  std::string text = exercise(event.status()) + capital(event_words(event.type())) + grade(event.grade());
  if (!event.site().empty()) text += " at " + event.site();
  text += ", reported by " + event.source() + say.case_words();
  text += event.opens_case() ? "; a new case" : "";
  if (event.holds_from_us() != 0)
    text += "; of the search since " + short_time(from_us(event.holds_from_us()), from_us(say.entry.time_us()));
  if (event.amends() != 0)
    text += std::string(event.withdraws() ? "; withdraws" : "; corrects") + " event " +
            to_reference(Named::event, event.amends());
  if (say.duties_are == Duties::said)
    text += "; to be told: " +
            (event.amends() != 0 ? say.duties_of_correction(event.duties()) : say.duties(event.duties())) +
            say.owed(say.entry.index(), event.duties());
  for (const auto& told : event.grade_told())
    text += "; to be told of the grade, which was said already in event " + to_reference(Named::event, told.event()) +
            ": " + say.duties(told.duties());
  text += say.stopped(event.clocks_stopped()) + say.owed_again(event.owed_again(), event.withdraws());
  for (const auto& clock : event.recomputed())
    text += "; due by " + short_time(from_us(clock.deadline_us()), from_us(say.entry.time_us())) +
            " now: " + say.which(core::NotificationId::of(clock.notification()));
  return text;
}

/// "Duty manager's", "Channel panel chairs'".
std::string possessive(const std::string& who) { return who + (who.ends_with('s') ? "'" : "'s"); }

std::string attempt_ended(const Speaker& say, const v1::AttemptEnded& end) {
  const std::string who = say.slot(end.slot());
  const bool both = !end.carrier().empty() && !end.code().empty();
  const std::string how = " (" + end.carrier() + (both ? ", " : "") + end.code() + ")";
  if (end.earlier_call())
    return capital(
        who +
        (end.outcome() == v1::OUTCOME_DELIVERED ? " had the earlier call" : " may not have had the earlier call") +
        how + "; the one since then is another");
  switch (end.outcome()) {
    case v1::OUTCOME_DELIVERED:
      return capital(possessive(who) + " system has " + say.taken(end.slot()) + " (by " + end.carrier() + ")");
    case v1::OUTCOME_SENT:
      return capital(who + " was sent it; whether it arrived is not known yet" + how);
    case v1::OUTCOME_DEFERRED:
      return capital(who + " could not be reached; it is tried again" + how);
    case v1::OUTCOME_REFUSED:
      return capital(who + " cannot be reached this way" + how + ": its ladder goes on");
    default:
      return capital(who + " may or may not have it; it is sent again under the same reference" + how);
  }
}

std::string acknowledged(const Speaker& say, const v1::Acknowledged& ack) {
  const std::string what = say.asked(ack.slot()).what;
  std::string text = capital(say.slot(ack.slot()));
  if (ack.done() || ack.ends())
    text += (ack.ends() ? " has done what it owed, for good" : " has done what it owed") +
            (what.empty() ? "" : " (" + what + ")");
  else
    text += " acknowledged" + (what.empty() ? "" : " " + what);
  if (const auto who = say.person(); !who.empty()) text += ": " + who;
  if (ack.means() == v1::MEANS_TELEPHONE) text += ", by telephone";
  if (ack.means() == v1::MEANS_LOCAL) text += ", entered at told's own desk";
  if (ack.means() == v1::MEANS_CALLBACK) text += ", by a callback that their system signed";
  if (ack.means() == v1::MEANS_LINK) text += ", by the link that was sent to them";
  if (ack.means() == v1::MEANS_FILE) text += ", by a file that came back";
  if (ack.means() == v1::MEANS_REPLY_QUEUE) text += ", by their reply queue";
  text += say.recorder();
  if (ack.late()) text += "; LATE";
  if (ack.kept_out())
    text += "; they are KEPT OUT of the case, so it changes nothing";
  else if (ack.repeated())
    text += "; it had been answered or had ended before, so it changes nothing";
  return text + say.owed(say.entry.event(), ack.duties()) + say.note();
}

/// " has not acknowledged the alarm"; of a duty " has not done what it owes (Personal Education Plan)".
std::string silence(const Asked& asked, const char* has_not = " has not") {
  if (!asked.owed) return has_not + std::string(" acknowledged") + (asked.what.empty() ? "" : " " + asked.what);
  return has_not + std::string(" done what it owes") + (asked.what.empty() ? "" : " (" + asked.what + ")");
}

std::string escalated(const Speaker& say, const v1::Escalated& step) {
  const std::string who = capital(say.slot(step.slot()));
  const Asked asked = say.asked(step.slot());
  std::string text;
  const auto next = [&] {
    return step.next_us() ? "; next at " + short_time(from_us(step.next_us()), from_us(say.entry.time_us())) : "";
  };
  const bool received_late = step.reason() == v1::ESCALATION_REASON_RECEIVED_LATE;
  // An obligation's first step calls nobody else: whoever owes it is reminded.
  const bool itself = step.duties_size() == 1 && step.duties(0).slot() == step.slot() && !received_late;
  if (itself && step.duties(0).kind() == v1::NOTIFICATION_KIND_OBLIGATION)
    return who + " is reminded of what it owes" + (asked.what.empty() ? "" : " (" + asked.what + ")") + next();
  const char* by_second = step.by_second_channel() ? ", by its second channel" : "";
  if (itself) return who + silence(asked) + ", and is told again" + by_second + next();
  switch (step.reason()) {
    case v1::ESCALATION_REASON_DECLINED:
      text = who + " says it is not theirs";
      break;
    case v1::ESCALATION_REASON_REPEAT:
      text = who + silence(asked, " has STILL not");
      break;
    case v1::ESCALATION_REASON_HELD:
      text = who + silence(asked) + ", and enough of those called have taken it on";
      break;
    case v1::ESCALATION_REASON_HANDOVER:
      text = who + silence(asked) + ", and somebody else comes on duty";
      break;
    case v1::ESCALATION_REASON_RECEIVED_LATE:
      text = who + silence(asked) + ", and the time was past already when it was RECEIVED";
      break;
    case v1::ESCALATION_REASON_KEPT_OUT:
      text = who + " is kept out of the case, and had accepted it";
      break;
    case v1::ESCALATION_REASON_CALL_DECLINED:
      text = who + silence(asked) + ", and of those called too few are left who may take it";
      break;
    case v1::ESCALATION_REASON_NOBODY_THERE:
      text = "Nobody could be told as " + say.slot(step.slot());
      break;
    default:
      text = who + silence(asked);
      break;
  }
  const std::string rung = " (rung " + std::to_string(step.rung()) + ")";
  if (step.nobody_on_duty() && !step.duties().empty())
    text += ": NOBODY IS ON DUTY for this rung, so " + say.names(step.duties()) + " from below it" +
            (step.duties_size() > 1 ? " are" : " is") + " called again" + rung;
  else if (step.nobody_on_duty() && !step.said_already())
    text += ": NOBODY IS ON DUTY for this rung, so it goes up" + rung;
  else if (step.said_already())
    text += ": said already, in the call that was made last" + rung;
  else if (step.duties().empty() && step.reason() == v1::ESCALATION_REASON_CALL_DECLINED && step.exhausted())
    text += ": nobody is called now" + rung;
  else if (step.duties().empty())
    text +=
        (step.rung() > 1 ? ": those called before are still being called" : ": they are still to be reached") + rung;
  else
    text += ": " + say.names(step.duties()) + (step.duties_size() > 1 ? " are" : " is") + " called" + rung;
  if (step.exhausted()) text += "; NOBODY ABOVE IS LEFT TO CALL";
  return text + next();
}

std::string alarm_raised(const Speaker& say, const v1::AlarmRaised& alarm) {
  // "Nobody was told" is about a notification: whose it is says more than its reference.
  const auto about = core::NotificationId::of(alarm.notification());
  const std::string recipient = say.glossary.recipient ? say.glossary.recipient(about) : "";
  const std::string& whose = dispatch::whose_alarm(alarm.party(), to_reference(about), recipient);
  const bool again = say.entry.event() != say.entry.index();
  std::string text = "ALARM " + to_reference(Named::alarm, say.entry.event()) + (again ? " AGAIN: " : ": ") +
                     dispatch::alarm_sentence(alarm.code(), say.title(whose), alarm.kept_out());
  if (alarm.notification()) text += " (" + to_reference(about) + ")";
  return text + " To be told of it: " + say.names(alarm.duties());
}

std::string stand_down(const Speaker& say, const v1::StandDownOrdered& order) {
  std::string text = "The missing episode is ended by hand" + say.case_words();
  if (const auto who = say.person(); !who.empty()) text += ", by " + who;
  return text + say.note() + "; to be told of the end: " + say.duties(order.duties());
}

std::string screened(const Speaker& say, const v1::ScreenOrdered& order) {
  std::string text = capital(say.title(order.recipient())) +
                     (order.lifted() ? " is no longer kept out of the case" : " is kept out of the case") +
                     say.case_words();
  if (const auto who = say.person(); !who.empty()) text += ", by " + who;
  text += say.note();
  return text + say.told_now(order.told_now()) + say.open_again(order.open_again()) + say.taken_away(order);
}

std::string hold(const Speaker& say, const v1::HoldOrdered& order) {
  std::string text = order.lifted() ? "The legal hold on the case is lifted"
                                    : "The case is on legal hold: nothing of it is purged or erased";
  text += say.case_words();
  if (const auto who = say.person(); !who.empty()) text += ", by " + who;
  return text + say.note();
}

std::string erased(const Speaker& say, const v1::CaseErased& order) {
  std::string text = "What the case said was ERASED: times, recipients and proofs stay" + say.case_words();
  for (const auto each : order.cases()) text += " and case " + to_reference(Named::case_, each);
  if (const auto who = say.person(); !who.empty()) text += ", by " + who;
  return text + say.note() + say.stopped(order.clocks_stopped());
}

std::string looked_at(const Speaker& say, const v1::CaseRead& reading) {
  const std::string whose = say.entry.case_number() == 0 ? "" : say.case_words();
  std::string text = reading.what() == v1::READING_EXPORT        ? "Entries were exported"
                     : reading.what() == v1::READING_DISCLOSURES ? "The disclosures of a case were looked at"
                     : reading.what() == v1::READING_CONTENT     ? "What was said in a case was looked at"
                                                                 : "A case was looked at";
  text += whose + ", by " + reading.via();
  if (const auto who = say.person(); !who.empty()) text += ", " + who;
  return text + say.note();
}

std::string identity_changed(const Speaker& say, const v1::IdentityChanged& change) {
  const auto reference = [](core::CaseNumber c) { return "case " + to_reference(Named::case_, c); };
  const std::string here = reference(say.entry.case_number());
  std::string text =
      change.moved_event() != 0
          ? "Event " + to_reference(Named::event, change.moved_event()) + " was about another child than that of " +
                reference(change.from_case()) + ": it goes on in " + here
          : capital(reference(change.joined_case())) + " and " + here + " are the same child's: both go on in " + here;
  if (change.parted_case() != 0)
    text += "; " + reference(change.parted_case()) + " is not the same child's as " + reference(change.from_case()) +
            " after all, and stands by itself again";
  if (const auto who = say.person(); !who.empty()) text += ", by " + who;
  return text + say.note() + "; to be told: " + say.duties(change.duties()) + say.stopped(change.clocks_stopped()) +
         say.owed_again(change.owed_again(), true) + say.told_now(change.told_now()) +
         say.open_again(change.open_again()) + say.taken_away(change);
}

std::string session(const Speaker& say, const v1::SessionChanged& change) {
  const auto who = capital(say.title(change.recipient()));
  switch (change.change()) {
    case v1::SESSION_CHANGE_OPENED:
      return who + " is connected";
    case v1::SESSION_CHANGE_LOST:
      return who + " fell silent: what was on its way there is sent again later";
    default:
      return who + " connected anew; its older connection is dropped";
  }
}

std::string counted(std::uint32_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

std::string clock_stepped(const v1::ClockStepped& step) {
  const core::Duration d{step.step_us()};
  return "The clock of this machine was set " + std::string(d.count() < 0 ? "back" : "forward") + " by " + how_long(d) +
         "; every deadline stands";
}

}  // namespace

std::string in_words(const v1::LedgerEntry& entry, const v1::Body* body, const Glossary& glossary, Duties duties) {
  const Speaker say{entry, body, glossary, duties};
  switch (entry.head_case()) {
    case v1::LedgerEntry::kStarted:
      return (entry.index() ? "told started again (version " : "The ledger begins (told version ") +
             entry.started().version() + ")";
    case v1::LedgerEntry::kStopped:
      return "told stopped in good order";
    case v1::LedgerEntry::kPolicyAdopted:
      return "Policy version " + std::to_string(entry.policy_adopted().version()) + " is in force";
    case v1::LedgerEntry::kEventAccepted:
      return accepted(say, entry.event_accepted());
    case v1::LedgerEntry::kRefused: {
      const auto& refused = entry.refused();
      return "Refused to " + refused.party() + ": " + refused.code() +
             (refused.field().empty() ? "" : " (" + refused.field() + ")") +
             (refused.uncounted() ? "; and " + std::to_string(refused.uncounted()) + " before it" : "");
    }
    case v1::LedgerEntry::kAttemptIntended:
      return "Telling " + say.slot(entry.attempt_intended().slot()) + " (attempt " +
             std::to_string(entry.attempt_intended().attempt()) +
             (entry.attempt_intended().channel() == 1 ? ", by the second channel)" : ")");
    case v1::LedgerEntry::kAttemptEnded:
      return attempt_ended(say, entry.attempt_ended());
    case v1::LedgerEntry::kAcknowledged:
      return acknowledged(say, entry.acknowledged());
    case v1::LedgerEntry::kDeclined:
      return capital(say.slot(entry.declined().slot())) + " says it is not theirs" +
             (entry.declined().reopens() ? ", which they had acknowledged" : "") +
             (say.person().empty() ? "" : ": " + say.person()) + say.note();
    case v1::LedgerEntry::kEscalated:
      return escalated(say, entry.escalated());
    case v1::LedgerEntry::kAlarmRaised:
      return alarm_raised(say, entry.alarm_raised());
    case v1::LedgerEntry::kAlarmCleared:
      return "Alarm " + to_reference(Named::alarm, entry.event()) + " is over" +
             (entry.alarm_cleared().by_person() ? ", closed by " + (say.person().empty() ? "hand" : say.person())
                                                : "") +
             say.note();
    case v1::LedgerEntry::kStandDownOrdered:
      return stand_down(say, entry.stand_down_ordered());
    case v1::LedgerEntry::kScreenOrdered:
      return screened(say, entry.screen_ordered());
    case v1::LedgerEntry::kHoldOrdered:
      return hold(say, entry.hold_ordered());
    case v1::LedgerEntry::kCaseErased:
      return erased(say, entry.case_erased());
    case v1::LedgerEntry::kCaseRead:
      return looked_at(say, entry.case_read());
    case v1::LedgerEntry::kIdentityChanged:
      return identity_changed(say, entry.identity_changed());
    case v1::LedgerEntry::kDrillStarted:
      return "Drill \"" + entry.drill_started().drill() +
             "\" begins, an exercise; to be told: " + say.duties(entry.drill_started().duties());
    case v1::LedgerEntry::kClockStepped:
      return clock_stepped(entry.clock_stepped());
    case v1::LedgerEntry::kSessionChanged:
      return session(say, entry.session_changed());
    case v1::LedgerEntry::kPartiesReplaced: {
      const auto& parties = entry.parties_replaced().parties();
      return "Who may connect, or what they may publish, was changed: now " +
             counted(parties.publishers(), "publisher") + " and " + counted(parties.recipients(), "recipient");
    }
    case v1::LedgerEntry::HEAD_NOT_SET:
      break;
  }
  return "An entry of a kind that this version of told does not know";
}

std::string timed_words(const v1::LedgerEntry& entry, const v1::Body* body, const Glossary& glossary) {
  return clock_time(from_us(entry.time_us())) + "  " + in_words(entry, body, glossary);
}

}  // namespace told::audit
