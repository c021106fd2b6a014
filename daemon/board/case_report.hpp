#pragma once
// The timeline of a case: who was told what, and when, and who answered.
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/decision.hpp"
#include "core/ids.hpp"
#include "ledger/case_names.hpp"
#include "ledger/reader.hpp"
#include "told/v1/api.pb.h"

namespace told::board {

/// The newest entries, until the projection (which may be some seconds behind) surely knows them. Loop thread only.
class RecentEntries {
 public:
  void add(const v1::LedgerEntry& entry);
  [[nodiscard]] std::vector<core::EntryIndex> of(const std::vector<core::CaseNumber>& cases) const;

 private:
  struct Seen {
    core::EntryIndex index;
    core::CaseNumber case_number;
  };
  std::deque<Seen> seen_;
};

using TitleMap = std::map<std::string, std::string>;

/// A case as it was asked for, and every case that is the same child's (itself among them).
struct AskedCase {
  core::CaseNumber number = 0;
  std::vector<core::CaseNumber> same_child;  ///< the oldest first
  core::CaseNumber goes_on_as = 0;
};

/// Every entry of the case, and what was said elsewhere of events that came to it. `recent`: entries that may be
/// missing in the projection.
[[nodiscard]] std::set<core::EntryIndex> entries_of(ledger::Reader& reader, const AskedCase& asked,
                                                    const std::vector<core::EntryIndex>& recent);

/// Every entry of the case in order; no entries where there is no such case. Cases that are the same child's are shown
/// as one; an event that was about another child is shown in its own case whole, and in the case that it was taken for
/// as far as it was there. `recent`: entries that may be missing in the projection. Reads and opens: not for the loop
/// thread.
[[nodiscard]] v1::CaseReport case_report(ledger::Reader& reader, const AskedCase& asked,
                                         const std::vector<core::EntryIndex>& recent, const TitleMap& titles,
                                         const ledger::CaseNames& names);

}  // namespace told::board
