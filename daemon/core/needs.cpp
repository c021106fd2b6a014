#include "core/needs.hpp"

#include <algorithm>

#include "core/event_types.hpp"
#include "core/state.hpp"
#include "core/turn.hpp"

namespace told::core {
namespace {

/// The event that a correction or a withdrawal is about; null where it is neither.
const Known* amended_by(const State& state, const Publish& c) {
  const bool amends = c.event->has_event_corrected() || c.event->has_event_withdrawn();
  return amends ? state.known(c.prints.supersedes) : nullptr;
}

/// The case whose search an event is about, or ends; 0 where it is about none.
CaseNumber searched_in(const State& state, const Publish& c) {
  if (!c.event->has_child_located() && !c.event->has_child_missing_risk_changed()) return 0;
  const CaseNumber searched = state.case_of(c.prints.subject);
  // One that was ended by hand: what is owed since then is not owed twice.
  if (c.event->has_child_located()) return searched;
  return state.open_search(searched, Instant::max()).empty() ? 0 : searched;
}

/// The case of which an event may end what goes on, by the policy in force; 0 where it ends nothing.
CaseNumber ended_in(const State& state, const Publish& c, const Policy& policy) {
  const std::string_view type = published_type(c.event->type());
  const auto ends = [type](const auto& each) { return names(each.until, type); };
  const bool any = is_leaving(type) || std::any_of(policy.quotas.begin(), policy.quotas.end(), ends) ||
                   std::any_of(policy.clocks.begin(), policy.clocks.end(), ends);
  return any ? state.case_of(c.prints.subject) : 0;
}

/// The known case of an event that makes something owed once, which may be owed or done already. 0 where it is none.
CaseNumber owed_once_in(const State& state, const Publish& c, const Policy& policy) {
  const std::string_view type = published_type(c.event->type());
  const bool once = std::any_of(policy.clocks.begin(), policy.clocks.end(), [&](const Clock& clock) {
    return clock.starts == type && clock.once() != Once::a_report;
  });
  return once ? state.case_of(c.prints.subject) : 0;
}

/// The known case of an event that makes something owed, or counts, and since which anything was recorded: that may
/// have been reported as done, or ended, meanwhile. 0 where it is none.
CaseNumber done_before_in(const State& state, const Publish& c, const Policy& policy) {
  if (Instant{std::chrono::seconds{c.event->time().seconds()}} > state.last_time()) return 0;
  const std::string_view type = published_type(c.event->type());
  const bool owes =
      std::any_of(policy.clocks.begin(), policy.clocks.end(), [&](const Clock& clock) { return clock.starts == type; });
  const bool counts =
      std::any_of(policy.quotas.begin(), policy.quotas.end(), [&](const Quota& quota) { return quota.counts == type; });
  return owes || counts ? state.case_of(c.prints.subject) : 0;
}

Needs needs_of(const State& state, const Publish& c) {
  Needs out;
  // What is said of a search, or ends it, is told to whoever heard of it by a correction.
  out.cases.push_back(searched_in(state, c));
  if (state.policy()) {
    // An end of an earlier stay that is reported late is none of the present one: when did that begin?
    out.cases.push_back(ended_in(state, c, *state.policy()));
    out.cases.push_back(done_before_in(state, c, *state.policy()));
    out.cases.push_back(owed_once_in(state, c, *state.policy()));
  }
  // All of its case: whoever was called about an earlier correction, or told by one, is told of this one. And of the
  // case of the subject that it is said to be about, which may be another by now.
  if (const Known* amended = amended_by(state, c)) {
    out.cases.push_back(state.case_of(amended->entry, amended->case_number));
    out.cases.push_back(state.case_of(c.prints.subject));
  }
  return out;
}

Needs needs_of(const State&, const JoinCases& c) { return {.cases = {c.one, c.other}}; }
// Of its own case too: whoever was told of it by a correction is told.
Needs needs_of(const State&, const MoveEvent& c) { return {.cases = {c.to}, .whose_cases = {c.event}}; }
Needs needs_of(const State&, const OrderHold& c) { return {.cases = {c.case_number}}; }
// Whoever is kept out from now on may have accepted what is closed.
Needs needs_of(const State&, const OrderScreen& c) { return {.cases = {c.case_number}}; }
Needs needs_of(const State&, const EraseCase& c) { return {.cases = {c.case_number}}; }
Needs needs_of(const State&, const OrderStandDown& c) { return {.cases = {c.case_number}}; }
Needs needs_of(const State&, const Acknowledge& c) { return {.events = {c.notification.event}}; }
Needs needs_of(const State&, const Decline& c) { return {.events = {c.notification.event}}; }
Needs needs_of(const State&, const EndAttempt& c) { return {.events = {c.notification.event}}; }
template <class Other>
Needs needs_of(const State&, const Other&) {
  return {};
}

}  // namespace

Needs needs_of(const State& state, const Command& command) {
  return std::visit([&](const auto& c) { return needs_of(state, c); }, command);
}

Needs needs_of(const v1::LedgerEntry& entry) {
  const v1::EventAccepted& accepted = entry.event_accepted();
  const v1::IdentityChanged& identity = entry.identity_changed();
  const v1::ScreenOrdered& screen = entry.screen_ordered();
  // A correction cannot be folded in without the event that it amends. Of others the engine would take an entry without
  // its event, which would then be missing in the trail that a case is shown by.
  Needs out{.events = {entry.event(), accepted.amends(), identity.moved_event()}};
  const auto events_in = [&out](const auto& groups) {
    for (const auto& each : groups) out.events.push_back(each.event());
  };
  for (const auto* all : {&accepted.counted_again(), &identity.counted_again()})
    out.events.insert(out.events.end(), all->begin(), all->end());
  events_in(accepted.owed_again());
  events_in(accepted.grade_told());
  events_in(identity.owed_again());
  events_in(entry.case_erased().clocks_stopped());
  for (const auto* all : {&accepted.clocks_stopped(), &identity.clocks_stopped()})
    for (const v1::ClocksStopped& stopped : *all) out.events.push_back(stopped.by());
  for (const auto* all : {&screen.open_again(), &identity.open_again()})
    for (const v1::OpenAgain& again : *all) out.events.push_back(NotificationId::of(again.notification()).event);
  for (const auto* all : {&screen.withheld(), &identity.withheld()})
    for (const std::uint64_t number : *all) out.events.push_back(NotificationId::of(number).event);
  // Of which stream two cases are that are one child's is known by their events.
  if (identity.joined_case() != 0) out.cases = {entry.case_number(), identity.joined_case()};
  return out;
}

std::vector<EntryIndex> stopped_by(const State& state, const std::vector<EntryIndex>& events) {
  std::vector<EntryIndex> out;
  for (const EntryIndex index : events)
    if (const Event* event = state.event(index))
      for (const Stopped& stopped : event->stopped) out.push_back(stopped.id.event);
  return out;
}

}  // namespace told::core
