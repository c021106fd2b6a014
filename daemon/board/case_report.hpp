#pragma once
// The timeline of a case: who was told what, and when, and who answered.
#include <deque>
#include <map>
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
  [[nodiscard]] std::vector<core::EntryIndex> of(core::CaseNumber c) const;

 private:
  struct Seen {
    core::EntryIndex index;
    core::CaseNumber case_number;
  };
  std::deque<Seen> seen_;
};

using TitleMap = std::map<std::string, std::string>;

/// Every entry of the case in order; no entries where there is no such case. `recent`: entries that may be missing in
/// the projection. Reads and opens: not for the loop thread.
[[nodiscard]] v1::CaseReport case_report(ledger::Reader& reader, core::CaseNumber c,
                                         const std::vector<core::EntryIndex>& recent, const TitleMap& titles,
                                         const ledger::CaseNames& names);

}  // namespace told::board
