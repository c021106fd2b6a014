#pragma once
// A policy read for a command that only looks at it.
#include <string>

#include "core/policy.hpp"
#include "ctl/session.hpp"

namespace told::ctl {

/// Its problems are said on the session's `err`, and the command ends (configuration, or no input).
[[nodiscard]] core::Policy read_policy_file(const std::string& path, Session& session);
/// A file anybody may read: pictures and policies hold nothing personal. Failure (io) with the mend.
void write_whole(const std::string& path, const std::string& text);

}  // namespace told::ctl
