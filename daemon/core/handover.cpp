#include "core/handover.hpp"

#include <algorithm>
#include <map>

#include "core/policy.hpp"
#include "core/turn.hpp"

namespace told::core {
namespace {

/// Those who were on duty at `then` and from then until now.
std::vector<std::string> stayed(const Rota& rota, const Calendar& calendar, Instant then, Instant now) {
  std::vector<std::string> all = rota.on_duty(then, calendar);
  for (Instant at = next_change(rota, calendar, std::max(then, now - longest_looked_at)); at <= now && !all.empty();
       at = next_change(rota, calendar, at)) {
    const std::vector<std::string> on = rota.on_duty(at, calendar);
    std::erase_if(all, [&](const std::string& who) { return std::find(on.begin(), on.end(), who) == on.end(); });
  }
  return all;
}

/// Those who are on duty now and were not at `then` by the policy `before`, or have come again since, by the rota's
/// name: told may have been down, or suspended, over more than one change of shift.
std::map<std::string, std::vector<std::string>> newcomers(const Policy& policy, Instant now, const Policy& before,
                                                          Instant then) {
  std::map<std::string, std::vector<std::string>> all;
  for (const Rota& rota : policy.rotas) {
    std::vector<std::string> on = rota.on_duty(now, policy.calendar);
    const Rota* was = before.rota(rota.name);
    const std::vector<std::string> there =
        was == nullptr ? std::vector<std::string>{} : stayed(*was, before.calendar, then, now);
    std::erase_if(on,
                  [&](const std::string& who) { return std::find(there.begin(), there.end(), who) != there.end(); });
    if (!on.empty()) all.emplace(rota.name, std::move(on));
  }
  return all;
}

}  // namespace

void HandoverPlan::plan(const Policy& policy, Instant after) {
  next_ = Instant::max();
  for (const Rota& rota : policy.rotas) next_ = std::min(next_, next_change(rota, policy.calendar, after));
}

void Turn::hand_over() {
  const PolicyPtr& policy = state().policy();
  if (!policy || engine_.handovers_.next() > now_) return;
  hand_over(*policy);
}

void Turn::hand_over(const Policy& before) {
  const Policy& policy = *state().policy();
  const auto come = newcomers(policy, now_, before, std::min(now_, engine_.handovers_.next() - Duration{1}));
  engine_.handovers_.plan(policy, now_);
  if (come.empty()) return;
  std::vector<NotificationId> climbing;
  for (const auto& [index, event] : state().events())
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
      const Notification& n = event.notifications[slot];
      // Or somebody on the rota was told, and has gone home before it was time to call anybody.
      if (n.open() && n.next != Instant{} && (n.rung > 0 || come.contains(rota_told(state(), n))))
        climbing.push_back({index, static_cast<Slot>(slot)});
    }
  std::sort(climbing.begin(), climbing.end());
  for (const NotificationId id : climbing) hand_over(id, come);
}

void Turn::hand_over(NotificationId id, const std::map<std::string, std::vector<std::string>>& come) {
  const Event& event = *state().event(id.event);
  const Notification& n = event.notifications[id.slot];
  const LadderOf ladder = ladder_of(id);
  // What is owed by close of a working day is not for those who take over in the evening: it waits for the morning's.
  if (ladder.within().kind == Due::Kind::working_days && !state().policy()->calendar.is_working_time(now_)) return;
  const CaseNumber about = state().case_called_about(event);
  std::vector<std::string> who;
  const auto add = [&](const std::string& name) {
    const auto found = come.find(name);
    if (found == come.end()) return;
    for (const std::string& person : found->second)
      if (std::find(who.begin(), who.end(), person) == who.end() && !state().screened(about, person))
        who.push_back(person);
  };
  add(rota_told(state(), n));
  const std::string& told = state().recipient_name(n.recipient);
  if (n.rung == 0 && std::find(who.begin(), who.end(), told) != who.end()) return;  // who was told as they came on
  for (std::size_t rung = 1; rung <= std::min<std::size_t>(n.rung, ladder.rungs()); ++rung)
    for (const std::string& name : ladder.rung(rung).who) add(name);
  if (who.empty()) return;
  Entry e = entry(state().case_of(event), id.event);
  v1::Escalated& head = *e.head.mutable_escalated();
  head.set_slot(id.slot);
  head.set_rung(n.rung);
  head.set_reason(v1::ESCALATION_REASON_HANDOVER);
  head.set_next_us(to_us(n.next));
  call(*head.mutable_duties(), id, who, n.next);
  record_call(std::move(e), id);
}

void Turn::record_call(Entry e, NotificationId id) {
  const Duties made = e.head.escalated().duties();
  record(std::move(e));
  arm(id);
  start_duties(id.event, made);
  for (const v1::Duty& duty : made)  // what waits may go by a second channel
    if (!duty.attempted()) pump(state().intern(duty.recipient()));
}

}  // namespace told::core
