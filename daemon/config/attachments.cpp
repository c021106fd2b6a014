#include "config/attachments.hpp"

#include <filesystem>

namespace told::config {

Attach attach_beside(const std::string& policy_path) {
  return [directory = std::filesystem::path{policy_path}.parent_path()](const std::string& name) {
    return read_file((directory / name).lexically_normal().string(), toml_bytes_max);
  };
}

Attach attach_from(const std::map<std::string, std::string>& kept) {
  return [&kept](const std::string& name) -> FileText {
    const auto found = kept.find(name);
    if (found == kept.end()) return {{}, "was not kept with the policy: hand it in with the policy's text"};
    return {found->second, {}};
  };
}

}  // namespace told::config
