#pragma once
// What was disclosed of a case: to whom, when, which fields, why and by which law, and who has it. Answers "who was
// told what, and when" for one child, and, with what was said, the person it is about.
#include <functional>
#include <set>
#include <string>

#include "core/policy.hpp"
#include "ledger/reader.hpp"
#include "told/v1/api.pb.h"

namespace told::audit {

struct DisclosureSources {
  /// A policy that was in force, by its version; null where it cannot be had.
  std::function<core::PolicyPtr(std::uint32_t)> policy;
  /// As people read a recipient; "" where no policy says.
  std::function<std::string(const std::string& recipient)> title;
  /// What a recipient calls a case.
  std::function<std::string(core::CaseNumber, const std::string& recipient)> case_name;
  /// The policy in force: it says which fields a person must look at before they are given away.
  core::PolicyPtr in_force;
};

/// `entries`: every entry of the case (board/case_report.hpp), whose policies `sources` knows. `content`: with what was
/// said. Reads and opens: not for the loop thread.
[[nodiscard]] v1::DisclosureReport disclosures(ledger::Reader& reader, const std::set<core::EntryIndex>& entries,
                                               const DisclosureSources& sources, bool content);

/// The entry that put the policy of that version in force; nullopt where the ledger has none.
[[nodiscard]] std::optional<v1::PolicyAdopted> policy_adopted(ledger::Reader& reader, std::uint32_t version);

}  // namespace told::audit
