// Later truths: a correction, a withdrawal, a new grade. They go to exactly those who were told the earlier thing.
#include <algorithm>

#include "core/event_types.hpp"
#include "core/turn.hpp"

namespace told::core {
std::optional<v1::Problem> Turn::why_not_amended(const v1::Event& event, const Known* earlier) const {
  const bool corrects = event.has_event_corrected();
  v1::Problem p;
  p.set_field(corrects ? "event_corrected.supersedes" : "event_withdrawn.supersedes");
  const auto say = [&](const char* code, const char* reason, const char* mend) {
    p.set_code(code);
    p.set_reason(reason);
    p.set_mend(mend);
    return p;
  };
  if (earlier == nullptr)
    return say("unknown_event", "you have published no event with this id",
               "give the id under which the earlier event was published by this same source");
  const Event* before = state().event(earlier->entry);
  if (before == nullptr)
    return say("too_old", "the earlier event was closed so long ago that it is no longer at hand",
               "tell those who were told by telephone, and record each call; the case shows who they are");
  if (before->amends != 0)
    return say("not_an_original", "the earlier event is itself a correction or a withdrawal",
               "name the event that was published first, and say all of it as it should have been");
  if (before->withdrawn)
    return say("withdrawn_already", "the earlier event was withdrawn, and everyone was told so",
               "publish what is true now as a new event");
  if (corrects) {
    const EventType* kind = event_type_of_data(event.event_corrected().corrected_case());
    if (kind == nullptr || kind->type != before->type)
      return say("type_mismatch", "the corrected data are of another kind than the earlier event's",
                 "correct an event with data of its own kind; withdraw it where it should have been another event");
  } else if (before->ends_episode != 0 && state().open_episodes(state().case_of(*before), Instant::max()).empty()) {
    return say("would_fall_silent", "withdrawing this leaves a child missing for whom nobody is called",
               "publish told.child.missing.v1 anew first, then withdraw this");
  }
  return std::nullopt;
}

void Turn::amend(v1::EventAccepted& head, const v1::Event& event, EntryIndex earlier_index, EntryIndex index,
                 Instant from) {
  const Event& earlier = *state().event(earlier_index);
  head.set_amends(earlier_index);
  // Whatever it says of itself: it goes to those who were told of the earlier event, and is as real to them as that
  // was.
  head.set_status(earlier.status);
  head.set_withdraws(event.has_event_withdrawn());
  head.set_keeps_content(head.withdraws() && state().held(state().case_of(earlier)));
  if (event.has_event_corrected()) {
    const v1::EventCorrected& c = event.event_corrected();
    if (c.has_time()) head.set_corrected_time_us(to_us(time_of(c.time())));
    head.set_grade(c.has_child_missing() ? c.child_missing().risk().grade() : v1::RISK_GRADE_UNSPECIFIED);
    recompute(head, earlier, c.has_time() ? begun(time_of(c.time())) : Instant{}, head.grade());
  } else {
    for (const NotificationId id : state().obligations(state().case_of(earlier))) {
      if (id.event != earlier_index) continue;
      v1::ClocksStopped& group = stopped_of(*head.mutable_clocks_stopped(), earlier_index);
      v1::ClockStopped& stopped = *group.add_clocks();
      stopped.set_slot(id.slot);
      stopped.set_no_longer_owed(true);
      tell_it_is_answered(*group.mutable_duties(), id);
    }
    owe_again(*head.mutable_owed_again(), earlier);
  }
  tell_the_amendment(*head.mutable_duties(), earlier, index, from,
                     head.withdraws() ? v1::NOTIFICATION_KIND_WITHDRAWAL : v1::NOTIFICATION_KIND_CORRECTION);
}

void Turn::tell_the_amendment(Duties& duties, const Event& earlier, EntryIndex index, Instant from,
                              v1::NotificationKind kind) {
  std::vector<RecipientId> told;
  const auto tell = [&](const Notification& n, std::uint32_t rule_number) {
    // What still waits in a lane is delivered before its correction; withdrawn, it is not delivered at all.
    const bool heard = n.attempts > 0 || (kind != v1::NOTIFICATION_KIND_WITHDRAWAL && n.to_deliver());
    if (!heard || std::find(told.begin(), told.end(), n.recipient) != told.end()) return;
    told.push_back(n.recipient);
    NewDuty duty = by_stand_down(from, earlier);
    const PolicyPtr frozen = state().policy(n.policy_version);
    // Whoever has been kept out of the case since hears that what they had was wrong, and sees nothing new of it.
    const bool kept_out = state().screened(state().case_of(earlier), state().recipient_name(n.recipient));
    const Rule* rule = frozen && !kept_out ? frozen->rule(rule_number) : nullptr;
    if (rule != nullptr) duty = by_rule(*frozen, *rule, earlier.pace(), from);
    duty.event = index;
    duty.recipient = state().recipient_name(n.recipient);
    duty.kind = kind;
    add_duty(duties, duty);
  };
  // Those who were told what happened, then those who were only called about it, or about a correction that nobody
  // answered for: these learn the fact alone.
  for (const Notification& n : earlier.notifications)
    if (n.is(v1::NOTIFICATION_KIND_TELL) || n.is(v1::NOTIFICATION_KIND_STAND_DOWN)) tell(n, n.rule);
  std::vector<EntryIndex> called_about = state().corrections_of(earlier.index);
  called_about.insert(called_about.begin(), earlier.index);
  for (const EntryIndex each : called_about)
    for (const Notification& n : state().event(each)->notifications)
      if (n.is(v1::NOTIFICATION_KIND_ESCALATION) || n.is(v1::NOTIFICATION_KIND_OBLIGATION)) tell(n, 0);
}

void Turn::recompute(v1::EventAccepted& head, const Event& event, Instant new_start, v1::RiskGrade grade) const {
  const Pace pace = grade == v1::RISK_GRADE_UNSPECIFIED ? event.pace()
                    : grade == v1::RISK_GRADE_HIGH      ? Pace::high
                                                        : Pace::other;
  const bool quicker = pace == Pace::high && event.pace() != Pace::high;
  const auto p = static_cast<std::size_t>(pace);
  for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
    const Notification& n = event.notifications[slot];
    const PolicyPtr frozen = state().policy(n.policy_version);
    if (!frozen || !n.open() || !n.asks_acknowledgement()) continue;
    const NotificationId id{event.index, static_cast<Slot>(slot)};
    const Instant from = new_start != Instant{} ? new_start : quicker ? now_ : n.from;
    Instant deadline{};
    Instant next{};
    if (n.is(v1::NOTIFICATION_KIND_OBLIGATION)) {
      const Clock* clock = frozen->clock(n.rule);
      if (clock == nullptr || new_start == Instant{} || n.rounds > 0) continue;
      deadline = due_at(clock->due, from, frozen->calendar).at;
      next = std::min(clock->warn.at(from, deadline, clock->due, frozen->calendar), deadline);
    } else {
      const Rule* rule = frozen->rule(n.rule);
      const Ladder* ladder = rule == nullptr ? nullptr : frozen->ladder(rule->ladder[p]);
      if (ladder == nullptr || n.is(v1::NOTIFICATION_KIND_ESCALATION) || (new_start == Instant{} && !quicker)) continue;
      deadline = due_at(rule->within[p], from, frozen->calendar).at;
      // A new grade never gives more time than was left.
      if (new_start == Instant{}) deadline = std::min(deadline, n.deadline);
      next = ladder->rungs.front().after.at(from, deadline, rule->within[p], frozen->calendar);
    }
    // Whoever has been called already is not called a second time because a time was corrected.
    const bool from_the_bottom = quicker || n.rung == 0;
    if (!from_the_bottom) next = n.next;
    v1::ClockRecomputed& clock = *head.add_recomputed();
    clock.set_notification(id.number());
    clock.set_from_us(to_us(from));
    clock.set_deadline_us(to_us(deadline));
    clock.set_next_us(to_us(next));
    clock.set_from_the_bottom(from_the_bottom);
  }
}

void Turn::regrade(v1::EventAccepted& head, CaseNumber c, const v1::Event& event) {
  for (const EntryIndex missing : state().open_episodes(c, time_of(event.time()))) {
    const Event& episode = *state().event(missing);
    if ((episode.status == v1::STATUS_ACTUAL) != (event.status() == v1::STATUS_ACTUAL)) continue;
    head.add_regrades(missing);
    recompute(head, episode, Instant{}, head.grade());
  }
}

}  // namespace told::core
