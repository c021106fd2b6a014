#include "path/recalling.hpp"

#include <set>

namespace told::path {
namespace {

void add_events_of(core::CaseNumber c, const core::State& state, ledger::Reader& reader,
                   std::vector<core::EntryIndex>& events) {
  for (const core::CaseNumber each : state.same_child(c))
    for (const core::EntryIndex event : reader.events_of(each)) events.push_back(event);
  for (const core::EntryIndex moved : state.moved_into(c)) {
    events.push_back(moved);
    for (const core::EntryIndex amends : reader.that_amend(moved)) events.push_back(amends);
  }
}

/// 0: there is no such event.
core::CaseNumber case_of(core::EntryIndex index, const core::State& state, ledger::Ledger& ledger) {
  if (const core::Event* event = state.event(index)) return state.case_of(*event);
  const auto row = ledger.row(index);
  return row ? state.case_of(index, row->case_number()) : 0;
}

}  // namespace

std::vector<core::EntryIndex> events_of(const core::Needs& needs, const core::State& state, ledger::Ledger& ledger) {
  std::vector<core::EntryIndex> events = needs.events;
  std::set<core::CaseNumber> cases(needs.cases.begin(), needs.cases.end());  // several reasons may ask for one
  for (const core::EntryIndex each : needs.whose_cases) {
    events.push_back(each);
    cases.insert(case_of(each, state, ledger));
  }
  cases.erase(0);
  if (cases.empty()) return events;
  const auto reader = ledger.reader();
  for (const core::CaseNumber each : cases) add_events_of(each, state, *reader, events);
  return events;
}

bool is_forgotten(const core::State& state, core::EntryIndex event) {
  return event != 0 && event < state.next_index() && state.event(event) == nullptr;
}

std::optional<v1::EventRow> forgotten_row(const core::State& state, ledger::Ledger& ledger, core::EntryIndex event) {
  return is_forgotten(state, event) ? ledger.row(event) : std::nullopt;
}

}  // namespace told::path
