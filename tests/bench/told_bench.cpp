// The figures told must reach, each beside its bound. Ratios of one run, since machines differ and are noisy.
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "figures.hpp"

namespace {

using told::bench::Figure;
using told::bench::Place;

struct Section {
  const char* name;
  std::vector<Figure> (*measure)(const Place&);
};

constexpr Section sections[] = {{"throughput", told::bench::measure_throughput},
                                {"latency", told::bench::measure_latency},
                                {"restart", told::bench::measure_restart},
                                {"deadlines", told::bench::measure_deadlines},
                                {"idle", told::bench::measure_idle}};

}  // namespace

int main(int argc, char** argv) {
  Place place;
  std::string only;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--told" && i + 1 < argc)
      place.told_program = argv[++i];
    else if (word == "--disk" && i + 1 < argc)
      place.disk = argv[++i];
    else if (word == "--quick")
      place.scale = 0.2;
    else
      only = word;
  }
  if (place.told_program.empty() || place.disk.empty()) {
    std::fprintf(
        stderr,
        "usage: told_bench --told PROGRAM --disk DIRECTORY [--quick] [throughput|latency|restart|deadlines|idle]\n");
    return 64;
  }
  int missed = 0;
  for (const Section& section : sections) {
    if (!only.empty() && only != section.name) continue;
    try {
      for (const Figure& f : section.measure(place)) {
        if (!f.kept()) ++missed;
        std::printf("%-66s %9.3f %-11s %s %6.2f  %s\n    %s\n", f.what.c_str(), f.value, f.unit.c_str(),
                    f.at_least ? "at least" : "at most ", f.bound, f.kept() ? "reached" : "MISSED", f.how.c_str());
        std::fflush(stdout);
      }
    } catch (const std::exception& failure) {
      ++missed;
      std::printf("%s: FAILED: %s\n", section.name, failure.what());
    }
  }
  std::printf(missed == 0 ? "Every figure is reached.\n" : "%d figures are missed.\n", missed);
  return missed == 0 ? 0 : 1;
}
