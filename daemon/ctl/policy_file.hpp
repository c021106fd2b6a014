#pragma once
// A policy read for a command that only looks at it.
#include <string>

#include "core/policy.hpp"
#include "ctl/session.hpp"

namespace told::ctl {

struct PolicySeen {
  core::Policy policy;
  std::string file;  ///< empty: it is the one in force

  /// Where it is from: "council.toml", or "version 3, in force".
  [[nodiscard]] std::string source() const;
  /// "council.toml:41", or "version 3, line 41".
  [[nodiscard]] std::string place(int line) const;
};

/// Of a file; where `file` is empty, the policy that the running told has in force. What is wrong with a file is said
/// on the session's `err`, and the command ends (configuration, or no input); so it does where told does not answer.
[[nodiscard]] PolicySeen look_at_policy(const std::string& file, Session& session);
/// A file anybody may read: pictures and policies hold nothing personal. Failure (io) with the mend.
void write_whole(const std::string& path, const std::string& text);

}  // namespace told::ctl
