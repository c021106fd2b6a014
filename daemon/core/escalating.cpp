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
  climb(id, v1::ESCALATION_REASON_SILENCE);
}

const Ladder* Turn::ladder_of(const Event& event, const Notification& n) const {
  const PolicyPtr frozen = state().policy(n.policy_version);
  if (!frozen) return nullptr;
  if (const Rule* rule = frozen->rule(n.rule))
    return frozen->ladder(rule->ladder[static_cast<std::size_t>(event.pace())]);
  return frozen->ladder(frozen->stand_down_ladder);
}

void Turn::climb(NotificationId id, v1::EscalationReason reason) {
  const Event& event = *state().event(id.event);
  const Notification& n = event.notifications[id.slot];
  const Ladder* ladder = ladder_of(event, n);
  if (ladder == nullptr || ladder->rungs.empty()) return;  // the loader allows no such ladder

  const std::size_t rungs = ladder->rungs.size();
  const bool at_the_top = n.rung >= rungs;
  const std::size_t rung = at_the_top ? rungs : n.rung + std::size_t{1};
  if (at_the_top) reason = v1::ESCALATION_REASON_REPEAT;

  // The next rung comes when it would have come, or, where that is past already (an event told late, a stop), after
  // the distance between the two rungs: a late event must not call everybody up to the director in one breath.
  Instant next = now_ + ladder->repeat_last;
  if (rung < rungs) {
    const Calendar& calendar = state().policy(n.policy_version)->calendar;
    const Instant planned = ladder->rungs[rung].after.at(n.from, n.deadline, calendar);
    const Duration apart = planned - ladder->rungs[rung - 1].after.at(n.from, n.deadline, calendar);
    next = planned > now_ ? planned : now_ + apart;
  }

  Entry e = entry(event.case_number, id.event);
  v1::Escalated& head = *e.head.mutable_escalated();
  head.set_slot(id.slot);
  head.set_rung(static_cast<std::uint32_t>(rung));
  head.set_reason(reason);
  head.set_exhausted(at_the_top);
  head.set_next_us(to_us(next));
  for (const std::string& who : ladder->rungs[rung - 1].who) {
    const RecipientId r = state().intern(who);
    if (r == n.recipient) {
      tell_again(*head.mutable_duties(), id, n.deadline);
      continue;
    }
    const auto same = std::find_if(event.notifications.begin(), event.notifications.end(), [&](const Notification& m) {
      return m.kind == v1::NOTIFICATION_KIND_ESCALATION && m.about_slot == id.slot && m.recipient == r;
    });
    if (same != event.notifications.end()) {
      const auto slot = static_cast<std::uint8_t>(same - event.notifications.begin());
      tell_again(*head.mutable_duties(), {id.event, slot}, next);
      continue;
    }
    NewDuty call;
    call.event = id.event;
    call.recipient = who;
    call.kind = v1::NOTIFICATION_KIND_ESCALATION;
    call.deadline = next;  // until then; it has no ladder of its own, the one above goes on
    call.about_slot = id.slot;
    call.policy_version = n.policy_version;
    add_duty(*head.mutable_duties(), call);
  }
  const bool first_time_at_the_top = at_the_top && !n.exhausted;
  const bool is_alarm = event.type == "alarm";
  const Duties made = head.duties();
  record(std::move(e));
  arm(id);
  start_duties(id.event, made);
  // An alarm that nobody answers repeats, but raises no alarm about itself.
  if (first_time_at_the_top && !is_alarm) raise("nobody_was_told", to_reference(id), id.number());
}

}  // namespace told::core
