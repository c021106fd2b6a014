// Whom the policy's rules tell: of an event, and of what is wrong with told itself.
#include <algorithm>

#include "core/reference.hpp"
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
  const Fact& fact = *book_.fact(entry.index());
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
    wanted.merge(told_by(*in_force, rule, c, entry.time_us()));
    names.push_back(rule.who);
    for (const core::Rung& rung : in_force->ladder(rule.ladder[0])->rungs)
      names.insert(names.end(), rung.who.begin(), rung.who.end());
  }
  for (const v1::Duty& duty : head.duties()) made.emplace(duty.rule(), duty.recipient(), duty.nobody_there());
  need(wanted == made, everybody, [&] {
    return "entry " + std::to_string(entry.index()) + " raises " + head.code() + ", and tells of it others than the " +
           std::to_string(wanted.size()) + " whom the policy names";
  });
  const Fact* subject = about ? book_.fact(core::NotificationId::of(*about).event) : nullptr;
  if (subject == nullptr || head.notification() != 0) return;
  for (const std::string& name : names)
    for (const std::string& who : in_force->on_duty(name, core::from_us(entry.time_us())))
      need(book_.screened(book_.case_told_of(*subject), who), need_to_know, [&] {
        return "entry " + std::to_string(entry.index()) + " is about no case, and " + who + " may hear of that one";
      });
}

bool Judge::of_prevent_stream(const core::Policy& policy, const std::string& who) {
  const std::vector<std::string> people = policy.everyone(who);
  return !people.empty() && std::all_of(people.begin(), people.end(), [&](const std::string& name) {
    const core::Recipient* recipient = policy.recipient(name);
    return recipient != nullptr && recipient->prevent;
  });
}

}  // namespace told::sim
