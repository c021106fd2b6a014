// What each kind of entry does to the state. Above 400 lines: one switch over all kinds, with what each of them
// touches.
#include "core/state.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <stdexcept>

#include "core/event_types.hpp"

namespace told::core {

State::State(std::size_t closed_kept) : closed_kept_(closed_kept) {}

State::~State() = default;

std::map<std::string, std::size_t> State::open_for_the_unnamed() const {
  std::vector<bool> unnamed;  // by RecipientId
  for (const std::string& who : recipient_names_)
    unnamed.push_back(policy_ && policy_->recipient(who) == nullptr && policy_->rota(who) == nullptr);
  std::map<std::string, std::size_t> all;
  for (const auto& [index, event] : events_)
    for (const Notification& n : event.notifications)
      if (n.open() && !event.prevent && unnamed[n.recipient]) ++all[recipient_name(n.recipient)];
  return all;
}

bool Event::anything_open() const {
  return episode_open || counted || std::any_of(notifications.begin(), notifications.end(), [](const Notification& n) {
           return n.open() || n.to_deliver();
         });
}

Name State::name(std::string_view text) {
  const auto found = names_.find(text);
  return Name{found != names_.end() ? *found : *names_.emplace(text).first};
}

RecipientId State::intern(const std::string& recipient) {
  const auto [it, is_new] = recipient_ids_.try_emplace(recipient, static_cast<RecipientId>(recipient_names_.size()));
  if (is_new) recipient_names_.push_back(recipient);
  return it->second;
}

std::optional<RecipientId> State::recipient_id(const std::string& recipient) const {
  const auto found = recipient_ids_.find(recipient);
  return found == recipient_ids_.end() ? std::nullopt : std::optional{found->second};
}

PolicyPtr State::policy(std::uint32_t version) const {
  const auto found = policies_.find(version);
  return found == policies_.end() ? nullptr : found->second;
}

const Event* State::event(EntryIndex index) const {
  const auto found = events_.find(index);
  return found == events_.end() ? nullptr : &found->second;
}

const Notification* State::notification(NotificationId id) const {
  const Event* e = event(id.event);
  return e == nullptr || id.slot >= e->notifications.size() ? nullptr : &e->notifications[id.slot];
}

std::string_view State::type_told(const Event& event, const Notification& n) const {
  const bool call = n.is(v1::NOTIFICATION_KIND_ESCALATION) || n.is(v1::NOTIFICATION_KIND_ANSWERED);
  const Notification& about = call ? event.notifications[n.about_slot] : n;
  const PolicyPtr frozen = event.amends == 0 ? nullptr : policy(about.policy_version);
  if (!frozen) return event.type;
  const Rule* rule = about.is(v1::NOTIFICATION_KIND_TELL) ? frozen->rule(about.rule) : nullptr;
  const Clock* clock = about.is(v1::NOTIFICATION_KIND_OBLIGATION) ? frozen->clock(about.rule) : nullptr;
  const EventType* type = event_type_named(rule != nullptr ? rule->when : clock != nullptr ? clock->starts : "");
  return type == nullptr ? event.type : std::string_view{type->type};
}

Instant State::time_told(const Event& event, const Notification& n) const {
  const Event* earlier = type_told(event, n) == event.type ? nullptr : this->event(event.amends);
  return earlier == nullptr ? event.time : earlier->time;
}

const Known* State::known(const Fingerprint& identity) const {
  const auto found = known_.find(identity);
  return found == known_.end() ? nullptr : &found->second;
}

CaseNumber State::case_of(const Fingerprint& subject) const {
  const auto found = cases_.find(subject);
  return found == cases_.end() ? 0 : goes_on_as(found->second);
}

std::vector<NotificationId> State::obligations(CaseNumber c) const {
  std::vector<NotificationId> open;
  if (const auto found = obligations_.find(goes_on_as(c)); found != obligations_.end())
    std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(open), [&](NotificationId id) {
      const Notification* n = notification(id);
      return n != nullptr && n->open();
    });
  return open;
}

