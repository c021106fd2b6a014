// Whoever comes on duty is called about whatever others were called about and nobody has answered. When shifts change
// is asked of the core's own rotas, which scenarios hold; that somebody is called then is not.
#include <algorithm>

#include "judge.hpp"
#include "promises.hpp"
#include "reckoning.hpp"
#include "steps.hpp"

namespace told::sim {
namespace {

using namespace std::chrono_literals;

bool is_on(const core::Policy& policy, const std::string& rota, core::Instant at, const std::string& who) {
  const core::Rota* found = policy.rota(rota);
  if (found == nullptr) return false;
  const auto all = found->on_duty(at, policy.calendar);
  return std::find(all.begin(), all.end(), who) != all.end();
}

}  // namespace

void Judge::plan_shifts(core::Instant after) {
  shift_ends_ = core::Instant::max();
  for (const core::Rota& rota : in_force_->rotas)
    shift_ends_ = std::min(shift_ends_, core::next_change(rota, in_force_->calendar, after));
}

/// While told serves, once it has had its time. Who has come within that time is not asked for yet, nor later.
void Judge::look_at_shifts(core::Instant now, core::Duration patience) {
  if (in_force_ == nullptr || now < shift_ends_ + patience) return;
  std::set<std::pair<std::string, std::string>> come;
  for (const core::Rota& rota : in_force_->rotas)
    for (const std::string& who : rota.on_duty(now, in_force_->calendar))
      if (is_on(*in_force_, rota.name, now - patience, who) && !is_on(*in_force_, rota.name, shift_ends_ - 1us, who))
        come.emplace(rota.name, who);
  check_handed_over(come, core::to_us(shift_ends_), core::to_us(now));
  plan_shifts(now);
}

/// Another policy may put others on duty at once.
void Judge::adopted(const core::Policy& adopted, core::Instant at) {
  newcomers_.clear();
  if (in_force_ != nullptr)
    for (const core::Rota& rota : adopted.rotas)
      for (const std::string& who : rota.on_duty(at, adopted.calendar))
        if (!is_on(*in_force_, rota.name, std::min(at, shift_ends_ - 1us), who)) newcomers_.emplace(rota.name, who);
  newcomers_since_us_ = core::to_us(std::min(at, shift_ends_));
  in_force_ = &adopted;
  plan_shifts(at);
}

/// The rota whose people a rule told; "" where it told a recipient.
std::string Judge::rota_told(const Note& note) const {
  const core::Policy* frozen = note.is(v1::NOTIFICATION_KIND_OBLIGATION) ? nullptr : policy(note.policy);
  const core::Rule* rule = frozen == nullptr ? nullptr : frozen->rule(note.rule);
  return rule != nullptr && frozen->rota(rule->who) != nullptr ? rule->who : std::string();
}

/// What its rungs have named so far, and the rota that was told.
std::vector<std::string> Judge::rotas_of(const Note& note, const Steps& steps) const {
  std::vector<std::string> names{rota_told(note)};
  for (std::size_t rung = 0; rung < std::min<std::size_t>(note.rung, steps.rungs.size()); ++rung)
    names.insert(names.end(), steps.rungs[rung].who.begin(), steps.rungs[rung].who.end());
  return names;
}

/// `come`: who has come on duty since then, by rota.
void Judge::check_handed_over(const std::set<std::pair<std::string, std::string>>& come, std::int64_t since_us,
                              std::int64_t now_us) {
  if (come.empty()) return;
  for (const auto& [next_us, number] : book_.ladders()) {
    const Note& note = *book_.note(core::NotificationId::of(number));
    if (note.climbed_us >= since_us) continue;
    const Fact& fact = *book_.fact(note.id.event);
    const Steps steps = steps_of(note);
    // What is owed by working days is handed over within office hours only.
    const core::Calendar& calendar = in_force_->calendar;
    if (steps.within.kind == core::Due::Kind::working_days &&
        !(is_office_time(since_us, calendar) && is_office_time(now_us, calendar)))
      continue;
    // Told as they came on.
    const std::string told = rota_told(note);
    if (note.rung == 0 && (told.empty() || note.asked_us >= since_us || come.contains({told, note.recipient})))
      continue;
    for (const std::string& name : rotas_of(note, steps))
      for (const auto& [rota, who] : come) {
        if (rota != name || book_.screened(book_.case_told_of(fact), who)) continue;
        const bool called = std::any_of(fact.notes.begin(), fact.notes.end(), [&](const Note& call) {
          const bool is_it =
              call.id.number() == number || (call.is(v1::NOTIFICATION_KIND_ESCALATION) && call.about == note.id.slot);
          return is_it && call.recipient == who && (call.called_us >= since_us || (call.open && call.to_deliver()));
        });
        need(called, ladders, [&] {
          return who + " came on duty as " + rota + " at " + std::to_string(since_us) +
                 " us, and was not called about " + note.name() + ", about which others had been";
        });
      }
  }
}

/// A change of shift calls those alone whom a rung that was climbed names, or the rule that told somebody, and who are
/// on duty now.
void Judge::check_shift_calls(const v1::LedgerEntry& entry, const Note& before) const {
  const Steps steps = steps_of(before);
  const core::Policy* current = policy(entry.policy_version());
  if (steps.frozen == nullptr || current == nullptr) return;
  const auto at = [&] { return "entry " + std::to_string(entry.index()) + " hands over " + before.name(); };
  need(steps.within.kind != core::Due::Kind::working_days || is_office_time(entry.time_us(), current->calendar),
       ladders, [&] { return at() + " while the office is closed, and it is owed by working days"; });
  for (const v1::Duty& duty : entry.escalated().duties()) {
    bool named = false;
    for (const std::string& rota : rotas_of(before, steps))
      named = named || is_on(*current, rota, core::from_us(entry.time_us()), duty.recipient());
    need(named, ladders, [&] { return at() + " to " + duty.recipient() + ", whom no rota of its rungs has on duty"; });
  }
}

}  // namespace told::sim
