#include "path/one_path.hpp"

#include <algorithm>
#include <utility>

#include "core/event_types.hpp"

namespace told::path {

namespace {

// Nobody waits to be told by a receipt, and whoever acknowledged waits for no more than an answer. Given a moment,
// those of one event share a sync instead of having one each, in the way of the next event. Not longer: with 5 ms they
// shared the next event's own sync at 500 events a second, and their work made it wait (p50 790 us in the place of
// 690).
constexpr auto receipts_may_wait = std::chrono::microseconds{300};

/// Nothing but receipts, and acknowledgements that nobody else is told of.
bool can_wait(const core::Decision& decision) {
  return std::all_of(decision.entries.begin(), decision.entries.end(),
                     [](const core::Entry& e) { return e.head.has_attempt_ended() || e.head.has_acknowledged(); }) &&
         std::all_of(decision.effects.begin(), decision.effects.end(),
                     [](const core::Effect& e) { return std::holds_alternative<core::ReplyActed>(e); });
}

/// The event that a correction or a withdrawal is about; null where the command is neither.
const core::Known* amended_by(const core::State& state, const core::Command& command) {
  const auto* c = std::get_if<core::Publish>(&command);
  const bool amends = c != nullptr && (c->event->has_event_corrected() || c->event->has_event_withdrawn());
  return amends ? state.known(c->prints.supersedes) : nullptr;
}

/// The case whose search an event is about, or ends; 0 where it is about none.
core::CaseNumber searched_in(const core::State& state, const core::Command& command) {
  const auto* c = std::get_if<core::Publish>(&command);
  if (c == nullptr || !(c->event->has_child_located() || c->event->has_child_missing_risk_changed())) return 0;
  const core::CaseNumber searched = state.case_of(c->prints.subject);
  // One that was ended by hand: what is owed since then is not owed twice.
  if (c->event->has_child_located()) return searched;
  return state.open_search(searched, core::Instant::max()).empty() ? 0 : searched;
}

/// The case of which an event may end what goes on, by the policy in force; 0 where it ends nothing.
core::CaseNumber ended_in(const core::State& state, const core::Command& command) {
  const auto* c = std::get_if<core::Publish>(&command);
  const core::PolicyPtr& policy = state.policy();
  if (c == nullptr || !policy) return 0;
  const std::string_view type = core::published_type(c->event->type());
  const auto names = [&](const std::vector<std::string>& types) {
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  const bool ends =
      type == "case.closed" ||
      std::any_of(policy->quotas.begin(), policy->quotas.end(),
                  [&](const auto& quota) { return names(quota.until); }) ||
      std::any_of(policy->clocks.begin(), policy->clocks.end(), [&](const auto& clock) { return names(clock.until); });
  return ends ? state.case_of(c->prints.subject) : 0;
}

/// The known case of an event that makes something owed and since which anything was recorded: that may have been
/// reported as done meanwhile. 0 where it is none.
core::CaseNumber done_before_in(const core::State& state, const core::Command& command) {
  const auto* c = std::get_if<core::Publish>(&command);
  if (c == nullptr || !state.policy() ||
      core::Instant{std::chrono::seconds{c->event->time().seconds()}} > state.last_time())
    return 0;
  const std::vector<core::Clock>& clocks = state.policy()->clocks;
  const std::string_view type = core::published_type(c->event->type());
  const bool owes =
      std::any_of(clocks.begin(), clocks.end(), [&](const core::Clock& clock) { return clock.starts == type; });
  return owes ? state.case_of(c->prints.subject) : 0;
}

/// The earlier events that a command is about, however old.
std::vector<core::EntryIndex> earlier_events(const core::State& state, ledger::Ledger& ledger,
                                             const core::Command& command) {
  std::vector<core::EntryIndex> events;
  if (const auto* c = std::get_if<core::JoinCases>(&command)) {
    add_events_of(c->one, state, ledger, events);
    add_events_of(c->other, state, ledger, events);
  }
  if (const auto* c = std::get_if<core::OrderHold>(&command)) add_events_of(c->case_number, state, ledger, events);
  // Whoever is kept out from now on may have accepted what is closed.
  if (const auto* c = std::get_if<core::OrderScreen>(&command)) add_events_of(c->case_number, state, ledger, events);
  if (const auto* c = std::get_if<core::EraseCase>(&command)) add_events_of(c->case_number, state, ledger, events);
  if (const auto* c = std::get_if<core::MoveEvent>(&command)) {
    if (c->to != 0) add_events_of(c->to, state, ledger, events);
    // Of its own: whoever was told of it by a correction is told too.
    const core::Event* moved = state.event(c->event);
    const auto row = moved == nullptr ? ledger.row(c->event) : std::nullopt;
    const core::CaseNumber recorded = moved != nullptr ? moved->case_number : row ? row->case_number() : 0;
    if (recorded != 0) add_events_of(state.case_of(c->event, recorded), state, ledger, events);
    events.push_back(c->event);
  }
  // What is said of a search, or ends it, is told to whoever heard of it by a correction.
  if (const auto* c = std::get_if<core::OrderStandDown>(&command)) add_events_of(c->case_number, state, ledger, events);
  if (const core::CaseNumber searched = searched_in(state, command); searched != 0)
    add_events_of(searched, state, ledger, events);
  // An end of an earlier stay that is reported late is none of the present one: when did that begin?
  if (const core::CaseNumber ended = ended_in(state, command); ended != 0) add_events_of(ended, state, ledger, events);
  if (const core::CaseNumber late = done_before_in(state, command); late != 0)
    add_events_of(late, state, ledger, events);
  // All of its case: whoever was called about an earlier correction, or told by one, is told of this one.
  if (const core::Known* amended = amended_by(state, command))
    add_events_of(state.case_of(amended->entry, amended->case_number), state, ledger, events);
  return events;
}

/// The earlier event that a command is about, however old; 0 where it is about none, or about many.
core::EntryIndex earlier_event(const core::Command& command) {
  if (const auto* c = std::get_if<core::Acknowledge>(&command)) return c->notification.event;
  if (const auto* c = std::get_if<core::Decline>(&command)) return c->notification.event;
  if (const auto* c = std::get_if<core::EndAttempt>(&command)) return c->notification.event;
  return 0;
}

void set_not_at_hand(core::Command& command) {
  if (auto* c = std::get_if<core::Acknowledge>(&command)) c->not_at_hand = true;
  if (auto* c = std::get_if<core::Decline>(&command)) c->not_at_hand = true;
}

}  // namespace

void add_events_of(core::CaseNumber c, const core::State& state, const ledger::Ledger& ledger,
                   std::vector<core::EntryIndex>& events) {
  const auto reader = ledger.reader();
  for (const core::CaseNumber each : state.same_child(c))
    for (const core::EntryIndex event : reader->events_of(each)) events.push_back(event);
  for (const core::EntryIndex event : state.moved_into(c)) events.push_back(event);
}

ledger::ProjectionStep take_step(core::State& state, std::map<core::EntryIndex, core::EventPrints>& prints,
                                 std::vector<core::EntryIndex>& policies) {
  ledger::ProjectionStep step;
  step.watermark = state.next_index();
  step.last_time = state.last_time();
  auto changes = state.take_changes();
  step.rows.reserve(changes.size());
  for (auto& [index, trail] : changes) {
    const core::Event* event = state.event(index);
    if (event == nullptr) continue;  // cannot be: an event with changes is not forgotten
    ledger::ProjectionStep::Row& row = step.rows.emplace_back();
    row.row = state.row(*event);
    row.trail = std::move(trail);
    if (const auto found = prints.find(index); found != prints.end()) {
      row.has_prints = true;
      row.prints = found->second;
      row.opens_case = event->case_number == index;
    }
  }
  prints.clear();
  step.policies = std::exchange(policies, {});
  core::State::Erased erased = state.take_erased();
  step.erased_cases = std::move(erased.cases);
  step.erased_events = std::move(erased.events);
  return step;
}

std::optional<v1::EventRow> forgotten_row(const core::State& state, ledger::Ledger& ledger, core::EntryIndex event) {
  if (event == 0 || event >= state.next_index() || state.event(event) != nullptr) return std::nullopt;
  return ledger.row(event);
}

OnePath::OnePath(loop::Loop& loop, core::Engine& engine, ledger::Ledger& ledger, std::function<core::Instant()> now)
    : loop_(loop),
      engine_(engine),
      ledger_(ledger),
      now_(std::move(now)),
      patience_(loop.timer()),
      durable_(ledger.size()) {}

void OnePath::submit(core::Command command) {
  recall(command);
  core::Decision decision = engine_.decide(std::move(command), now_());
  const bool nothing = decision.entries.empty() && decision.effects.empty();  // credit that nothing waited for
  const bool waits = can_wait(decision);
  for (core::Entry& entry : decision.entries) {
    if (entry.prints) prints_[entry.head.index()] = *entry.prints;
    if (entry.head.has_policy_adopted()) policies_.push_back(entry.head.index());
    entries_.push_back(std::move(entry));
  }
  if (!decision.effects.empty()) gathered_.effects.push_back(std::move(decision.effects));
  if (released_.next_due) released_.next_due(engine_.next_due());
  if (nothing) return;
  if (waits)
    kick_later();
  else
    kick_soon();
}

void OnePath::recall(core::Command& command) {
  const auto recall_one = [this](core::EntryIndex event) {
    if (auto row = forgotten_row(engine_.state(), ledger_, event))
      static_cast<void>(engine_.decide(core::Recall{std::move(*row)}, now_()));
  };
  std::vector<core::EntryIndex> about = earlier_events(engine_.state(), ledger_, command);
  const core::EntryIndex earlier = earlier_event(command);
  about.push_back(earlier);
  for (const core::EntryIndex event : about) recall_one(event);
  if (earlier != 0 && earlier < engine_.state().next_index() && engine_.state().event(earlier) == nullptr &&
      !ledger_.rows_complete())
    set_not_at_hand(command);
  // What they had stopped may be owed again.
  for (const core::EntryIndex event : about)
    if (const core::Event* found = engine_.state().event(event))
      for (const core::Stopped& stopped : core::Few(found->stopped)) recall_one(stopped.id.event);
}

void OnePath::kick_later() {
  if (kicked_ || patient_) return;
  patient_ = true;
  patience_->after(receipts_may_wait, [this] {
    patient_ = false;
    kick_soon();
  });
}

// Once in a turn of the loop: whatever else is ready in it joins the same group.
void OnePath::kick_soon() {
  if (kicked_) return;
  kicked_ = true;
  loop_.post([this] { kick(); });
}

void OnePath::kick() {
  kicked_ = false;
  if (committing_) return;
  if (entries_.empty() && probes_.empty()) {
    release(std::exchange(gathered_, {}));
    return;
  }
  committing_ = true;
  since_ = loop_.now();
  auto gathered = std::make_shared<Gathered>(std::exchange(gathered_, {}));
  std::vector<core::Entry> group = std::exchange(entries_, {});
  entries_.reserve(group.size());  // the next one will be much like it
  // The loop must not run dry while the ledger's thread works; what holds it goes back to it with the answer.
  ledger_.commit(
      std::move(group), [this, gathered, held = loop_.hold()](ledger::Ledger::Committed&& committed) mutable {
        auto result = std::make_shared<ledger::Ledger::Committed>(std::move(committed));
        loop_.post(
            [this, gathered, result, back = std::move(held)] { completed(std::move(*result), std::move(*gathered)); });
      });
}

void OnePath::completed(ledger::Ledger::Committed&& committed, Gathered&& gathered) {
  committing_ = false;
  if (committed.failure) {
    // Nothing may be answered: what failed may be durable all the same, and a restart will see.
    if (released_.failed) released_.failed(committed.failure);
    return;
  }
  durable_ = committed.size;
  for (auto& done : std::exchange(probes_, {})) done();
  // The disk first: the next group is made durable while this one's effects go out. Where there is none, what was
  // decided meanwhile without an entry (a duplicate's answer, the wait for idleness) still comes after them.
  const bool next = !entries_.empty() || !probes_.empty();
  if (next) kick();
  if (released_.durable) released_.durable(committed.entries);
  release(std::move(gathered));
  if (!next) kick();
  hand_over_step();
}

void OnePath::release(Gathered&& gathered) {
  for (auto& decision : gathered.effects)
    for (core::Effect& effect : decision)
      if (released_.effect) released_.effect(std::move(effect));
  if (released_.after) released_.after();
  for (const auto& done : gathered.barriers) done();
  if (idle())
    for (auto& done : std::exchange(when_idle_, {})) done();
}

void OnePath::when_idle(std::function<void()> done) {
  when_idle_.push_back(std::move(done));
  kick_soon();
}

void OnePath::when_durable(std::function<void()> done) {
  if (idle()) return done();
  gathered_.barriers.push_back(std::move(done));
  kick_soon();
}

void OnePath::probe(std::function<void()> done) {
  probes_.push_back(std::move(done));
  kick_soon();
}

loop::Steady::duration OnePath::committing_for() const {
  return committing_ ? loop_.now() - since_ : loop::Steady::duration::zero();
}

void OnePath::project() {
  engine_.state_for_restore().projected(ledger_.projected());
  if (step_) return;  // the last one still waits for its group
  step_ = take_step(engine_.state_for_restore(), prints_, policies_);
  if (step_->rows.empty() && step_->policies.empty() && step_->erased_cases.empty())
    step_.reset();
  else
    hand_over_step();
}

void OnePath::hand_over_step() {
  if (!step_ || step_->watermark > durable_) return;
  ledger_.project(std::move(*step_));
  step_.reset();
}

}  // namespace told::path
