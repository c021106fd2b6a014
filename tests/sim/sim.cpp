// `./dev sim`: plays worlds, seed after seed, and says which promises were broken (README.md).
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "command_line/command_line.hpp"
#include "file_disk.hpp"
#include "log/log.hpp"
#include "plan.hpp"
#include "random_bytes.hpp"
#include "shrinking.hpp"
#include "totals.hpp"
#include "world.hpp"

namespace {

using namespace told::sim;

constexpr int exit_broken = 1;
/// One world in so many is played twice: the second time must be the same to the bit.
constexpr unsigned one_in_twice = 100;
constexpr unsigned tries_max = 3000;

struct Wanted {
  unsigned seeds = 0, from = 1, seed = 0, jobs = 1, seconds = 0, years = 0;
  std::string disk = "memory", length = "weeks", council = "config/council.toml";
  std::vector<std::string> histories;
  bool tell = false, shrink = false, traces = false, first_only = false;
};

double core_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

Length length_of(const std::string& word) {
  return word == "nights" ? Length::nights : word == "watches" ? Length::watches : Length::weeks;
}

class Player {
 public:
  explicit Player(const Wanted& wanted) : wanted_{wanted}, policies_{wanted.council} {}

  Outcome play(const History& history, bool tell) {
    World world(history, policies_);
    if (tell)
      world.tell_to([](Micros at, const std::string& line) {
        std::printf("%14.6f %s\n", static_cast<double>(at.count()) / 1e6, line.c_str());
      });
    return world.run();
  }

  /// The seeds `first`, `first + step`, ... until enough were played.
  Totals play_seeds(unsigned first, unsigned step) {
    Totals totals;
    const double cpu_before = core_seconds();
    const auto begun = std::chrono::steady_clock::now();
    for (unsigned seed = first;; seed += step) {
      if (wanted_.seeds != 0 && seed >= wanted_.from + wanted_.seeds) break;
      if (wanted_.seconds != 0 && std::chrono::steady_clock::now() - begun >= std::chrono::seconds{wanted_.seconds})
        break;
      if (wanted_.years != 0 && totals.years * wanted_.jobs >= wanted_.years) break;
      const History history =
          plan(seed, wanted_.disk == "sqlite" ? StoreKind::files : StoreKind::memory, length_of(wanted_.length));
      Outcome out = play(history, wanted_.tell);
      if (seed % one_in_twice == 0 && out.broken.empty()) {
        ++totals.twice;
        if (play(history, false).trace != out.trace)
          out.broken = "the same seed gives the same trace: played a second time, it gave another";
      }
      totals.add(Totals::of(out));
      report(history, out,
             "--seed " + std::to_string(seed) + (wanted_.disk == "sqlite" ? " --disk sqlite" : "") +
                 (wanted_.length == "weeks" ? "" : " --length " + wanted_.length));
      if (wanted_.first_only && !out.broken.empty()) break;
    }
    totals.core_seconds = core_seconds() - cpu_before;
    return totals;
  }

  Totals play_file(const std::string& path) {
    std::ifstream in(path);
    if (!in) throw std::runtime_error("cannot read " + path);
    const History history = History::read({std::istreambuf_iterator<char>(in), {}});
    Totals totals;
    const double cpu_before = core_seconds();
    const Outcome out = play(history, wanted_.tell);
    totals.add(Totals::of(out));
    report(history, out, "--history " + path);
    totals.core_seconds = core_seconds() - cpu_before;
    return totals;
  }

 private:
  void report(const History& history, const Outcome& out, const std::string& again) {
    if (wanted_.traces)
      std::printf("%s: trace %016llx, %llu entries\n", again.c_str(), static_cast<unsigned long long>(out.trace),
                  static_cast<unsigned long long>(out.entries));
    if (!out.broken.empty()) {
      std::printf(
          "BROKEN %s\n  at %.6f s, told's run %llu; again, with every step: ./dev sim %s --tell\n"
          "  a shorter history that does the same: ./dev sim %s --shrink\n",
          out.broken.c_str(), static_cast<double>(out.lasted.count()) / 1e6, static_cast<unsigned long long>(out.runs),
          again.c_str(), again.c_str());
      if (wanted_.shrink) shrink_it(history, out.broken);
    }
    std::fflush(stdout);
  }

