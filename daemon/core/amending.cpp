// Later truths: a correction, a withdrawal, a new grade. They go to exactly those who were told the earlier thing.
// A correction is told to whoever the event concerns only as it is by now, too, as the event itself would have been.
#include <algorithm>
#include <set>

#include "core/event_types.hpp"
#include "core/turn.hpp"

namespace told::core {

v1::RiskGrade grade_of(const v1::Event& event) {
  if (event.has_event_corrected()) return grade_of(as_happened(event));
  if (event.has_child_missing()) return event.child_missing().risk().grade();
  if (event.has_child_missing_risk_changed()) return event.child_missing_risk_changed().risk().grade();
  return v1::RISK_GRADE_UNSPECIFIED;
}

bool Turn::is_about_the_same(const EventPrints& amending, const Event& before) const {
  const CaseNumber recorded = state().goes_on_as(before.case_number), now = state().case_of(before);
  const auto is_it = [&](const Fingerprint& subject) {
    const CaseNumber c = state().case_of(subject);
    // A person may have said that it is another child's, or that the two were one and then that they were not.
    return c != 0 && (c == recorded || c == now || state().was_part_of(c, now));
  };
  return is_it(amending.subject) || is_it(amending.subject_in_prevent);
}

std::optional<v1::Problem> Turn::why_not_amended(const Publish& c, const Known* earlier) const {
  const v1::Event& event = *c.event;
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
  if (!equally_real(before->status, event.status())) {
    p.set_field("status");
    return say(
        "another_status", "one of the two is an exercise, and the other is real",
        "give the status with which the earlier event was published; an exercise corrects and withdraws events of "
        "its own");
  }
  if (!is_about_the_same(c.prints, *before)) {
    p.set_field("subject");
    return say("another_subject", "the earlier event was published about another subject",
               "give the subject of the earlier event, or the id of the event that is about this subject; where the "
               "earlier event itself was about the wrong child, withdraw it under the subject that it had");
  }
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
    if (event.event_corrected().has_time() && would_be_missing(*before, time_of(event.event_corrected().time()))) {
      p.set_field("event_corrected.time");
      return say("would_fall_silent", "by this time a child is missing for whom nobody is called any more",
                 "publish told.child.missing.v1 anew first, then correct this");
    }
    if (event.event_corrected().has_time() && would_be_owed(*before, time_of(event.event_corrected().time()))) {
      p.set_field("event_corrected.time");
      return say("would_fall_silent", "by this time something is owed still of which nobody would hear",
                 "withdraw the earlier event, and publish it anew with its own time");
    }
  } else if (ends_the_last_search(*before)) {
    return say("would_fall_silent", "withdrawing this leaves a child missing for whom nobody is called",
               "publish told.child.missing.v1 anew first, then withdraw this");
  }
  return std::nullopt;
}

