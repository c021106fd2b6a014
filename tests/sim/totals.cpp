#include "totals.hpp"

#include <array>
#include <chrono>
#include <iomanip>
#include <sstream>

namespace told::sim {
namespace {

constexpr std::array counters{&Totals::worlds,     &Totals::broken,      &Totals::steps,      &Totals::entries,
                              &Totals::deliveries, &Totals::checks,      &Totals::runs,       &Totals::twice,
                              &Totals::incidents,  &Totals::frames_lost, &Totals::disk_faults};

}  // namespace

Totals Totals::of(const Outcome& one) {
  Totals t;
  t.worlds = 1;
  t.broken = one.broken.empty() ? 0 : 1;
  t.steps = one.steps;
  t.entries = one.entries;
  t.deliveries = one.deliveries;
  t.checks = one.checks;
  t.runs = one.runs;
  t.incidents = one.faults.incidents;
  t.frames_lost = one.faults.frames;
  t.disk_faults = one.faults.disk;
  t.years = std::chrono::duration<double>(one.lasted).count() / (365.25 * 86'400);
  return t;
}

void Totals::add(const Totals& others) {
  for (const auto counter : counters) this->*counter += others.*counter;
  years += others.years;
  core_seconds += others.core_seconds;
}

std::string Totals::text() const {
  std::ostringstream out;
  for (const auto counter : counters) out << this->*counter << ' ';
  out << std::setprecision(17) << years << ' ' << core_seconds << '\n';
  return out.str();
}

Totals Totals::read(const std::string& line) {
  Totals t;
  std::istringstream in(line);
  for (const auto counter : counters) in >> t.*counter;
  in >> t.years >> t.core_seconds;
  return t;
}

std::string Totals::in_words() const {
  std::ostringstream out;
  out << std::fixed << std::setprecision(2) << worlds << " worlds, " << years << " service-years, "
      << std::setprecision(0) << (core_seconds > 0 ? years / core_seconds * 3600 : 0)
      << " service-years for an hour of one core\n"
      << runs << " runs of told, " << entries << " entries, " << deliveries << " deliveries, " << steps << " steps; "
      << twice << " worlds were played twice, to the same trace\n"
      << incidents + frames_lost + disk_faults << " faults: " << incidents << " done to told and its peers, "
      << frames_lost << " frames lost on the way, " << disk_faults
      << " reads and writes that failed, tore or were lost\n"
      << checks << " checks, " << broken << " violations\n";
  return out.str();
}

}  // namespace told::sim