  void shrink_it(const History& history, const std::string& broken) {
    const Shrunk shrunk = shrink(
        history, broken, [this](const History& shorter) { return play(shorter, false).broken; }, tries_max);
    const std::string path = "build/sim-" + history.settings.of("seed") + ".history";
    std::ofstream out(path);
    out << "# " << shrunk.broken << "\n" << shrunk.history.text();
    out.close();
    std::printf("shrunk from %zu to %zu incidents in %llu tries: %s\n%s  it is in %s: ./dev sim --history %s --tell\n",
                history.incidents.size(), shrunk.history.incidents.size(),
                static_cast<unsigned long long>(shrunk.tries), shrunk.broken.c_str(), shrunk.history.text().c_str(),
                path.c_str(), path.c_str());
  }

  const Wanted& wanted_;
  Policies policies_;
};

/// Each job is a process of its own: a world is one thread, and shares nothing.
Totals play_jobs(Player& player, const Wanted& wanted) {
  if (wanted.jobs == 1) return player.play_seeds(wanted.from, 1);
  std::vector<int> ends;
  for (unsigned job = 0; job < wanted.jobs; ++job) {
    int ends_of_pipe[2];
    if (::pipe(ends_of_pipe) != 0) throw std::runtime_error("no pipe to a job");
    std::fflush(stdout);
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error("no process for a job");
    if (pid == 0) {
      const std::string line = player.play_seeds(wanted.from + job, wanted.jobs).text();
      const bool said = ::write(ends_of_pipe[1], line.data(), line.size()) == static_cast<ssize_t>(line.size());
      std::fflush(stdout);
      ::_exit(said ? 0 : 1);
    }
    ::close(ends_of_pipe[1]);
    ends.push_back(ends_of_pipe[0]);
  }
  Totals all;
  for (const int end : ends) {
    std::string line;
    char some[512];
    for (ssize_t n = 0; (n = ::read(end, some, sizeof some)) > 0;) line.append(some, static_cast<std::size_t>(n));
    ::close(end);
    if (line.empty()) throw std::runtime_error("a job died; its last world was being played");
    all.add(Totals::read(line));
  }
  while (::wait(nullptr) > 0) {
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  Wanted wanted;
  told::command_line::Command program{
      "sim",
      "Play told in simulated worlds: its own engine, ledger and gateway, with disks, networks, clocks and people "
      "from a seed.",
      "Exit codes: 0 every promise was kept, 1 one was broken, 64 wrong command line."};
  auto& seeds = program.option("--seeds", wanted.seeds, "how many seeds (100 where nothing else says when to end)");
  program.option("--from", wanted.from, "the first seed").shows_default();
  auto& one = program.option("--seed", wanted.seed, "this one seed").positive().excludes(seeds);
  program.option("--seconds", wanted.seconds, "end after so long").excludes(one);
  program.option("--years", wanted.years, "end after so many service-years").excludes(one);
  program.option("--jobs", wanted.jobs, "processes").positive().shows_default();
  program
      .option("--disk", wanted.disk, "what the ledger is kept on: plain values, or the real SQLite on a disk of files")
      .one_of({"memory", "sqlite"})
      .shows_default();
  program
      .option("--length", wanted.length,
              "worlds of weeks, or of a day or two in which as much goes wrong as in a busy week, or of some hours")
      .one_of({"weeks", "nights", "watches"})
      .shows_default();
  program.option("--history", wanted.histories, "play these written histories instead").excludes(one);
  program.flag("--tell", wanted.tell, "say everything that happens");
  program.flag("--shrink", wanted.shrink, "make a history that breaks something as short as it will go");
  program.flag("--traces", wanted.traces, "say each world's trace");
  program.flag("--first", wanted.first_only, "end at the first violation");
  program.option("--council", wanted.council, "the policy").shows_default();
  const auto reading = told::command_line::read(program, "sim", argc, argv);
  if (!reading.answer.empty()) return std::fputs(reading.answer.c_str(), stdout) < 0 ? EX_IOERR : EX_OK;
  if (!reading.problem.empty()) {
    std::fprintf(stderr, "%s\nRun with --help for more information.\n", reading.problem.c_str());
    return EX_USAGE;
  }
  if (wanted.seed != 0) {
    wanted.from = wanted.seed;
    wanted.seeds = 1;
  }
  if (wanted.seeds == 0 && wanted.seconds == 0 && wanted.years == 0) wanted.seeds = 100;

  told::log::open("critical");
  take_over_random_bytes();
  take_over_sqlite();
  try {
    Player player(wanted);
    Totals totals;
    if (wanted.histories.empty())
      totals = play_jobs(player, wanted);
    else
      for (const std::string& path : wanted.histories) totals.add(player.play_file(path));
    std::fputs(totals.in_words().c_str(), stdout);
    return totals.broken == 0 ? EX_OK : exit_broken;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return EX_DATAERR;
  }
}