std::vector<const Rule*> Turn::amend(v1::EventAccepted& head, const v1::Event& event, EntryIndex earlier_index,
                                     EntryIndex index, Instant from) {
  const Event& earlier = *state().event(earlier_index);
  head.set_amends(earlier_index);
  // Whatever it says of itself: it goes to those who were told of the earlier event, and is as real to them as that
  // was.
  head.set_status(earlier.status);
  head.set_withdraws(event.has_event_withdrawn());
  head.set_keeps_content(head.withdraws() && state().held(state().case_of(earlier)));
  const std::vector<EntryIndex> so_far = with_corrections(earlier_index);
  std::vector<GradeSaid> said = state().grades_said(state().case_of(earlier));
  const auto its = std::find_if(said.begin(), said.end(), [&](const GradeSaid& g) { return g.entry == earlier_index; });
  Pace pace = earlier.pace();
  if (event.has_event_corrected()) {
    const v1::EventCorrected& c = event.event_corrected();
    if (c.has_time()) head.set_corrected_time_us(to_us(time_of(c.time())));
    v1::RiskGrade grade = head.grade() == v1::RISK_GRADE_UNSPECIFIED ? earlier.said_grade : head.grade();
    if (its != said.end()) {
      its->grade = grade;
      if (c.has_time()) its->time = time_of(c.time());
      if (its->missing) grade = grade_by(said, *its);
    }
    if (grade != v1::RISK_GRADE_UNSPECIFIED) pace = pace_of(grade);
    const Instant new_start = c.has_time() ? begun(time_of(c.time())) : Instant{};
    for (const EntryIndex each : so_far) recompute(*head.mutable_recomputed(), *state().event(each), new_start, pace);
    if (c.has_time()) reckon_without(*head.mutable_recomputed(), earlier, time_of(c.time()));
  } else {
    for (const NotificationId id : state().obligations(state().case_of(earlier))) {
      if (id.event != earlier_index && state().event(id.event)->amends != earlier_index) continue;
      v1::ClocksStopped& group = stopped_of(*head.mutable_clocks_stopped(), id.event);
      v1::ClockStopped& stopped = *group.add_clocks();
      stopped.set_slot(id.slot);
      stopped.set_no_longer_owed(true);
      tell_it_is_answered(*group.mutable_duties(), id);
    }
    owe_again(*head.mutable_owed_again(), *head.mutable_clocks_stopped(), earlier);
    pass_on_all(begun_in(head, earlier_index), earlier);
    reckon_without(*head.mutable_recomputed(), earlier, std::nullopt);
    stop_where_nobody_was_missing(begun_in(head, earlier_index), earlier);
    if (its != said.end()) said.erase(its);
  }
  regrade(*head.mutable_regrades(), *head.mutable_recomputed(), said, earlier_index);
  tell_the_amendment(*head.mutable_duties(), earlier, index, from, pace,
                     head.withdraws() ? v1::NOTIFICATION_KIND_WITHDRAWAL : v1::NOTIFICATION_KIND_CORRECTION);
  if (head.withdraws()) return {};
  std::vector<const Rule*> rules = tell_whom_it_concerns_now(head, event, earlier, so_far, index, pace);
  if (earlier.type == child_missing && its != said.end())
    tell_the_grade(*head.mutable_grade_told(), rules, said, *its, state().case_of(earlier));
  if (head.corrected_time_us() != 0) act_at_corrected_time(head, earlier, index, from);
  return rules;
}

void Turn::tell_the_grade(google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups,
                          const std::vector<const Rule*>& rules, const std::vector<GradeSaid>& said,
                          const GradeSaid& missing, CaseNumber c) {
  const GradeSaid* last = last_grade(said, missing);
  if (last == nullptr || rules.empty()) return;
  const std::vector<EntryIndex> so_far = with_corrections(last->entry);
  const Event& given = *state().event(last->entry);
  // What it said else is in the ledger, and not at hand: no rule for whoever was told of the episode asks for that.
  v1::Event event;
  event.set_type(std::string(new_grade));
  event.set_source(std::string(given.source));
  event.set_site(std::string(given.site));
  event.set_status(given.status);
  event.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(last->grade);
  const Asked asked{event};
  const std::set<std::string> told = told_by_rule(so_far);
  v1::OwedAgain group;
  group.set_event(so_far.back());
  for (const auto& [rule, exercise_only] : engine_.rules_.of(state().policy(), std::string(short_type(new_grade)))) {
    const auto names_them = [&, who = rule->who](const Rule* tells) { return tells->who == who; };
    if (exercise_only == last->real || !rule->only_if_told || !applies_at(rule->sites, event) ||
        !rule->only_if.holds(asked) || told.contains(rule->who) || std::none_of(rules.begin(), rules.end(), names_them))
      continue;
    NewDuty duty = by_rule(*state().policy(), *rule, pace_of(last->grade), now_);
    duty.event = group.event();
    add_duties_by_rule(*group.mutable_duties(), *rule, duty, c, {}, told);
  }
  if (!group.duties().empty()) *groups.Add() = std::move(group);
}

