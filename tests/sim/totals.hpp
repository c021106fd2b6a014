#pragma once
// What many worlds come to, together.
#include <cstdint>
#include <string>

#include "world.hpp"

namespace told::sim {

struct Totals {
  std::uint64_t worlds = 0, broken = 0, steps = 0, entries = 0, deliveries = 0, checks = 0, runs = 0;
  std::uint64_t twice = 0;  ///< of the worlds: played a second time, to the same trace
  std::uint64_t incidents = 0, frames_lost = 0, disk_faults = 0;
  double years = 0;         ///< of service
  double core_seconds = 0;  ///< of this machine's processors

  [[nodiscard]] static Totals of(const Outcome& one);
  void add(const Totals& others);
  /// In one line, to be read by another process.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] static Totals read(const std::string& line);
  /// For people.
  [[nodiscard]] std::string in_words() const;
};

}  // namespace told::sim
