#pragma once
// Makes a history that breaks a promise shorter: incidents are taken out, many at a time and then few, as long as the
// same promise is still broken.
#include <cstdint>
#include <functional>
#include <string>

#include "incident.hpp"

namespace told::sim {

struct Shrunk {
  History history;
  std::string broken;  ///< what the shorter history breaks
  std::uint64_t tries = 0;
};

/// `play` gives what a history breaks ("PROMISE: sentence"), or "". `history` breaks `broken`. Ends after `tries_max`
/// at the latest.
[[nodiscard]] Shrunk shrink(const History& history, const std::string& broken,
                            const std::function<std::string(const History&)>& play, std::uint64_t tries_max);

}  // namespace told::sim
