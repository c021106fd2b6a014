#pragma once
// The two streams of the ledger: Prevent cases, and everything else about a child. Whoever may look at one of them may
// not see that there is anything in the other.
#include <cstdint>
#include <unordered_set>

#include "core/ids.hpp"
#include "told/v1/ledger.pb.h"

namespace told::audit {

/// What somebody may see. An auditor may see everything.
enum class Sees : std::uint8_t { safeguarding, prevent, everything };

/// Which entries are of the Prevent stream, learned from the ledger alone.
class Streams {
 public:
  /// Hand it every entry from 0, in order. Whether the entry may be shown: what is about no case and no alarm (a start,
  /// a policy, a worker's session) may be shown to everybody.
  [[nodiscard]] bool shows(Sees sees, const v1::LedgerEntry& entry);

 private:
  void learn(const v1::LedgerEntry& entry);

  std::unordered_set<core::CaseNumber> cases_;   ///< of the Prevent stream
  std::unordered_set<core::EntryIndex> events_;  ///< events, orders, alarms and drills of it
};

}  // namespace told::audit
