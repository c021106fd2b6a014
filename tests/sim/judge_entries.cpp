// What told says is durable, entry by entry. Above 400 lines: what is asked of each kind of entry, in one place.
#include "judge.hpp"

#include <algorithm>
#include <utility>

#include "core/event_types.hpp"
#include "promises.hpp"
#include "reckoning.hpp"
#include "steps.hpp"

namespace told::sim {

std::uint64_t Judge::hash_of_head(v1::LedgerEntry entry) {
  entry.clear_sealed();
  Trace trace;
  trace.note(Micros{0}, entry.SerializeAsString());
  return trace.hash();
}

void Judge::committed(std::span<const core::Entry> entries) {
  for (const core::Entry& entry : entries) {
    head_hashes_.push_back(hash_of_head(entry.head));
    add(entry.head);
  }
  end_of_group();
  if (truly_durable)
    need(truly_durable() >= book_.size(), I2, [&] {
      return "told says that " + std::to_string(book_.size()) + " entries are durable, and " +
             std::to_string(truly_durable()) + " are";
    });
}

void Judge::add(const v1::LedgerEntry& entry) {
  truly_.emplace_back(entry.time_us(), schedule_.now());
  if (entry.has_policy_adopted())
    policies_seen_[entry.policy_adopted().version()] = &policies_.by_text(entry.policy_adopted().text());
  if (entry.has_refused()) check_refused(entry);
  trace_.say(schedule_.now(), [&] { return "entry " + entry.ShortDebugString(); });
  if (entry.has_event_accepted() || entry.has_stand_down_ordered() || entry.has_identity_changed())
    check_those_told(entry);
  note_what_is_owed(entry);
  check_times(entry);
  check_orders(entry);
  if (entry.has_declined()) check_declined(entry);
  if (entry.has_escalated()) {
    const Note* note = book_.note({entry.event(), static_cast<core::Slot>(entry.escalated().slot())});
    if (note != nullptr) {
      check_climb(entry, *note);
      check_called(entry, *note);
    }
  }
  if (entry.has_identity_changed()) count_once(entry.identity_changed(), book_.goes_on_as(entry.case_number()));
  if (const std::string wrong = book_.add(entry); !wrong.empty()) broken(whole, wrong);
  if (entry.has_case_erased()) forget_the_erased();
  if (entry.has_policy_adopted())
    adopted(*policies_seen_[entry.policy_adopted().version()], core::from_us(entry.time_us()));
  check_entry(entry);
  if (entry.has_event_accepted() || entry.has_identity_changed() || entry.has_policy_adopted()) check_counted(entry);
}

/// Nothing recognises what was erased: said again, it is a new event.
void Judge::forget_the_erased() {
  for (const auto& [index, fact] : book_.facts())
    if (fact.erased)
      if (const auto found = said_.find({fact.source, fact.id}); found != said_.end()) {
        found->second.accepted = false;
        found->second.erased = true;
        found->second.receipt.clear();
        found->second.accepted_content.clear();
      }
}

void Judge::check_entry(const v1::LedgerEntry& entry) {
  using Head = v1::LedgerEntry;
  switch (entry.head_case()) {
    case Head::kEventAccepted:
      return check_accepted(entry);
    case Head::kAlarmRaised:
      return check_alarm(entry);
    case Head::kDrillStarted:
      return check_duties(entry, *book_.fact(entry.index()), entry.drill_started().duties());
    case Head::kStandDownOrdered:
      check_owed_after(entry);
      return check_duties(entry, *book_.fact(entry.index()), entry.stand_down_ordered().duties());
    case Head::kIdentityChanged:
      return check_duties(entry, *book_.fact(entry.index()), entry.identity_changed().duties());
    case Head::kEscalated:
      return check_duties(entry, *book_.fact(entry.event()), entry.escalated().duties());
    case Head::kDeclined: {
      const Note* note = book_.note({entry.event(), static_cast<core::Slot>(entry.declined().slot())});
      if (note != nullptr && declines_a_call_) check_declined_call(entry, *note);
      return check_person(entry);
    }
    case Head::kAcknowledged:
      return check_person(entry);
    default:
      return;
  }
}

/// Ended by hand, an episode leaves behind what is owed after each.
void Judge::check_owed_after(const v1::LedgerEntry& entry) {
  const Fact* ended = book_.fact(entry.stand_down_ordered().ends_episode());
  const core::Policy* in_force = policy(entry.policy_version());
  if (ended == nullptr || in_force == nullptr) return;
  v1::Event reported;
  reported.ParseFromString(said_[{ended->source, ended->id}].content);
  v1::Event found;
  found.set_type("told.child.located.v1");
  found.set_site(reported.site());
  found.set_status(ended->status);
  std::set<std::uint32_t> owed, begun;
  std::set<std::string> left;
  for (const core::Clock& clock : in_force->clocks)
    if (clock.starts == "child.located" && clock.after.empty() && clock.only_if.holds(found) &&
        (clock.sites.empty() || std::find(clock.sites.begin(), clock.sites.end(), found.site()) != clock.sites.end()) &&
        in_force->exercise_only(clock.who) == (found.status() != v1::STATUS_ACTUAL)) {
      if (is_owed_already(clock))
        left.insert(clock.name);
      else
        owed.insert(clock.number);
    }
  check_left_out(entry, left);
  for (const v1::Duty& duty : entry.stand_down_ordered().duties())
    if (duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION) begun.insert(duty.rule());
  need(owed == begun, everybody, [&] {
    return "entry " + std::to_string(entry.index()) + " ends an episode by hand, and begins " +
           std::to_string(begun.size()) + " clocks; the policy has " + std::to_string(owed.size());
  });
}

bool Judge::named_at_the_start(const std::string& who, core::CaseNumber c, std::int64_t until_us,
                               core::EntryIndex before) const {
  for (const auto missing : book_.episodes(c)) {
    if (book_.fact(missing)->time_us > until_us) continue;
    for (const auto index : with_corrections(missing, before))
      for (const Note& note : book_.fact(index)->notes)
        if (note.is(v1::NOTIFICATION_KIND_TELL) && note.recipient == who && !(note.declined && note.open)) return true;
  }
  return false;
}

void Judge::check_accepted(const v1::LedgerEntry& entry) {
  const v1::EventAccepted& head = entry.event_accepted();
  const auto found = said_.find({head.source(), head.id()});
  need(found != said_.end(), said_no,
       [&] { return "entry " + std::to_string(entry.index()) + " is an event that nobody published: " + head.id(); });
  const Fact& fact = *book_.fact(entry.index());
  check_duties(entry, fact, head.duties());
  check_kind_of_case(entry, fact);
  // Said anew after it was erased, it may be what was said under its id in between.
  if (head.withdraws() || (found->second.erased && !found->second.other_contents.empty())) return;
  // Whom the policy's rules name, and nobody else, but for those who are told of an end because they were told of the
  // start.
  v1::Event event;
  event.ParseFromString(found->second.content);
  const core::Policy* in_force = policy(entry.policy_version());
  need(in_force != nullptr, whole, [&] { return "entry " + std::to_string(entry.index()) + " has no policy"; });
  if (head.amends() != 0) return check_concerned_now(entry, event);
  const std::string_view type = core::published_type(event.type());
  std::set<Told> wanted, made;
  std::set<std::uint32_t> clocks, begun;
  std::set<std::string> left;
  const auto at_site = [&](const std::vector<std::string>& sites) {
    return sites.empty() || std::find(sites.begin(), sites.end(), event.site()) != sites.end();
  };
  const bool exercise = event.status() != v1::STATUS_ACTUAL;
  for (const core::Rule& rule : in_force->rules)
    if (rule.when == type && at_site(rule.sites) && rule.only_if.holds(event) &&
        in_force->exercise_only(rule.who) == exercise &&
        (!rule.only_if_told || named_at_the_start(rule.who, entry.case_number(), fact.time_us, entry.index())))
      wanted.merge(told_by(*in_force, rule, book_.case_of(fact), entry.time_us()));
  for (const core::Clock& clock : in_force->clocks) {
    if (clock.starts == type && at_site(clock.sites) && clock.only_if.holds(event) &&
        in_force->exercise_only(clock.who) == exercise && clock.after.empty()) {
      if (is_owed_already(clock))
        left.insert(clock.name);
      else
        clocks.insert(clock.number);
    }
  }
  check_left_out(entry, left);
  for (const v1::Duty& duty : head.duties()) {
    const bool owed = duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION;
    const core::Clock* clock = owed ? in_force->clock(duty.rule()) : nullptr;
    if (clock != nullptr && clock->after.empty())
      begun.insert(duty.rule());
    else if (!owed && duty.rule() != 0)
      made.emplace(duty.rule(), duty.recipient(), duty.nobody_there());
  }
  check_done_before(entry);
  if (type == "child.missing") {
    std::set<std::string> told;
    for (const Told& each : made) told.insert(in_force->rule(std::get<0>(each))->who);
    check_grade_told(entry, fact, told);
  }
  need(wanted == made && clocks == begun, everybody, [&] {
    return "entry " + std::to_string(entry.index()) + " (" + std::string{type} + ") makes " +
           std::to_string(made.size()) + " duties by rule and begins " + std::to_string(begun.size()) +
           " clocks; the policy has " + std::to_string(wanted.size()) + " and " + std::to_string(clocks.size());
  });
}

void Judge::check_duties(const v1::LedgerEntry& entry, const Fact& fact,
                         const google::protobuf::RepeatedPtrField<v1::Duty>& duties) {
  const auto at = [&] { return "entry " + std::to_string(entry.index()); };
  const Fact* about = fact.amends != 0 ? book_.fact(fact.amends) : &fact;
  const bool prevent = about != nullptr && core::is_prevent(core::published_type(about->type));
  for (const v1::Duty& duty : duties) {
    const core::Policy* frozen = policy(duty.policy_version());
    const core::Policy* in_force = policy(entry.policy_version());
    const core::Recipient* who = frozen == nullptr ? nullptr : frozen->recipient(duty.recipient());
    if (who == nullptr && in_force != nullptr) who = in_force->recipient(duty.recipient());
    const bool empty_rota = duty.nobody_there() && frozen != nullptr && frozen->rota(duty.recipient()) != nullptr;
    need(who != nullptr || empty_rota, need_to_know,
         [&] { return at() + " tells " + duty.recipient() + ", whom no policy names"; });
    need(!duty.nobody_there() || !duty.attempted(), need_to_know,
         [&] { return at() + " tells " + duty.recipient() + ", where nobody is there"; });
    if (fact.type == "alarm" || empty_rota) continue;
    need(who->exercise_only == (fact.status != v1::STATUS_ACTUAL), exercises,
         [&] { return at() + " tells " + duty.recipient() + " of " + fact.type; });
    if (fact.type == "drill" || fact.type == "same_child") continue;
    need(!prevent || who->prevent, need_to_know,
         [&] { return at() + " tells " + duty.recipient() + " of a Prevent case"; });
    if (duty.kind() != v1::NOTIFICATION_KIND_TELL) continue;
    const core::Rule* rule = frozen == nullptr ? nullptr : frozen->rule(duty.rule());
    need(rule != nullptr && frozen->may_tell(*rule, duty.recipient()) &&
             rule->when == core::published_type(told_as(fact)->type),
         need_to_know, [&] { return at() + " tells " + duty.recipient() + " of " + fact.type + " by no rule"; });
  }
}

/// A Prevent referral never shares a case with what else is known of the child, nor an exercise with what is real:
/// whoever sees the one would see the other.
void Judge::check_kind_of_case(const v1::LedgerEntry& entry, const Fact& fact) {
  const Fact* about = fact.amends == 0 ? &fact : book_.fact(fact.amends);
  if (about == nullptr) return;
  const std::pair kind{core::is_prevent(core::published_type(about->type)), fact.status != v1::STATUS_ACTUAL};
  const auto& [known, is_new] = kinds_.emplace(book_.goes_on_as(entry.case_number()), kind);
  need(is_new || known->second == kind, need_to_know, [&] {
    return "entry " + std::to_string(entry.index()) + " (" + fact.type + ") is in case " +
           std::to_string(entry.case_number()) + ", which is of another stream";
  });
}

/// Those who were told of a start are told of its end, those who were told what was wrong are told what is right.
void Judge::check_those_told(const v1::LedgerEntry& entry) {
  std::vector<core::EntryIndex> about;
  const google::protobuf::RepeatedPtrField<v1::Duty>* duties = nullptr;
  bool joins = false;
  if (entry.has_event_accepted()) {
    const v1::EventAccepted& head = entry.event_accepted();
    duties = &head.duties();
    if (head.ends_episode() != 0)
      for (const auto index : book_.search(entry.case_number()))
        if (book_.fact(index)->time_us <= (head.amends() != 0 ? head.corrected_time_us() : head.event_time_us()))
          about.push_back(index);
    if (head.amends() != 0) about.push_back(head.amends());
    if (head.withdraws()) {
      const Book then = after(entry);
      for (const auto index : book_.search(entry.case_number()))
        if (index != head.amends() && !then.fact(index)->episode_open) about.push_back(index);
    }
  } else if (entry.has_stand_down_ordered()) {
    duties = &entry.stand_down_ordered().duties();
    about = book_.search(entry.case_number());
  } else {
    const v1::IdentityChanged& head = entry.identity_changed();
    duties = &head.duties();
    if (head.moved_event() != 0) {
      about.push_back(head.moved_event());
    } else {
      joins = true;
      for (const auto& [index, fact] : book_.facts()) {
        const core::CaseNumber c = book_.case_of(fact);
        const Fact* amended = fact.amends == 0 ? nullptr : book_.fact(fact.amends);
        if ((c == book_.goes_on_as(entry.case_number()) || c == book_.goes_on_as(head.joined_case())) && c != 0 &&
            core::event_type(fact.type) != nullptr && !fact.withdrawn && (amended == nullptr || !amended->withdrawn))
          about.push_back(index);
      }
    }
  }
  std::set<core::EntryIndex> all;
  for (const auto index : about)
    for (const auto each : with_corrections(index, entry.index())) all.insert(each);
  for (const auto index : all) {
    const Fact* fact = book_.fact(index);
    if (fact == nullptr) continue;
    for (const Note& note : fact->notes) {
      if (note.attempts == 0 || note.is(v1::NOTIFICATION_KIND_ANSWERED) || note.is(v1::NOTIFICATION_KIND_ALARM) ||
          note.is(v1::NOTIFICATION_KIND_SAME_CHILD) || note.is(v1::NOTIFICATION_KIND_ANOTHER_CHILD))
        continue;
      if (fact->amends != 0 && !joins && !note.is(v1::NOTIFICATION_KIND_TELL)) continue;
      const bool told = std::any_of(duties->begin(), duties->end(),
                                    [&](const v1::Duty& duty) { return duty.recipient() == note.recipient; });
      need(told, ends_told, [&] {
        return note.recipient + " was told of entry " + std::to_string(index) + ", and is not told of entry " +
               std::to_string(entry.index()) + ", which is about it";
      });
    }
  }
}

/// A ladder stays where it is, and calls whoever came on duty.
void Judge::check_handover(const v1::LedgerEntry& entry, const Note& before) {
  const v1::Escalated& head = entry.escalated();
  need(before.open && (before.rung > 0 || !rota_told(before).empty()) && before.next_us != 0, ladders, [&] {
    return "entry " + std::to_string(entry.index()) + " hands over the ladder of " + before.name() +
           ", which calls nobody";
  });
  need(head.rung() == before.rung && head.next_us() == before.next_us && !head.exhausted(), ladders, [&] {
    return "entry " + std::to_string(entry.index()) + " hands over the ladder of " + before.name() + ", and moves it";
  });
}

void Judge::check_climb(const v1::LedgerEntry& entry, const Note& before) {
  const v1::Escalated& head = entry.escalated();
  if (head.reason() == v1::ESCALATION_REASON_HANDOVER) return check_handover(entry, before);
  const auto at = [&] { return "entry " + std::to_string(entry.index()) + " climbs the ladder of " + before.name(); };
  need(before.open, ladders, [&] { return at() + ", which nobody need act on any more"; });
  if (head.reason() == v1::ESCALATION_REASON_CALL_DECLINED) {
    need(declined_.contains(before.id.number()), ladders,
         [&] { return at() + " since a call was declined, and somebody is left who may take it, or it is over"; });
  } else if (before.declined_us == entry.time_us()) {
    // At once: whoever declined need not be waited for.
  } else if (head.reason() == v1::ESCALATION_REASON_DECLINED) {
    need(before.declined, ladders, [&] { return at() + " because it was declined, and nobody declined it"; });
  } else {
    need(before.next_us != 0, ladders, [&] { return at() + ", which is not armed"; });
    const std::int64_t early_us = before.next_us - entry.time_us();
    need(early_us <= 0, ladders, [&] { return at() + " " + std::to_string(early_us) + " us early"; });
    const std::int64_t late_us = entry.time_us() - std::max(before.next_us, before.armed_us);
    // What was decided while it is excused may be durable, and so seen here, by what holds up the disk later.
    const Micros seen_at = found_there_ ? ended_at_ : schedule_.now();
    need(late_us <= climbs_late_most_us || seen_at <= excused_until_ + held_up_, ladders,
         [&] { return at() + " " + std::to_string(late_us) + " us late"; });
  }
  // Where nobody is on duty the ladder goes up at once; at its top it can only be climbed again, later.
  const std::uint64_t number = before.id.number();
  need(head.nobody_on_duty() || head.next_us() > entry.time_us(), ladders,
       [&] { return at() + ", and would climb on at once"; });
  const auto waited = nobody_at_the_top_.find(number);
  need(waited == nobody_at_the_top_.end() || waited->second != before.rung || head.rung() == before.rung ||
           before.declined,
       ladders, [&] { return at() + ": the rung below had nobody on duty, and it waited there"; });
  if (head.nobody_on_duty() && head.next_us() > entry.time_us())
    nobody_at_the_top_[number] = head.rung();
  else
    nobody_at_the_top_.erase(number);
  // Whoever declined is not told again: rungs that call nobody else are passed over; so are those whose time is past
  // when it is received.
  const bool late =
      before.rung == 0 && before.deadline_us != 0 && before.deadline_us <= before.made_us &&
      head.reason() != v1::ESCALATION_REASON_DECLINED && head.reason() != v1::ESCALATION_REASON_CALL_DECLINED &&
      head.reason() != v1::ESCALATION_REASON_KEPT_OUT && head.reason() != v1::ESCALATION_REASON_NOBODY_THERE;
  need(late == (head.reason() == v1::ESCALATION_REASON_RECEIVED_LATE), ladders,
       [&] { return at() + (late ? " as if it had not been received late" : " as if it had been received late"); });
  if (late) check_received_late(entry, before);
  const bool of_a_call = head.reason() == v1::ESCALATION_REASON_CALL_DECLINED;  // check_called() says which rung
  need(late || of_a_call || before.declined || head.rung() == before.rung || head.rung() == before.rung + 1, ladders,
       [&] { return at() + " from rung " + std::to_string(before.rung) + " to rung " + std::to_string(head.rung()); });
  const Fact& fact = *book_.fact(entry.event());
  if (head.exhausted() && !before.exhausted && fact.type != "alarm" && fact.status == v1::STATUS_ACTUAL) {
    const bool owed = before.is(v1::NOTIFICATION_KIND_OBLIGATION);
    const core::Policy* frozen = policy(before.policy);
    const core::Clock* clock = owed && frozen != nullptr ? frozen->clock(before.rule) : nullptr;
    if (clock != nullptr && clock->reminder) return;
    if (!book_.alarm_about(number)) alarm_owed_[number] = entry.index();
    alarm_due(entry, owed ? "duty_not_done" : "nobody_was_told", core::to_reference(before.id), true);
  }
}

/// Somebody else is called at once, if anybody else is to be by then.
void Judge::check_received_late(const v1::LedgerEntry& entry, const Note& before) const {
  const Steps steps = steps_of(before);
  if (steps.frozen == nullptr || steps.rungs.empty()) return;
  std::size_t rung = 1;
  if (before.declined) return;  // then it goes on from wherever that had come to
  const auto calls_others = [&](std::size_t r) {
    const core::Rung& each = steps.rungs[r - 1];
    return (r > 1 || !before.is(v1::NOTIFICATION_KIND_OBLIGATION)) && (!each.who.empty() || each.deputy) &&
           called_by(entry, before, steps, each) != std::set{before.recipient};
  };
  while (rung < steps.rungs.size() && !calls_others(rung) &&
         rung_us(steps.rungs[rung].after, before.from_us, before.deadline_us, steps.within, steps.frozen->calendar) <=
             entry.time_us())
    ++rung;
  need(entry.escalated().rung() == rung, ladders, [&] {
    return "entry " + std::to_string(entry.index()) + " climbs the ladder of " + before.name() + " to rung " +
           std::to_string(entry.escalated().rung()) + ", and what was received late begins at rung " +
           std::to_string(rung);
  });
}

/// Nobody fills the disk by being wrong: so many are kept of a party's within an hour, the rest is counted. An hour
/// begins with the first; any hour has no more than two such.
void Judge::check_refused(const v1::LedgerEntry& entry) {
  constexpr std::size_t kept_an_hour = 20;
  constexpr std::int64_t hour_us = 3'600'000'000;
  std::vector<std::int64_t>& all = refused_us_[entry.refused().party()];
  all.push_back(entry.time_us());
  need(all.size() <= 2 * kept_an_hour || all[all.size() - 1 - 2 * kept_an_hour] < entry.time_us() - hour_us, said_no,
       [&] {
         return "more than " + std::to_string(2 * kept_an_hour) + " refusals of " + entry.refused().party() +
                " were kept within an hour";
       });
}

void Judge::end_of_group() {
  check_handed_over(std::exchange(newcomers_, {}), newcomers_since_us_, book_.last_time_us());
  for (const auto& [grade, missing] : std::exchange(grades_to_go_, {}))
    need(book_.case_of(*book_.fact(grade)) == book_.case_of(*book_.fact(missing)), whole, [&] {
      return "entry " + std::to_string(missing) + " turns out to be about another child, and the grade that entry " +
             std::to_string(grade) + " gave to its search does not";
    });
  for (const auto& [alarm, entry] : std::exchange(alarms_due_, {}))
    need(book_.alarm_open(alarm.first, alarm.second), ladders, [&] {
      return "entry " + std::to_string(entry) + " asks for alarm " + alarm.first + " of " + alarm.second +
             ", and there is none";
    });
  for (const auto& [party, event] : std::exchange(kept_out_due_, {})) {
    const Fact& of = *book_.fact(event);
    const auto is_open = [&](core::CaseNumber c) {
      return book_.alarm_of_keeping_out(party, c, false) || book_.alarm_of_keeping_out(party, c, true);
    };
    need(is_open(book_.case_told_of(of)), ladders, [&] {
      return "whoever is on duty as " + party + " is kept out of the case that entry " + std::to_string(event) +
             " is of, and no alarm says so";
    });
  }
  for (const auto& [alarm, entry] : std::exchange(alarms_due_again_, {}))
    broken(ladders, "entry " + std::to_string(entry) + " asks once more for alarm " + alarm.first + " of " +
                        alarm.second + ", which is open, and whoever had answered for it is not told again");
  for (const auto& [number, entry] : std::exchange(declined_, {}))
    broken(ladders, book_.note(core::NotificationId::of(number))->name() + " was declined by entry " +
                        std::to_string(entry) + ", and its ladder waits for its time");
  if (alarm_owed_.empty()) return;
  const auto& [number, entry] = *alarm_owed_.begin();
  const Note* note = book_.note(core::NotificationId::of(number));
  broken(ladders, "the ladder of " + note->name() + " is exhausted by entry " + std::to_string(entry) +
                      ", and no alarm says that nobody was told");
}

void Judge::check_person(const v1::LedgerEntry& entry) {
  const bool acknowledges = entry.has_acknowledged();
  const core::NotificationId id{
      entry.event(), static_cast<core::Slot>(acknowledges ? entry.acknowledged().slot() : entry.declined().slot())};
  const std::string& via = acknowledges ? entry.acknowledged().via() : entry.declined().via();
  const std::string who = via.starts_with("local") ? "people" : via;
  const std::string key = key_of(id, who);
  const Note* note = book_.note(id);
  need(who == "people" || note->recipient == who, entitled,
       [&] { return "entry " + std::to_string(entry.index()) + " takes the word of " + who + " for " + note->name(); });
  if (acknowledges)
    need(++entered_[key] <= answers_[key], entitled, [&] {
      return "entry " + std::to_string(entry.index()) + " has " + who + " acknowledge " + note->name() + " " +
             std::to_string(entered_[key]) + " times, and it was said " + std::to_string(answers_[key]) + " times";
    });
  else
    need(++refusals_entered_[key] <= refusals_said_[key], entitled,
         [&] { return "entry " + std::to_string(entry.index()) + " has " + who + " decline what it did not"; });
}

}  // namespace told::sim
