// What is wrong with told itself is told by the same path as an event: by rule, with an acknowledgement and a ladder.
#include <algorithm>

#include "core/handover.hpp"
#include "core/reference.hpp"
#include "core/turn.hpp"

namespace told::core {

void Turn::on(const RaiseAlarm& c) {
  // Whoever gets exercises alone may well be off: their drill says so, and nobody who is on duty is called about it.
  if (c.code == "worker_silent" && state().policy() && state().policy()->exercise_only(c.party)) return;
  // Of a way that fails it is the alarm that the engine raises where one message fails again and again.
  raise(c.code, c.party, {.prevent = c.code == "delivery_failing" && hears_prevent_alone(c.party)});
}

bool Turn::hears_prevent_alone(const std::string& who) const {
  if (!state().policy()) return false;
  const Policy& policy = *state().policy();
  const std::vector<std::string> names = policy.everyone(who);
  return !names.empty() && std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    const Recipient* found = policy.recipient(name);
    return found != nullptr && found->prevent;
  });
}

std::vector<const Rule*> Turn::rules_for_alarm(const std::string& code, bool prevent) const {
  std::vector<const Rule*> rules;
  // That somebody was not told of a Prevent case, or cannot be, says that there is one: only its stream may hear that,
  // and the stream hears of nothing else.
  for (const Rule& rule : state().policy()->rules)
    if (rule.when == "alarm." + code && hears_prevent_alone(rule.who) == prevent) rules.push_back(&rule);
  return rules;
}

bool Turn::somebody_may_hear(const std::vector<const Rule*>& rules, CaseNumber c) const {
  const Policy& policy = *state().policy();
  const auto somebody = [&](const std::string& name) { return !there(state(), now_, policy, name, c).empty(); };
  return std::any_of(rules.begin(), rules.end(), [&](const Rule* rule) {
    const Ladder* ladder = policy.ladder(rule->ladder[0]);
    return somebody(rule->who) ||
           (ladder != nullptr && std::any_of(ladder->rungs.begin(), ladder->rungs.end(), [&](const Rung& rung) {
              return std::any_of(rung.who.begin(), rung.who.end(), somebody);
            }));
  });
}

void Turn::raise(const std::string& code, const std::string& party, About about) {
  const Event* event = state().event(NotificationId::of(about.notification).event);
  const bool prevent = about.notification == 0 ? about.prevent : event != nullptr && event->prevent;
  if (!state().policy()) return;
  const CaseNumber of = event == nullptr ? 0 : state().case_called_about(*event);
  const EntryIndex open =
      about.kept_out ? state().open_alarm_of_keeping_out(party, of, prevent) : state().open_alarm(code, party, prevent);
  if (open != 0) {
    // A gap in a rota is told of once, however many ladders come to it; the next night's is another.
    const bool another_gap = code == "nobody_on_duty" && !about.kept_out && is_another_gap(*state().event(open));
    if (about.happens || another_gap) raise_again(open);
    return;
  }
  // Where everybody whom the alarm could reach is kept out of the case, silence is worse than that they learn of its
  // reference, which is all that an alarm says: to them it is then about no case.
  const bool heard = of == 0 || somebody_may_hear(rules_for_alarm(code, prevent), of);
  const CaseNumber about_case = heard ? of : 0;
  Entry e = own_entry(0);
  v1::AlarmRaised& head = *e.head.mutable_alarm_raised();
  head.set_code(code);
  head.set_party(party);
  head.set_notification(heard ? about.notification : 0);
  head.set_prevent(prevent);
  head.set_about_case(about.kept_out ? of : about_case);
  head.set_kept_out(about.kept_out);
  record_alarm(std::move(e), about_case, {});
}