void State::apply(const v1::LedgerEntry& entry, const EventPrints* prints, const PolicyPtr& policy) {
  if (entry.index() != next_index_)
    throw std::logic_error("ledger entry " + std::to_string(entry.index()) + " where " + std::to_string(next_index_) +
                           " was expected");
  ++next_index_;
  last_time_ = from_us(entry.time_us());
  apply_head(entry, prints, policy);
}

// Closed events are forgotten beyond a bound, and which of them is not written in the ledger: a start remembers those
// with the highest numbers, the run before it those that were closed last. The shell recalls what an entry is about;
// where the projection could not be written for too long it has no row of it. What may still be said of a closed event
// changes nothing, and must not keep told from starting; anything else is a fault.
bool State::about_forgotten(const v1::LedgerEntry& entry) const {
  if (entry.event() == 0 || entry.event() >= entry.index() || events_.contains(entry.event())) return false;
  switch (entry.head_case()) {
    case v1::LedgerEntry::kAcknowledged:
      return entry.acknowledged().repeated();
    case v1::LedgerEntry::kDeclined:
    case v1::LedgerEntry::kAttemptEnded:
      return true;
    default:
      return false;
  }
}

void State::apply_head(const v1::LedgerEntry& entry, const EventPrints* prints, const PolicyPtr& policy) {
  using Head = v1::LedgerEntry;
  if (about_forgotten(entry)) return;
  switch (entry.head_case()) {
    case Head::kPolicyAdopted:
      if (!policy) throw std::logic_error("an adopted policy was not given");
      restore_policy(policy);
      break;
    case Head::kEventAccepted:
      if (prints == nullptr) throw std::logic_error("an accepted event's prints were not given");
      accept_event(entry, *prints);
      break;
    case Head::kAttemptIntended: {
      Event& e = touch(entry.event(), entry.index());
      Notification& n = notification_of(e, entry.attempt_intended().slot());
      n.attempted(entry.attempt_intended().attempt());
      break;
    }
    case Head::kAttemptEnded: {
      const v1::AttemptEnded& head = entry.attempt_ended();
      Event& e = touch(entry.event(), entry.index());
      Notification& n = notification_of(e, head.slot());
      if (head.attempt() == n.attempts) n.in_flight = false;
      if (head.earlier_call()) {
        n.earlier_delivered = n.earlier_delivered || head.outcome() == v1::OUTCOME_DELIVERED;
        break;
      }
      const bool was_sent = n.sent;
      if (head.outcome() == v1::OUTCOME_DELIVERED) {
        n.delivered = true;
        n.in_flight = false;
      }
      n.sent = head.outcome() == v1::OUTCOME_SENT;
      if (n.delivered || n.sent) {
        n.failures = 0;
        if (!n.asks_acknowledgement()) settle(n, v1::NOTIFICATION_STATE_INFORMED);
      } else {
        if (n.failures < std::numeric_limits<std::uint16_t>::max()) ++n.failures;
        if (was_sent) {  // what was taken came to nothing: the next that is taken does not end the row of failures
          if (n.undelivered < std::numeric_limits<std::uint8_t>::max()) ++n.undelivered;
          n.failures = std::max<std::uint16_t>(n.failures, n.undelivered);
        }
        const bool refused = head.outcome() == v1::OUTCOME_REFUSED;
        if (refused && n.refusals < std::numeric_limits<std::uint8_t>::max()) ++n.refusals;
        n.dropped = n.dropped || (refused && !head.again());
        if (n.dropped && !n.asks_acknowledgement()) settle(n, v1::NOTIFICATION_STATE_STOOD_DOWN);
      }
      retire_if_closed(e);
      break;
    }
    case Head::kAcknowledged:
      acknowledge(touch(entry.event(), entry.index()), entry.acknowledged(), entry);
      break;
    case Head::kDeclined: {
      Event& e = touch(entry.event(), entry.index());
      Notification& n = notification_of(e, entry.declined().slot());
      if (entry.declined().reopens()) {
        ++open_notifications_;
        calls_known_ = false;
        n.exhausted = false;  // that nobody has it is another time, and is said again
      }
      if (entry.declined().reopens() || n.state == v1::NOTIFICATION_STATE_OPEN)
        n.state = v1::NOTIFICATION_STATE_DECLINED;
      break;
    }
    case Head::kEscalated: {
      const v1::Escalated& head = entry.escalated();
      Event& e = touch(entry.event(), entry.index());
      Notification& n = notification_of(e, head.slot());
      n.rung = static_cast<std::uint8_t>(head.rung());
      n.exhausted = n.exhausted || head.exhausted();
      n.second = n.second || head.by_second_channel();
      n.next = from_us(head.next_us());
      n.generation = ++generations_;
      add_duties(e, head.duties(), entry);
      break;
    }
    case Head::kAlarmRaised: {
      if (entry.event() != entry.index()) {  // again
        add_duties(touch(entry.event(), entry.index()), entry.alarm_raised().duties(), entry);
        break;
      }
      Event& e = make_event(entry, "alarm");
      e.source = name(entry.alarm_raised().party());
      e.id = entry.alarm_raised().code();
      e.about_notification = entry.alarm_raised().notification();
      e.other_case = entry.alarm_raised().about_case();
      if (const Event* about = event(NotificationId::of(e.about_notification).event))
        e.ends_episode = about->type == "alarm" ? about->ends_episode : about->whose();
      e.kept_out = entry.alarm_raised().kept_out();
      e.episode_open = true;
      e.prevent = entry.alarm_raised().prevent() || is_prevent_event(NotificationId::of(e.about_notification).event);
      alarms_[key_of(e)] = e.index;
      add_duties(e, entry.alarm_raised().duties(), entry);
      break;
    }
    case Head::kAlarmCleared: {
      Event& e = touch(entry.event(), entry.index());
      clear_alarm(e);
      add_duties(e, entry.alarm_cleared().duties(), entry);
      retire_if_closed(e);
      break;
    }
    case Head::kStandDownOrdered: {
      Event& e = make_event(entry, "stand_down");
      e.ends_episode = entry.stand_down_ordered().ends_episode();
      if (const Event* missing = event(e.ends_episode)) e.status = missing->status;
      for (const std::uint64_t each : entry.stand_down_ordered().owed_already())
        e.owed_already.push_back(NotificationId::of(each));
      add_duties(e, entry.stand_down_ordered().duties(), entry);
      const CaseNumber c = e.case_number;
      end_search(c, entry.index(), Instant::max());
      retire_if_closed(events_.at(entry.index()));
      break;
    }
    case Head::kDrillStarted: {
      Event& e = make_event(entry, drill_type);
      e.id = entry.drill_started().drill();
      e.status = v1::STATUS_EXERCISE;
      e.time = from_us(entry.drill_started().due_us());
      e.prevent = entry.drill_started().prevent();
      add_duties(e, entry.drill_started().duties(), entry);
      retire_if_closed(e);
      break;
    }
    case Head::kScreenOrdered:
      order_screen(entry);
      break;
    case Head::kHoldOrdered:
      order_hold(entry);
      break;
    case Head::kCaseErased:
      erase(entry);
      break;
    case Head::kIdentityChanged:
      change_identity(entry);
      break;
    case Head::kStarted:
    case Head::kStopped:
    case Head::kRefused:
    case Head::kClockStepped:
    case Head::kSessionChanged:
    case Head::kPartiesReplaced:
    case Head::kCaseRead:
      break;  // nothing that a later decision depends on
    case Head::HEAD_NOT_SET:
      throw std::logic_error("ledger entry " + std::to_string(entry.index()) + " has no head that this version knows");
  }
}

