#include "ctl/policy_file.hpp"

#include <fstream>
#include <ostream>

#include "config/config.hpp"
#include "ctl/board_client.hpp"
#include "ctl/exit.hpp"
#include "ctl/private_file.hpp"
#include "told/v1/api.pb.h"

namespace told::ctl {
namespace {

core::Policy in_force(const Session& session) {
  v1::PolicyReport report;
  BoardClient(session).get("/v1/policy", &report);
  std::map<std::string, std::string> attachments;
  for (const auto& attachment : report.attachments()) attachments.emplace(attachment.name(), attachment.text());
  auto kept = config::parse_policy(report.text(), "the policy in force", attachments);
  if (!kept.ok())
    throw Failure(exit_software, "this toldctl cannot read the policy in force (" + kept.problems.front().to_string() +
                                     "): use the toldctl that came with told");
  kept.value.version = report.version();
  return std::move(kept.value);
}

core::Policy of_file(const std::string& path, Session& session) {
  (void)read_file(path);  // a missing file is said as such, with its own exit code
  auto loaded = config::load_policy(path);
  for (const auto& problem : loaded.problems) session.err << problem.to_string() << "\n";
  if (!loaded.ok()) throw Failure(exit_config, path + " is no policy that told would take: mend what is named above");
  return std::move(loaded.value);
}

}  // namespace

std::string PolicySeen::source() const {
  return file.empty() ? "version " + std::to_string(policy.version) + ", in force" : file;
}

std::string PolicySeen::place(int line) const {
  const std::string number = std::to_string(line);
  return file.empty() ? "version " + std::to_string(policy.version) + ", line " + number : file + ":" + number;
}

PolicySeen look_at_policy(const std::string& file, Session& session) {
  return {file.empty() ? in_force(session) : of_file(file, session), file};
}

void write_whole(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw Failure(exit_io, path + " could not be written: is there room, and may you write there?");
}

}  // namespace told::ctl
