// What the ledger says, added up once more by other code than the engine's. Above 400 lines: one switch over all kinds
// of entries, with what each of them changes.
#include "book.hpp"

#include <algorithm>
#include <utility>

#include "core/reference.hpp"

namespace told::sim {
namespace {

std::string at(const v1::LedgerEntry& e) { return "entry " + std::to_string(e.index()); }

}  // namespace

std::string Note::name() const {
  return "notification " + std::to_string(id.event) + "/" + std::to_string(id.slot) + " to " + recipient;
}

Fact* Book::find(core::EntryIndex index) {
  const auto found = facts_.find(index);
  return found == facts_.end() ? nullptr : &found->second;
}
const Fact* Book::fact(core::EntryIndex index) const {
  const auto found = facts_.find(index);
  return found == facts_.end() ? nullptr : &found->second;
}
Note* Book::find(core::EntryIndex event, std::uint32_t slot) {
  Fact* fact = find(event);
  return fact == nullptr || slot >= fact->notes.size() ? nullptr : &fact->notes[slot];
}
const Note* Book::note(core::NotificationId id) const {
  const Fact* of = fact(id.event);
  return of == nullptr || id.slot >= of->notes.size() ? nullptr : &of->notes[id.slot];
}
std::optional<core::EntryIndex> Book::accepted(const std::string& source, const std::string& id) const {
  const auto found = accepted_.find({source, id});
  return found == accepted_.end() ? std::nullopt : std::optional{found->second};
}
bool Book::alarm_about(std::uint64_t notification) const {
  return std::any_of(alarms_.begin(), alarms_.end(), [&](const auto& each) {
    const Fact& alarm = facts_.at(each.second);
    return alarm.about_notification == notification ||
           alarm.source == core::to_reference(core::NotificationId::of(notification));
  });
}
bool Book::alarm_of_keeping_out(const std::string& party, core::CaseNumber c, bool prevent) const {
  return std::any_of(keeping_out_.begin(), keeping_out_.end(), [&](core::EntryIndex each) {
    const Fact& alarm = facts_.at(each);
    return alarm.source == party && alarm.prevent == prevent && goes_on_as(alarm.kept_out_of) == c;
  });
}
core::CaseNumber Book::goes_on_as(core::CaseNumber c) const {
  for (auto found = joined_.find(c); found != joined_.end(); found = joined_.find(c)) c = found->second;
  return c;
}
std::map<core::EntryIndex, core::CaseNumber>::const_iterator Book::move_of(const Fact& fact) const {
  const bool of_another = fact.amends != 0 && fact.type != "another_child";
  return moved_.find(of_another ? fact.amends : fact.index);
}
core::CaseNumber Book::case_of(const Fact& fact) const {
  const auto moved = move_of(fact);
  return goes_on_as(moved == moved_.end() ? fact.recorded_case : moved->second);
}
const Fact& Book::told_about(const Fact& fact) const {
  const Fact* about = &fact;
  while (about->type == "alarm" && about->about_notification != 0)
    about = &facts_.at(core::NotificationId::of(about->about_notification).event);
  return *about;
}

core::CaseNumber Book::case_told_of(const Fact& fact) const { return case_of(told_about(fact)); }
/// Which ladders run, and what is open, follow from the note.
void Book::track(Note& note) {
  const std::uint64_t number = note.id.number();
  const std::int64_t next = note.open ? note.next_us : 0;
  note.armed_us = last_time_us_;
  if (const auto before = tracked_.find(number); before != tracked_.end()) {
    ladders_.erase({before->second, number});
    tracked_.erase(before);
  }
  if (next != 0) {
    ladders_.emplace(next, number);
    tracked_[number] = next;
  }
  if (note.open)
    open_.insert(number);
  else
    open_.erase(number);
}

void Book::end(Note& note) {
  note.open = false;
  note.next_us = 0;
  track(note);
}

void Book::end_calls(Fact& fact, std::uint32_t about) {
  for (Note& call : fact.notes)
    if (call.is(v1::NOTIFICATION_KIND_ESCALATION) && call.about == about) {
      end(call);
      call.dropped = !call.delivered;
    }
}

void Book::intend(Note& note, std::uint32_t attempt, core::EntryIndex by) {
  if (attempt != note.attempts + 1)
    wrong("attempt " + std::to_string(attempt) + " of " + note.name() + " comes after attempt " +
          std::to_string(note.attempts));
  if (!note.to_deliver()) wrong("an attempt is made at " + note.name() + ", which is not to be delivered");
  // Another one may be under way: what was sent after something that failed goes again with it, to keep the order.
  note.attempts = attempt;
  note.sent_for.resize(attempt, note.made_by);
  note.intent = by;
  note.in_flight = true;
}

void Book::duties(Fact& fact, const google::protobuf::RepeatedPtrField<v1::Duty>& duties, const v1::LedgerEntry& by) {
  for (const v1::Duty& duty : duties) {
    if (duty.slot() > fact.notes.size()) return wrong(at(by) + " makes a duty in a slot that is not the next");
    const bool is_new = duty.slot() == fact.notes.size();
    if (is_new) {
      Note& made = fact.notes.emplace_back();
      made.id = {fact.index, static_cast<core::Slot>(duty.slot())};
      made.recipient = duty.recipient();
      made.kind = duty.kind();
      made.rule = duty.rule();
      made.policy = duty.policy_version();
      made.about = static_cast<core::Slot>(duty.about_slot());
      made.asked_us = made.made_us = by.time_us();
      made.from_us = duty.from_us();
      made.deadline_us = duty.deadline_us();
      made.next_us = duty.next_us();
      made.dropped = duty.nobody_there();
    }
    Note& note = fact.notes[duty.slot()];
    if (note.recipient != duty.recipient())
      wrong(at(by) + " makes a duty of " + duty.recipient() + " out of one of " + note.recipient);
    note.made_by = by.index();
    note.called_us = by.time_us();
    if (duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION && duty.next_us() != 0) {
      // It begins, or begins again: nothing is sent until its owner is reminded.
      note.open = true;
      note.rounds += is_new ? 0 : 1;
      note.from_us = duty.from_us();
      note.deadline_us = duty.deadline_us();
      note.next_us = duty.next_us();
      note.rung = 0;
      note.exhausted = note.delivered = note.declined = note.taken = false;
      note.stopped_by = 0;
      note.done_us = 0;
      note.asleep = true;
    } else if (!is_new) {
      if (!std::exchange(note.open, true)) {
        note.asked_us = by.time_us();
        note.taken = false;
      }
      if (duty.deadline_us() != 0) note.deadline_us = duty.deadline_us();
      if (note.is(v1::NOTIFICATION_KIND_ESCALATION)) note.declined = false;  // who is called again is asked anew
      note.delivered = note.sent = note.dropped = note.asleep = false;
      note.attempts_before_call = note.attempts;
    }
    if (duty.attempted()) intend(note, note.attempts + 1, by.index());
    track(note);
  }
}

Fact& Book::make(const v1::LedgerEntry& entry, std::string type) {
  Fact& fact = facts_[entry.index()];
  fact.index = entry.index();
  fact.recorded_case = entry.case_number();
  fact.type = std::move(type);
  fact.time_us = fact.recorded_us = entry.time_us();
  return fact;
}

void Book::accept(const v1::LedgerEntry& entry) {
  const v1::EventAccepted& head = entry.event_accepted();
  Fact& fact = make(entry, head.type());
  fact.source = head.source();
  fact.id = head.id();
  fact.time_us = head.holds_from_us() != 0 ? head.holds_from_us() : head.event_time_us();
  fact.status = head.status();
  fact.amends = head.amends();
  fact.said = head.grade();
  fact.high = head.grade() == v1::RISK_GRADE_HIGH;
  if (!accepted_.emplace(std::pair{head.source(), head.id()}, entry.index()).second)
    wrong(at(entry) + " accepts event " + head.id() + " of " + head.source() + " a second time");
  duties(fact, head.duties(), entry);
  if (head.type() == "told.child.missing.v1" || head.type() == "told.child.missing_risk_changed.v1") {
    fact.episode_open = true;
    (head.type() == "told.child.missing.v1" ? episodes_ : grades_).insert(entry.index());
  }
  fact.ends = head.ends_episode();
  if (head.amends() == 0) fact.owed_already.insert(head.owed_already().begin(), head.owed_already().end());
  if (head.ends_episode() != 0)
    end_search(entry.case_number(), head.amends() != 0 ? head.corrected_time_us() : head.event_time_us());
  if (head.amends() != 0) {
    Fact* earlier = find(head.amends());
    if (earlier == nullptr) return wrong(at(entry) + " amends an event that nothing made");
    earlier->owed_already.insert(head.owed_already().begin(), head.owed_already().end());
    if (head.corrected_time_us() != 0) earlier->time_us = head.corrected_time_us();
    if (head.ends_episode() != 0) earlier->ends = head.ends_episode();
    if (head.grade() != v1::RISK_GRADE_UNSPECIFIED) {
      earlier->said = head.grade();
      earlier->high = fact.high;
    }
    if (head.withdraws()) withdraw(*earlier);
  }
  grade(case_of(fact));
  if (head.amends() != 0) fact.high = facts_.at(head.amends()).high;
  recompute(head.recomputed(), entry);
  stop_clocks(head.clocks_stopped(), entry, entry.index());
  tell_again(head.owed_again(), entry);
  stop_clocks(head.clocks_stopped(), entry, 0, true);
  for (const v1::OwedAgain& told : head.grade_told()) {
    Fact* given = find(told.event());
    if (given == nullptr) return wrong(at(entry) + " tells of a grade that nothing gave");
    duties(*given, told.duties(), entry);
  }
}

void Book::end_attempt(const v1::LedgerEntry& entry) {
  const v1::AttemptEnded& head = entry.attempt_ended();
  Note* note = find(entry.event(), head.slot());
  if (note == nullptr) return wrong(at(entry) + " ends an attempt at what nothing made");
  if (head.attempt() == 0 || head.attempt() > note->attempts)
    return wrong(at(entry) + " ends attempt " + std::to_string(head.attempt()) + " of " + note->name() +
                 ", which was never made");
  if (head.attempt() == note->attempts) note->in_flight = false;
  if (head.code() == "restart") note->orphaned = head.attempt();
  const bool earlier = head.attempt() <= note->attempts_before_call;
  if (head.earlier_call() != earlier)
    return wrong(at(entry) + " ends attempt " + std::to_string(head.attempt()) + " of " + note->name() +
                 (earlier ? " as if it were of the call that stands" : " as if it were of an earlier call"));
  if (earlier) return;
  if (head.outcome() == v1::OUTCOME_DELIVERED) {
    note->delivered = true;
    note->in_flight = false;
  }
  note->sent = head.outcome() == v1::OUTCOME_SENT;
  if (head.outcome() == v1::OUTCOME_REFUSED && !head.again()) note->dropped = true;
  const bool over = note->delivered || note->sent || note->dropped;
  if (over && note->deadline_us == 0) end(*note);
}

void Book::answer(const v1::LedgerEntry& entry) {
  const v1::Acknowledged& head = entry.acknowledged();
  Note* note = find(entry.event(), head.slot());
  if (note == nullptr) return wrong(at(entry) + " acknowledges what nothing made");
  ++note->answered;
  if (head.repeated()) return;
  if (!note->open) wrong(at(entry) + " takes on " + note->name() + ", which is over, and does not say `repeated`");
  Fact& fact = *find(entry.event());
  if (note->is(v1::NOTIFICATION_KIND_OBLIGATION) && !head.done()) {
    note->taken = true;
    note->next_us = head.next_us();
    track(*note);
  } else {
    note->taken = true;
    if (head.done()) note->done_us = head.said_us();
    end(*note);
  }
  end_calls(fact, head.slot());
  duties(fact, head.duties(), entry);
}

void Book::climb(const v1::LedgerEntry& entry) {
  const v1::Escalated& head = entry.escalated();
  Note* note = find(entry.event(), head.slot());
  if (note == nullptr) return wrong(at(entry) + " climbs the ladder of nothing");
  if (note->is(v1::NOTIFICATION_KIND_OBLIGATION) && note->rung == 0) note->asked_us = entry.time_us();
  if (head.reason() != v1::ESCALATION_REASON_HANDOVER) note->climbed_us = entry.time_us();
  note->rung = head.rung();
  note->exhausted = note->exhausted || head.exhausted();
  note->next_us = head.next_us();
  track(*note);
  duties(*find(entry.event()), head.duties(), entry);
}

std::string Book::add(const v1::LedgerEntry& entry) {
  wrong_.clear();
  if (entry.index() != size_) return at(entry) + " stands where entry " + std::to_string(size_) + " belongs";
  ++size_;
  if (entry.time_us() < last_time_us_) wrong(at(entry) + " was decided before the one that it follows");
  last_time_us_ = std::max(last_time_us_, entry.time_us());
  using Head = v1::LedgerEntry;
  switch (entry.head_case()) {
    case Head::kPolicyAdopted:
      if (entry.policy_adopted().version() != policy_version_ + 1) wrong(at(entry) + " is not the next policy");
      policy_version_ = entry.policy_adopted().version();
      break;
    case Head::kEventAccepted:
      accept(entry);
      break;
    case Head::kAttemptIntended:
      if (Note* note = find(entry.event(), entry.attempt_intended().slot()))
        intend(*note, entry.attempt_intended().attempt(), entry.index());
      else
        wrong(at(entry) + " intends an attempt at what nothing made");
      break;
    case Head::kAttemptEnded:
      end_attempt(entry);
      break;
    case Head::kAcknowledged:
      answer(entry);
      break;
    case Head::kDeclined:
      if (Note* note = find(entry.event(), entry.declined().slot())) {
        note->declined = true;
        note->declined_us = entry.time_us();
        if (entry.declined().reopens()) {
          note->exhausted = false;
          if (note->open || !note->taken) wrong(at(entry) + " opens again what nobody had taken on");
          note->open = true;
          note->taken = false;
          note->asked_us = entry.time_us();
          track(*note);
        }
      } else {
        wrong(at(entry) + " declines what nothing made");
      }
      break;
    case Head::kEscalated:
      climb(entry);
      break;
    case Head::kAlarmRaised: {
      const v1::AlarmRaised& head = entry.alarm_raised();
      if (entry.event() != entry.index()) {  // the same has happened again
        Fact* alarm = find(entry.event());
        if (alarm == nullptr || !alarm->episode_open || alarm->id != head.code() || alarm->source != head.party() ||
            alarm->prevent != head.prevent())
          wrong(at(entry) + " raises again what is no such open alarm");
        else
          duties(*alarm, head.duties(), entry);
        break;
      }
      Fact& fact = make(entry, "alarm");
      fact.id = entry.alarm_raised().code();
      fact.source = entry.alarm_raised().party();
      fact.about_notification = entry.alarm_raised().notification();
      fact.prevent = entry.alarm_raised().prevent();
      fact.kept_out = entry.alarm_raised().kept_out();
      fact.kept_out_of = entry.alarm_raised().about_case();
      fact.episode_open = true;
      const bool is_open = fact.kept_out ? alarm_of_keeping_out(fact.source, goes_on_as(fact.kept_out_of), fact.prevent)
                                         : open_alarm(fact.id, fact.source, fact.prevent) != nullptr;
      if (fact.kept_out)
        keeping_out_.insert(fact.index);
      else
        alarms_[{fact.id, fact.source, fact.prevent}] = fact.index;
      if (is_open) wrong(at(entry) + " raises alarm " + fact.id + " of " + fact.source + " while it is open");
      duties(fact, entry.alarm_raised().duties(), entry);
      break;
    }
    case Head::kAlarmCleared:
      if (Fact* alarm = find(entry.event()); alarm != nullptr && alarm->episode_open) {
        alarm->episode_open = false;
        if (keeping_out_.erase(alarm->index) == 0) alarms_.erase({alarm->id, alarm->source, alarm->prevent});
        for (Note& note : alarm->notes) {
          end(note);
          note.dropped = !note.delivered;
        }
        duties(*alarm, entry.alarm_cleared().duties(), entry);
      } else {
        wrong(at(entry) + " clears an alarm that is not open");
      }
      break;
    case Head::kStandDownOrdered: {
      Fact& fact = make(entry, "stand_down");
      const auto& already = entry.stand_down_ordered().owed_already();
      fact.owed_already.insert(already.begin(), already.end());
      // As real as what it ends.
      if (const Fact* missing = find(entry.stand_down_ordered().ends_episode())) fact.status = missing->status;
      duties(fact, entry.stand_down_ordered().duties(), entry);
      end_search(entry.case_number(), INT64_MAX);
      break;
    }
    case Head::kDrillStarted: {
      Fact& fact = make(entry, "drill");
      fact.id = entry.drill_started().drill();
      fact.status = v1::STATUS_EXERCISE;
      fact.prevent = entry.drill_started().prevent();
      duties(fact, entry.drill_started().duties(), entry);
      break;
    }
    case Head::kScreenOrdered:
      screen(entry);
      break;
    case Head::kHoldOrdered:
      hold(entry);
      break;
    case Head::kCaseErased:
      erase(entry);
      break;
    case Head::kIdentityChanged:
      identity(entry);
      break;
    default:
      break;
  }
  return wrong_;
}

}  // namespace told::sim
