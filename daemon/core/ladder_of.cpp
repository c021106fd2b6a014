#include "core/ladder_of.hpp"

#include <algorithm>

#include "core/event_types.hpp"

namespace told::core {

LadderOf::LadderOf(const State& state, Instant now, const Event& event, std::uint32_t slot)
    : state_(state), now_(now), event_(event), slot_(slot), policy_(state.policy(own().policy_version)) {
  if (!policy_) return;
  const Notification& n = own();
  const Rule* instead = rule_instead(event, *policy_);
  std::string name = instead == nullptr ? policy_->stand_down_ladder : instead->ladder[0];
  within_ = instead == nullptr ? policy_->stand_down_within : instead->within[0];
  if (const Clock* clock = n.is(v1::NOTIFICATION_KIND_OBLIGATION) ? policy_->clock(n.rule) : nullptr) {
    name = clock->ladder;
    within_ = n.rounds > 0 && clock->every ? *clock->every : clock->due;
    rungs_.push_back({clock->warn, {clock->who}, 0});
  } else if (const Rule* rule = policy_->rule(n.rule)) {
    name = rule->ladder[static_cast<std::size_t>(event.pace())];
    within_ = rule->within[static_cast<std::size_t>(event.pace())];
  }
  const Ladder* ladder = policy_->ladder(name);
  if (ladder == nullptr) return;
  rungs_.insert(rungs_.end(), ladder->rungs.begin(), ladder->rungs.end());
  repeat_last_ = ladder->repeat_last;
}

Instant LadderOf::at(std::size_t number) const {
  return rung(number).after.at(own().from, own().deadline, within_, policy_->calendar);
}

Instant LadderOf::again_after(Instant last) const { return due_at(repeat_last_, last, policy_->calendar).at; }

std::vector<std::string> LadderOf::called_by(std::size_t number) const {
  const Rung& rung = this->rung(number);
  std::vector<std::string> names;
  const std::string& silent = state_.recipient_name(own().recipient);
  if (rung.again && own().state != v1::NOTIFICATION_STATE_DECLINED) names.push_back(silent);
  names.insert(names.end(), rung.who.begin(), rung.who.end());
  const Recipient* recipient = rung.deputy ? policy_->recipient(silent) : nullptr;
  if (recipient != nullptr && !recipient->deputy.empty()) names.push_back(recipient->deputy);

  // The ladder is frozen, but who is on duty is today's rota's to say.
  const CaseNumber about = state_.case_called_about(event_);
  const Policy& today = *state_.policy();
  std::vector<std::string> who;
  for (const std::string& name : names)
    for (const std::string& person : there(state_, now_, today.rota(name) != nullptr ? today : *policy_, name, about))
      if (std::find(who.begin(), who.end(), person) == who.end()) who.push_back(person);
  return who;
}

std::vector<std::string> LadderOf::called_below(std::size_t number) const {
  const std::string& silent = state_.recipient_name(own().recipient);
  while (--number > 0) {
    std::vector<std::string> who = called_by(number);
    if (std::any_of(who.begin(), who.end(), [&](const std::string& name) { return name != silent; })) return who;
  }
  return {};
}

bool LadderOf::calls_nobody_else(std::size_t number, bool call_declined) const {
  if (rung(number).who.empty() && !rung(number).deputy) return true;
  const std::string& silent = state_.recipient_name(own().recipient);
  const std::vector<std::string> who = called_by(number);
  return !who.empty() && std::all_of(who.begin(), who.end(), [&](const std::string& name) {
    return name == silent || (call_declined && has_declined_a_call(name));
  });
}

Instant LadderOf::leave_out_called(std::vector<std::string>& who) const {
  Instant again = Instant::max();
  std::erase_if(who, [&](const std::string& name) {
    const auto recipient = state_.recipient_id(name);
    if (!recipient || *recipient == own().recipient) return false;  // that one is told, not called
    Instant last{};
    bool about_this = false;
    for (const NotificationId call : state_.calls_to(*recipient, event_)) {
      const Notification& made = *state_.notification(call);
      last = std::max(last, made.from);
      about_this = about_this || (call.event == event_.index && made.about_slot == slot_);
    }
    const Instant due = again_after(last);
    if (!about_this || due <= now_) return false;
    again = std::min(again, due);
    return true;
  });
  return again;
}

std::size_t LadderOf::taken() const {
  const CaseNumber about = state_.case_called_about(event_);
  const auto taken =
      std::count_if(event_.notifications.begin(), event_.notifications.end(), [&](const Notification& call) {
        return is_call(call) && call.state == v1::NOTIFICATION_STATE_ACKNOWLEDGED &&
               !state_.screened(about, state_.recipient_name(call.recipient));
      });
  return static_cast<std::size_t>(taken);
}

bool LadderOf::held(std::size_t number) const { return rung(number).quorum != 0 && taken() >= rung(number).quorum; }

bool LadderOf::has_declined_a_call(const std::string& who) const {
  return std::any_of(event_.notifications.begin(), event_.notifications.end(), [&](const Notification& call) {
    return is_call(call) && call.state == v1::NOTIFICATION_STATE_DECLINED &&
           state_.recipient_name(call.recipient) == who;
  });
}

bool LadderOf::too_few_left() const {
  const std::size_t stands = std::min<std::size_t>(own().rung, rungs());
  // By whom it names at this moment: nobody waits for those who have gone off duty since they were called, and whoever
  // has come on duty was called as they did. Whoever is silent was not called: it is because of them that others are.
  std::vector<std::string> named;
  if (stands > 0)
    named = called_by(stands);
  else if (!rota_told(state_, own()).empty())
    named = there(state_, now_, *state_.policy(), rota_told(state_, own()), state_.case_called_about(event_));
  if (named.empty() && stands == rungs()) named = called_below(stands);
  const auto may_take =
      std::count_if(event_.notifications.begin(), event_.notifications.end(), [&](const Notification& call) {
        return is_call(call) && call.state == v1::NOTIFICATION_STATE_OPEN &&
               std::find(named.begin(), named.end(), state_.recipient_name(call.recipient)) != named.end();
      });
  const std::size_t needed = std::max<std::size_t>(1, stands == 0 ? 0 : rung(stands).quorum);
  return taken() + static_cast<std::size_t>(may_take) < needed;
}

Instant LadderOf::after_taking_on() const {
  for (std::size_t number = own().rung + std::size_t{1}; number <= rungs(); ++number)
    if (const Instant then = at(number); then >= own().deadline) return std::max(then, now_);
  return std::max(own().deadline, again_after(now_));
}

Instant LadderOf::before_taking_on() const {
  const Notification& n = own();
  return n.rung < rungs() ? std::min(n.next, std::max(at(n.rung + std::size_t{1}), now_)) : n.next;
}

bool is_call_about(const Notification& n, const Event& event, std::uint32_t slot) {
  const Notification& about = event.notifications[slot];
  const bool of_an_earlier_round = about.rounds > 0 && n.from <= about.from;
  return n.is(v1::NOTIFICATION_KIND_ESCALATION) && n.about_slot == slot && !of_an_earlier_round;
}

std::vector<std::string> there(const State& state, Instant now, const Policy& policy, const std::string& name,
                               CaseNumber about) {
  std::vector<std::string> who = policy.on_duty(name, now);
  std::erase_if(who, [&](const std::string& person) { return state.screened(about, person); });
  return who;
}

const Rule* rule_instead(const Event& event, const Policy& policy) {
  const bool exercise = event.status != v1::STATUS_ACTUAL;
  if (!event.prevent && !exercise) return nullptr;
  const auto rule = std::find_if(policy.rules.begin(), policy.rules.end(), [&](const Rule& each) {
    const bool of_an_event = !each.when.starts_with("alarm.") && !each.when.starts_with("drill.");
    return of_an_event && is_prevent(each.when) == event.prevent && policy.exercise_only(each.who) == exercise;
  });
  return rule == policy.rules.end() ? nullptr : &*rule;
}

const std::string& rota_told(const State& state, const Notification& n) {
  static const std::string none;
  const PolicyPtr frozen = n.is(v1::NOTIFICATION_KIND_OBLIGATION) ? nullptr : state.policy(n.policy_version);
  const Rule* rule = frozen ? frozen->rule(n.rule) : nullptr;
  return rule != nullptr && frozen->rota(rule->who) != nullptr ? rule->who : none;
}

}  // namespace told::core
