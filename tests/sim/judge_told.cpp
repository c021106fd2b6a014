// Whom the policy's rules tell: of an event, and of what is wrong with told itself.
#include <algorithm>

#include "core/handover.hpp"
#include "core/reference.hpp"
#include "core/rota.hpp"
#include "judge.hpp"
#include "promises.hpp"

namespace told::sim {

std::set<Judge::Told> Judge::told_by(const core::Policy& policy, const core::Rule& rule, core::CaseNumber c,
                                     std::int64_t now_us) const {
  std::set<Told> told;
  for (const std::string& who : policy.on_duty(rule.who, core::from_us(now_us)))
    if (!book_.screened(c, who)) told.emplace(rule.number, who, false);
  if (told.empty()) told.emplace(rule.number, rule.who, true);
  return told;
}

/// Those whom its rules name, but for whoever is kept out of the case that it is about. Where that is everybody, it is
/// about no case.
void Judge::check_alarm(const v1::LedgerEntry& entry) {
  const v1::AlarmRaised& head = entry.alarm_raised();
  const Fact& fact = *book_.fact(entry.event());
  const bool again = entry.event() != entry.index();
  const bool asked_for = alarms_due_again_.erase({head.code(), head.party()}) > 0;
  const bool gap = head.code() == "nobody_on_duty" && another_gap(entry, head.party());
  need(!again || asked_for || gap || head.code() == "clock_stepped", ladders, [&] {
    return "entry " + std::to_string(entry.index()) + " tells again of alarm " + head.code() + " of " + head.party() +
           ", and nothing new has happened";
  });
  need(!head.kept_out() || again || only_kept_out(head.party(), head.about_case(), entry), ladders, [&] {
    return "entry " + std::to_string(entry.index()) + " says that whoever is on duty as " + head.party() +
           " is kept out of the case, and it is not so";
  });
  alarms_due_.erase({head.code(), head.party()});  // it may be over again within the same group
  alarm_owed_.erase(head.notification());
  const auto about = core::from_reference(core::Named::notification, head.party());
  if (about) alarm_owed_.erase(*about);
  check_duties(entry, fact, head.duties());
  const core::Policy* in_force = policy(entry.policy_version());
  need(in_force != nullptr, whole, [&] { return "entry " + std::to_string(entry.index()) + " has no policy"; });
  const core::CaseNumber c = book_.case_told_of(fact);
  std::set<Told> wanted, made;
  std::vector<std::string> names;
  for (const core::Rule& rule : in_force->rules) {
    if (rule.when != "alarm." + head.code() || of_prevent_stream(*in_force, rule.who) != head.prevent()) continue;
    if (!again) wanted.merge(told_by(*in_force, rule, c, entry.time_us()));
    names.push_back(rule.who);
    for (const core::Rung& rung : in_force->ladder(rule.ladder[0])->rungs)
      names.insert(names.end(), rung.who.begin(), rung.who.end());
  }
  for (const v1::Duty& duty : head.duties()) made.emplace(duty.rule(), duty.recipient(), duty.nobody_there());
  if (again) wanted = not_asked(fact, entry);
  need(wanted == made && !(again && made.empty()), everybody, [&] {
    return "entry " + std::to_string(entry.index()) + " raises " + head.code() + ", and tells of it others than the " +
           std::to_string(wanted.size()) + " whom the policy names";
  });
  const Fact* subject = about ? book_.fact(core::NotificationId::of(*about).event) : nullptr;
  if (subject == nullptr || head.notification() != 0 || again) return;
  for (const std::string& name : names)
    for (const std::string& who : in_force->on_duty(name, core::from_us(entry.time_us())))
      need(book_.screened(book_.case_told_of(*subject), who), need_to_know, [&] {
        return "entry " + std::to_string(entry.index()) + " is about no case, and " + who + " may hear of that one";
      });
}

std::set<Judge::Told> Judge::not_asked(const Fact& alarm, const v1::LedgerEntry& entry) const {
  std::set<Told> all;
  const core::Policy* in_force = policy(entry.policy_version());
  const auto asked = [&](const std::string& who) {
    return std::any_of(alarm.notes.begin(), alarm.notes.end(), [&](const Note& note) {
      return note.is(v1::NOTIFICATION_KIND_ALARM) && note.recipient == who && note.open && note.deadline_us != 0 &&
             note.made_by < entry.index();
    });
  };
  for (const core::Rule& rule : in_force->rules) {
    if (rule.when != "alarm." + alarm.id || of_prevent_stream(*in_force, rule.who) != alarm.prevent) continue;
    if (asked(rule.who)) continue;
    for (const Told& told : told_by(*in_force, rule, book_.case_told_of(alarm), entry.time_us()))
      if (!asked(std::get<1>(told))) all.insert(told);
  }
  return all;
}

void Judge::alarm_due(const v1::LedgerEntry& entry, const std::string& code, const std::string& party, bool happened) {
  alarms_due_[{code, party}] = entry.index();
  for (const bool prevent : {false, true}) {
    const Fact* open = book_.open_alarm(code, party, prevent);
    const Fact& of = *book_.fact(entry.event());
    if (open != nullptr && happened && prevent == (of.prevent || of_prevent_stream(of)) &&
        !not_asked(*open, entry).empty())
      alarms_due_again_[{code, party}] = entry.index();
  }
}

bool Judge::another_gap(const v1::LedgerEntry& entry, const std::string& name) const {
  const core::Policy* in_force = policy(entry.policy_version());
  const core::Rota* rota = in_force->rota(name);
  const core::Instant now = core::from_us(entry.time_us());
  if (rota == nullptr || !rota->on_duty(now, in_force->calendar).empty()) return false;
  for (const bool prevent : {false, true}) {
    const Fact* open = book_.open_alarm("nobody_on_duty", name, prevent);
    if (open == nullptr) continue;
    std::int64_t last_us = open->recorded_us;
    for (const Note& note : open->notes)
      if (note.is(v1::NOTIFICATION_KIND_ALARM) && note.made_by < entry.index())
        last_us = std::max(last_us, note.made_us);
    // A minute is shorter than any shift.
    for (auto at = std::max(core::from_us(last_us), now - core::longest_looked_at); at < now;
         at += std::chrono::minutes{1})
      if (!rota->on_duty(at, in_force->calendar).empty()) return true;
  }
  return false;
}

bool Judge::only_kept_out(const std::string& name, core::CaseNumber c, const v1::LedgerEntry& entry) const {
  const std::vector<std::string> who = policy(entry.policy_version())->on_duty(name, core::from_us(entry.time_us()));
  return !who.empty() &&
         std::all_of(who.begin(), who.end(), [&](const std::string& each) { return book_.screened(c, each); });
}

bool Judge::of_prevent_stream(const core::Policy& policy, const std::string& who) {
  const std::vector<std::string> people = policy.everyone(who);
  return !people.empty() && std::all_of(people.begin(), people.end(), [&](const std::string& name) {
    const core::Recipient* recipient = policy.recipient(name);
    return recipient != nullptr && recipient->prevent;
  });
}

}  // namespace told::sim
