#pragma once
// The files that a policy refers to by name: beside it when it is read anew, out of the ledger when it was in force.
#include <functional>
#include <map>
#include <string>

#include "config/file_text.hpp"

namespace told::config {

using Attach = std::function<FileText(const std::string& name)>;

/// The file of that name, relative to the directory of the policy at `policy_path`.
[[nodiscard]] Attach attach_beside(const std::string& policy_path);
/// What was kept with the policy. The map must outlive the function.
[[nodiscard]] Attach attach_from(const std::map<std::string, std::string>& kept);

}  // namespace told::config