std::set<std::string> Turn::told_by_rule(const std::vector<EntryIndex>& events) const {
  std::set<std::string> told;
  for (const EntryIndex each : events)
    for (const Notification& n : state().event(each)->notifications) {
      if (!n.is(v1::NOTIFICATION_KIND_TELL) && !n.is(v1::NOTIFICATION_KIND_STAND_DOWN)) continue;
      const PolicyPtr frozen = state().policy(n.policy_version);
      told.insert(state().recipient_name(n.recipient));
      if (const Rule* rule = frozen ? frozen->rule(n.rule) : nullptr) told.insert(rule->who);
    }
  return told;
}

std::vector<EntryIndex> Turn::with_corrections(EntryIndex event) const {
  std::vector<EntryIndex> all = state().corrections_of(event);
  all.insert(all.begin(), event);
  return all;
}

std::vector<const Rule*> Turn::tell_whom_it_concerns_now(v1::EventAccepted& head, const v1::Event& correcting,
                                                         const Event& earlier, const std::vector<EntryIndex>& said,
                                                         EntryIndex index, Pace pace) {
  Duties& duties = *head.mutable_duties();
  const v1::EventCorrected& c = correcting.event_corrected();
  const Instant at = c.has_time() ? time_of(c.time()) : earlier.time;
  v1::Event event = as_happened(correcting);
  event.set_source(std::string(earlier.source));
  event.set_site(std::string(earlier.site));
  event.set_status(earlier.status);

  const std::set<std::string> told = told_by_rule(said);
  std::set<std::string> clocks;  // by name
  for (const EntryIndex each : said)
    for (const Notification& n : state().event(each)->notifications)
      if (const Clock* clock = n.is(v1::NOTIFICATION_KIND_OBLIGATION) ? clock_of(n) : nullptr)
        clocks.insert(clock->name);
  const CaseNumber case_number = state().case_of(earlier);
  const std::vector<EntryIndex> all = state().that_bear_on_clocks(case_number);
  for (const Clock& clock : state().policy()->clocks)
    // Whether a round of one that repeats was done a person says.
    if (ended_by(&clock, earlier, all, begun(at), begun(at), !clock.every)) clocks.insert(clock.name);

  // What it has left to another report already, or has itself begun, is left out without a word.
  std::vector<NotificationId> owed = owed_already(case_number, earlier.status, short_type(earlier.type), at);
  std::erase_if(owed, [&](NotificationId id) { return clocks.contains(clock_of(*state().notification(id))->name); });
  clocks.merge(clocks_of(owed));

  std::vector<const Rule*> rules;
  // Nobody is called to look for a child who is found: whoever was not told of the start is not told of its end either.
  if (!is_over(earlier)) rules = rules_for(event, as_real_as(earlier.status, state().open_search(case_number, at)));
  std::erase_if(rules, [&](const Rule* rule) { return told.contains(rule->who); });
  for (const Rule* rule : rules) {
    NewDuty duty = by_rule(*state().policy(), *rule, pace, now_);  // they could not have been told before
    duty.event = index;
    add_duties_by_rule(duties, *rule, duty, case_number, {}, told);
  }
  const std::set<std::string> left_out = begin_clocks(duties, event, begun(at), clocks);
  std::erase_if(owed, [&](NotificationId id) {
    const auto& with = earlier.owed_already;
    return !left_out.contains(clock_of(*state().notification(id))->name) ||
           std::find(with.begin(), with.end(), id) != with.end();
  });
  leave_to_earlier(head, owed, begun(at));
  return rules;
}

void Turn::act_at_corrected_time(v1::EventAccepted& head, const Event& earlier, EntryIndex index, Instant from) {
  const CaseNumber c = state().case_of(earlier);
  const Instant at = from_us(head.corrected_time_us());
  const Stopper as_said_now{short_type(earlier.type), earlier.status, at, earlier.index};
  if (is_leaving(as_said_now.type)) owe_in_the_next_stay(begun_in(head, earlier.index), c, as_said_now);
  owe_where_it_was(begun_in(head, earlier.index), earlier, at);
  stop_clocks(*head.mutable_clocks_stopped(), c, as_said_now);
  // One that has ended a search is a report of that end: were it to end another, a child who went missing again within
  // the minute would be found by a minute's correction.
  if (short_type(earlier.type) != "child.located" || earlier.ends_episode != 0) return;
  const std::vector<EntryIndex> search = as_real_as(earlier.status, state().open_search(c, at));
  if (search.empty()) return;
  head.set_ends_episode(search.front());
  tell_the_end(*head.mutable_duties(), told_of(search), index, from, *state().event(search.front()));
}

