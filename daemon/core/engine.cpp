#include "core/engine.hpp"

#include <algorithm>
#include <unordered_set>

#include "core/text_rules.hpp"
#include "core/turn.hpp"

namespace told::core {
namespace {

/// What its carrier took came to nothing, and nothing has arrived there since: else the alarm about that were over.
bool loses(const State& state, const Notification& n) {
  if (n.undelivered == 0 || n.delivered) return false;
  const std::string& who = state.recipient_name(n.recipient);
  return state.open_alarm("delivery_failing", who, false) != 0 || state.open_alarm("delivery_failing", who, true) != 0;
}

}  // namespace

Engine::Engine(std::size_t closed_kept) : state_(closed_kept) {}

Engine::~Engine() = default;

Decision Engine::decide(Command command, Instant now) {
  last_now_ = std::max({last_now_, now, state_.last_time()});
  Turn turn(*this, last_now_);
  std::visit([&](auto& c) { turn.on(c); }, command);
  turn.keep_up();
  return turn.take();
}

void Engine::replay(const v1::LedgerEntry& entry, const EventPrints* prints, const PolicyPtr& policy) {
  state_.apply(entry, prints, policy);
}

void Engine::finish_replay() {
  struct Waiting {
    EntryIndex made_by;
    NotificationId id;
    RecipientId recipient;
  };
  std::vector<Waiting> waiting;
  for (const auto& [index, event] : state_.events()) {
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
      const Notification& n = event.notifications[slot];
      const NotificationId id{index, static_cast<Slot>(slot)};
      if (n.to_deliver()) waiting.push_back({n.made_by, id, n.recipient});
      if (loses(state_, n)) lanes_.of(n.recipient).lost(true);
      if (n.open() && n.next != Instant{}) timers_.arm({n.next, id.number(), n.generation});
    }
  }
  std::ranges::sort(waiting, {}, [](const Waiting& w) { return std::pair{w.made_by, w.id}; });
  for (const Waiting& w : waiting)
    lanes_.of(w.recipient)
        .wait({w.id, state_.case_of(*state_.event(w.id.event))}, is_urgent(state_.notification(w.id)->kind));
  if (!state_.policy()) return;
  drills_.plan(*state_.policy(), state_.last_time());
  handovers_.plan(*state_.policy(), state_.last_time());
}

Instant Engine::next_due() const {
  Instant due = std::min({timers_.next_due().value_or(Instant::max()), drills_.next(), handovers_.next()});
  for (const auto& [recipient, at] : look_again_) due = std::min(due, at);
  return due;
}

std::vector<NotificationId> Engine::limbo() const {
  std::unordered_set<std::uint64_t> armed;
  timers_.for_each([&](const Timer& t) {
    const Notification* n = state_.notification(NotificationId::of(t.notification));
    if (n != nullptr && n->generation == t.generation) armed.insert(t.notification);
  });
  std::vector<NotificationId> lost;
  for (const auto& [index, event] : state_.events())
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
      const Notification& n = event.notifications[slot];
      if (!n.open()) continue;
      const NotificationId id{index, static_cast<Slot>(slot)};
      const bool called = n.kind == v1::NOTIFICATION_KIND_ESCALATION;
      const bool kept = called ? event.notifications[n.about_slot].open() : armed.contains(id.number());
      const bool informs = !n.asks_acknowledgement() && n.to_deliver();
      if (!kept && !informs) lost.push_back(id);
    }
  std::sort(lost.begin(), lost.end());
  return lost;
}

std::string_view short_type(std::string_view type) {
  if (type.starts_with("told.")) type.remove_prefix(5);
  if (type.ends_with(".v1")) type.remove_suffix(3);
  return type;
}

// --- entries ---

Entry Turn::entry(CaseNumber c, EntryIndex event) const {
  Entry e;
  e.head.set_index(state().next_index());
  e.head.set_time_us(to_us(now_));
  e.head.set_case_number(c);
  e.head.set_event(event);
  if (state().policy()) e.head.set_policy_version(state().policy()->version);
  return e;
}

Entry Turn::own_entry(CaseNumber c) {
  own_case_ = c;
  return entry(c, state().next_index());
}

void Turn::record(Entry e, const EventPrints* prints, const PolicyPtr& policy) {
  state().apply(e.head, prints, policy);
  out_.entries.push_back(std::move(e));
}

void Turn::arm(NotificationId id) {
  const Notification* n = state().notification(id);
  if (n == nullptr || n->next == Instant{}) return;
  engine_.timers_.arm({n->next, id.number(), n->generation});
  // Void timers are cheap but not free: when most are, the queue is rebuilt without them.
  constexpr std::size_t worth_sweeping = 65536;
  if (engine_.timers_.size() > worth_sweeping && engine_.timers_.size() > 2 * state().open_notifications())
    engine_.timers_.sweep([&](const Timer& t) {
      const Notification* still = state().notification(NotificationId::of(t.notification));
      return still != nullptr && still->open() && still->generation == t.generation;
    });
}

