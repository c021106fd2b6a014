// toldctl check: the configuration, as told itself would read it, without starting it.
#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>
#include <vector>

#include "audit/clock.hpp"
#include "audit/json.hpp"
#include "audit/kinds.hpp"
#include "config/config.hpp"
#include "config/lint.hpp"
#include "ctl/board_client.hpp"
#include "ctl/exit.hpp"
#include "ctl/live_check.hpp"
#include "ctl/private_file.hpp"
#include "ctl/secret_keys.hpp"
#include "ctl/session.hpp"
#include "ctl/terminal.hpp"
#include "ctl/when.hpp"
#include "told/v1/api.pb.h"

namespace told::ctl {
namespace {

struct Findings {
  std::vector<config::Problem> problems;
  std::vector<config::Problem> warnings;  ///< of a policy in which there is no problem
  std::string read;                       ///< what was read, for the good news
  std::vector<std::string> unseen;        ///< what could not be checked from here
};

void add(std::vector<config::Problem>& all, std::vector<config::Problem> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Findings check_service(const std::string& path) {
  Findings found;
  auto service = config::load_service(path);
  if (!service.ok()) return {std::move(service.problems), {}, path, {}};  // where the policy lies is not known for sure
  auto policy = config::load_policy_of(service.value);
  found.read = path + " and " + service.value.policy_file;
  add(found.problems, std::move(policy.problems));
  // Together they are judged only when each is right alone: else one mistake would be told twice.
  if (found.problems.empty()) {
    add(found.problems, config::check_together(service.value, policy.value));
    found.warnings = config::lint(policy.value, now(), service.value.policy_file);
    add(found.warnings, config::lint_together(service.value, policy.value));
  }
  auto keys = check_secret_keys(service.value);
  add(found.problems, std::move(keys.problems));
  found.unseen = std::move(keys.unseen);
  return found;
}

Findings check_policy(const std::string& path) {
  auto policy = config::load_policy(path);
  Findings found{std::move(policy.problems), {}, path, {}};
  if (found.problems.empty()) found.warnings = config::lint(policy.value, now(), path);
  return found;
}

void show(const config::Problem& problem, v1::CheckProblem& shown) {
  shown.set_file(problem.file);
  shown.set_line(problem.line);
  shown.set_column(problem.column);
  shown.set_text(problem.text);
}

v1::CheckReport report_of(const Findings& found) {
  v1::CheckReport report;
  report.set_good(found.problems.empty());
  for (const auto& problem : found.problems) show(problem, *report.add_problems());
  for (const auto& warning : found.warnings) show(warning, *report.add_warnings());
  return report;
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void say(const Findings& found, Session& session) {
  for (const auto& problem : found.problems) session.out << problem.to_string() << "\n";
  for (const auto& warning : found.warnings) session.out << "warning: " << warning.to_string() << "\n";
  if (!found.problems.empty()) {
    session.out << counted(found.problems.size(), "problem") << ": told does not start with this\n";
    return;
  }
  session.out << toned("GOOD", Tone::good, session.out_terminal) << "  " << found.read;
  if (!found.warnings.empty())
    session.out << ", with " << counted(found.warnings.size(), "warning") << ": told starts with this all the same";
  session.out << "\n";
}

std::string certificate_words(const v1::LiveCheck& way) {
  if (!way.has_certificate_ends()) return way.tls().empty() ? "no TLS" : way.tls();
  const core::Instant ends{std::chrono::seconds{way.certificate_ends().seconds()}};
  return way.tls() + ", certificate until " + audit::utc_time(ends).substr(0, 10);
}

void say(const v1::LiveReport& report, Session& session) {
  Columns columns({"", "WHO", "BY", "TLS", "ROUND TRIP", "WHAT FAILED, AND THE MEND"});
  for (const v1::LiveCheck& way : report.ways()) {
    const bool worker = way.carrier() == "zmq_queue";  // it comes to told, and is not sent anything
    columns.add({way.not_tried() ? "not tried"
                 : way.reached() ? (worker ? "connected" : "reached")
                                 : "FAILED",
                 way.recipient(), way.carrier(), worker ? "CURVE" : certificate_words(way),
                 way.reached() && !worker ? std::to_string(way.round_trip_ms()) + " ms" : "",
                 audit::on_one_line(way.problem())},
                way.problem().empty() ? Tone::plain : Tone::warning);
  }
  columns.print(session.out, session.out_terminal);
}

/// What the told of this configuration says of its ways; nullopt where it does not run, or does not answer us.
std::optional<v1::WaysReport> ways_of_the_running(const config::Service& service, const Session& session) {
  Session its = session;
  its.socket = service.board_socket;
  v1::WaysReport ways;
  try {
    BoardClient(its).get("/v1/ways", &ways);
  } catch (const Failure&) {
    return std::nullopt;
  }
  return ways;
}

/// Each way of a good configuration, tried with a marked test message. Gives whether all were reached.
bool check_live(const std::string& path, Session& session) {
  const auto service = config::load_service(path);
  const auto policy = config::load_policy_of(service.value);
  Progress progress(session.err, session.err_terminal, "trying the ways");
  v1::LiveReport report = try_ways(service.value, policy.value, [&](std::size_t done, const carriers::Way&) {
    progress.done(done, service.value.ways.size());
  });
  const auto running = ways_of_the_running(service.value, session);
  add_workers(policy.value, running ? &*running : nullptr, report);
  if (session.json)
    session.out << audit::to_pretty_json(report);
  else
    say(report, session);
  return report.good();
}

}  // namespace

void add_check(Command& app, Session& session) {
  Command& made =
      command(app, "check", "Check a configuration, the policy and the keys it names, without starting told",
              "  toldctl check /etc/told/told.toml\n  toldctl check --policy council.toml\n"
              "  sudo -u told toldctl check --live /etc/told/told.toml");
  takes_json(made, session);
  auto path = std::make_shared<std::string>();
  auto policy_only = std::make_shared<bool>(false);
  made.option("CONFIG", *path, "told.toml; with --policy, a policy").required();
  made.flag("--policy", *policy_only, "It is a policy (council.toml) alone");
  auto strict = std::make_shared<bool>(false);
  made.flag("--strict", *strict, "Fail on warnings too: what told starts with, and a night may show to be a mistake");
  auto live = std::make_shared<bool>(false);
  made.flag("--live", *live, "Also try each way that told goes out by, with a message marked as a test");
  made.runs([&session, path, policy_only, strict, live] {
    (void)read_file(*path);  // a missing file is said as such, with its own exit code
    const auto found = *policy_only ? check_policy(*path) : check_service(*path);
    // A program that asks for the live report gets that one, where there is nothing to say before.
    const bool tries = *live && !*policy_only && found.problems.empty();
    if (!session.json)
      say(found, session);
    else if (!tries)
      session.out << audit::to_pretty_json(report_of(found));
    for (const auto& sentence : found.unseen) session.err << sentence << "\n";
    const bool fails = !found.problems.empty() || (*strict && !found.warnings.empty());
    session.exit_code = fails ? exit_config : exit_good;
    if (tries && !check_live(*path, session)) session.exit_code = exit_unavailable;
  });
}

}  // namespace told::ctl
