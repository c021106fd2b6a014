// By when: each deadline, and each time at which a ladder is to climb, as told says it is durable; reckoned a second
// time (reckoning.hpp). All of it before the entry is in the book, which has what stood until then.
#include <algorithm>

#include "core/event_types.hpp"
#include "judge.hpp"
#include "promises.hpp"
#include "reckoning.hpp"
#include "steps.hpp"

namespace told::sim {
namespace {

std::size_t pace(bool high) { return static_cast<std::size_t>(high ? core::Pace::high : core::Pace::other); }

std::int64_t first_rung_us(const core::Policy& policy, const std::string& ladder, const core::Due& within,
                           std::int64_t from_us, std::int64_t deadline_us) {
  const core::Ladder* found = policy.ladder(ladder);
  return found == nullptr ? 0 : rung_us(found->rungs.front().after, from_us, deadline_us, within, policy.calendar);
}

std::int64_t warn_us(const core::Policy& policy, const core::Clock& clock, std::int64_t from_us,
                     std::int64_t deadline_us) {
  return std::min(rung_us(clock.warn, from_us, deadline_us, clock.due, policy.calendar), deadline_us);
}

}  // namespace

void Judge::check_reckoned(const v1::LedgerEntry& entry, const std::string& what, std::int64_t said_us,
                           std::int64_t right_us) const {
  need(said_us == right_us, deadlines, [&] {
    return "entry " + std::to_string(entry.index()) + ": " + what + " is " + std::to_string(said_us) +
           " us, and should be " + std::to_string(right_us) + " us";
  });
}

void Judge::check_times(const v1::LedgerEntry& entry) const {
  if (entry.has_event_accepted()) return check_times_of_event(entry);
  if (entry.has_acknowledged()) return check_answer(entry);
  if (entry.has_alarm_raised())
    for (const v1::Duty& duty : entry.alarm_raised().duties()) check_duty_times(entry, duty, false);
  if (entry.has_stand_down_ordered())
    for (const v1::Duty& duty : entry.stand_down_ordered().duties()) check_duty_times(entry, duty, false);
  if (entry.has_identity_changed()) {
    const v1::IdentityChanged& head = entry.identity_changed();
    if (head.moved_event() != 0) {
      check_owed_again(entry, head.owed_again(), head.clocks_stopped(), head.moved_event());
      check_passed_on(entry, head.owed_again(), head.clocks_stopped(), head.moved_event());
      check_reckoned_without(entry, head.moved_event(), std::nullopt);
    }
    const Book then = after(entry);
    check_recomputed(entry, then);
    check_somebody_says_so(entry, then);
  }
}

/// Of whoever is told without a rule: of a later truth about an event, or of the end of an episode.
const core::Rule* Judge::instead_of(const v1::LedgerEntry& entry, const core::Policy& policy) const {
  const Fact* about = nullptr;
  if (entry.has_event_accepted() && entry.event_accepted().amends() != 0)
    about = book_.fact(entry.event_accepted().amends());
  else if (const auto search = book_.search(entry.case_number()); !search.empty())
    about = book_.fact(search.front());
  return about == nullptr ? nullptr : rule_instead(policy, of_prevent_stream(*about), about->status);
}

/// What begins with this entry runs from when its event happened, or from now where that is said to be still to come.
void Judge::check_duty_times(const v1::LedgerEntry& entry, const v1::Duty& duty, bool high) const {
  const core::Policy* frozen = policy(duty.policy_version());
  need(frozen != nullptr, whole, [&] { return "entry " + std::to_string(entry.index()) + " is of no policy"; });
  const v1::EventAccepted& head = entry.event_accepted();
  // Whoever is told by a correction for the first time could not have been told before; what it makes owed was owed.
  const std::int64_t since_us = duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION ? happened_us(entry)
                                : head.amends() != 0 && duty.kind() == v1::NOTIFICATION_KIND_TELL
                                    ? entry.time_us()
                                    : head.event_time_us();
  std::int64_t from_us = entry.has_event_accepted() ? std::min(since_us, entry.time_us()) : entry.time_us();
  // What comes after something that was done before it was owed: check_done_before.
  if (const core::Clock* owed = duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION ? frozen->clock(duty.rule()) : nullptr;
      owed != nullptr && !owed->after.empty())
    from_us = duty.from_us();
  const std::string what = "of " + duty.recipient() + "'s duty " + std::to_string(duty.slot());
  check_reckoned(entry, "the start " + what, duty.from_us(), from_us);
  std::int64_t deadline_us = 0;
  std::int64_t next_us = 0;
  if (duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION) {
    const core::Clock* clock = frozen->clock(duty.rule());
    if (clock == nullptr) return;
    deadline_us = due_us(clock->due, from_us, frozen->calendar);
    next_us = warn_us(*frozen, *clock, from_us, deadline_us);
  } else if (const core::Rule* rule = frozen->rule(duty.rule())) {
    deadline_us = due_us(rule->within[pace(high)], from_us, frozen->calendar);
    next_us = first_rung_us(*frozen, rule->ladder[pace(high)], rule->within[pace(high)], from_us, deadline_us);
  } else {
    const core::Rule* instead = instead_of(entry, *frozen);
    const core::Due& within = instead == nullptr ? frozen->stand_down_within : instead->within[0];
    deadline_us = due_us(within, from_us, frozen->calendar);
    next_us = first_rung_us(*frozen, instead == nullptr ? frozen->stand_down_ladder : instead->ladder[0], within,
                            from_us, deadline_us);
  }
  check_reckoned(entry, "the deadline " + what, duty.deadline_us(), deadline_us);
  if (duty.nobody_there()) next_us = entry.time_us();
  check_reckoned(entry, "the first rung " + what, duty.next_us(), next_us);
}

void Judge::check_times_of_event(const v1::LedgerEntry& entry) const {
  const v1::EventAccepted& head = entry.event_accepted();
  const bool of_a_search = head.amends() != 0 || head.type() == "told.child.missing.v1" ||
                           head.type() == "told.child.missing_risk_changed.v1";
  const Book then = of_a_search ? after(entry) : Book{};
  const bool high = of_a_search && then.fact(entry.index())->high;
  for (const v1::Duty& duty : head.duties()) check_duty_times(entry, duty, high);
  if (of_a_search) check_recomputed(entry, then);
  check_reckoned(entry, "the time from which the grade holds", head.holds_from_us(), holds_from_us(entry));
  need(of_a_search || head.regrades().empty(), whole,
       [&] { return "entry " + std::to_string(entry.index()) + " is of no search, and changes how grave one is"; });
  check_stopped(entry, head.clocks_stopped(), entry.case_number(), core::published_type(head.type()), head.status(),
                head.event_time_us());
  if (head.withdraws()) {
    check_owed_again(entry, head.owed_again(), head.clocks_stopped(), head.amends());
    check_reckoned_without(entry, head.amends(), std::nullopt);
  } else if (head.corrected_time_us() != 0 && book_.fact(head.amends()) != nullptr) {
    check_reckoned_without(entry, head.amends(), head.corrected_time_us());
  }
  check_passed_on(entry, head.owed_again(), head.clocks_stopped(), head.withdraws() ? head.amends() : 0);
  if (head.recomputed_size() > 0) check_somebody_says_so(entry, of_a_search ? then : after(entry));
  // What is said now to have happened then does what it would have done.
  const Fact* earlier = head.corrected_time_us() == 0 ? nullptr : book_.fact(head.amends());
  if (earlier != nullptr)
    check_stopped(entry, head.clocks_stopped(), book_.case_of(*earlier), core::published_type(earlier->type),
                  earlier->status, head.corrected_time_us(), head.amends());
  if (earlier != nullptr && earlier->type == "told.child.located.v1" && earlier->ends == 0)
    check_ends(entry, entry.case_number(), *earlier, head.corrected_time_us(), head.ends_episode());
}

/// What police say of how grave it is, of a little before the child was reported missing, is of that search: nobody
/// regrades a child whom they do not search for. Unless an earlier search ended since.
std::int64_t Judge::holds_from_us(const v1::LedgerEntry& entry) const {
  const v1::EventAccepted& head = entry.event_accepted();
  if (head.type() != "told.child.missing_risk_changed.v1") return 0;
  const bool real = head.status() == v1::STATUS_ACTUAL;
  std::int64_t first_us = INT64_MAX;
  for (const auto index : book_.episodes(entry.case_number()))
    if ((book_.fact(index)->status == v1::STATUS_ACTUAL) == real)
      first_us = std::min(first_us, book_.fact(index)->time_us);
  if (first_us == INT64_MAX || first_us <= head.event_time_us()) return 0;
  for (const auto& [index, fact] : book_.facts())
    if ((fact.type == "told.child.located.v1" || fact.type == "stand_down") && !fact.withdrawn &&
        (fact.status == v1::STATUS_ACTUAL) == real && fact.time_us >= head.event_time_us() && fact.time_us < first_us &&
        book_.case_of(fact) == book_.goes_on_as(entry.case_number()))
      return 0;
  return first_us;
}

Book Judge::after(const v1::LedgerEntry& entry) const {
  Book then = book_;
  if (const std::string wrong = then.add(entry); !wrong.empty()) broken(whole, wrong);
  return then;
}

/// A corrected time, or a higher grade, moves whatever of the event still waits for somebody. `then`: the book with it.
void Judge::check_recomputed(const v1::LedgerEntry& entry, const Book& then) const {
  const v1::EventAccepted& head = entry.event_accepted();
  const auto& regrades = entry.has_event_accepted() ? head.regrades() : entry.identity_changed().regrades();
  const auto& recomputed = entry.has_event_accepted() ? head.recomputed() : entry.identity_changed().recomputed();
  std::set<core::EntryIndex> about{regrades.begin(), regrades.end()};
  if (head.amends() != 0 && !head.withdraws())
    for (const auto index : with_corrections(head.amends(), entry.index())) about.insert(index);
  for (const auto& [index, fact] : book_.facts())
    need(!fact.episode_open || fact.high == then.fact(index)->high || about.contains(index), deadlines, [&] {
      return "entry " + std::to_string(entry.index()) + " changes how grave entry " + std::to_string(index) +
             " is, and does not say so";
    });
  for (const auto index : about) {
    const Fact* fact = book_.fact(index);
    if (fact == nullptr) continue;
    const bool about_it = index == head.amends() || (fact->amends == head.amends() && head.amends() != 0);
    const bool moved = about_it && head.corrected_time_us() != 0;
    const bool high = then.fact(index)->high;
    const bool quicker = high && !fact->high;
    for (const Note& note : fact->notes) {
      const auto said = std::find_if(recomputed.begin(), recomputed.end(),
                                     [&](const auto& each) { return each.notification() == note.id.number(); });
      const core::Policy* frozen = policy(note.policy);
      if (!note.open || note.deadline_us == 0 || frozen == nullptr) continue;
      if (fact->amends != 0 && !note.is(v1::NOTIFICATION_KIND_OBLIGATION)) continue;  // told when it was corrected
      std::int64_t from_us = moved     ? std::min(head.corrected_time_us(), entry.time_us())
                             : quicker ? entry.time_us()
                                       : note.from_us;
      std::int64_t deadline_us = 0;
      std::int64_t next_us = 0;
      if (note.is(v1::NOTIFICATION_KIND_OBLIGATION)) {
        const core::Clock* clock = frozen->clock(note.rule);
        if (clock == nullptr || !moved || note.rounds > 0 || !clock->after.empty()) continue;
        if (owed_once(note) != nullptr) from_us = std::min(from_us, reported_first_us(note, head.amends(), from_us));
        deadline_us = due_us(clock->due, from_us, frozen->calendar);
        next_us = warn_us(*frozen, *clock, from_us, deadline_us);
      } else {
        const core::Rule* rule = frozen->rule(note.rule);
        if (rule == nullptr || note.is(v1::NOTIFICATION_KIND_ESCALATION) || (!moved && !quicker)) continue;
        deadline_us = due_us(rule->within[pace(high)], from_us, frozen->calendar);
        if (!moved) deadline_us = std::min(deadline_us, note.deadline_us);
        next_us = first_rung_us(*frozen, rule->ladder[pace(high)], rule->within[pace(high)], from_us, deadline_us);
      }
      need(said != recomputed.end(), deadlines, [&] {
        return "entry " + std::to_string(entry.index()) + " says when or how grave entry " + std::to_string(index) +
               " was, and " + note.name() + " keeps its old deadline";
      });
      check_reckoned(entry, "the deadline of " + note.name(), said->deadline_us(), deadline_us);
      if (quicker || note.rung == 0)
        check_reckoned(entry, "the first rung of " + note.name(), said->next_us(), next_us);
      else
        check_reckoned(entry, "the next rung of " + note.name(), said->next_us(), note.next_us);
    }
  }
}

void Judge::check_answer(const v1::LedgerEntry& entry) const {
  const v1::Acknowledged& head = entry.acknowledged();
  const Note* note = book_.note({entry.event(), static_cast<core::Slot>(head.slot())});
  if (note == nullptr) return;
  const auto at = [&] { return "entry " + std::to_string(entry.index()) + ", an answer to " + note->name() + ","; };
  const bool kept_out = kept_out_and_says_so(entry, *note);
  need(head.kept_out() == kept_out, entitled, [&] {
    return at() +
           (kept_out ? " is of somebody who is kept out of the case, and counts" : " is of somebody who may give it");
  });
  // Nobody is visited twice within a minute: what is said to be done then is said a second time. (What is repeated does
  // not say in the ledger that it said so; what takes on a duty, and does not do it, is no repeat.)
  const core::Policy* frozen = policy(note->policy);
  const core::Clock* of_clock =
      note->is(v1::NOTIFICATION_KIND_OBLIGATION) && frozen != nullptr ? frozen->clock(note->rule) : nullptr;
  const bool soon = of_clock != nullptr && of_clock->every && note->rounds > 0 && !head.ends() &&
                    head.said_us() < note->from_us + 60'000'000;
  const bool repeated = !note->open || note->deadline_us == 0 || kept_out || (soon && (head.done() || head.repeated()));
  need(head.repeated() == repeated, whole,
       [&] { return at() + (repeated ? " is a repeated one, and counts" : " is the first, and does not count"); });
  // Nothing is back-dated: what somebody says for themselves is known when told hears it.
  const bool vouched = head.done() || head.means() == v1::MEANS_LOCAL || head.means() == v1::MEANS_TELEPHONE;
  const std::int64_t known_us = vouched ? head.said_us() : entry.time_us();
  need(head.late() == (!repeated && known_us > note->deadline_us), deadlines, [&] {
    return at() + " of " + std::to_string(head.said_us()) + " us is kept as " + (head.late() ? "late" : "in time") +
           "; the deadline was " + std::to_string(note->deadline_us) + " us";
  });
  if (repeated) return;
  if (note->is(v1::NOTIFICATION_KIND_OBLIGATION) && head.done() && !head.ends())
    check_next_round(entry, head.duties(), *note, head.said_us());
  if (note->is(v1::NOTIFICATION_KIND_OBLIGATION) && head.done())
    check_owed_after_it(entry, head.duties(), *note, head.said_us());
  need(!head.ends() || std::none_of(head.duties().begin(), head.duties().end(),
                                    [&](const v1::Duty& duty) {
                                      return duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION &&
                                             duty.slot() == note->id.slot;
                                    }),
       everybody, [&] { return at() + " says that it is done for good, and it begins again"; });
  check_answered_notices(entry, *note, head.duties());
}

/// The next rung comes when the ladder that was frozen says, or, where that is past, after the distance between two.
void Judge::check_next_rung(const v1::LedgerEntry& entry, const Note& before) const {
  const v1::Escalated& head = entry.escalated();
  const Steps steps = steps_of(before);
  if (steps.frozen == nullptr || steps.rungs.empty()) return;
  const std::int64_t now_us = entry.time_us();
  const std::int64_t again_us = due_us(steps.repeat_last, now_us, steps.frozen->calendar);
  if (head.said_already()) {
    need(head.next_us() > now_us && head.next_us() <= again_us, ladders, [&] {
      return "entry " + std::to_string(entry.index()) + " leaves " + before.name() +
             " to an earlier call, and not until that is due again";
    });
    return;
  }
  std::int64_t next_us = again_us;
  if (head.reason() != v1::ESCALATION_REASON_HELD && head.rung() < steps.rungs.size()) {
    const auto at_us = [&](std::size_t step) {
      return rung_us(steps.rungs[step].after, before.from_us, before.deadline_us, steps.within, steps.frozen->calendar);
    };
    const std::int64_t planned_us = at_us(head.rung());
    next_us =
        planned_us > now_us ? planned_us : now_us + std::max<std::int64_t>(planned_us - at_us(head.rung() - 1), 1);
    if (head.nobody_on_duty()) next_us = now_us;
  }
  if (head.reason() == v1::ESCALATION_REASON_CALL_DECLINED) {
    // What is owed is not overdue before it is due, whoever has said no; where nobody else is left, nothing is moved.
    const bool owed_at_the_top = before.is(v1::NOTIFICATION_KIND_OBLIGATION) && head.rung() == steps.rungs.size();
    if (owed_at_the_top) next_us = std::max(next_us, before.deadline_us);
    if (head.exhausted()) next_us = before.next_us;
  }
  check_reckoned(entry, "the next rung of " + before.name(), head.next_us(), next_us);
}

}  // namespace told::sim
