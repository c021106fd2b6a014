// What is owed: what stops it, what begins when it is done, and what is owed again. All of it before the entry is in
// the book, which has what stood until then.
#include <algorithm>
#include <tuple>

#include "core/event_types.hpp"
#include "judge.hpp"
#include "promises.hpp"
#include "reckoning.hpp"

namespace told::sim {
/// What an event stops of what is owed: all of it, and nothing that began after it happened. What ends it for good ends
/// each of its rounds and whatever follows one, as long as it did not happen before what made all of it owed.
void Judge::check_stopped(const v1::LedgerEntry& entry,
                          const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& groups, core::CaseNumber c,
                          std::string_view type, v1::Status status, std::int64_t at_us, core::EntryIndex by) const {
  const bool withdraws = entry.has_event_accepted() && entry.event_accepted().withdraws();
  const bool closes = type == "case.closed";
  const auto said_of = [&](const Note& note) -> const v1::ClockStopped* {
    for (const v1::ClocksStopped& group : groups)
      if (group.event() == note.id.event && group.by() == by)
        for (const v1::ClockStopped& clock : group.clocks())
          if (clock.slot() == note.id.slot) return &clock;
    return nullptr;
  };
  for (const auto number : book_.open()) {
    const auto id = core::NotificationId::of(number);
    const Note& note = *book_.note(id);
    if (!note.is(v1::NOTIFICATION_KIND_OBLIGATION)) continue;
    const Fact& started = *book_.fact(id.event);
    const core::Clock* clock = policy(note.policy) == nullptr ? nullptr : policy(note.policy)->clock(note.rule);
    if (clock == nullptr) continue;
    const v1::ClockStopped* said = said_of(note);
    const bool withdrawn = (withdraws && entry.event_accepted().amends() == told_as(started)->index) ||
                           was_never_missing(entry, started, note);
    if (by != 0 && told_as(started)->index == by) continue;  // what an event began it does not stop
    const bool in_case = book_.case_of(started) == book_.goes_on_as(c) &&
                         (started.status == v1::STATUS_ACTUAL) == (status == v1::STATUS_ACTUAL);
    const bool stops = names(clock->stopped_by, type) && at_us >= note.from_us;
    const bool ends = (closes || names(clock->until, type)) && at_us >= began_us(*clock, started, note.from_us);
    const bool right = withdrawn || (in_case && (stops || ends));
    need(right == (said != nullptr), everybody, [&] {
      return "entry " + std::to_string(entry.index()) + " (" + std::string{type} + ")" +
             (right ? " leaves what it stops: " : " stops what it does not: ") + note.name() + " (" + clock->name + ")";
    });
    if (said == nullptr) continue;
    need(withdrawn || said->late() == (stops && at_us > note.deadline_us), deadlines, [&] {
      return "entry " + std::to_string(entry.index()) + " stops " + note.name() +
             (said->late() ? ", late" : " in time") + ", and it is not so";
    });
    for (const v1::ClocksStopped& group : groups)
      if (group.event() == id.event && group.by() == by) {
        if (stops && !names(clock->until, type) && !closes && !withdrawn)
          check_next_round(entry, group.duties(), note, at_us);
        if (stops && !closes && !withdrawn) check_owed_after_it(entry, group.duties(), note, at_us);
        check_answered_notices(entry, note, group.duties());
      }
  }
}

/// Whatever `stopper` had stopped, and nobody has done since, is owed again, and whoever owes it is told at once. Where
/// another stands that stops it, it is stopped by that one.
void Judge::check_owed_again(const v1::LedgerEntry& entry,
                             const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups,
                             const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& stops,
                             core::EntryIndex stopper) const {
  for (const v1::OwedAgain& group : groups)
    for (const v1::Duty& duty : group.duties()) {
      check_reckoned(entry, "the reminder of " + duty.recipient() + ", who owes something again,", duty.next_us(),
                     entry.time_us());
      check_stopped_by_another(entry, group.event(), duty, stops, stopper);
    }
  for (const auto& [index, fact] : book_.facts())
    for (const Note& note : fact.notes) {
      if (note.stopped_by != stopper || stopper == 0 || note.open || fact.withdrawn || index == stopper) continue;
      const bool again = std::any_of(groups.begin(), groups.end(), [&](const v1::OwedAgain& group) {
        return group.event() == index && std::any_of(group.duties().begin(), group.duties().end(),
                                                     [&](const v1::Duty& duty) { return duty.slot() == note.id.slot; });
      });
      need(again, everybody, [&] {
        return note.name() + " was done by what entry " + std::to_string(entry.index()) +
               " takes back, and is not owed again";
      });
    }
}

void Judge::check_stopped_by_another(const v1::LedgerEntry& entry, core::EntryIndex event, const v1::Duty& duty,
                                     const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& stops,
                                     core::EntryIndex stopper) const {
  // What begins only now has ended where a report that stands of its case says so, but for another of the same.
  const Note* note = book_.note({event, static_cast<core::Slot>(duty.slot())});
  const core::Policy* frozen = policy(duty.policy_version());
  const core::Clock* clock = frozen == nullptr ? nullptr : frozen->clock(duty.rule());
  if (clock == nullptr || !clock->after.empty()) return;
  const Fact& started = *book_.fact(event);
  const std::int64_t since_us = note == nullptr ? duty.from_us() : began_us(*clock, started, duty.from_us());
  const bool apart = note == nullptr && entry.has_identity_changed() && event == stopper;
  const core::CaseNumber c = apart ? book_.goes_on_as(entry.case_number()) : book_.case_of(started);
  const auto does = [&](const Fact& other) {
    return names(clock->stopped_by, core::published_type(other.type)) && other.time_us >= duty.from_us();
  };
  const auto stands = [&](const Fact& other) {
    const std::string_view type = core::published_type(other.type);
    const bool ends = type == "case.closed" || names(clock->until, type);
    return other.index != stopper && other.index != event && other.index != told_as(started)->index &&
           !other.withdrawn && book_.case_of(other) == c && (note != nullptr || other.type != started.type) &&
           (other.status == v1::STATUS_ACTUAL) == (started.status == v1::STATUS_ACTUAL) &&
           (does(other) || (ends && other.time_us >= since_us));
  };
  const v1::ClocksStopped* said = nullptr;
  const v1::ClockStopped* how = nullptr;
  for (const v1::ClocksStopped& group : stops)
    if (group.by() != 0 && group.event() == event)
      for (const v1::ClockStopped& each : group.clocks())
        if (each.slot() == duty.slot()) std::tie(said, how) = std::pair{&group, &each};
  const bool any =
      std::any_of(book_.facts().begin(), book_.facts().end(), [&](const auto& each) { return stands(each.second); });
  need(any == (said != nullptr), everybody, [&] {
    return "entry " + std::to_string(entry.index()) + " makes duty " + std::to_string(duty.slot()) + " of entry " +
           std::to_string(event) + " (" + clock->name + ") owed again" +
           (any ? ", and another event that stands has stopped it" : " and stops it, and nothing stands that does");
  });
  if (said == nullptr) return;
  const Fact* by = book_.fact(said->by());
  need(by != nullptr && stands(*by) && how->no_longer_owed() != does(*by) &&
           how->late() == (does(*by) && by->time_us > duty.deadline_us()),
       everybody, [&] {
         return "entry " + std::to_string(entry.index()) + " has entry " + std::to_string(said->by()) + " stop " +
                clock->name + ", and it does not do that so";
       });
}

void Judge::check_next_round(const v1::LedgerEntry& entry, const google::protobuf::RepeatedPtrField<v1::Duty>& duties,
                             const Note& note, std::int64_t done_us) const {
  const core::Policy* frozen = policy(note.policy);
  const core::Clock* clock = frozen == nullptr ? nullptr : frozen->clock(note.rule);
  if (clock == nullptr || !clock->every) return;
  const auto round = std::find_if(duties.begin(), duties.end(), [&](const v1::Duty& duty) {
    return duty.slot() == note.id.slot && duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION;
  });
  need(round != duties.end(), everybody, [&] {
    return note.name() + " is done, and its next round does not begin with entry " + std::to_string(entry.index());
  });
  check_reckoned(entry, "the start of the next round of " + note.name(), round->from_us(), done_us);
  check_reckoned(entry, "the next round's deadline of " + note.name(), round->deadline_us(),
                 due_us(*clock->every, done_us, frozen->calendar));
}

/// A visit is done, and is to be written up: each time, by its own deadline.
void Judge::check_owed_after_it(const v1::LedgerEntry& entry,
                                const google::protobuf::RepeatedPtrField<v1::Duty>& duties, const Note& note,
                                std::int64_t done_us) const {
  const core::Policy* frozen = policy(note.policy);
  const core::Clock* clock = frozen == nullptr ? nullptr : frozen->clock(note.rule);
  if (clock == nullptr) return;
  for (const core::Clock& next : frozen->clocks) {
    if (next.after != clock->name) continue;
    const auto owed = std::find_if(duties.begin(), duties.end(), [&](const v1::Duty& duty) {
      return duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION && duty.rule() == next.number &&
             duty.slot() != note.id.slot;
    });
    need(owed != duties.end(), everybody, [&] {
      return note.name() + " is done, and " + next.name + " is not owed with entry " + std::to_string(entry.index());
    });
    check_reckoned(entry, "the start of " + next.name, owed->from_us(), done_us);
    check_reckoned(entry, "the deadline of " + next.name, owed->deadline_us(),
                   due_us(next.due, done_us, frozen->calendar));
    const Note* before = book_.note({note.id.event, static_cast<core::Slot>(owed->slot())});
    need(before == nullptr || !before->open, everybody,
         [&] { return next.name + " of an earlier time is forgotten with entry " + std::to_string(entry.index()); });
  }
}

}  // namespace told::sim