Event& State::make_event(const v1::LedgerEntry& entry, std::string_view type) {
  Event& e = events_[entry.index()];
  changes_[entry.index()].push_back(entry.index());
  e.index = e.touched = entry.index();
  e.case_number = entry.case_number();
  e.type = name(type);
  e.time = e.accepted = from_us(entry.time_us());
  note_if_it_bears_on_clocks(e);
  return e;
}

void State::end_order(EntryIndex order, EntryIndex by) {
  Event& e = touch(order, by);
  e.episode_open = false;
  retire_if_closed(e);
}

bool State::is_prevent_event(EntryIndex index) const {
  const Event* e = event(index);
  return e != nullptr && e->prevent;
}

void State::accept_event(const v1::LedgerEntry& entry, const EventPrints& prints) {
  const v1::EventAccepted& head = entry.event_accepted();
  Event& e = make_event(entry, head.type());
  e.source = name(head.source());
  e.id = head.id();
  e.site = name(head.site());
  e.time = from_us(head.holds_from_us() != 0 ? head.holds_from_us() : head.event_time_us());
  e.status = head.status();
  e.grade = e.said_grade = head.grade();
  e.ends_episode = head.ends_episode();
  e.amends = head.amends();
  if (e.amends != 0) corrections_[e.amends].push_back(e.index);
  e.prevent = is_prevent(published_type(e.type)) || is_prevent_event(e.amends);
  known_[prints.identity] = {e.index, e.case_number, prints.content};
  if (head.opens_case()) cases_[prints.subject] = e.case_number;
  add_duties(e, head.duties(), entry);
  begin_search(e);
  // As it is corrected, an event may leave to an earlier report what it would not have begun before.
  Event& leaves = head.owed_already().empty() || head.amends() == 0 ? e : touch(head.amends(), e.index);
  for (const std::uint64_t each : head.owed_already()) leaves.owed_already.push_back(NotificationId::of(each));
  const Instant found = head.amends() == 0 ? e.time : from_us(head.corrected_time_us());
  if (e.ends_episode != 0) end_search(e.case_number, e.index, found);
  if (head.amends() != 0) amend(head, e.index);
  if (e.episode_open || head.amends() != 0) grade_anew(case_of(e), e.index);
  if (const Event* earlier = event(e.amends)) e.grade = earlier->grade;
  for (const v1::ClockRecomputed& clock : head.recomputed()) recompute(clock, e.index);
  stop_clocks(head.clocks_stopped(), false, e.index, entry);
  if (head.withdraws())
    owe_again(head.owed_again(), head.amends(), entry);
  else
    for (const v1::OwedAgain& apart : head.owed_again())
      add_duties(touch(apart.event(), e.index), apart.duties(), entry);
  stop_clocks(head.clocks_stopped(), true, e.index, entry);
  for (const v1::OwedAgain& told : head.grade_told()) add_duties(touch(told.event(), e.index), told.duties(), entry);
  for (const std::uint64_t event : head.uncounted()) uncount(event, e.index);
  if (head.counted()) count(e);
  for (const std::uint64_t event : head.counted_again()) count(touch(event, e.index));
  retire_if_closed(e);
}

