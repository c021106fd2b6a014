#pragma once
// Which entries an export holds.
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "told/v1/api.pb.h"
#include "told/v1/ledger.pb.h"

namespace told::audit {

/// Every condition set must hold. Nothing set takes everything.
struct Choice {
  core::CaseNumber case_number = 0;          ///< 0: any
  std::vector<core::CaseNumber> same_child;  ///< other cases that are the same child's, and are taken too
  /// Events that came to the case from another: what was recorded about them there is taken too.
  std::vector<core::EntryIndex> moved_here;
  std::string agency;                  ///< a recipient, or everything below a prefix; empty: any
  std::optional<core::Instant> since;  ///< decided at or after
  std::optional<core::Instant> until;  ///< decided before

  [[nodiscard]] bool everything() const { return !case_number && agency.empty() && !since && !until; }
  /// "police" is below "police" and "police.control_room" is; "police_kent" is not.
  [[nodiscard]] bool takes_recipient(std::string_view recipient) const;
  /// Of the case, or of what was moved out of it or into it.
  [[nodiscard]] bool takes_case(const v1::LedgerEntry& entry) const;
  /// A correction goes where its event goes. Hand it every entry from 0, in order, before it is asked about.
  void learn(const v1::LedgerEntry& entry);
  [[nodiscard]] v1::ExportFilter filter() const;
  /// What can be said of one entry alone (not its recipients).
  [[nodiscard]] bool takes_head(const v1::LedgerEntry& entry) const;
};

/// Reads a filter back; nullopt where a reference in it is mistyped.
[[nodiscard]] std::optional<Choice> choice_of(const v1::ExportFilter& filter);

/// Applies a choice to a whole ledger. Hand it every entry from 0, in order: it learns whose notification each slot is.
class Chooser {
 public:
  explicit Chooser(Choice choice) : choice_(std::move(choice)) {}
  [[nodiscard]] bool takes(const v1::LedgerEntry& entry);
  /// With what was learned.
  [[nodiscard]] const Choice& choice() const { return choice_; }

 private:
  [[nodiscard]] bool concerns_agency(const v1::LedgerEntry& entry);
  Choice choice_;
  std::unordered_set<core::NotificationId> chosen_;  ///< the agency's notifications seen so far
};

/// The duties an entry makes; null where its kind makes none.
[[nodiscard]] const google::protobuf::RepeatedPtrField<v1::Duty>* duties_of(const v1::LedgerEntry& entry);
/// The slot an entry is about; nullopt where its kind is about none.
[[nodiscard]] std::optional<core::Slot> slot_of(const v1::LedgerEntry& entry);

}  // namespace told::audit