void Turn::raise_again(EntryIndex index) {
  const Event& alarm = *state().event(index);
  // Whoever has not answered is called about it still, by a ladder of theirs: to them nothing new is said.
  std::set<std::string> asked;
  for (const Notification& n : alarm.notifications)
    if (n.open() && n.asks_acknowledgement() && n.is(v1::NOTIFICATION_KIND_ALARM))
      asked.insert(state().recipient_name(n.recipient));
  Entry e = entry(0, index);
  v1::AlarmRaised& head = *e.head.mutable_alarm_raised();
  head.set_code(alarm.id);
  head.set_party(std::string(alarm.source));
  head.set_notification(alarm.about_notification);
  head.set_prevent(alarm.prevent);
  head.set_about_case(alarm.other_case);
  head.set_kept_out(alarm.kept_out);
  record_alarm(std::move(e), state().case_called_about(alarm), asked);
}

void Turn::record_alarm(Entry e, CaseNumber about, const std::set<std::string>& asked_already) {
  const EntryIndex alarm = e.head.event();
  v1::AlarmRaised& head = *e.head.mutable_alarm_raised();
  const bool prevent = head.prevent();
  for (const Rule* rule : rules_for_alarm(head.code(), prevent)) {
    if (asked_already.contains(rule->who)) continue;
    NewDuty duty = by_rule(*state().policy(), *rule, Pace::other, now_);
    duty.event = alarm;
    duty.kind = v1::NOTIFICATION_KIND_ALARM;
    add_duties_by_rule(*head.mutable_duties(), *rule, duty, about, {}, asked_already);
  }
  const Duties made = head.duties();
  if (made.empty() && alarm != e.head.index()) return;  // it stands already, and nobody is told again
  record(std::move(e));
  start_duties(alarm, made);
  say_who_is_off_duty(made, prevent);
}

bool Turn::is_another_gap(const Event& alarm) const {
  const Policy& policy = *state().policy();
  const Rota* rota = policy.rota(std::string(alarm.source));
  if (rota == nullptr || !rota->on_duty(now_, policy.calendar).empty()) return false;
  Instant last = std::max(alarm.accepted, now_ - longest_looked_at);
  for (const Notification& n : alarm.notifications)
    if (n.is(v1::NOTIFICATION_KIND_ALARM)) last = std::max(last, n.made);
  if (!rota->on_duty(last, policy.calendar).empty()) return true;
  for (Instant at = next_change(*rota, policy.calendar, last); at <= now_; at = next_change(*rota, policy.calendar, at))
    if (!rota->on_duty(at, policy.calendar).empty()) return true;
  return false;
}

void Turn::on(const ClearAlarm& c) {
  if (const EntryIndex alarm = state().open_alarm(c.code, c.party); alarm != 0) clear(alarm, nullptr);
}

void Turn::on(const CloseAlarm& c) {
  const Event* alarm = state().event(c.alarm);
  if (alarm == nullptr || alarm->type != "alarm" || !alarm->episode_open) {
    refuse(c.reply_to, {}, "no_open_alarm", "there is no open alarm of that reference",
           "look at what is open; it may have been closed already");
    return;
  }
  clear(c.alarm, &c);
  answer_recorded(c.reply_to);
}

void Turn::clear(EntryIndex alarm, const CloseAlarm* by) {
  const Event& event = *state().event(alarm);
  Entry e = entry(0, alarm);
  v1::AlarmCleared& head = *e.head.mutable_alarm_cleared();
  head.set_by_person(by != nullptr);
  if (by != nullptr) name_person(e, by->by, by->note);
  std::vector<RecipientId> told;
  for (const Notification& n : event.notifications) {
    if (n.attempts == 0 || std::find(told.begin(), told.end(), n.recipient) != told.end()) continue;
    told.push_back(n.recipient);
    NewDuty over;
    over.event = alarm;
    over.recipient = state().recipient_name(n.recipient);
    over.kind = v1::NOTIFICATION_KIND_ALARM;  // without a deadline: it is over, nothing is asked
    over.rule = n.rule;
    over.policy_version = n.policy_version;
    add_duty(*head.mutable_duties(), over);
  }
  const Duties made = head.duties();
  record(std::move(e));
  start_duties(alarm, made);
}

}  // namespace told::core