Event& State::touch(EntryIndex index, EntryIndex by) {
  const auto found = events_.find(index);
  if (found == events_.end())
    throw std::logic_error("entry " + std::to_string(by) + " is about event " + std::to_string(index) +
                           ", which is not in memory");
  changes_[index].push_back(by);
  found->second.touched = by;
  return found->second;
}

Notification& State::notification_of(Event& event, std::uint32_t slot) {
  if (slot >= event.notifications.size())
    throw std::logic_error("event " + std::to_string(event.index) + " has no notification " + std::to_string(slot));
  return event.notifications[slot];
}

void State::add_duties(Event& event, const google::protobuf::RepeatedPtrField<v1::Duty>& duties,
                       const v1::LedgerEntry& by) {
  event.notifications.reserve(event.notifications.size() + static_cast<std::size_t>(duties.size()));
  for (const v1::Duty& duty : duties) {
    const bool again = duty.slot() < event.notifications.size();
    if (!again) {
      Notification& made = event.notifications.emplace_back();
      ++open_notifications_;
      made.made = from_us(by.time_us());
      made.recipient = intern(duty.recipient());
      made.kind = static_cast<std::uint8_t>(duty.kind());
      made.rule = static_cast<std::uint16_t>(duty.rule());
      made.policy_version = duty.policy_version();
      made.about_slot = static_cast<Slot>(duty.about_slot());
      made.next = from_us(duty.next_us());
      made.from = from_us(duty.from_us());
      made.deadline = from_us(duty.deadline_us());
      made.dropped = duty.nobody_there();
      if (made.is(v1::NOTIFICATION_KIND_ESCALATION))
        calls_[{case_called_about(event), made.recipient}].push_back({event.index, static_cast<Slot>(duty.slot())});
    }
    Notification& n = notification_of(event, duty.slot());
    n.made_by = by.index();
    // An obligation that begins, or begins its next round, is not told to anybody yet; one that is told has no new
    // time.
    if (duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION && duty.next_us() != 0) {
      begin_obligation(event, {event.index, static_cast<Slot>(duty.slot())}, duty);
      continue;
    }
    if (again) {
      ++n.calls;
      // A call to somebody who had answered an earlier call: the need is back.
      if (!n.open()) ++open_notifications_;
      if (!n.open() || duty.kind() == v1::NOTIFICATION_KIND_ESCALATION) n.state = v1::NOTIFICATION_STATE_OPEN;
      if (duty.deadline_us() != 0) n.deadline = from_us(duty.deadline_us());
      if (duty.kind() == v1::NOTIFICATION_KIND_ESCALATION) n.from = from_us(duty.from_us());
      n.delivered = n.sent = n.dropped = n.earlier_delivered = false;
      n.refusals = n.undelivered = 0;
      n.attempts_of_call = 0;
    }
    if (duty.attempted()) n.attempted(n.attempts + 1);
  }
}

