#pragma once
// What is fuzzed: every reader of bytes that come from outside told. A target takes any bytes at all, and ends the
// process where something does not hold that must hold for all of them.
#include <string_view>
#include <vector>

#include "core/time.hpp"

namespace told::fuzz {

/// When the targets read what they are given.
inline constexpr core::Instant now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}};

struct Target {
  const char* name;   ///< of its corpus's directory
  const char* reads;  ///< what, and from whom, for people
  void (*run)(std::string_view bytes);
};

[[nodiscard]] const std::vector<Target>& targets();
[[nodiscard]] const Target* target(std::string_view name);  ///< nullptr where there is none

/// Ends the process, saying so, where `property` does not hold.
void hold(bool property, const char* sentence);

// What targets() lists, by the room that reads.
[[nodiscard]] std::vector<Target> edge_targets();
[[nodiscard]] std::vector<Target> http_targets();
[[nodiscard]] std::vector<Target> settings_targets();
[[nodiscard]] std::vector<Target> proof_targets();
[[nodiscard]] std::vector<Target> carrier_targets();

}  // namespace told::fuzz
