#pragma once
// Wording: what exactly is put into a recipient's hands. One piece of code for the daemon, which sends it, and for a
// rehearsal, which shows it: so what is rehearsed is what would be sent.
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "core/decision.hpp"
#include "core/state.hpp"

namespace told::dispatch {

/// An event cannot be read just now: the next time it may.
class NotNow : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads an accepted event back from the ledger; null where it was purged, or its case's key was destroyed, or it is
/// damaged (the reader says so in the log). Throws NotNow.
using EventReader = std::function<std::shared_ptr<const v1::Event>(core::EntryIndex)>;
/// The reference by which this recipient knows a case (ledger/case_names.hpp); a rehearsal uses the house's own.
using CaseNamer = std::function<std::string(core::CaseNumber, const std::string& recipient)>;

class Wording {
 public:
  /// `state` must outlive this.
  Wording(const core::State& state, EventReader read_event, CaseNamer name_case);
  ~Wording();

  /// The event of a fresh entry, so that it need not be read back. Kept while there is room (8 MiB).
  void remember(core::EntryIndex index, std::shared_ptr<const v1::Event> event);

  /// What was withdrawn must not stay in memory: everything that was remembered goes, and is read back where it is
  /// needed still.
  void forget_all();

  /// Fills in `delivery`: under the field list of `frozen` (the policy that the notification was made under), worded by
  /// the agency of `recipient` as it is today. False where the event is gone: nothing can be said of it. Throws NotNow.
  [[nodiscard]] bool word(const core::Transmit& transmit, const core::Policy& frozen, const core::Recipient& recipient,
                          v1::Delivery& delivery);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace told::dispatch
