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

}  // namespace told::config
