#pragma once
// [[drill]]: an exercise that is planned, as the file says it.
#include <vector>

#include "config/reader.hpp"
#include "core/policy.hpp"

namespace told::config {

struct DrillDraft {
  Place at;
  Text name;
  std::vector<int> days;  ///< since Monday
  Said<std::chrono::minutes> begins;
  Text only_on;
  Text who;
  Said<core::Due> within;
  Text ladder;
};

[[nodiscard]] DrillDraft read_drill(Reader& table, Findings& findings);

[[nodiscard]] core::Drill finished(const DrillDraft& draft);
/// The rule by which its recipient is told: a drill is told like an event of a type of its own.
[[nodiscard]] core::Rule rule_of(const DrillDraft& draft, std::uint32_t number);

}  // namespace told::config
