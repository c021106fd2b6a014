// What is owed after an episode is owed once; reckoned a second time, before the entry is in the book.
#include <algorithm>

#include "core/event_types.hpp"
#include "judge.hpp"
#include "promises.hpp"
#include "reckoning.hpp"

namespace told::sim {
namespace {

constexpr auto found_there = "told.child.located.v1";

bool ends_an_episode(const Fact& fact) { return fact.type == found_there || fact.type == "stand_down"; }

}  // namespace

const core::Clock* Judge::after_an_end(const Note& note) const {
  const core::Policy* frozen = note.is(v1::NOTIFICATION_KIND_OBLIGATION) ? policy(note.policy) : nullptr;
  const core::Clock* clock = frozen == nullptr ? nullptr : frozen->clock(note.rule);
  return clock != nullptr && clock->starts == "child.located" && clock->after.empty() ? clock : nullptr;
}

/// A child of the case was missing, by what stands, after the one and by the other.
bool Judge::missing_between(core::CaseNumber c, v1::Status status, std::int64_t one_us, std::int64_t other_us) const {
  return std::any_of(book_.facts().begin(), book_.facts().end(), [&](const auto& each) {
    const Fact& fact = each.second;
    const bool says_so = fact.type == "told.child.missing.v1" || fact.type == "told.child.missing_risk_changed.v1";
    return says_so && !fact.withdrawn && book_.case_of(fact) == c &&
           (fact.status == v1::STATUS_ACTUAL) == (status == v1::STATUS_ACTUAL) &&
           fact.time_us > std::min(one_us, other_us) && fact.time_us <= std::max(one_us, other_us);
  });
}

std::vector<Note> Judge::owed_after(core::CaseNumber c, v1::Status status, std::optional<std::int64_t> found_us) const {
  std::vector<Note> all;
  for (const auto& [index, fact] : book_.facts()) {
    const Fact& end = *told_as(fact);
    if (!ends_an_episode(end) || end.withdrawn || book_.case_of(end) != c ||
        (end.status == v1::STATUS_ACTUAL) != (status == v1::STATUS_ACTUAL))
      continue;
    for (const Note& note : fact.notes) {
      if (after_an_end(note) == nullptr || (!note.open && note.done_us == 0)) continue;
      const std::int64_t began_us = std::min(note.from_us, end.time_us);
      if (missing_between(c, status, began_us, found_us.value_or(INT64_MAX))) continue;
      const std::int64_t stands_for_us = std::max(began_us, note.open ? note.deadline_us : note.done_us);
      if (!found_us || *found_us <= stands_for_us) all.push_back(note);
    }
  }
  return all;
}

void Judge::note_what_is_owed(const v1::LedgerEntry& entry) {
  owed_already_.clear();
  const v1::EventAccepted& head = entry.event_accepted();
  if (entry.has_stand_down_ordered()) {
    const Fact* missing = book_.fact(entry.stand_down_ordered().ends_episode());
    if (missing != nullptr) owed_already_ = owed_after(book_.goes_on_as(entry.case_number()), missing->status, {});
  } else if (head.type() == found_there) {
    owed_already_ = owed_after(book_.goes_on_as(entry.case_number()), head.status(), head.event_time_us());
  } else if (const Fact* earlier = book_.fact(head.amends());
             head.amends() != 0 && earlier != nullptr && earlier->type == found_there) {
    owed_already_ = owed_after(book_.case_of(*earlier), earlier->status, happened_us(entry));
  }
}

bool Judge::is_owed_already(const core::Clock& clock) const {
  return std::any_of(owed_already_.begin(), owed_already_.end(),
                     [&](const Note& note) { return after_an_end(note)->name == clock.name; });
}

/// `left`: the clocks that would have begun. What it names is that, and none of it begins later than the child was
/// found.
void Judge::check_left_out(const v1::LedgerEntry& entry, const std::set<std::string>& left) const {
  const v1::EventAccepted& head = entry.event_accepted();
  const auto& named = entry.has_event_accepted() ? head.owed_already() : entry.stand_down_ordered().owed_already();
  std::set<std::uint64_t> wanted;
  for (const Note& note : owed_already_)
    if (left.contains(after_an_end(note)->name)) wanted.insert(note.id.number());
  need(wanted == std::set<std::uint64_t>(named.begin(), named.end()), everybody, [&] {
    return "entry " + std::to_string(entry.index()) + " leaves " + std::to_string(named.size()) +
           " clocks to an earlier report of the same end, and should leave " + std::to_string(wanted.size());
  });
  if (!entry.has_event_accepted()) return;
  const std::int64_t from_us = std::min(head.event_time_us(), entry.time_us());
  for (const Note& note : owed_already_) {
    if (!wanted.contains(note.id.number()) || !note.open || note.rounds > 0 || note.from_us <= from_us) continue;
    const auto said = std::find_if(head.recomputed().begin(), head.recomputed().end(),
                                   [&](const auto& each) { return each.notification() == note.id.number(); });
    need(said != head.recomputed().end(), deadlines, [&] {
      return "entry " + std::to_string(entry.index()) + " says that the child was found earlier, and " + note.name() +
             " keeps its deadline";
    });
    check_reckoned(entry, "the start of " + note.name(), said->from_us(), from_us);
    check_reckoned(entry, "the deadline of " + note.name(), said->deadline_us(),
                   due_us(after_an_end(note)->due, from_us, policy(note.policy)->calendar));
  }
}

/// It is the first end that stands after the child went missing, by that report.
bool Judge::ends_it(const Fact& end, const Fact& missing) const {
  return missing.time_us <= end.time_us &&
         std::none_of(book_.facts().begin(), book_.facts().end(), [&](const auto& each) {
           const Fact& other = each.second;
           return ends_an_episode(other) && other.index != end.index && !other.withdrawn &&
                  book_.case_of(other) == book_.case_of(end) &&
                  (other.status == v1::STATUS_ACTUAL) == (end.status == v1::STATUS_ACTUAL) &&
                  other.time_us >= missing.time_us && other.time_us < end.time_us;
         });
}

bool Judge::was_never_missing(const v1::LedgerEntry& entry, const Fact& end, const Note& note) const {
  const v1::EventAccepted& head = entry.event_accepted();
  const Fact* gone = head.withdraws() ? book_.fact(head.amends()) : nullptr;
  if (gone == nullptr || gone->type != "told.child.missing.v1" || gone->episode_open || end.type != "stand_down" ||
      after_an_end(note) == nullptr || book_.case_of(end) != book_.case_of(*gone) ||
      (end.status == v1::STATUS_ACTUAL) != (gone->status == v1::STATUS_ACTUAL) || !ends_it(end, *gone))
    return false;
  return std::none_of(book_.facts().begin(), book_.facts().end(), [&](const auto& each) {
    const Fact& other = each.second;
    return other.type == gone->type && other.index != gone->index && !other.withdrawn &&
           book_.case_of(other) == book_.case_of(*gone) &&
           (other.status == v1::STATUS_ACTUAL) == (gone->status == v1::STATUS_ACTUAL) && ends_it(end, other);
  });
}

/// What was owed because of a report that does not stand is owed because of the next report of the same end.
void Judge::check_passed_on(const v1::LedgerEntry& entry,
                            const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups,
                            core::EntryIndex gone) const {
  using Begun = std::tuple<core::EntryIndex, std::uint32_t, std::uint32_t, std::int64_t>;
  std::set<Begun> wanted, made;
  const auto begin = [&](const Fact& end, const Note& as) {
    const bool has_it = std::any_of(end.notes.begin(), end.notes.end(), [&](const Note& own) {
      return after_an_end(own) != nullptr && after_an_end(own)->name == after_an_end(as)->name;
    });
    const std::int64_t from_us = std::min(end.time_us, end.recorded_us);
    if (!has_it)
      wanted.emplace(end.index, as.rule, as.policy,
                     due_us(after_an_end(as)->due, from_us, policy(as.policy)->calendar));
  };
  const auto left_it = [&](const Fact& end, const core::Clock& clock) {
    return std::any_of(end.owed_already.begin(), end.owed_already.end(), [&](std::uint64_t number) {
      const Note* other = book_.note(core::NotificationId::of(number));
      return other != nullptr && after_an_end(*other) != nullptr && after_an_end(*other)->name == clock.name;
    });
  };
  for (const auto number : book_.open()) {
    const Note& note = *book_.note(core::NotificationId::of(number));
    const Fact& started = *book_.fact(note.id.event);
    const core::Clock* clock = after_an_end(note);
    if (clock == nullptr || (told_as(started)->index != gone && !was_never_missing(entry, started, note))) continue;
    for (const auto& [index, end] : book_.facts()) {
      if (!ends_an_episode(end) || index == gone || index == started.index || end.withdrawn ||
          book_.case_of(end) != book_.case_of(started) || !left_it(end, *clock) ||
          (end.status == v1::STATUS_ACTUAL) != (started.status == v1::STATUS_ACTUAL) ||
          missing_between(book_.case_of(started), started.status, std::min(note.from_us, told_as(started)->time_us),
                          end.time_us))
        continue;
      begin(end, note);
      break;
    }
  }
  if (entry.has_identity_changed())  // what was another child's is owed apart
    for (const auto number : book_.fact(gone)->owed_already)
      if (const Note* note = book_.note(core::NotificationId::of(number))) begin(*book_.fact(gone), *note);
  for (const v1::OwedAgain& group : groups)
    for (const v1::Duty& duty : group.duties())
      if (duty.slot() >= book_.fact(group.event())->notes.size())
        made.emplace(group.event(), duty.rule(), duty.policy_version(), duty.deadline_us());
  need(wanted == made, everybody, [&] {
    return "entry " + std::to_string(entry.index()) + " takes back what began " + std::to_string(wanted.size()) +
           " clocks for another report of the same end, and begins " + std::to_string(made.size()) + " of them";
  });
}

}  // namespace told::sim
