#pragma once
// One look at a policy on behalf of lint(): what all of its parts need.
#include <set>
#include <string>

#include "config/file_tree.hpp"
#include "config/findings.hpp"
#include "core/policy.hpp"

namespace told::config {

struct LintPart {
  const core::Policy& policy;
  core::Instant now;
  FileTree places;
  Findings findings;

  /// Everyone for whom a name on a rung may ever stand.
  [[nodiscard]] std::set<std::string> people(const std::string& who) const;
  /// Everyone whom a ladder may ever call; nobody where there is no such ladder.
  [[nodiscard]] std::set<std::string> called_by(const std::string& ladder) const;
};

/// Rungs and clocks that nobody is on duty for, ladders out of step with their deadlines, and calls that go where they
/// should not.
void lint_ladders(LintPart& part);

/// So far ahead is looked at who is on duty.
inline constexpr std::chrono::days look_ahead{28};

/// A rota without its overrides: as it is in an ordinary week.
[[nodiscard]] core::Rota weekly_pattern(core::Rota rota);

/// Whom an event leaves out, and who would be told of it twice.
void lint_told(LintPart& part);

/// Who is on duty on the days that are not worked, and dates that are long past.
void lint_rotas(LintPart& part);

}  // namespace told::config
