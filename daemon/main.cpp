// told: tells the agencies, and can prove it.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "command_line/command_line.hpp"
#include "config/config.hpp"
#include "house.hpp"
#include "ledger/ledger.hpp"
#include "log/log.hpp"
#include "version.hpp"

namespace {

int print_problems(const std::vector<told::config::Problem>& problems) {
  for (const auto& problem : problems) std::fprintf(stderr, "%s\n", problem.to_string().c_str());
  std::fprintf(stderr, "told: the configuration has %zu %s; nothing was started\n", problems.size(),
               problems.size() == 1 ? "problem" : "problems");
  return EX_CONFIG;
}

}  // namespace

int main(int argc, char** argv) {
  std::string config_path = "/etc/told/told.toml";
  told::command_line::Command program{
      "told",
      "told tells the agencies that must know of a child, chases until a named person there has acknowledged, and\n"
      "keeps a ledger that anybody can check. It runs until SIGTERM; SIGHUP reads the configuration again.",
      "Examples:\n  told --config /etc/told/told.toml\n  toldctl check /etc/told/told.toml   # says what is wrong "
      "without starting"};
  program.option("--config", config_path, "the configuration file (its policy stands beside it)").shows_default();
  const auto reading = told::command_line::read(program, std::string("told ") + told::version, argc, argv);
  if (!reading.problem.empty()) {
    std::fprintf(stderr, "%s\nRun with --help for more information.\n", reading.problem.c_str());
    return EX_USAGE;
  }
  if (!reading.answer.empty()) return std::fputs(reading.answer.c_str(), stdout) < 0 ? EX_IOERR : EX_OK;

  const auto service = told::config::load_service(config_path);
  if (!service.ok()) return print_problems(service.problems);
  auto policy = told::config::load_policy_of(service.value);
  if (!policy.ok()) return print_problems(policy.problems);
  const auto together = told::config::check_together(service.value, policy.value);
  if (!together.empty()) return print_problems(together);

  told::log::open(service.value.log_level);
  // Keys are in memory: no core dump, no debugger without root.
  ::prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  // Each connection takes a descriptor: as many as whoever started us allows, and no more than the unit would.
  rlimit descriptors{};
  ::getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = std::max(descriptors.rlim_cur, std::min<rlim_t>(descriptors.rlim_max, 65536));
  ::setrlimit(RLIMIT_NOFILE, &descriptors);

  try {
    told::House house(config_path, service.value, std::move(policy.value));
    return house.run();
  } catch (const told::ledger::StoreOfAnother& failure) {
    told::log::critical("{}", failure.what());
    return EX_CONFIG;
  } catch (const told::ledger::StoreFailed& failure) {
    told::log::critical("the store failed: {}", failure.what());
    return told::ledger::exit_storage;
  } catch (const told::Unusable& failure) {
    told::log::critical("{}", failure.what());
    return EX_CONFIG;
  } catch (const std::exception& failure) {
    told::log::critical("{}", failure.what());
    return EX_UNAVAILABLE;
  }
}
