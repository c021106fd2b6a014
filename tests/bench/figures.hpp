#pragma once
// What each benchmark reports: a figure, the bound it must keep, and how it was taken.
#include <filesystem>
#include <string>
#include <vector>

namespace told::bench {

struct Figure {
  std::string what;
  double value = 0;
  std::string unit;
  double bound = 0;
  bool at_least = false;  ///< the bound is a floor; otherwise a ceiling
  std::string how;        ///< the numbers behind it

  [[nodiscard]] bool kept() const { return at_least ? value >= bound : value <= bound; }
};

struct Place {
  std::string told_program;
  std::filesystem::path disk;  ///< a directory on the disk to be measured
  double scale = 1;            ///< below 1: a shorter run, for a first look
};

// One function for each section of the report.
[[nodiscard]] std::vector<Figure> measure_throughput(const Place& place);
[[nodiscard]] std::vector<Figure> measure_latency(const Place& place);
[[nodiscard]] std::vector<Figure> measure_restart(const Place& place);
[[nodiscard]] std::vector<Figure> measure_idle(const Place& place);
[[nodiscard]] std::vector<Figure> measure_deadlines(const Place& place);

}  // namespace told::bench
