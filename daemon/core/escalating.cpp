// Ladders: while nobody has acknowledged, somebody else is called; a ladder never falls silent.
#include <algorithm>

#include "core/reference.hpp"
#include "core/turn.hpp"

namespace told::core {
namespace {

/// Timers handled in one turn: after a long stop thousands may be due, and a turn is one group of the ledger.
constexpr int timers_a_turn = 1000;

}  // namespace

void Turn::on(const Tick&) {
  begin_drills();
  try_second_channels();
  hand_over();
  for (int i = 0; i < timers_a_turn; ++i) {
    const std::optional<Timer> timer = engine_.timers_.pop_due(now_);
    if (!timer) return;
    fire(*timer);
  }
}

void Turn::fire(const Timer& timer) {
  const NotificationId id = NotificationId::of(timer.notification);
  const Notification* n = state().notification(id);
  if (n == nullptr || !n->open() || n->generation != timer.generation) return;  // stopped: never fires, however late
  climb(id, n->nobody_there() ? v1::ESCALATION_REASON_NOBODY_THERE : v1::ESCALATION_REASON_SILENCE);
}

Instant Turn::Steps::at(std::size_t step, const Notification& n) const {
  return rungs[step].after.at(n.from, n.deadline, within, policy->calendar);
}

Instant Turn::Steps::again_after(Instant last) const { return due_at(repeat_last, last, policy->calendar).at; }

Turn::Steps Turn::steps_of(const Event& event, const Notification& n) const {
  Steps steps{{}, {}, {}, state().policy(n.policy_version)};
  if (!steps.policy) return steps;
  const Rule* instead = rule_instead(event, *steps.policy);
  std::string name = instead == nullptr ? steps.policy->stand_down_ladder : instead->ladder[0];
  steps.within = instead == nullptr ? steps.policy->stand_down_within : instead->within[0];
  if (const Clock* clock = n.is(v1::NOTIFICATION_KIND_OBLIGATION) ? steps.policy->clock(n.rule) : nullptr) {
    name = clock->ladder;
    steps.within = n.rounds > 0 && clock->every ? *clock->every : clock->due;
    steps.rungs.push_back({clock->warn, {clock->who}, 0});
  } else if (const Rule* rule = steps.policy->rule(n.rule)) {
    name = rule->ladder[static_cast<std::size_t>(event.pace())];
    steps.within = rule->within[static_cast<std::size_t>(event.pace())];
  }
  const Ladder* ladder = steps.policy->ladder(name);
  if (ladder == nullptr) return steps;
  steps.rungs.insert(steps.rungs.end(), ladder->rungs.begin(), ladder->rungs.end());
  steps.repeat_last = ladder->repeat_last;
  return steps;
}

std::size_t Turn::taken_by(const Event& event, std::uint32_t slot) const {
  const auto taken =
      std::count_if(event.notifications.begin(), event.notifications.end(), [&](const Notification& call) {
        return call.is(v1::NOTIFICATION_KIND_ESCALATION) && call.about_slot == slot &&
               call.state == v1::NOTIFICATION_STATE_ACKNOWLEDGED &&
               !state().screened(state().case_called_about(event), state().recipient_name(call.recipient));
      });
  return static_cast<std::size_t>(taken);
}

bool Turn::held(const Event& event, std::uint32_t slot, const Rung& rung) const {
  return rung.quorum != 0 && taken_by(event, slot) >= rung.quorum;
}

bool Turn::too_few_left(const Event& event, std::uint32_t slot, const Steps& steps) const {
  const Notification& n = event.notifications[slot];
  const std::size_t rung = std::min<std::size_t>(n.rung, steps.rungs.size());
  // By whom it names at this moment: nobody waits for those who have gone off duty since they were called, and whoever
  // has come on duty was called as they did. Whoever is silent was not called: it is because of them that others are.
  std::vector<std::string> named;
  if (rung > 0)
    named = called_by(steps.rungs[rung - 1], event, n, *steps.policy);
  else if (!rota_told(n).empty())
    named = there(*state().policy(), rota_told(n), state().case_called_about(event));
  if (named.empty() && rung == steps.rungs.size()) named = called_below(steps, rung, event, n);
  const auto may_take =
      std::count_if(event.notifications.begin(), event.notifications.end(), [&](const Notification& call) {
        return call.is(v1::NOTIFICATION_KIND_ESCALATION) && call.about_slot == slot &&
               call.state == v1::NOTIFICATION_STATE_OPEN &&
               std::find(named.begin(), named.end(), state().recipient_name(call.recipient)) != named.end();
      });
  const std::size_t needed = std::max<std::size_t>(1, rung == 0 ? 0 : steps.rungs[rung - 1].quorum);
  return taken_by(event, slot) + static_cast<std::size_t>(may_take) < needed;
}

bool Turn::has_declined_a_call(const std::string& who, const Event& event, std::uint32_t slot) const {
  return std::any_of(event.notifications.begin(), event.notifications.end(), [&](const Notification& call) {
    return call.is(v1::NOTIFICATION_KIND_ESCALATION) && call.about_slot == slot &&
           call.state == v1::NOTIFICATION_STATE_DECLINED && state().recipient_name(call.recipient) == who;
  });
}

bool Turn::calls_nobody_else(const Rung& rung, const Event& event, std::uint32_t slot, const Policy& policy,
                             bool call_declined) const {
  if (rung.who.empty() && !rung.deputy) return true;
  const Notification& n = event.notifications[slot];
  const std::vector<std::string> who = called_by(rung, event, n, policy);
  return !who.empty() && std::all_of(who.begin(), who.end(), [&](const std::string& name) {
    return name == state().recipient_name(n.recipient) || (call_declined && has_declined_a_call(name, event, slot));
  });
}

void Turn::on_declined_call(NotificationId id) {
  const Event& event = *state().event(id.event);
  const Notification& n = event.notifications[id.slot];
  if (!n.open() || n.next <= now_) return;  // answered, or over; or it climbs now by itself
  const Steps steps = steps_of(event, n);
  if (steps.rungs.empty() || !too_few_left(event, id.slot, steps)) return;
  for (std::size_t above = n.rung; above < steps.rungs.size(); ++above)
    if (!calls_nobody_else(steps.rungs[above], event, id.slot, *steps.policy, true))
      return climb(id, v1::ESCALATION_REASON_CALL_DECLINED);
  // Nobody is left to climb to. Were those called again at once who have just said no, a system that says so by itself
  // would fill the ledger: it is said once that the ladder has come to its end, and it goes on when it would have. What
  // is owed is not undone before it is due.
  if (n.exhausted || (n.is(v1::NOTIFICATION_KIND_OBLIGATION) && n.deadline > now_)) return;
  Entry e = entry(state().case_of(event), id.event);
  v1::Escalated& head = *e.head.mutable_escalated();
  head.set_slot(id.slot);
  head.set_rung(n.rung);
  head.set_reason(v1::ESCALATION_REASON_CALL_DECLINED);
  head.set_exhausted(true);
  head.set_next_us(to_us(n.next));
  record_call(std::move(e), id);
  raise_nobody_is_left(id);
}

void Turn::raise_nobody_is_left(NotificationId id) {
  const Event& event = *state().event(id.event);
  // What an exercise comes to is for those who exercise, and an alarm that nobody answers raises none about itself.
  if (event.status != v1::STATUS_ACTUAL || event.type == "alarm") return;
  const bool owed = event.notifications[id.slot].is(v1::NOTIFICATION_KIND_OBLIGATION);
  raise(owed ? "duty_not_done" : "nobody_was_told", to_reference(id), {.notification = id.number(), .happens = true});
}

Instant Turn::after_taking_on(const Event& event, const Notification& n) const {
  const Steps steps = steps_of(event, n);
  for (std::size_t step = n.rung; step < steps.rungs.size(); ++step)
    if (const Instant at = steps.at(step, n); at >= n.deadline) return std::max(at, now_);
  return std::max(n.deadline, steps.again_after(now_));
}

Instant Turn::before_taking_on(const Event& event, const Notification& n) const {
  const Steps steps = steps_of(event, n);
  return n.rung < steps.rungs.size() ? std::min(n.next, std::max(steps.at(n.rung, n), now_)) : n.next;
}

std::vector<std::string> Turn::there(const Policy& policy, const std::string& name, CaseNumber about) const {
  std::vector<std::string> who = policy.on_duty(name, now_);
  std::erase_if(who, [&](const std::string& person) { return state().screened(about, person); });
  return who;
}

std::vector<std::string> Turn::called_by(const Rung& rung, const Event& event, const Notification& n,
                                         const Policy& policy) const {
  std::vector<std::string> names;
  const std::string& silent = state().recipient_name(n.recipient);
  if (rung.again && n.state != v1::NOTIFICATION_STATE_DECLINED) names.push_back(silent);
  names.insert(names.end(), rung.who.begin(), rung.who.end());
  const Recipient* recipient = rung.deputy ? policy.recipient(silent) : nullptr;
  if (recipient != nullptr && !recipient->deputy.empty()) names.push_back(recipient->deputy);

  // The ladder is frozen, but who is on duty is today's rota's to say.
  const CaseNumber about = state().case_called_about(event);
  std::vector<std::string> who;
  for (const std::string& name : names)
    for (const std::string& person :
         there(state().policy()->rota(name) != nullptr ? *state().policy() : policy, name, about))
      if (std::find(who.begin(), who.end(), person) == who.end()) who.push_back(person);
  return who;
}

std::vector<std::string> Turn::called_below(const Steps& steps, std::size_t rung, const Event& event,
                                            const Notification& n) const {
  const std::string& silent = state().recipient_name(n.recipient);
  while (--rung > 0) {
    std::vector<std::string> who = called_by(steps.rungs[rung - 1], event, n, *steps.policy);
    if (std::any_of(who.begin(), who.end(), [&](const std::string& name) { return name != silent; })) return who;
  }
  return {};
}

void Turn::call(Duties& duties, NotificationId id, const std::vector<std::string>& who, Instant until) {
  const Notification& n = *state().notification(id);
  for (const std::string& name : who) {
    if (state().intern(name) == n.recipient) {
      tell_again(duties, id, n.deadline);
      continue;
    }
    NewDuty made;
    made.event = id.event;
    made.recipient = name;
    made.kind = v1::NOTIFICATION_KIND_ESCALATION;
    made.from = now_;
    made.deadline = until;  // it has no ladder of its own, the one above goes on
    made.about_slot = id.slot;
    made.policy_version = n.policy_version;
    add_or_tell_again(duties, made);
  }
}

Instant Turn::leave_out_called(std::vector<std::string>& who, NotificationId id, const Steps& steps) const {
  const Event& event = *state().event(id.event);
  Instant again = Instant::max();
  std::erase_if(who, [&](const std::string& name) {
    const auto recipient = state().recipient_id(name);
    if (!recipient || *recipient == event.notifications[id.slot].recipient)
      return false;  // that one is told, not called
    Instant last{};
    bool about_this = false;
    for (const NotificationId call : state().calls_to(*recipient, event)) {
      const Notification& made = *state().notification(call);
      last = std::max(last, made.from);
      about_this = about_this || (call.event == id.event && made.about_slot == id.slot);
    }
    const Instant due = steps.again_after(last);
    if (!about_this || due <= now_) return false;
    again = std::min(again, due);
    return true;
  });
  return again;
}

void Turn::climb(NotificationId id, v1::EscalationReason reason) {
  const Event& event = *state().event(id.event);
  const Notification& n = event.notifications[id.slot];
  const Steps steps = steps_of(event, n);
  if (steps.rungs.empty()) return;  // the loader allows no such ladder

  const std::size_t rungs = steps.rungs.size();
  const bool at_the_top = n.rung >= rungs;
  const bool call_declined = reason == v1::ESCALATION_REASON_CALL_DECLINED;
  const bool at_once =
      call_declined || reason == v1::ESCALATION_REASON_DECLINED || reason == v1::ESCALATION_REASON_KEPT_OUT;
  const bool is_held =
      n.rung > 0 && !at_once && held(event, id.slot, steps.rungs[std::min<std::size_t>(n.rung, rungs) - 1]);
  std::size_t rung = is_held || at_the_top ? std::min<std::size_t>(n.rung, rungs) : n.rung + std::size_t{1};
  // Whoever has said that it is not theirs is not told again: somebody else is called.
  const bool declined = n.state == v1::NOTIFICATION_STATE_DECLINED;
  const std::string silent = state().recipient_name(n.recipient);
  const auto nobody_else = [&](std::size_t r) {
    return calls_nobody_else(steps.rungs[r - 1], event, id.slot, *steps.policy, call_declined);
  };
  while ((declined || call_declined) && rung < rungs && nobody_else(rung)) ++rung;
  while (declined && rung > 1 && nobody_else(rung)) --rung;
  const bool owed = n.is(v1::NOTIFICATION_KIND_OBLIGATION);
  const std::size_t first = rung;
  if (n.rung == 0 && reason == v1::ESCALATION_REASON_SILENCE && n.deadline != Instant{} && n.deadline <= n.made) {
    reason = v1::ESCALATION_REASON_RECEIVED_LATE;
    const auto calls_others = [&](std::size_t r) { return (!owed || r > 1) && !nobody_else(r); };
    while (rung < rungs && !calls_others(rung) && steps.at(rung, n) <= now_) ++rung;
  }
  if (at_the_top && !at_once) reason = v1::ESCALATION_REASON_REPEAT;
  if (is_held) reason = v1::ESCALATION_REASON_HELD;

  // Where nobody is on duty, or only somebody who is kept out of the case, the ladder goes up at once.
  std::vector<std::string> who = called_by(steps.rungs[rung - 1], event, n, *steps.policy);
  if (declined && who.size() > 1) std::erase(who, silent);
  if (call_declined)
    std::erase_if(who, [&](const std::string& name) { return has_declined_a_call(name, event, id.slot); });
  const bool nobody = who.empty();
  // The last rung has nowhere to go up to: those below it are called again, or the case would fall silent.
  if (nobody && rung == rungs) who = called_below(steps, rung, event, n);
  // Whoever owes what was due before told heard of it is reminded all the same.
  if (owed && rung > first && first == 1)
    for (const std::string& name : called_by(steps.rungs[0], event, n, *steps.policy))
      if (std::find(who.begin(), who.end(), name) == who.end()) who.insert(who.begin(), name);
  const bool somebody = !who.empty();
  // An exhausted ladder repeats for ever, and a case may have a dozen of them: one call is for all.
  const Instant again_at = at_the_top && !is_held && !at_once ? leave_out_called(who, id, steps) : Instant::max();
  const bool said_already = somebody && who.empty();

  // The next rung comes when it would have come, or, where that is past already (an event told late, a stop), after
  // the distance between the two rungs: a late event must not call everybody up to the director in one breath.
  Instant next = steps.again_after(now_);
  if (!is_held && rung < rungs) {
    const Instant planned = steps.at(rung, n);
    next = planned > now_ ? planned : now_ + std::max(planned - steps.at(rung - 1, n), Duration{1});
    if (nobody) next = now_;
  }
  if (said_already) next = again_at;
  // Those who said no may have brought it to its end before it is due: that it is not done is said no earlier.
  if (call_declined && owed && rung == rungs) next = std::max(next, n.deadline);

  Entry e = entry(state().case_of(event), id.event);
  v1::Escalated& head = *e.head.mutable_escalated();
  head.set_slot(id.slot);
  head.set_rung(static_cast<std::uint32_t>(rung));
  head.set_reason(reason);
  head.set_exhausted(at_the_top && !is_held);
  head.set_next_us(to_us(next));
  head.set_nobody_on_duty(nobody);
  head.set_said_already(said_already);
  const bool again = steps.rungs[rung - 1].again && !declined;
  head.set_by_second_channel(again && second_channel(n.recipient) != nullptr);
  call(*head.mutable_duties(), id, who, next);
  const bool first_time_at_the_top = head.exhausted() && !n.exhausted;
  const bool is_real = event.status == v1::STATUS_ACTUAL;
  const RecipientId recipient = n.recipient;
  record_call(std::move(e), id);
  if (again) pump(recipient);
  if (!is_real) return;  // what an exercise comes to is for those who exercise: nobody on duty is called about it
  if (nobody)
    for (const std::string& name : steps.rungs[rung - 1].who)
      raise("nobody_on_duty", name, {.notification = id.number()});
  if (first_time_at_the_top) raise_nobody_is_left(id);
}

}  // namespace told::core
