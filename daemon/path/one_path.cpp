#include "path/one_path.hpp"

#include <algorithm>
#include <utility>

#include "path/recalling.hpp"

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

}  // namespace

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
  bool lacking = false;
  const auto all_of = [&](const std::vector<core::EntryIndex>& events) {
    for (const core::EntryIndex event : events) {
      if (!is_forgotten(engine_.state(), event)) continue;
      if (auto row = ledger_.row(event))
        static_cast<void>(engine_.decide(core::Recall{std::move(*row)}, now_()));
      else if (!ledger_.rows_complete())
        lacking = true;
    }
  };
  const auto needed = events_of(core::needs_of(engine_.state(), command), engine_.state(), ledger_);
  all_of(needed);
  all_of(core::stopped_by(engine_.state(), needed));
  const auto say_so = [lacking](auto& c) {
    if constexpr (requires { c.not_at_hand; }) c.not_at_hand = lacking;
  };
  std::visit(say_so, command);
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
  handed_ = step_->watermark;
  ledger_.project(std::move(*step_));
  step_.reset();
}

}  // namespace told::path
