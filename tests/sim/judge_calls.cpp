// Whom a ladder calls, and who hears that it was answered.
#include <algorithm>

#include "core/event_types.hpp"
#include "core/reference.hpp"
#include "judge.hpp"
#include "promises.hpp"
#include "reckoning.hpp"
#include "steps.hpp"

namespace told::sim {
namespace {

/// And about the round of it that goes on, where it is owed again and again.
bool is_call_about(const Note& call, const Note& about) {
  const bool of_an_earlier_round = about.rounds > 0 && call.called_us <= about.from_us;
  return call.is(v1::NOTIFICATION_KIND_ESCALATION) && call.about == about.id.slot && !of_an_earlier_round;
}

}  // namespace

bool Judge::of_prevent_stream(const Fact& fact) const {
  const Fact* about = fact.amends == 0 ? &fact : book_.fact(fact.amends);
  const auto kind = kinds_.find(fact.recorded_case);
  return core::is_prevent(core::published_type(about->type)) || (kind != kinds_.end() && kind->second.first);
}

const core::Rule* Judge::rule_instead(const core::Policy& policy, bool prevent, v1::Status status) {
  const bool exercise = status != v1::STATUS_ACTUAL;
  if (!prevent && !exercise) return nullptr;
  for (const core::Rule& each : policy.rules)
    if (core::event_type_named(each.when) != nullptr && core::is_prevent(each.when) == prevent &&
        policy.exercise_only(each.who) == exercise)
      return &each;
  return nullptr;
}

Judge::Steps Judge::steps_of(const Note& note) const {
  Steps steps{{}, {}, {}, policy(note.policy)};
  if (steps.frozen == nullptr) return steps;
  const core::Policy& frozen = *steps.frozen;
  const Fact& fact = *book_.fact(note.id.event);
  std::string name = frozen.stand_down_ladder;
  steps.within = frozen.stand_down_within;
  const core::Clock* clock = note.is(v1::NOTIFICATION_KIND_OBLIGATION) ? frozen.clock(note.rule) : nullptr;
  const core::Rule* rule = frozen.rule(note.rule);
  if (clock != nullptr) {
    name = clock->ladder;
    steps.within = note.rounds > 0 && clock->every ? *clock->every : clock->due;
    steps.rungs.push_back({clock->warn, {clock->who}, 0});
  } else if (rule != nullptr) {
    const auto pace = static_cast<std::size_t>(fact.high ? core::Pace::high : core::Pace::other);
    name = rule->ladder[pace];
    steps.within = rule->within[pace];
  } else if (const core::Rule* instead = rule_instead(frozen, of_prevent_stream(fact), fact.status)) {
    name = instead->ladder[0];
    steps.within = instead->within[0];
  }
  if (const core::Ladder* ladder = frozen.ladder(name)) {
    steps.rungs.insert(steps.rungs.end(), ladder->rungs.begin(), ladder->rungs.end());
    steps.repeat_last = ladder->repeat_last;
  }
  return steps;
}

std::set<std::string> Judge::called_by(const v1::LedgerEntry& entry, const Note& before, const Steps& steps,
                                       const core::Rung& rung) const {
  const core::Policy* current = policy(entry.policy_version());
  const core::CaseNumber c = book_.case_told_of(*book_.fact(entry.event()));
  std::vector<std::string> names;
  if (rung.again && !before.declined) names.push_back(before.recipient);
  names.insert(names.end(), rung.who.begin(), rung.who.end());
  const core::Recipient* silent = rung.deputy ? steps.frozen->recipient(before.recipient) : nullptr;
  if (silent != nullptr && !silent->deputy.empty()) names.push_back(silent->deputy);
  std::set<std::string> people;
  for (const std::string& name : names)
    for (const std::string& person :
         (current->rota(name) != nullptr ? *current : *steps.frozen).on_duty(name, core::from_us(entry.time_us())))
      if (!book_.screened(c, person)) people.insert(person);
  return people;
}

/// Those whom the rung names: in the policy that was frozen, on duty by the rota of today, and not kept out. Who is on
/// duty is asked of the core's own rota: scenarios hold that.
void Judge::check_called(const v1::LedgerEntry& entry, const Note& before) {
  const v1::Escalated& head = entry.escalated();
  const Fact& fact = *book_.fact(entry.event());
  const core::CaseNumber c = book_.case_told_of(fact);
  const auto at = [&] { return "entry " + std::to_string(entry.index()) + " climbs the ladder of " + before.name(); };
  for (const v1::Duty& duty : head.duties()) {
    need(duty.recipient() == before.recipient || !book_.screened(c, duty.recipient()), need_to_know,
         [&] { return at() + ", and calls " + duty.recipient() + ", who is kept out of the case"; });
    if (duty.kind() == v1::NOTIFICATION_KIND_ESCALATION)
      check_reckoned(entry, "the end of the call to " + duty.recipient(), duty.deadline_us(), head.next_us());
  }
  if (head.reason() == v1::ESCALATION_REASON_HANDOVER) return check_shift_calls(entry, before);
  declined_.erase(before.id.number());
  check_next_rung(entry, before);
  const Steps steps = steps_of(before);
  const bool call_declined = head.reason() == v1::ESCALATION_REASON_CALL_DECLINED;
  if (call_declined) {
    const std::size_t above = rung_of_somebody_else(entry, before, steps);
    need(head.rung() == (above == 0 ? before.rung : above) && head.exhausted() == (above == 0), ladders, [&] {
      return at() + " to rung " + std::to_string(head.rung()) + " since a call was declined, and the next is rung " +
             std::to_string(above);
    });
    need(above != 0 || head.duties().empty(), ladders, [&] { return at() + ", and asks those again who said no"; });
    if (above == 0) return;
  }
  const core::Policy* current = policy(entry.policy_version());
  if (steps.frozen == nullptr || current == nullptr || head.rung() == 0 || head.rung() > steps.rungs.size()) return;
  const core::Rung& rung = steps.rungs[head.rung() - 1];

  const auto calls_others = [&](const core::Rung& each) {
    return (!each.who.empty() || each.deputy) && called_by(entry, before, steps, each) != std::set{before.recipient};
  };
  need(!before.declined || calls_others(rung) || std::none_of(steps.rungs.begin(), steps.rungs.end(), calls_others),
       ladders, [&] { return at() + " for whoever has said that it is not theirs, and calls nobody else"; });

  need(head.reason() != v1::ESCALATION_REASON_NOBODY_THERE || (before.dropped && before.attempts == 0), ladders,
       [&] { return at() + " because nobody was there to be told, and somebody was"; });
  std::set<std::string> wanted = called_by(entry, before, steps, rung);
  if (before.declined && wanted.size() > 1) wanted.erase(before.recipient);
  if (call_declined) std::erase_if(wanted, [&](const std::string& who) { return has_declined(who, before); });
  const bool nobody = wanted.empty();
  // Received when it was due already: whoever owes it is reminded, though the ladder begins further up.
  if (head.reason() == v1::ESCALATION_REASON_RECEIVED_LATE && head.rung() > 1 &&
      before.is(v1::NOTIFICATION_KIND_OBLIGATION))
    wanted.merge(called_by(entry, before, steps, steps.rungs.front()));
  // Where the last rung has nobody, the nearest below it that has somebody else is called.
  if (nobody && head.rung() == steps.rungs.size())
    for (std::size_t below = head.rung() - 1; below > 0 && wanted.empty(); --below) {
      wanted = called_by(entry, before, steps, steps.rungs[below - 1]);
      if (wanted == std::set{before.recipient}) wanted.clear();
    }
  for (const v1::Duty& duty : head.duties())
    need(wanted.contains(duty.recipient()), ladders,
         [&] { return at() + ", and calls " + duty.recipient() + ", whom its rung does not name"; });
  bool all_lately = !wanted.empty();
  for (const std::string& person : wanted) {
    const bool called = std::any_of(head.duties().begin(), head.duties().end(),
                                    [&](const v1::Duty& duty) { return duty.recipient() == person; });
    const bool waits = std::any_of(fact.notes.begin(), fact.notes.end(), [&](const Note& note) {
      const bool is_it = note.id.number() == before.id.number() ||
                         (note.is(v1::NOTIFICATION_KIND_ESCALATION) && note.about == before.id.slot);
      return is_it && note.recipient == person && note.open && note.to_deliver();
    });
    const bool lately = head.reason() == v1::ESCALATION_REASON_REPEAT && called_lately(before, person, entry.time_us());
    all_lately = all_lately && lately && !called;
    need(called || waits || lately, ladders,
         [&] { return at() + ", and does not call " + person + ", whom its rung names"; });
    need(!called || !lately || person == before.recipient, ladders,
         [&] { return at() + ", and calls " + person + ", who was called about the case lately"; });
  }
  need(!head.said_already() || all_lately, ladders,
       [&] { return at() + ", and says that everybody whom its rung names was called lately"; });
  need(head.nobody_on_duty() == nobody, ladders,
       [&] { return at() + ", and says wrongly whether anybody is on duty"; });
  if (head.nobody_on_duty() && fact.status == v1::STATUS_ACTUAL)
    for (const std::string& name : rung.who) {
      if (only_kept_out(name, c, entry))
        kept_out_due_[name] = entry.event();
      else
        alarm_due(entry, "nobody_on_duty", name, another_gap(entry, name));
    }

  const auto taken = std::count_if(fact.notes.begin(), fact.notes.end(), [&](const Note& note) {
    return is_call_about(note, before) && note.taken && !book_.screened(c, note.recipient);
  });
  const core::Rung* below =
      before.rung == 0 ? nullptr : &steps.rungs[std::min<std::size_t>(before.rung, steps.rungs.size()) - 1];
  const bool held = below != nullptr && below->quorum != 0 && static_cast<std::uint32_t>(taken) >= below->quorum;
  need(head.reason() != v1::ESCALATION_REASON_KEPT_OUT || book_.screened(c, before.recipient), ladders,
       [&] { return at() + " because whoever had accepted it is kept out, and they are not"; });
  if (head.reason() != v1::ESCALATION_REASON_DECLINED && head.reason() != v1::ESCALATION_REASON_KEPT_OUT)
    need(held == (head.reason() == v1::ESCALATION_REASON_HELD), ladders, [&] {
      return at() + ", and " + std::to_string(taken) +
             " of those called have taken the call: " + (held ? "enough to hold it" : "too few to hold it");
    });
}

/// A case may have a dozen ladders that repeat for ever: one call is for all of them. Whoever was called about this
/// before, and within the repeat about anything of the case that is still unanswered, is not called again. Drills, and
/// alarms about no notification, are of no case: of one another's.
bool Judge::called_lately(const Note& about, const std::string& person, std::int64_t now_us) const {
  const Fact& fact = *book_.fact(about.id.event);
  const core::CaseNumber c = book_.case_told_of(fact);
  bool about_this = false;
  std::int64_t last_us = 0;
  for (const auto& [index, other] : book_.facts()) {
    if (book_.case_told_of(other) != c) continue;
    for (const Note& call : other.notes) {
      if (!call.is(v1::NOTIFICATION_KIND_ESCALATION) || call.recipient != person) continue;
      if (!book_.note({index, call.about})->open) continue;
      about_this = about_this || (index == fact.index && call.about == about.id.slot);
      last_us = std::max(last_us, call.called_us);
    }
  }
  const Steps steps = steps_of(about);
  return about_this && due_us(steps.repeat_last, last_us, steps.frozen->calendar) > now_us;
}

std::set<std::string> Judge::asked_now(const v1::LedgerEntry& entry, const Note& about, const Steps& steps) const {
  std::set<std::string> asked;
  if (about.rung == 0) {  // by a handover
    const std::string rota = rota_told(about);
    const core::CaseNumber c = book_.case_told_of(*book_.fact(about.id.event));
    if (!rota.empty())
      for (const std::string& who : policy(entry.policy_version())->on_duty(rota, core::from_us(entry.time_us())))
        if (!book_.screened(c, who)) asked.insert(who);
    return asked;
  }
  std::size_t rung = std::min<std::size_t>(about.rung, steps.rungs.size());
  const bool top = rung == steps.rungs.size();
  asked = called_by(entry, about, steps, steps.rungs[rung - 1]);
  while (top && asked.empty() && --rung > 0) {
    asked = called_by(entry, about, steps, steps.rungs[rung - 1]);
    if (asked == std::set{about.recipient}) asked.clear();
  }
  return asked;
}

bool Judge::has_declined(const std::string& who, const Note& about) const {
  const std::vector<Note>& notes = book_.fact(about.id.event)->notes;
  return std::any_of(notes.begin(), notes.end(), [&](const Note& call) {
    return is_call_about(call, about) && call.recipient == who && call.open && call.declined;
  });
}

std::size_t Judge::rung_of_somebody_else(const v1::LedgerEntry& entry, const Note& about, const Steps& steps) const {
  for (std::size_t rung = about.rung + std::size_t{1}; rung <= steps.rungs.size(); ++rung) {
    const core::Rung& each = steps.rungs[rung - 1];
    if (each.who.empty() && !each.deputy) continue;
    const std::set<std::string> who = called_by(entry, about, steps, each);
    if (who.empty() || std::any_of(who.begin(), who.end(), [&](const std::string& name) {
          return name != about.recipient && !has_declined(name, about);
        }))
      return rung;
  }
  return 0;
}

/// "No, not me", of somebody who was called: where nobody is left who may take it, the next is called at once. It is in
/// the book already.
void Judge::check_declined_call(const v1::LedgerEntry& entry, const Note& call) {
  const Fact& fact = *book_.fact(call.id.event);
  const Note& about = fact.notes[call.about];
  const Steps steps = steps_of(about);
  if (!about.open || about.next_us <= entry.time_us() || steps.rungs.empty()) return;
  const std::set<std::string> asked = asked_now(entry, about, steps);
  const core::CaseNumber c = book_.case_told_of(fact);
  std::size_t left = 0;
  for (const Note& each : fact.notes) {
    if (!is_call_about(each, about)) continue;
    const bool may = each.open && !each.declined && asked.contains(each.recipient);
    const bool has = !each.open && each.taken && !book_.screened(c, each.recipient);
    left += may || has ? 1 : 0;
  }
  const std::uint32_t quorum =
      about.rung == 0 ? 0 : steps.rungs[std::min<std::size_t>(about.rung, steps.rungs.size()) - 1].quorum;
  if (left >= std::max<std::size_t>(1, quorum)) return;
  const bool not_due = about.is(v1::NOTIFICATION_KIND_OBLIGATION) && about.deadline_us > entry.time_us();
  if (rung_of_somebody_else(entry, about, steps) != 0 || (!about.exhausted && !not_due))
    declined_[about.id.number()] = entry.index();
}

/// Not ours: somebody else is called at once. What they have in hand by mistake is somebody's business too.
void Judge::check_declined(const v1::LedgerEntry& entry) {
  const core::NotificationId id{entry.event(), static_cast<core::Slot>(entry.declined().slot())};
  const Note* note = book_.note(id);
  declines_a_call_ = false;
  if (note == nullptr || (note->open && note->declined)) return;
  const Fact* fact = book_.fact(id.event);
  if (note->is(v1::NOTIFICATION_KIND_ESCALATION)) {
    declines_a_call_ = note->open || entry.declined().reopens();
    const Note& about = fact->notes[note->about];
    const bool leaves_it = !note->open && note->taken && about.open && is_call_about(*note, about);
    return need(entry.declined().reopens() == leaves_it, ladders, [&] {
      return "entry " + std::to_string(entry.index()) + " is of a call, " + note->name() + ", and says " +
             (entry.declined().reopens() ? "that it is open again" : "nothing of its being open again");
    });
  }
  const Fact* amended = fact->amends == 0 ? nullptr : book_.fact(fact->amends);
  const Fact& about = amended == nullptr ? *fact : *amended;
  const bool lasts = about.type == "told.child.missing.v1" || about.type == "told.child.missing_risk_changed.v1" ||
                     about.type == "alarm";
  const bool over = about.withdrawn || (lasts && !about.episode_open);
  const bool chased = note->deadline_us != 0 && !note->is(v1::NOTIFICATION_KIND_ESCALATION) &&
                      !note->is(v1::NOTIFICATION_KIND_OBLIGATION) && !note->is(v1::NOTIFICATION_KIND_ANSWERED);
  need(entry.declined().reopens() == (!note->open && note->taken && chased && !over), ladders, [&] {
    return "entry " + std::to_string(entry.index()) + " says that " + note->name() +
           (entry.declined().reopens() ? " is open again" : " is not theirs after all, and leaves it with nobody");
  });
  if (entry.declined().reopens() || (note->open && note->deadline_us != 0 && note->next_us != 0))
    declined_[id.number()] = entry.index();
  const core::Policy* current = policy(entry.policy_version());
  const bool carries = note->is(v1::NOTIFICATION_KIND_TELL) || note->is(v1::NOTIFICATION_KIND_STAND_DOWN) ||
                       note->is(v1::NOTIFICATION_KIND_CORRECTION);
  const bool is_real = fact->status == v1::STATUS_ACTUAL && fact->type != "drill";
  if (carries && is_real && note->attempts > 0 && current != nullptr &&
      std::any_of(current->rules.begin(), current->rules.end(),
                  [](const core::Rule& rule) { return rule.when == "alarm.wrong_recipient"; }))
    alarm_due(entry, "wrong_recipient", core::to_reference(id), true);
}

/// Whoever was called about it hears that somebody has it.
void Judge::check_answered_notices(const v1::LedgerEntry& entry, const Note& note,
                                   const google::protobuf::RepeatedPtrField<v1::Duty>& duties) const {
  const std::vector<Note>& notes = book_.fact(note.id.event)->notes;
  for (const Note& call : notes) {
    if (call.attempts == 0 || !is_call_about(call, note)) continue;
    const bool hears = std::any_of(duties.begin(), duties.end(), [&](const v1::Duty& duty) {
      return duty.kind() == v1::NOTIFICATION_KIND_ANSWERED && duty.recipient() == call.recipient &&
             duty.about_slot() == note.id.slot;
    });
    const bool will_hear = std::any_of(notes.begin(), notes.end(), [&](const Note& answered) {
      return answered.is(v1::NOTIFICATION_KIND_ANSWERED) && answered.recipient == call.recipient &&
             answered.about == note.id.slot && answered.open && answered.to_deliver();
    });
    need(hears || will_hear, ends_told, [&] {
      return call.recipient + " was called about " + note.name() + ", and does not hear that entry " +
             std::to_string(entry.index()) + " answers it";
    });
  }
}

}  // namespace told::sim
