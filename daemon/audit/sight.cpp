#include "audit/sight.hpp"

namespace told::audit {

bool Sight::event(core::EntryIndex index) const {
  if (const core::Event* found = state_.event(index)) return event(*found);
  if (index == 0 || index >= state_.next_index()) return false;
  const auto row = ledger_.row(index);
  return row && stream(row->prevent());
}

// A case bears the number of the event that opened it.
bool Sight::case_(core::CaseNumber c) const {
  if (const core::Event* found = state_.event(c)) return found->case_number == c && event(*found);
  if (c == 0 || c >= state_.next_index()) return false;
  const auto row = ledger_.row(c);
  return row && row->case_number() == c && stream(row->prevent());
}

bool Sight::entry(const v1::LedgerEntry& entry) const {
  if (sees_ == Sees::everything || (entry.case_number() == 0 && entry.event() == 0)) return true;
  return entry.case_number() != 0 ? case_(entry.case_number()) : event(entry.event());
}

}  // namespace told::audit
