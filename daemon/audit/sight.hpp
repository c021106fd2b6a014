#pragma once
// What may be seen through one of the board's doors. What may not be seen, and what is not there, are the same.
#include "audit/streams.hpp"
#include "core/state.hpp"
#include "ledger/ledger.hpp"

namespace told::audit {

/// Loop thread only. Looks at the projection for what memory has forgotten.
class Sight {
 public:
  Sight(Sees sees, const core::State& state, ledger::Ledger& ledger) : sees_(sees), state_(state), ledger_(ledger) {}

  [[nodiscard]] Sees sees() const { return sees_; }
  /// An event, alarm or order in memory.
  [[nodiscard]] bool event(const core::Event& event) const { return stream(event.prevent); }
  /// There is an event, alarm or order of that number, and it may be seen.
  [[nodiscard]] bool event(core::EntryIndex index) const;
  /// There is a case of that number, and it may be seen.
  [[nodiscard]] bool case_(core::CaseNumber c) const;
  /// An entry that is durable: what is of no case and no alarm may be seen by everybody.
  [[nodiscard]] bool entry(const v1::LedgerEntry& entry) const;
  /// A recipient's way: of one who hears of Prevent cases alone, it says whether there are any.
  [[nodiscard]] bool recipient(const core::Recipient& recipient) const { return stream(recipient.prevent); }

 private:
  [[nodiscard]] bool stream(bool prevent) const {
    return sees_ == Sees::everything || prevent == (sees_ == Sees::prevent);
  }

  Sees sees_;
  const core::State& state_;
  ledger::Ledger& ledger_;
};

}  // namespace told::audit
