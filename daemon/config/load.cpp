// The doors of config.hpp: a file, or text that was kept, becomes a value or a list of problems.
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "config/config.hpp"
#include "config/file_text.hpp"
#include "config/file_tree.hpp"
#include "config/policy_draft.hpp"
#include "config/service_reader.hpp"

namespace told::config {

Loaded<Service> load_service(const std::string& path) {
  Findings findings{path};
  auto file = read_file(path, toml_bytes_max);
  if (!file.problem.empty()) {
    findings.add({}, file.problem);
    return {{}, findings.take()};
  }
  const Node root = parse_tree(file.text, findings);
  if (!findings.none()) return {{}, findings.take()};
  Service service = read_service(root, std::filesystem::path{path}.parent_path(), findings);
  service.file = path;
  service.text = std::move(file.text);
  return {std::move(service), findings.take()};
}

namespace {

/// What was in force once must be read again whatever a later release refuses in a new policy.
enum class From { file, ledger };

Loaded<core::Policy> policy_from(From where, std::string_view text, const std::string& name, const Attach& attach) {
  Findings findings{name};
  const Node root = parse_tree(text, findings);
  if (!findings.none()) return {{}, findings.take()};
  const PolicyDraft draft = read_policy(root, attach, findings);
  check_recipients(draft, findings);
  check_rotas(draft, findings);
  check_ladders(draft, findings);
  check_rules(draft, findings);
  check_clocks(draft, findings);
  check_quotas(draft, findings);
  check_drills(draft, findings);
  check_stand_down(draft, findings);
  check_subject_access(draft, findings);
  check_reach(draft, findings);
  if (where == From::file) {
    check_prevent_stream(draft, findings);
    check_high_is_quicker(draft, findings);
    check_newer_alarms(draft, findings);
    check_not_for_exercises_alone(draft, findings);
  }
  if (!findings.none()) return {{}, findings.take()};
  core::Policy policy = finished(draft);
  policy.text = text;
  return {std::move(policy), {}};
}

}  // namespace

Loaded<core::Policy> parse_policy(std::string_view text, const std::string& name,
                                  const std::map<std::string, std::string>& attachments) {
  return policy_from(From::ledger, text, name, attach_from(attachments));
}

Loaded<core::Policy> load_policy(const std::string& path) {
  const auto file = read_file(path, toml_bytes_max);
  if (!file.problem.empty()) return {{}, {{path, 0, 0, file.problem}}};
  return policy_from(From::file, file.text, path, attach_beside(path));
}

Loaded<core::Policy> load_policy_of(const Service& service) {
  const auto file = read_file(service.policy_file, toml_bytes_max);
  if (file.problem.empty())
    return policy_from(From::file, file.text, service.policy_file, attach_beside(service.policy_file));
  Findings findings{service.file};
  findings.add(FileTree{service.text}.place("policy_file"), "policy_file: " + service.policy_file + " " + file.problem);
  return {{}, findings.take()};
}

std::string key_path(const std::string& setting) {
  constexpr std::string_view prefix = "credential:";
  if (!setting.starts_with(prefix)) return setting;
  // systemd sets it for a unit with LoadCredential= and its like, and for nobody else.
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr || *directory == '\0') {
    throw std::runtime_error(setting +
                             " needs $CREDENTIALS_DIRECTORY, which systemd sets for a unit with "
                             "LoadCredentialEncrypted=: start told by its unit, or name a file instead");
  }
  return (std::filesystem::path{directory} / setting.substr(prefix.size())).string();
}

}  // namespace told::config
