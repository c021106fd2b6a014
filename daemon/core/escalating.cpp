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

void Turn::on_declined_call(NotificationId id) {
  const Event& event = *state().event(id.event);
  const Notification& n = event.notifications[id.slot];
  if (!n.open() || n.next <= now_) return;  // answered, or over; or it climbs now by itself
  const LadderOf ladder = ladder_of(id);
  if (ladder.rungs() == 0 || !ladder.too_few_left()) return;
  for (std::size_t above = n.rung + std::size_t{1}; above <= ladder.rungs(); ++above)
    if (!ladder.calls_nobody_else(above, true)) return climb(id, v1::ESCALATION_REASON_CALL_DECLINED);
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
  const Notification& n = event.notifications[id.slot];
  const bool owed = n.is(v1::NOTIFICATION_KIND_OBLIGATION);
  // What is only to be remembered is no duty: its ladder goes on, and nobody above it hears that it was not done.
  if (const Clock* clock = owed ? clock_of(n) : nullptr; clock != nullptr && clock->reminder) return;
  raise(owed ? "duty_not_done" : "nobody_was_told", to_reference(id), {.notification = id.number(), .happens = true});
}

LadderOf Turn::ladder_of(NotificationId id) const { return {state(), now_, *state().event(id.event), id.slot}; }

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

void Turn::climb(NotificationId id, v1::EscalationReason reason) {
  const Event& event = *state().event(id.event);
  const Notification& n = event.notifications[id.slot];
  const LadderOf ladder = ladder_of(id);
  const std::size_t rungs = ladder.rungs();
  if (rungs == 0) return;  // the loader allows no such ladder

  const bool at_the_top = n.rung >= rungs;
  const bool call_declined = reason == v1::ESCALATION_REASON_CALL_DECLINED;
  const bool at_once =
      call_declined || reason == v1::ESCALATION_REASON_DECLINED || reason == v1::ESCALATION_REASON_KEPT_OUT;
  const bool is_held = n.rung > 0 && !at_once && ladder.held(std::min<std::size_t>(n.rung, rungs));
  std::size_t rung = is_held || at_the_top ? std::min<std::size_t>(n.rung, rungs) : n.rung + std::size_t{1};
  // Whoever has said that it is not theirs is not told again: somebody else is called.
  const bool declined = n.state == v1::NOTIFICATION_STATE_DECLINED;
  const std::string silent = state().recipient_name(n.recipient);
  const auto nobody_else = [&](std::size_t r) { return ladder.calls_nobody_else(r, call_declined); };
  while ((declined || call_declined) && rung < rungs && nobody_else(rung)) ++rung;
  while (declined && rung > 1 && nobody_else(rung)) --rung;
  const bool owed = n.is(v1::NOTIFICATION_KIND_OBLIGATION);
  const std::size_t first = rung;
  if (n.rung == 0 && reason == v1::ESCALATION_REASON_SILENCE && n.deadline != Instant{} && n.deadline <= n.made) {
    reason = v1::ESCALATION_REASON_RECEIVED_LATE;
    const auto calls_others = [&](std::size_t r) { return (!owed || r > 1) && !nobody_else(r); };
    while (rung < rungs && !calls_others(rung) && ladder.at(rung + 1) <= now_) ++rung;
  }
  if (at_the_top && !at_once) reason = v1::ESCALATION_REASON_REPEAT;
  if (is_held) reason = v1::ESCALATION_REASON_HELD;

  // Where nobody is on duty, or only somebody who is kept out of the case, the ladder goes up at once.
  std::vector<std::string> who = ladder.called_by(rung);
  if (declined && who.size() > 1) std::erase(who, silent);
  if (call_declined) std::erase_if(who, [&](const std::string& name) { return ladder.has_declined_a_call(name); });
  const bool nobody = who.empty();
  // The last rung has nowhere to go up to: those below it are called again, or the case would fall silent.
  if (nobody && rung == rungs) who = ladder.called_below(rung);
  // Whoever owes what was due before told heard of it is reminded all the same.
  if (owed && rung > first && first == 1)
    for (const std::string& name : ladder.called_by(1))
      if (std::find(who.begin(), who.end(), name) == who.end()) who.insert(who.begin(), name);
  const bool somebody = !who.empty();
  // An exhausted ladder repeats for ever, and a case may have a dozen of them: one call is for all.
  const Instant again_at = at_the_top && !is_held && !at_once ? ladder.leave_out_called(who) : Instant::max();
  const bool said_already = somebody && who.empty();

  // The next rung comes when it would have come, or, where that is past already (an event told late, a stop), after
  // the distance between the two rungs: a late event must not call everybody up to the director in one breath.
  Instant next = ladder.again_after(now_);
  if (!is_held && rung < rungs) {
    const Instant planned = ladder.at(rung + 1);
    next = planned > now_ ? planned : now_ + std::max(planned - ladder.at(rung), Duration{1});
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
  const bool again = ladder.rung(rung).again && !declined;
  head.set_by_second_channel(again && second_channel(n.recipient) != nullptr);
  call(*head.mutable_duties(), id, who, next);
  const bool first_time_at_the_top = head.exhausted() && !n.exhausted;
  const bool is_real = event.status == v1::STATUS_ACTUAL;
  const RecipientId recipient = n.recipient;
  record_call(std::move(e), id);
  if (again) pump(recipient);
  if (!is_real) return;  // what an exercise comes to is for those who exercise: nobody on duty is called about it
  if (nobody) {
    const Policy& policy = *state().policy();
    const CaseNumber about = state().case_called_about(*state().event(id.event));
    for (const std::string& name : ladder.rung(rung).who) {
      const bool kept_out = !policy.on_duty(name, now_).empty() && there(state(), now_, policy, name, about).empty();
      raise("nobody_on_duty", name, {.notification = id.number(), .kept_out = kept_out});
    }
  }
  if (first_time_at_the_top) raise_nobody_is_left(id);
}

}  // namespace told::core