void State::settle(Notification& n, v1::NotificationState state) {
  if (!n.open()) return;
  n.state = state;
  n.next = {};
  n.generation = ++generations_;
  --open_notifications_;
}

void State::acknowledge(Event& event, const v1::Acknowledged& head, const v1::LedgerEntry& by) {
  Notification& n = notification_of(event, head.slot());
  if (head.repeated() && n.repeats < repeats_kept) ++n.repeats;
  const bool taken_on = n.is(v1::NOTIFICATION_KIND_OBLIGATION) && !head.done() && !head.repeated();
  if (taken_on) {  // the clock runs on; only the rungs before its end are passed over
    n.acknowledged = from_us(head.said_us());
    n.next = from_us(head.next_us());
    n.generation = ++generations_;
  }
  if (!head.repeated() && !taken_on) {
    n.acknowledged = from_us(head.said_us());
    n.late = head.late();
    settle(n, head.done() ? v1::NOTIFICATION_STATE_DONE : v1::NOTIFICATION_STATE_ACKNOWLEDGED);
  }
  if (!head.repeated()) {
    end_calls(event, head.slot());
    add_duties(event, head.duties(), by);
  }
  retire_if_closed(event);
}

void State::end_calls(Event& event, std::uint32_t about_slot) {
  // Those whom its ladder called need not act any more; whoever had not been reached need not be.
  for (Notification& call : event.notifications)
    if (call.is(v1::NOTIFICATION_KIND_ESCALATION) && call.about_slot == about_slot) {
      settle(call, v1::NOTIFICATION_STATE_STOOD_DOWN);
      call.dropped = !call.delivered;
    }
}

void State::retire_if_closed(Event& event) {
  if (event.retired || event.anything_open()) return;
  event.retired = true;
  forget_calls(event);
  closed_.push_back(event.index);
}

void State::projected(EntryIndex watermark) {
  projected_ = std::max(projected_, watermark);
  while (closed_.size() > closed_kept_) {
    const auto it = events_.find(closed_.front());
    if (it != events_.end()) {
      // Its row is still to be taken, or to be written: until then nobody could recall it.
      if (changes_.contains(it->first) || it->second.touched >= projected_) break;
      if (it->second.anything_open())
        it->second.retired = false;
      else
        forget(it->second);
    }
    closed_.pop_front();
  }
}

void State::forget(const Event& event) {
  const EntryIndex index = event.index;
  if (event.is_correction()) {
    const auto all = corrections_.find(event.amends);
    std::erase(all->second, index);
    if (all->second.empty()) corrections_.erase(all);
  }
  if (const auto its = bear_on_clocks_.find(event.case_number); its != bear_on_clocks_.end()) {
    std::erase(its->second, index);
    if (its->second.empty()) bear_on_clocks_.erase(its);
  }
  events_.erase(index);
}

std::map<EntryIndex, std::vector<EntryIndex>> State::take_changes() { return std::exchange(changes_, {}); }

}  // namespace told::core
