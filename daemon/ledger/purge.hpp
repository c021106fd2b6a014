#pragma once
// What a group purges: the content of events that were withdrawn, and of their corrections (unless a legal hold keeps
// it, until that is lifted); and of events that were moved into a case that is erased.
#include <vector>

#include "core/decision.hpp"
#include "ledger/seal.hpp"
#include "ledger/store.hpp"

namespace told::ledger {

struct Purges {
  std::vector<Purge> purges;
  /// Withdrawn too, but their bodies lie under their cases' keys and cannot be purged alone.
  std::vector<core::EntryIndex> too_old;
};

/// For the group about to be appended; nothing where it withdraws nothing. A body that is purged already, or whose
/// case's key is gone, is passed over. The ledger's thread only.
[[nodiscard]] Purges purges_of(const std::vector<core::Entry>& group, Store& store, const Seal& seal, KeyRing& ring);

}  // namespace told::ledger
