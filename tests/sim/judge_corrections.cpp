// Whom an event concerns only as it is corrected, and what it makes owed only then; reckoned a second time.
#include <algorithm>
#include <tuple>
#include <utility>

#include "core/event_types.hpp"
#include "judge.hpp"
#include "promises.hpp"
#include "reckoning.hpp"

namespace told::sim {
namespace {

constexpr auto correction = "told.event.corrected.v1";

/// The members of a correction have the numbers that the data of events have: the bytes can be read as either.
v1::Event read_as_event(v1::EventCorrected corrected) {
  corrected.clear_supersedes();
  corrected.clear_reason();
  corrected.clear_time();
  v1::Event event;
  event.ParseFromString(corrected.SerializeAsString());
  return event;
}

}  // namespace

const Fact* Judge::told_as(const Fact& fact) const {
  return fact.type == correction && book_.fact(fact.amends) != nullptr ? book_.fact(fact.amends) : &fact;
}

std::vector<core::EntryIndex> Judge::with_corrections(core::EntryIndex event, core::EntryIndex before) const {
  std::vector<core::EntryIndex> all{event};
  for (const auto& [index, fact] : book_.facts())
    if (fact.type == correction && fact.amends == event && index < before) all.push_back(index);
  return all;
}

std::int64_t Judge::happened_us(const v1::LedgerEntry& entry) const {
  const v1::EventAccepted& head = entry.event_accepted();
  const Fact* earlier = head.amends() == 0 ? nullptr : book_.fact(head.amends());
  if (earlier == nullptr) return head.event_time_us();
  return head.corrected_time_us() != 0 ? head.corrected_time_us() : earlier->time_us;
}

const Fact* Judge::over_by(const core::Clock& clock, const Fact& starts, core::CaseNumber c, std::int64_t from_us,
                           core::EntryIndex before, const std::string& but_type) const {
  for (const auto& [index, fact] : book_.facts()) {
    const std::string_view what = core::published_type(fact.type);
    const bool ends =
        what == "case.closed" || names(clock.until, what) || (!clock.every && names(clock.stopped_by, what));
    if (ends && index != starts.index && index < before && book_.case_of(fact) == c && !fact.withdrawn &&
        !fact.erased && (fact.status == v1::STATUS_ACTUAL) == (starts.status == v1::STATUS_ACTUAL) &&
        fact.time_us >= from_us && fact.type != but_type)
      return &fact;
  }
  return nullptr;
}

/// What had been reported as done before the event was that makes it owed, is done; and nothing else is.
void Judge::check_done_before(const v1::LedgerEntry& entry) const {
  const v1::EventAccepted& head = entry.event_accepted();
  const Fact& fact = *book_.fact(entry.index());
  const core::Policy& in_force = *policy(entry.policy_version());
  std::map<std::uint32_t, std::int64_t> begun;  // clocks that are each owed because another was done then
  for (const v1::Duty& duty : head.duties()) {
    const core::Clock* clock = duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION ? in_force.clock(duty.rule()) : nullptr;
    if (clock == nullptr) continue;
    const Fact* by = over_by(*clock, fact, book_.case_of(fact), duty.from_us(), entry.index(), fact.type);
    const v1::ClockStopped* said = nullptr;
    core::EntryIndex said_by = 0;
    for (const v1::ClocksStopped& group : head.clocks_stopped())
      for (const v1::ClockStopped& each : group.clocks())
        if (group.event() == entry.index() && each.slot() == duty.slot())
          std::tie(said, said_by) = std::pair{&each, group.by()};
    const auto at = [&] { return "entry " + std::to_string(entry.index()) + " begins " + clock->name; };
    need((by != nullptr) == (said != nullptr) && (said == nullptr || said_by == by->index), everybody, [&] {
      return at() + (by == nullptr ? " as done, and nobody had said so"
                                   : ", which entry " + std::to_string(by->index) + " had ended");
    });
    if (!clock->after.empty())
      need(begun.contains(duty.rule()) && begun[duty.rule()] == duty.from_us(), everybody,
           [&] { return at() + ", and nothing was done that it comes after"; });
    if (by == nullptr) continue;
    const bool done = names(clock->stopped_by, core::published_type(by->type));
    need(said->no_longer_owed() == !done && said->late() == (done && by->time_us > duty.deadline_us()), deadlines,
         [&] { return at() + " as done, and says wrongly how"; });
    for (const core::Clock& next : in_force.clocks)
      if (done && next.after == clock->name) begun[next.number] = by->time_us;
  }
  for (const auto& [number, from_us] : begun)
    need(std::any_of(head.duties().begin(), head.duties().end(),
                     [&, rule = number](const v1::Duty& duty) {
                       return duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION && duty.rule() == rule;
                     }),
         everybody, [&] { return "entry " + std::to_string(entry.index()) + " begins nothing after what was done"; });
}

void Judge::check_concerned_now(const v1::LedgerEntry& entry, const v1::Event& correcting) {
  const v1::EventAccepted& head = entry.event_accepted();
  const Fact& earlier = *book_.fact(head.amends());
  const core::Policy& in_force = *policy(entry.policy_version());
  const std::string_view type = core::published_type(earlier.type);
  v1::Event reported;
  reported.ParseFromString(said_[{earlier.source, earlier.id}].content);
  v1::Event event = read_as_event(correcting.event_corrected());
  event.set_type(earlier.type);
  event.set_source(earlier.source);
  event.set_site(reported.site());
  event.set_status(earlier.status);
  const std::int64_t at_us = happened_us(entry);
  const core::CaseNumber c = book_.case_of(earlier);

  std::set<std::string> told, clocks_begun;
  for (const auto index : with_corrections(earlier.index, entry.index()))
    for (const Note& note : book_.fact(index)->notes) {
      const core::Policy* frozen = policy(note.policy);
      if (note.is(v1::NOTIFICATION_KIND_OBLIGATION))
        if (const core::Clock* clock = frozen == nullptr ? nullptr : frozen->clock(note.rule))
          clocks_begun.insert(clock->name);
      if (!note.is(v1::NOTIFICATION_KIND_TELL) && !note.is(v1::NOTIFICATION_KIND_STAND_DOWN)) continue;
      told.insert(note.recipient);
      if (const core::Rule* rule = frozen == nullptr ? nullptr : frozen->rule(note.rule)) told.insert(rule->who);
    }
  const auto is_for = [&](const auto& each, const std::string& of) {
    return of == type && (each.sites.empty() || names(each.sites, event.site())) && each.only_if.holds(event) &&
           in_force.exercise_only(each.who) == (earlier.status != v1::STATUS_ACTUAL);
  };
  const bool of_a_search = type == "child.missing" || type == "child.missing_risk_changed";
  std::set<Told> wanted, made;
  for (const core::Rule& rule : in_force.rules)
    if (is_for(rule, rule.when) && !told.contains(rule.who) && (!of_a_search || earlier.episode_open) &&
        (!rule.only_if_told || named_at_the_start(rule.who, c, at_us, entry.index())))
      for (const Told& each : told_by(in_force, rule, c, entry.time_us()))
        if (!told.contains(std::get<1>(each))) wanted.insert(each);
  const auto over = [&](const core::Clock& clock) {
    return over_by(clock, earlier, c, std::min(at_us, entry.time_us()), entry.index()) != nullptr;
  };
  std::set<std::uint32_t> clocks, begun;
  std::set<std::string> left;
  for (const core::Clock& clock : in_force.clocks)
    if (is_for(clock, clock.starts) && clock.after.empty() && !clocks_begun.contains(clock.name) && !over(clock)) {
      if (is_owed_already(clock))
        left.insert(clock.name);
      else
        clocks.insert(clock.number);
    }
  check_left_out(entry, left);
  for (const v1::Duty& duty : head.duties()) {
    if (duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION) begun.insert(duty.rule());
    if (duty.kind() == v1::NOTIFICATION_KIND_TELL) made.emplace(duty.rule(), duty.recipient(), duty.nobody_there());
  }
  if (type == "child.missing") {
    std::set<std::string> newly;
    for (const Told& each : made) newly.insert(in_force.rule(std::get<0>(each))->who);
    check_grade_told(entry, earlier, newly);
  }
  need(wanted == made && clocks == begun, everybody, [&] {
    return "entry " + std::to_string(entry.index()) + " corrects a " + std::string{type} + ", tells " +
           std::to_string(made.size()) + " for the first time and begins " + std::to_string(begun.size()) +
           " clocks; the policy has " + std::to_string(wanted.size()) + " and " + std::to_string(clocks.size());
  });
}

void Judge::check_grade_told(const v1::LedgerEntry& entry, const Fact& missing, const std::set<std::string>& told) {
  const v1::EventAccepted& head = entry.event_accepted();
  const core::Policy& in_force = *policy(entry.policy_version());
  const core::CaseNumber c = book_.case_of(missing);
  const auto is_real = [](const Fact& fact) { return fact.status == v1::STATUS_ACTUAL; };
  const Fact* last = nullptr;
  for (const auto& [index, fact] : book_.facts())
    if (fact.type == "told.child.missing_risk_changed.v1" && fact.episode_open && index < entry.index() &&
        book_.case_of(fact) == c && is_real(fact) == is_real(missing) && fact.said != v1::RISK_GRADE_UNSPECIFIED &&
        fact.time_us >= missing.time_us && (last == nullptr || fact.time_us >= last->time_us))
      last = &fact;
  std::set<Told> wanted, made;
  std::set<std::string> knew;
  core::EntryIndex where = 0;
  if (last != nullptr && missing.episode_open) {
    for (const auto index : with_corrections(last->index, entry.index())) {
      where = index;
      for (const Note& note : book_.fact(index)->notes) {
        if (note.made_by == entry.index() && note.attempts <= 1 && note.made_us == entry.time_us()) continue;
        if (!note.is(v1::NOTIFICATION_KIND_TELL) && !note.is(v1::NOTIFICATION_KIND_STAND_DOWN)) continue;
        knew.insert(note.recipient);
        const core::Policy* frozen = policy(note.policy);
        if (const core::Rule* rule = frozen == nullptr ? nullptr : frozen->rule(note.rule)) knew.insert(rule->who);
      }
    }
    v1::Event event;
    event.ParseFromString(said_.at({last->source, last->id}).content);
    for (const core::Rule& rule : in_force.rules)
      if (rule.when == "child.missing_risk_changed" && rule.only_if_told && told.contains(rule.who) &&
          !knew.contains(rule.who) && (rule.sites.empty() || names(rule.sites, event.site())) &&
          rule.only_if.holds(event) && in_force.exercise_only(rule.who) != is_real(missing))
        for (const Told& each : told_by(in_force, rule, c, entry.time_us()))
          if (!knew.contains(std::get<1>(each))) wanted.insert(each);
  }
  for (const v1::OwedAgain& group : head.grade_told()) {
    need(group.event() == where, everybody,
         [&] { return "entry " + std::to_string(entry.index()) + " tells of a grade that is not the newest"; });
    check_duties(entry, *book_.fact(group.event()), group.duties());
    for (const v1::Duty& duty : group.duties()) {
      made.emplace(duty.rule(), duty.recipient(), duty.nobody_there());
      const core::Rule& rule = *in_force.rule(duty.rule());
      const auto pace =
          static_cast<std::size_t>(last->said == v1::RISK_GRADE_HIGH ? core::Pace::high : core::Pace::other);
      check_reckoned(entry, "the start of what is told of the grade", duty.from_us(), entry.time_us());
      check_reckoned(entry, "the deadline of what is told of the grade", duty.deadline_us(),
                     due_us(rule.within[pace], entry.time_us(), in_force.calendar));
    }
  }
  need(wanted == made, everybody, [&] {
    return "entry " + std::to_string(entry.index()) + " tells " + std::to_string(made.size()) +
           " of how grave a search is that they hear of now, and the policy has " + std::to_string(wanted.size());
  });
}

}  // namespace told::sim
