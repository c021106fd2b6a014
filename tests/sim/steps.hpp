#pragma once
// A ladder as one notification climbs it.
#include <vector>

#include "core/policy.hpp"
#include "judge.hpp"

namespace told::sim {

struct Judge::Steps {
  std::vector<core::Rung> rungs;
  core::Due within;                      ///< from its start to its deadline
  core::Due repeat_last;                 ///< at the top
  const core::Policy* frozen = nullptr;  ///< null where nobody knows it
};

}  // namespace told::sim