void Turn::tell_the_amendment(Duties& duties, const Event& earlier, EntryIndex index, Instant from, Pace pace,
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
    if (rule != nullptr) duty = by_rule(*frozen, *rule, pace, from);
    duty.event = index;
    duty.recipient = state().recipient_name(n.recipient);
    duty.kind = kind;
    add_duty(duties, duty);
  };
  // Those who were told what happened, then those who were only called about it, or about a correction that nobody
  // answered for: these learn the fact alone.
  const std::vector<EntryIndex> told_by = with_corrections(earlier.index);
  for (const EntryIndex each : told_by)
    for (const Notification& n : state().event(each)->notifications)
      if (n.is(v1::NOTIFICATION_KIND_TELL) || n.is(v1::NOTIFICATION_KIND_STAND_DOWN)) tell(n, n.rule);
  for (const EntryIndex each : told_by)
    for (const Notification& n : state().event(each)->notifications)
      if (n.is(v1::NOTIFICATION_KIND_ESCALATION) || n.is(v1::NOTIFICATION_KIND_OBLIGATION)) tell(n, 0);
  // Where nobody is missing any more, so do those who were told how grave it is.
  if (kind == v1::NOTIFICATION_KIND_WITHDRAWAL)
    for (const EntryIndex grade : state().grades_left_by(earlier))
      for (const Notification& n : state().event(grade)->notifications) tell(n, 0);
}

void Turn::recompute(Recomputed& recomputed, const Event& event, Instant new_start, Pace pace) const {
  const bool quicker = pace == Pace::high && event.pace() != Pace::high;
  const auto p = static_cast<std::size_t>(pace);
  for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
    const Notification& n = event.notifications[slot];
    const PolicyPtr frozen = state().policy(n.policy_version);
    if (!frozen || !n.open() || !n.asks_acknowledgement()) continue;
    // Whoever was told by a correction was told when that came, whenever it happened; what it made owed is as old as
    // the event.
    if (event.amends != 0 && !n.is(v1::NOTIFICATION_KIND_OBLIGATION)) continue;
    const NotificationId id{event.index, static_cast<Slot>(slot)};
    Instant deadline{};
    Instant next{};
    Instant from = new_start != Instant{} ? new_start : quicker ? now_ : n.from;
    if (n.is(v1::NOTIFICATION_KIND_OBLIGATION)) {
      const Clock* clock = frozen->clock(n.rule);
      if (clock == nullptr || new_start == Instant{} || n.rounds > 0 || !clock->after.empty()) continue;
      // Another report of the same may say an earlier time.
      if (owed_once(n) != nullptr)
        from = std::min(from, reported_first(id, event.amends == 0 ? event.index : event.amends, new_start));
      const Times times = times_of(*clock, clock->due, *frozen, from);
      deadline = times.deadline;
      next = times.next;
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
    v1::ClockRecomputed& clock = *recomputed.Add();
    clock.set_notification(id.number());
    clock.set_from_us(to_us(from));
    clock.set_deadline_us(to_us(deadline));
    clock.set_next_us(to_us(next));
    clock.set_from_the_bottom(from_the_bottom);
  }
}

void Turn::regrade(google::protobuf::RepeatedField<std::uint64_t>& regrades, Recomputed& recomputed,
                   const std::vector<GradeSaid>& said, EntryIndex but) const {
  for (const GradeSaid& each : said) {
    const Event* missing = each.missing && each.entry != but ? state().event(each.entry) : nullptr;
    const v1::RiskGrade grade = grade_by(said, each);
    if (missing == nullptr || missing->grade == grade) continue;
    regrades.Add(each.entry);
    recompute(recomputed, *missing, Instant{}, pace_of(grade));
  }
}

}  // namespace told::core