void Turn::arm_where_nobody_is_there() {
  for (const auto& [index, event] : state().events())
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot)
      if (const Notification& n = event.notifications[slot]; n.open() && n.nobody_there() && n.next == now_)
        arm({index, static_cast<Slot>(slot)});
}

void Turn::start_duties(EntryIndex event, const Duties& duties) {
  for (const v1::Duty& duty : duties) {
    if (duty.next_us() != 0) arm({event, static_cast<Slot>(duty.slot())});
    if (duty.attempted()) transmit(*state().event(event), duty.slot());
  }
}

void Turn::name_person(Entry& e, const Actor& by, const std::string& note) const {
  // Each door refuses it; an entry that nobody can ever open again must not come of one that forgot to.
  const auto readable = [](const std::string& text) { return is_utf8(text) ? text : std::string{"(not UTF-8)"}; };
  if (!e.body) e.body = std::make_unique<v1::Body>();
  e.body->mutable_person()->set_name(readable(by.name));
  e.body->mutable_person()->set_role(readable(by.role));
  e.body->mutable_person()->set_recorded_by(readable(by.recorded_by));
  e.body->set_note(readable(note));
}

// --- the daemon's own life ---

void Turn::on(const Start& c) {
  Entry e = entry(0, 0);
  e.head.mutable_started()->set_version(c.version);
  e.head.mutable_started()->set_origin(c.origin);
  *e.head.mutable_started()->mutable_parties() = c.parties;
  record(std::move(e));
  // Whatever was in flight when the last run ended may or may not have arrived: unknown, to be sent again.
  std::vector<std::pair<NotificationId, std::uint32_t>> unknown;
  for (const auto& [index, event] : state().events())
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot)
      if (event.notifications[slot].in_flight)
        unknown.push_back({{index, static_cast<Slot>(slot)}, event.notifications[slot].attempts});
  std::sort(unknown.begin(), unknown.end());
  for (const auto& [id, attempt] : unknown) record_end({id, attempt, v1::OUTCOME_UNKNOWN, "", "", "restart", ""});
}

void Turn::on(const Stop&) {
  Entry e = entry(0, 0);
  e.head.mutable_stopped();
  record(std::move(e));
}

void Turn::on(const ReplaceParties& c) {
  Entry e = entry(0, 0);
  *e.head.mutable_parties_replaced()->mutable_parties() = c.parties;
  record(std::move(e));
}

void Turn::on(const StepClock& c) {
  Entry e = entry(0, 0);
  e.head.mutable_clock_stepped()->set_step_us(c.step.count());
  record(std::move(e));
  raise("clock_stepped", "told", {.happens = true});
}

void Turn::on(const StorageLow& c) {
  engine_.storage_low_ = c.low;
  if (c.low)
    raise("storage_low", "told");
  else
    on(ClearAlarm{"storage_low", "told"});
}

void Turn::keep_up() {
  begin_drills();
  hand_over();
}

void Turn::on(const AdoptPolicy& c) {
  begin_drills();
  const PolicyPtr before = state().policy();
  c.policy->version = state().policy() ? state().policy()->version + 1 : 1;
  Entry e = entry(0, 0);
  e.head.set_policy_version(c.policy->version);
  v1::PolicyAdopted& head = *e.head.mutable_policy_adopted();
  head.set_version(c.policy->version);
  head.set_sha256(c.sha256);
  head.set_text(c.policy->text);
  for (const auto& [name, text] : c.policy->attachments) {
    v1::Attachment& attached = *head.add_attachments();
    attached.set_name(name);
    attached.set_text(text);
  }
  record(std::move(e), nullptr, c.policy);
  engine_.drills_.plan(*c.policy, now_);
  hand_over(before ? *before : *c.policy);
  watch_quotas();  // the figure may be a smaller one
  answer_recorded(c.reply_to);
}

void Turn::on(const RecordRefusal& c) { count_refusal(c.party, c.code, c.field); }

void Turn::count_refusal(const std::string& party, const std::string& code, const std::string& field) {
  RefusalQuota& quota = engine_.refusals_[party];
  if (now_ - quota.since >= std::chrono::hours{1}) {
    quota.since = now_;
    quota.kept = 0;
  }
  if (quota.kept >= refusals_kept_an_hour) {
    ++quota.uncounted;
    return;
  }
  ++quota.kept;
  Entry e = entry(0, 0);
  v1::Refused& head = *e.head.mutable_refused();
  head.set_party(party);
  head.set_code(code);
  head.set_field(field);
  head.set_uncounted(std::exchange(quota.uncounted, 0));
  record(std::move(e));
}

}  // namespace told::core
