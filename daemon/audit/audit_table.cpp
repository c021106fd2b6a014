#include "audit/audit_table.hpp"

#include <limits>
#include <utility>

#include "core/drill.hpp"

namespace told::audit {

std::string AuditRow::state() const {
  if (kind == v1::NOTIFICATION_KIND_OBLIGATION) {
    if (done) return late ? "done LATE" : "done";
    return ended ? "no longer owed" : "open";
  }
  if (acknowledged_us) return late ? "acknowledged LATE" : "acknowledged";
  if (ended) return "ended before anybody answered";
  if (declined) return "not theirs";
  if (!deadline_us && delivered_us) return "delivered";
  if (nobody_there) return "nobody was there to be told";
  return "open";
}

void AuditRow::end() {
  const bool answered = kind == v1::NOTIFICATION_KIND_OBLIGATION ? done : acknowledged_us != 0;
  if (!answered && deadline_us) ended = true;
}

void AuditRow::ask_again() {
  acknowledged_us = recorded_us = 0;
  late = declined = ended = false;
  means = v1::MEANS_UNSPECIFIED;
  by.clear();
  role.clear();
  recorded_by.clear();
}

AuditRow* AuditTable::row(const v1::LedgerEntry& entry) {
  const auto slot = slot_of(entry);
  if (!slot) return nullptr;
  const auto found = rows_.find({entry.event(), *slot});
  return found == rows_.end() ? nullptr : &found->second;
}

const AuditTable::Origin& AuditTable::origin_of(const v1::Duty& duty, core::EntryIndex event) {
  const Origin& own = events_[event];
  v1::NotificationKind kind = duty.kind();
  if (kind == v1::NOTIFICATION_KIND_ESCALATION || kind == v1::NOTIFICATION_KIND_ANSWERED)
    if (const auto about = rows_.find({event, static_cast<core::Slot>(duty.about_slot())}); about != rows_.end())
      kind = about->second.kind;
  const bool as_corrected = kind == v1::NOTIFICATION_KIND_TELL || kind == v1::NOTIFICATION_KIND_OBLIGATION;
  return as_corrected && own.corrects != 0 ? events_[own.corrects] : own;
}

void AuditTable::add_duties(core::EntryIndex event, const Duties& duties, const v1::LedgerEntry& entry) {
  for (const auto& duty : duties) {
    const Origin& origin = origin_of(duty, event);
    const auto [place, is_new] = rows_.try_emplace({event, static_cast<core::Slot>(duty.slot())});
    auto& made = place->second;
    const bool next_round = !is_new && duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION && duty.next_us() != 0;
    if (next_round) {
      ++(made.late ? made.rounds_late : made.rounds_met);
      made.done = made.late = made.ended = false;
      made.made_us = entry.time_us();
      made.told_us = made.delivered_us = made.acknowledged_us = made.recorded_us = 0;
    }
    if (!is_new) {  // the same notification is to be told again, as when a ladder's last rung repeats
      const bool owed = duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION;  // and somebody may have taken it on
      const bool declined_a_call = made.declined && duty.kind() == v1::NOTIFICATION_KIND_ESCALATION;
      if (!owed && (made.acknowledged_us != 0 || made.ended || declined_a_call)) made.ask_again();
      made.attempts += duty.attempted() ? 1U : 0U;
      made.nobody_there = duty.nobody_there();
      if (duty.attempted() && made.told_us == 0) made.told_us = entry.time_us();
      if (duty.deadline_us()) made.deadline_us = duty.deadline_us();
      continue;
    }
    made.case_number = entry.case_number();
    made.event_type = origin.type;
    made.event_us = origin.time_us;
    made.exercise = origin.exercise;
    made.recipient = duty.recipient();
    made.kind = duty.kind();
    made.made_us = entry.time_us();
    made.deadline_us = duty.deadline_us();
    made.rule = duty.rule();
    made.policy_version = duty.policy_version();
    made.about_slot = duty.about_slot();
    made.reminder = duty.reminder();
    made.nobody_there = duty.nobody_there();
    if (duty.attempted()) {
      made.told_us = entry.time_us();
      made.attempts = 1;
    }
  }
}

/// The need ended: whoever has not answered is not asked any more.
void AuditTable::end_all(core::EntryIndex event) {
  std::vector<core::EntryIndex> about = corrections_[event];
  about.push_back(event);
  for (const auto index : about) {
    const auto end = rows_.lower_bound({index + 1, 0});
    for (auto each = rows_.lower_bound({index, 0}); each != end; ++each) each->second.end();
  }
}

void AuditTable::end_episodes(core::CaseNumber c, std::int64_t until_us) {
  const auto found = episodes_.find(c);
  if (found == episodes_.end()) return;
  for (const auto missing : std::exchange(found->second, {})) {
    if (events_[missing].time_us > until_us) {
      episodes_[c].push_back(missing);
      continue;
    }
    end_chase(missing);
    for (const auto correction : corrections_[missing]) end_chase(correction);
  }
}

void AuditTable::end_chase(core::EntryIndex event) {
  const auto end = rows_.lower_bound({event + 1, 0});
  for (auto each = rows_.lower_bound({event, 0}); each != end; ++each) {
    // What is owed because the child was missing is owed still, and whoever was called about it is called still.
    const bool call = each->second.kind == v1::NOTIFICATION_KIND_ESCALATION;
    const auto about = call ? rows_.find({event, static_cast<core::Slot>(each->second.about_slot)}) : each;
    if (about == rows_.end() || about->second.kind != v1::NOTIFICATION_KIND_OBLIGATION) each->second.end();
  }
}

void AuditTable::withdraw(core::CaseNumber c, core::EntryIndex event) {
  std::vector<core::EntryIndex>& search = episodes_[c];
  std::erase(search, event);
  end_all(event);
  const auto is_missing = [&](core::EntryIndex each) { return events_[each].type == "told.child.missing.v1"; };
  if (!is_missing(event)) return;
  // Of a search for which no report stands any more.
  for (const auto grade : std::vector(search)) {
    const auto at_us = events_[grade].time_us;
    const bool of_another = std::any_of(search.begin(), search.end(), [&](core::EntryIndex other) {
      return is_missing(other) && events_[other].time_us <= at_us;
    });
    if (is_missing(grade) || of_another || at_us < events_[event].time_us) continue;
    end_all(grade);
    std::erase(search, grade);
  }
}

void AuditTable::recompute(const google::protobuf::RepeatedPtrField<v1::ClockRecomputed>& clocks) {
  for (const auto& clock : clocks)
    if (const auto found = rows_.find(core::NotificationId::of(clock.notification())); found != rows_.end())
      found->second.deadline_us = clock.deadline_us();
}

void AuditTable::stop_clocks(const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& groups, bool named,
                             std::int64_t at_us, const v1::LedgerEntry& by) {
  for (const auto& group : groups)
    if ((group.by() != 0) == named) stop_clocks(group, named ? events_[group.by()].time_us : at_us, by);
}

void AuditTable::stop_clocks(const v1::ClocksStopped& stopped, std::int64_t at_us, const v1::LedgerEntry& by) {
  for (const auto& clock : stopped.clocks()) {
    const core::NotificationId id{stopped.event(), static_cast<core::Slot>(clock.slot())};
    const auto found = rows_.find(id);
    if (found == rows_.end()) continue;
    AuditRow& row = found->second;
    if (clock.no_longer_owed()) {
      row.end();
    } else {
      row.done = true;
      row.late = clock.late();
      row.acknowledged_us = at_us;
      row.recorded_us = by.time_us();
    }
    end_calls(id);
  }
  add_duties(stopped.event(), stopped.duties(), by);
}

void AuditTable::owe_again(const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups, core::EntryIndex stopper,
                           const v1::LedgerEntry& by) {
  for (const auto& again : groups) {
    Duties begun;
    for (const auto& duty : again.duties()) {
      const auto found = rows_.find({again.event(), static_cast<core::Slot>(duty.slot())});
      if (found == rows_.end()) {
        *begun.Add() = duty;
        continue;
      }
      AuditRow& row = found->second;
      // Where it repeats, the round that the stopper ended was counted when the next began.
      if (!row.done && !row.ended) --(events_[stopper].time_us > duty.deadline_us() ? row.rounds_late : row.rounds_met);
      row.done = row.late = row.ended = false;
      row.acknowledged_us = row.recorded_us = row.told_us = row.delivered_us = 0;
      row.made_us = by.time_us();
      row.deadline_us = duty.deadline_us();
    }
    add_duties(again.event(), begun, by);
  }
}

void AuditTable::tell_now(const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups,
                          const v1::LedgerEntry& entry) {
  for (const auto& now : groups) add_duties(now.event(), now.duties(), entry);
}

void AuditTable::open_again(const google::protobuf::RepeatedPtrField<v1::OpenAgain>& all) {
  for (const auto& again : all)
    if (const auto found = rows_.find(core::NotificationId::of(again.notification())); found != rows_.end())
      found->second.ask_again();
}

/// Nobody waits for whoever was called, and is kept out of the case now.
void AuditTable::end_calls(const google::protobuf::RepeatedField<std::uint64_t>& calls) {
  for (const std::uint64_t call : calls)
    if (const auto found = rows_.find(core::NotificationId::of(call)); found != rows_.end()) found->second.end();
}

/// What had not gone yet does not go: where that is all that they were to be told, nobody was there.
void AuditTable::withhold(const google::protobuf::RepeatedField<std::uint64_t>& waiting) {
  for (const std::uint64_t number : waiting)
    if (const auto found = rows_.find(core::NotificationId::of(number)); found != rows_.end())
      found->second.nobody_there =
          found->second.attempts == 0 && found->second.kind != v1::NOTIFICATION_KIND_OBLIGATION;
}

/// What others were called about is answered.
void AuditTable::end_calls(core::NotificationId about) {
  const auto end = rows_.lower_bound({about.event + 1, 0});
  for (auto each = rows_.lower_bound({about.event, 0}); each != end; ++each)
    if (each->second.kind == v1::NOTIFICATION_KIND_ESCALATION && each->second.about_slot == about.slot)
      each->second.end();
}

void AuditTable::add(const v1::LedgerEntry& entry, const Opener& body) {
  const auto begins = [&](std::string type, std::int64_t time_us, bool exercise) {
    events_[entry.event()] = {std::move(type), time_us, exercise, 0};
  };
  AuditRow* const about = row(entry);
  switch (entry.head_case()) {
    case v1::LedgerEntry::kDrillStarted:
      begins(std::string(core::drill_type), entry.drill_started().due_us(), true);
      break;
    case v1::LedgerEntry::kEventAccepted: {
      const auto& event = entry.event_accepted();
      begins(event.type(), event.holds_from_us() != 0 ? event.holds_from_us() : event.event_time_us(),
             event.status() != v1::STATUS_ACTUAL);
      if (event.type() == "told.child.missing.v1" || event.type() == "told.child.missing_risk_changed.v1")
        episodes_[entry.case_number()].push_back(entry.index());
      if (event.ends_episode())
        end_episodes(entry.case_number(), event.amends() ? event.corrected_time_us() : event.event_time_us());
      if (event.amends() != 0 && !event.withdraws()) {
        events_[entry.index()].corrects = event.amends();
        corrections_[event.amends()].push_back(entry.index());
        if (event.corrected_time_us() != 0) events_[event.amends()].time_us = event.corrected_time_us();
      }
      if (event.withdraws()) withdraw(entry.case_number(), event.amends());
      stop_clocks(event.clocks_stopped(), false, event.event_time_us(), entry);
      owe_again(event.owed_again(), event.amends(), entry);
      stop_clocks(event.clocks_stopped(), true, 0, entry);
      for (const auto& told : event.grade_told()) add_duties(told.event(), told.duties(), entry);
      recompute(event.recomputed());
      break;
    }
    case v1::LedgerEntry::kAlarmRaised:
      begins("alarm." + entry.alarm_raised().code(), entry.time_us(), false);
      break;
    case v1::LedgerEntry::kAlarmCleared:
      end_all(entry.event());
      break;
    case v1::LedgerEntry::kStandDownOrdered:
      begins("stand_down", entry.time_us(), false);
      end_episodes(entry.case_number(), std::numeric_limits<std::int64_t>::max());
      break;
    case v1::LedgerEntry::kIdentityChanged: {
      const auto& change = entry.identity_changed();
      const bool moves = change.moved_event() != 0;
      begins(moves ? "another_child" : "same_child", entry.time_us(), change.status() != v1::STATUS_ACTUAL);
      auto& from = episodes_[moves ? change.from_case() : change.joined_case()];
      auto& into = episodes_[entry.case_number()];
      for (const auto missing : std::exchange(from, {}))
        (!moves || missing == change.moved_event() ? into : from).push_back(missing);
      owe_again(change.owed_again(), change.moved_event(), entry);
      open_again(change.open_again());
      end_calls(change.calls_ended());
      withhold(change.withheld());
      tell_now(change.told_now(), entry);
      stop_clocks(change.clocks_stopped(), true, 0, entry);
      recompute(change.recomputed());
      const auto at_us = events_[change.moved_event()].time_us;
      if (change.ends_episode()) end_episodes(entry.case_number(), at_us);
      stop_clocks(change.clocks_stopped(), false, at_us, entry);
      break;
    }
    case v1::LedgerEntry::kCaseErased:
      begins("erased", entry.time_us(), false);
      for (const auto& stopped : entry.case_erased().clocks_stopped()) stop_clocks(stopped, entry.time_us(), entry);
      break;
    case v1::LedgerEntry::kAttemptIntended:
      if (about) {
        if (!about->told_us) about->told_us = entry.time_us();
        about->attempts = entry.attempt_intended().attempt();
      }
      break;
    case v1::LedgerEntry::kAttemptEnded:
      if (about) {
        about->carrier = entry.attempt_ended().carrier();
        if (entry.attempt_ended().outcome() == v1::OUTCOME_DELIVERED && !about->delivered_us)
          about->delivered_us = entry.time_us();
      }
      break;
    case v1::LedgerEntry::kAcknowledged:
      // What is owed may be taken on more than once, and others called about it in between.
      if (about && !entry.acknowledged().repeated())
        end_calls({entry.event(), static_cast<core::Slot>(entry.acknowledged().slot())});
      // The first one counts; a repeated one changes nothing here either.
      if (about && (!about->acknowledged_us || entry.acknowledged().done()) && !entry.acknowledged().repeated()) {
        const auto& ack = entry.acknowledged();
        about->acknowledged_us = ack.said_us() ? ack.said_us() : entry.time_us();
        about->recorded_us = entry.time_us();
        about->late = ack.late();
        about->means = ack.means();
        about->done = ack.done();
        if (const auto opened = body(entry)) {
          about->by = opened->person().name();
          about->role = opened->person().role();
          about->recorded_by = opened->person().recorded_by();
        }
      }
      break;
    case v1::LedgerEntry::kDeclined:
      if (about) {
        if (entry.declined().reopens()) about->ask_again();
        about->declined = true;
      }
      break;
    case v1::LedgerEntry::kEscalated:
      if (about)
        for (const auto& duty : entry.escalated().duties()) about->escalated_to.push_back(duty.recipient());
      break;
    case v1::LedgerEntry::kScreenOrdered:
      tell_now(entry.screen_ordered().told_now(), entry);
      open_again(entry.screen_ordered().open_again());
      end_calls(entry.screen_ordered().calls_ended());
      withhold(entry.screen_ordered().withheld());
      break;
    default:
      break;
  }
  if (const auto* duties = duties_of(entry)) add_duties(entry.event(), *duties, entry);
  // Done before it was owed: what ends as it begins.
  for (const auto& stopped : entry.event_accepted().clocks_stopped())
    if (stopped.event() == entry.index()) stop_clocks(stopped, events_[stopped.by()].time_us, entry);
}

}  // namespace told::audit
