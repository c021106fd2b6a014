#pragma once
// [[rota]]: who is on duty when, as the file says it.
#include <set>
#include <string>
#include <vector>

#include "config/reader.hpp"
#include "core/rota.hpp"

namespace told::config {

/// One line of the weekly pattern: a shift for each of its days.
struct ShiftDraft {
  Place at;
  std::vector<core::WeeklyShift> shifts;  ///< without `who`
  Texts who;
};

struct OverrideDraft {
  Place at;
  Said<core::LocalTime> from;
  Said<core::LocalTime> to;
  Texts who;
  Text reason;
};

struct RotaDraft {
  Place at;
  Text name;
  std::vector<ShiftDraft> weekly;
  std::vector<OverrideDraft> overrides;
  Texts otherwise;

  /// Everyone whom it may ever put on duty.
  [[nodiscard]] std::set<std::string> people() const;
  /// The most who are on duty together.
  [[nodiscard]] std::size_t most_together() const;
};

[[nodiscard]] RotaDraft read_rota(Reader& table, Findings& findings);

[[nodiscard]] core::Rota finished(const RotaDraft& draft);

}  // namespace told::config
