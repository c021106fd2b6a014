// What is owed once, after an episode or while a child stays; reckoned a second time, before the entry is in the book.
#include <algorithm>

#include "core/event_types.hpp"
#include "judge.hpp"
#include "promises.hpp"
#include "reckoning.hpp"

namespace told::sim {
namespace {

bool ends_an_episode(const Fact& fact) { return fact.type == "told.child.located.v1" || fact.type == "stand_down"; }

bool parts(const core::Clock& clock, const std::string& type) {
  if (clock.once_a_stay) return type == "told.case.closed.v1" || type == "told.child.transferred.v1";
  return type == "told.child.missing.v1" || type == "told.child.missing_risk_changed.v1";
}

bool is_once(const core::Clock& clock) {
  return clock.after.empty() && (clock.once_a_stay || clock.starts == "child.located");
}

bool as_real(const Fact& fact, v1::Status status) {
  return (fact.status == v1::STATUS_ACTUAL) == (status == v1::STATUS_ACTUAL);
}

}  // namespace

const core::Clock* Judge::owed_once(const Note& note) const {
  const core::Policy* frozen = note.is(v1::NOTIFICATION_KIND_OBLIGATION) ? policy(note.policy) : nullptr;
  const core::Clock* clock = frozen == nullptr ? nullptr : frozen->clock(note.rule);
  return clock != nullptr && is_once(*clock) ? clock : nullptr;
}

std::int64_t Judge::began_us(const core::Clock& clock, const Fact& started, std::int64_t from_us) const {
  return clock.after.empty() && clock.once_a_stay ? word_us(started) : std::min(told_as(started)->time_us, from_us);
}

std::int64_t Judge::word_us(const Fact& fact) const { return std::min(told_as(fact)->time_us, fact.recorded_us); }

/// A child of the case was missing (or left, where it is owed once while it stays), by what stands, after the one and
/// by the other.
bool Judge::parted_between(core::CaseNumber c, v1::Status status, const core::Clock& clock, std::int64_t one_us,
                           std::int64_t other_us, core::EntryIndex but) const {
  return std::any_of(book_.facts().begin(), book_.facts().end(), [&](const auto& each) {
    const Fact& fact = each.second;
    return parts(clock, fact.type) && fact.index != but && !fact.withdrawn && book_.case_of(fact) == c &&
           as_real(fact, status) && fact.time_us > std::min(one_us, other_us) &&
           fact.time_us <= std::max(one_us, other_us);
  });
}

std::vector<Note> Judge::owed_since(core::CaseNumber c, v1::Status status, const core::Policy& in_force,
                                    std::string_view type, std::optional<std::int64_t> at_us) const {
  std::vector<Note> all;
  for (const auto& [index, fact] : book_.facts()) {
    if (told_as(fact)->withdrawn || book_.case_of(*told_as(fact)) != c || !as_real(*told_as(fact), status)) continue;
    for (const Note& note : fact.notes) {
      const core::Clock* clock = owed_once(note);
      if (clock == nullptr || (!note.open && note.done_us == 0)) continue;
      if (std::none_of(in_force.clocks.begin(), in_force.clocks.end(), [&](const core::Clock& each) {
            return each.name == clock->name && each.starts == type && is_once(each) &&
                   each.once_a_stay == clock->once_a_stay;
          }))
        continue;
      const std::int64_t since_us = began_us(*clock, fact, note.from_us);
      if (parted_between(c, status, *clock, since_us, at_us.value_or(INT64_MAX))) continue;
      const std::int64_t stands_for_us = std::max(since_us, note.open ? note.deadline_us : note.done_us);
      if (clock->once_a_stay || !at_us || *at_us <= stands_for_us) all.push_back(note);
    }
  }
  return all;
}

void Judge::note_what_is_owed(const v1::LedgerEntry& entry) {
  owed_already_.clear();
  const core::Policy* in_force = policy(entry.policy_version());
  if (in_force == nullptr) return;
  const v1::EventAccepted& head = entry.event_accepted();
  const core::CaseNumber c = book_.goes_on_as(entry.case_number());
  if (entry.has_stand_down_ordered()) {
    const Fact* missing = book_.fact(entry.stand_down_ordered().ends_episode());
    if (missing != nullptr) owed_already_ = owed_since(c, missing->status, *in_force, "child.located", {});
  } else if (entry.has_event_accepted() && head.amends() == 0) {
    owed_already_ = owed_since(c, head.status(), *in_force, core::published_type(head.type()), head.event_time_us());
  } else if (const Fact* earlier = book_.fact(head.amends()); earlier != nullptr) {
    owed_already_ = owed_since(book_.case_of(*earlier), earlier->status, *in_force, core::published_type(earlier->type),
                               happened_us(entry));
  }
}

bool Judge::is_owed_already(const core::Clock& clock) const {
  return std::any_of(owed_already_.begin(), owed_already_.end(),
                     [&](const Note& note) { return owed_once(note)->name == clock.name; });
}

/// `left`: the clocks that would have begun. What it names is that, and none of it begins later than this happened.
/// What a correction names is from now on what the event itself has left.
void Judge::check_left_out(const v1::LedgerEntry& entry, const std::set<std::string>& left) const {
  const v1::EventAccepted& head = entry.event_accepted();
  const auto& said = entry.has_event_accepted() ? head.owed_already() : entry.stand_down_ordered().owed_already();
  const std::set<std::uint64_t> named(said.begin(), said.end());
  std::set<std::uint64_t> wanted;
  for (const Note& note : owed_already_)
    if (left.contains(owed_once(note)->name)) wanted.insert(note.id.number());
  const bool right = head.amends() == 0 ? wanted == named
                                        : std::includes(wanted.begin(), wanted.end(), named.begin(), named.end()) &&
                                              std::includes(book_.fact(head.amends())->owed_already.begin(),
                                                            book_.fact(head.amends())->owed_already.end(),
                                                            wanted.begin(), wanted.end());
  need(right, everybody, [&] {
    std::string unlike;
    for (const std::uint64_t id : wanted)
      if (!named.contains(id)) unlike += ", and does not name " + book_.note(core::NotificationId::of(id))->name();
    for (const std::uint64_t id : named)
      if (!wanted.contains(id)) unlike += ", and names number " + std::to_string(id);
    return "entry " + std::to_string(entry.index()) + " leaves " + std::to_string(named.size()) +
           " clocks to an earlier report of the same, and should leave " + std::to_string(wanted.size()) + unlike;
  });
  if (!entry.has_event_accepted()) return;
  const std::int64_t from_us = std::min(happened_us(entry), entry.time_us());
  for (const Note& note : owed_already_)
    if (named.contains(note.id.number()) && note.from_us > from_us) check_begins_anew(entry, note, from_us);
}

void Judge::check_begins_anew(const v1::LedgerEntry& entry, const Note& note, std::int64_t from_us) const {
  if (!note.open || note.rounds > 0 || note.from_us == from_us) return;
  const auto& recomputed =
      entry.has_event_accepted() ? entry.event_accepted().recomputed() : entry.identity_changed().recomputed();
  const auto said = std::find_if(recomputed.begin(), recomputed.end(),
                                 [&](const auto& each) { return each.notification() == note.id.number(); });
  need(said != recomputed.end(), deadlines, [&] {
    return "entry " + std::to_string(entry.index()) + " says that it was at another time, and " + note.name() +
           " keeps its deadline";
  });
  check_reckoned(entry, "the start of " + note.name(), said->from_us(), from_us);
  check_reckoned(entry, "the deadline of " + note.name(), said->deadline_us(),
                 due_us(owed_once(note)->due, from_us, policy(note.policy)->calendar));
}

bool Judge::with_it(const Note& note, const Fact& report) const {
  const Fact& own = *book_.fact(note.id.event);
  return !told_as(own)->withdrawn && book_.case_of(own) == book_.case_of(report) &&
         !parted_between(book_.case_of(own), own.status, *owed_once(note),
                         began_us(*owed_once(note), own, note.from_us), report.time_us);
}

bool Judge::has_left(const Fact& report, const core::Clock& clock) const {
  return std::any_of(report.owed_already.begin(), report.owed_already.end(), [&](std::uint64_t number) {
    const Note* other = book_.note(core::NotificationId::of(number));
    return other != nullptr && owed_once(*other) != nullptr && owed_once(*other)->name == clock.name;
  });
}

bool Judge::leaves_it_to(const Fact& report, const Note& note) const {
  if (!has_left(report, *owed_once(note)) || !with_it(note, report)) return false;
  if (report.owed_already.contains(note.id.number())) return true;
  return std::none_of(report.owed_already.begin(), report.owed_already.end(), [&](std::uint64_t number) {
    const Note* other = book_.note(core::NotificationId::of(number));
    return other != nullptr && owed_once(*other) != nullptr && owed_once(*other)->name == owed_once(note)->name &&
           with_it(*other, report);
  });
}

std::int64_t Judge::first_word_us(const Fact& report, const core::Clock& clock, core::EntryIndex gone) const {
  std::int64_t first_us = word_us(report);
  for (const auto& [index, fact] : book_.facts())
    if (index != gone && !fact.withdrawn && has_left(fact, clock) && book_.case_of(fact) == book_.case_of(report) &&
        as_real(fact, report.status) &&
        !parted_between(book_.case_of(report), report.status, clock, report.time_us, fact.time_us, gone))
      first_us = std::min(first_us, word_us(fact));
  return first_us;
}

/// From when it is owed by what others say than `but`.
std::int64_t Judge::reported_first_us(const Note& note, core::EntryIndex but,
                                      std::optional<std::int64_t> now_us) const {
  const Fact& own = *book_.fact(note.id.event);
  std::int64_t first_us = told_as(own)->index == but ? INT64_MAX : word_us(own);
  for (const auto& [index, fact] : book_.facts())
    if (index != but && !fact.withdrawn && as_real(fact, own.status) && leaves_it_to(fact, note) &&
        !(now_us && parted_between(book_.case_of(own), own.status, *owed_once(note), *now_us, fact.time_us)))
      first_us = std::min(first_us, word_us(fact));
  return first_us;
}

/// What `gone` had left to another report runs on as if it had not been said, or had been said of `instead_us`.
void Judge::check_reckoned_without(const v1::LedgerEntry& entry, core::EntryIndex gone,
                                   std::optional<std::int64_t> instead_us) const {
  const Fact& report = *book_.fact(gone);
  for (const auto number : book_.open()) {
    const Note& note = *book_.note(core::NotificationId::of(number));
    const Fact& own = *book_.fact(note.id.event);
    const core::Clock* clock = owed_once(note);
    if (clock == nullptr || told_as(own)->index == gone || !leaves_it_to(report, note)) continue;
    std::int64_t from_us = reported_first_us(note, gone);
    if (instead_us &&
        !parted_between(book_.case_of(own), own.status, *clock, began_us(*clock, own, note.from_us), *instead_us))
      from_us = std::min({from_us, *instead_us, entry.time_us()});
    check_begins_anew(entry, note, from_us);
  }
}

void Judge::check_somebody_says_so(const v1::LedgerEntry& entry, const Book& then) const {
  const auto& recomputed =
      entry.has_event_accepted() ? entry.event_accepted().recomputed() : entry.identity_changed().recomputed();
  for (const v1::ClockRecomputed& anew : recomputed) {
    const Note& note = *then.note(core::NotificationId::of(anew.notification()));
    const core::Clock* clock = owed_once(note);
    if (clock == nullptr || !clock->once_a_stay) continue;
    const Fact& own = *then.fact(note.id.event);
    const std::int64_t began_us = own.amends == 0 ? own.time_us : then.fact(own.amends)->time_us;
    const auto says_so = [&](const Fact& report) {
      if (core::published_type(report.type) != clock->starts || report.withdrawn || !as_real(report, own.status) ||
          then.case_of(report) != then.case_of(own) || report.time_us < anew.from_us())
        return false;
      // One that is corrected to a time after it came counts as of the stay in which it came, too.
      if (own.recorded_us < began_us && report.time_us < began_us) return true;
      const auto [one_us, other_us] = std::minmax(began_us, report.time_us);
      return std::none_of(then.facts().begin(), then.facts().end(), [&, lo = one_us, hi = other_us](const auto& each) {
        const Fact& left = each.second;
        return parts(*clock, left.type) && !left.withdrawn && as_real(left, own.status) &&
               then.case_of(left) == then.case_of(own) && left.time_us > lo && left.time_us <= hi;
      });
    };
    // What is said to happen later is owed from when that was said: first, or by a correction.
    const auto said = [&](const Fact& report) {
      return report.time_us == anew.from_us() || report.recorded_us == anew.from_us() ||
             std::any_of(then.facts().begin(), then.facts().end(), [&](const auto& each) {
               return each.second.amends == report.index && each.second.recorded_us == anew.from_us();
             });
    };
    need(std::any_of(then.facts().begin(), then.facts().end(),
                     [&](const auto& each) { return says_so(each.second) && said(each.second); }),
         deadlines, [&] {
           return "entry " + std::to_string(entry.index()) + " has " + note.name() + " (" + clock->name +
                  ") run from a time that no report of its case and stay says";
         });
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
      owed_once(note) == nullptr || book_.case_of(end) != book_.case_of(*gone) ||
      (end.status == v1::STATUS_ACTUAL) != (gone->status == v1::STATUS_ACTUAL) || !ends_it(end, *gone))
    return false;
  return std::none_of(book_.facts().begin(), book_.facts().end(), [&](const auto& each) {
    const Fact& other = each.second;
    return other.type == gone->type && other.index != gone->index && !other.withdrawn &&
           book_.case_of(other) == book_.case_of(*gone) &&
           (other.status == v1::STATUS_ACTUAL) == (gone->status == v1::STATUS_ACTUAL) && ends_it(end, other);
  });
}

/// What was owed because of a report that does not stand (`gone`; 0: all do) is owed because of the next report of the
/// same; so it is where the report is said now to be of another stay; and where it is said only now that a child had
/// left, because of the first report of the time since.
void Judge::check_passed_on(const v1::LedgerEntry& entry,
                            const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups,
                            const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& stops,
                            core::EntryIndex gone) const {
  using Begun = std::tuple<core::EntryIndex, std::uint32_t, std::uint32_t, std::int64_t>;
  const core::EntryIndex amended = entry.has_event_accepted() ? entry.event_accepted().amends() : gone;
  std::set<Begun> wanted, made;
  std::set<std::pair<core::EntryIndex, std::string>> begun;
  const auto begin = [&](const Fact& report, const Note& as, std::int64_t from_us) {
    const core::Clock& clock = *owed_once(as);
    for (const auto index : with_corrections(report.index, entry.index()))
      for (const Note& own : book_.fact(index)->notes)
        if (owed_once(own) != nullptr && owed_once(own)->name == clock.name) return;
    if (begun.emplace(report.index, clock.name).second)
      wanted.emplace(report.index, as.rule, as.policy, due_us(clock.due, from_us, policy(as.policy)->calendar));
  };
  for (const auto number : book_.open()) {
    const Note& note = *book_.note(core::NotificationId::of(number));
    const Fact& started = *book_.fact(note.id.event);
    const core::Clock* clock = owed_once(note);
    const bool falls = gone != 0 && told_as(started)->index == gone;
    if (clock == nullptr || (!falls && !was_never_missing(entry, started, note))) continue;
    for (const auto& [index, report] : book_.facts()) {
      if (index == gone || index == started.index || report.withdrawn || !as_real(report, started.status) ||
          !leaves_it_to(report, note))
        continue;
      begin(report, note, first_word_us(report, *clock, amended));
      break;
    }
  }
  if (gone == 0 && amended != 0 && entry.event_accepted().corrected_time_us() != 0)
    for (const auto index : with_corrections(amended, entry.index()))
      for (const Note& note : book_.fact(index)->notes) {
        const Fact& moved = *book_.fact(amended);
        const core::Clock* clock = owed_once(note);
        if (clock == nullptr || !clock->once_a_stay || (!note.open && note.done_us == 0)) continue;
        for (const auto& [other, report] : book_.facts())
          if (other != amended && !report.withdrawn && as_real(report, moved.status) && leaves_it_to(report, note) &&
              parted_between(book_.case_of(moved), moved.status, *clock, entry.event_accepted().corrected_time_us(),
                             report.time_us)) {
            begin(report, note, first_word_us(report, *clock, amended));
            break;
          }
      }
  if (entry.has_identity_changed()) {  // what was another child's is owed apart, but for what the right child owes
    const Fact& moved = *book_.fact(gone);
    const core::CaseNumber to = book_.goes_on_as(entry.case_number());
    std::set<std::string> there;
    if (const core::Policy* in_force = policy(entry.policy_version());
        in_force != nullptr && to != book_.case_of(moved))
      for (const Note& note : owed_since(to, moved.status, *in_force, core::published_type(moved.type), moved.time_us))
        there.insert(owed_once(note)->name);
    for (const auto number : moved.owed_already)
      if (const Note* note = book_.note(core::NotificationId::of(number));
          note != nullptr && owed_once(*note) != nullptr && !there.contains(owed_once(*note)->name))
        begin(moved, *note, word_us(moved));
  }
  if (const auto left = left_at(entry)) {
    std::set<std::string> owed;
    for (const auto& [index, report] : book_.facts())
      for (const auto number : report.owed_already) {
        const Note* note = book_.note(core::NotificationId::of(number));
        const core::Clock* clock = note == nullptr ? nullptr : owed_once(*note);
        if (clock == nullptr || !clock->once_a_stay || report.withdrawn || book_.case_of(report) != left->of ||
            !as_real(report, left->status) || book_.case_of(*book_.fact(note->id.event)) != left->of)
          continue;
        if (began_us(*clock, *book_.fact(note->id.event), note->from_us) >= left->at_us ||
            left->at_us > report.time_us ||
            parted_between(left->of, left->status, *clock, left->at_us, report.time_us, amended) ||
            !owed.insert(clock->name).second)
          continue;
        const std::string_view leaving = core::published_type(left->type);
        const bool at_once =
            left->at_us == report.time_us &&
            (leaving == "case.closed" || names(clock->until, leaving) || names(clock->stopped_by, leaving));
        std::int64_t from_us = word_us(report);
        for (const auto& [other, too] : book_.facts())
          if (!too.withdrawn && book_.case_of(too) == left->of && as_real(too, left->status) && has_left(too, *clock) &&
              too.time_us >= left->at_us &&
              !parted_between(left->of, left->status, *clock, report.time_us, too.time_us, amended))
            from_us = std::min(from_us, word_us(too));
        if (!at_once) begin(report, *note, std::max(from_us, left->at_us));
      }
  }
  for (const v1::OwedAgain& group : groups)
    for (const v1::Duty& duty : group.duties()) {
      if (duty.slot() < book_.fact(group.event())->notes.size()) continue;
      const core::Policy* frozen = policy(duty.policy_version());
      if (frozen != nullptr && frozen->clock(duty.rule()) != nullptr && !frozen->clock(duty.rule())->after.empty())
        continue;  // what follows one that was done
      made.emplace(group.event(), duty.rule(), duty.policy_version(), duty.deadline_us());
      if (gone == 0) check_stopped_by_another(entry, group.event(), duty, stops, amended);
    }
  need(wanted == made, everybody, [&] {
    return "entry " + std::to_string(entry.index()) + " leaves " + std::to_string(wanted.size()) +
           " clocks to be owed because of another report of the same, and begins " + std::to_string(made.size()) +
           " of them";
  });
}

/// The entry says of a case that a child had left it then.
std::optional<Judge::Left> Judge::left_at(const v1::LedgerEntry& entry) const {
  const v1::EventAccepted& head = entry.event_accepted();
  const auto leaves = [](const std::string& type) {
    return type == "told.case.closed.v1" || type == "told.child.transferred.v1";
  };
  if (entry.has_identity_changed()) {
    const Fact* moved = book_.fact(entry.identity_changed().moved_event());
    if (moved == nullptr || !leaves(moved->type)) return std::nullopt;
    return Left{book_.goes_on_as(entry.case_number()), moved->status, moved->time_us, moved->type};
  }
  if (!entry.has_event_accepted() || head.withdraws()) return std::nullopt;
  if (head.amends() == 0) {
    if (!leaves(head.type())) return std::nullopt;
    return Left{book_.goes_on_as(entry.case_number()), head.status(), head.event_time_us(), head.type()};
  }
  const Fact* earlier = book_.fact(head.amends());
  if (earlier == nullptr || !leaves(earlier->type) || head.corrected_time_us() == 0) return std::nullopt;
  return Left{book_.case_of(*earlier), earlier->status, head.corrected_time_us(), earlier->type};
}

}  // namespace told::sim
