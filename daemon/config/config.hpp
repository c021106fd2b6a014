#pragma once
// Configuration: two TOML files become typed, checked values; nothing reads raw settings later.
//   told.toml     the service: where it listens, where it keeps its store and keys, who may connect
//   policy.toml   the policy: who is told what, within what time, and who is called when nobody answers
// Every error has file:line:column, the rule, and the mend; all errors of a file are reported, not only the first.
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "carriers/kind.hpp"
#include "core/policy.hpp"
#include "gateway/gateway.hpp"

namespace told::config {

struct Problem {
  std::string file;
  int line = 0;      ///< from 1; 0: it is about no line (the file cannot be read, or the value was not read from one)
  int column = 0;    ///< from 1
  std::string text;  ///< the rule that is broken, then the mend

  [[nodiscard]] std::string to_string() const;  ///< "told.toml:42:17: ..."
};

/// told.toml, checked. Relative paths in it are beside it; here they are already resolved.
struct Service {
  std::string file;  ///< the path it was read from
  std::string text;  ///< the file, to the byte: check_together finds lines in it
  std::string origin;
  std::string store_directory;
  std::uint64_t reserve_bytes = 0;
  std::string master_key_file;  ///< all key files: a path, or "credential:NAME" under $CREDENTIALS_DIRECTORY
  std::string signing_key_file;
  std::string curve_key_file;
  std::string publishers_endpoint;
  std::string agencies_endpoint;
  std::string board_socket;    ///< path of the Unix socket of the HTTP API
  std::string prevent_socket;  ///< the same for the Prevent stream; empty: nobody may look at it
  std::string audit_socket;    ///< the same for auditors, who see both; empty: there is none
  std::string policy_file;     ///< ready to be opened
  std::string log_level;       ///< trace, debug, info, warning or error
  std::chrono::milliseconds worker_heartbeat{};
  std::string door_socket;  ///< path of the Unix socket for what comes from outside; empty: there is no door
  std::string door_public_url;
  std::chrono::milliseconds door_links_live{};
  std::string watcher_url_file;  ///< as a key file; empty: no watcher outside
  std::chrono::milliseconds watcher_every{};
  gateway::Parties parties;
  std::vector<carriers::Way> ways;  ///< how recipients are reached that told goes to
};

/// A value, or the problems that forbade it.
template <class T>
struct Loaded {
  T value{};
  std::vector<Problem> problems;
  [[nodiscard]] bool ok() const { return problems.empty(); }
};

/// Does not throw; `value` is only to be used where there are no problems. load_service opens the files of public
/// keys, load_policy those that the policy attaches, and no other.
[[nodiscard]] Loaded<Service> load_service(const std::string& path);
[[nodiscard]] Loaded<core::Policy> load_policy(const std::string& path);
/// The policy that the service file names: where it cannot be opened, the problem is of the line that names it.
[[nodiscard]] Loaded<core::Policy> load_policy_of(const Service& service);
/// From text kept in the ledger, and what was attached to it there: `name` stands for the file in messages. It was in
/// force, so it is read even where load_policy would refuse it now: a ladder that leaves the Prevent stream, which told
/// took until 2026-11.
[[nodiscard]] Loaded<core::Policy> parse_policy(std::string_view text, const std::string& name,
                                                const std::map<std::string, std::string>& attachments = {});
/// What only both together show: a queue recipient without a key, an agency that the policy does not know, ...
[[nodiscard]] std::vector<Problem> check_together(const Service& service, const core::Policy& policy);
/// What told starts with and somebody will miss: a Prevent stream that nobody may look at.
[[nodiscard]] std::vector<Problem> lint_together(const Service& service, const core::Policy& policy);

/// A problem of one [[way]], at its place in told.toml.
[[nodiscard]] Problem problem_of_way(const Service& service, const carriers::Way& way, const std::string& text);
/// A problem of one setting of told.toml ("keys", "master"), at its place in the file.
[[nodiscard]] Problem problem_of_setting(const Service& service, std::string_view table, std::string_view key,
                                         std::string text);

/// Where a key file setting points: resolves "credential:NAME". Throws std::runtime_error, with the mend, where the
/// daemon was started without credentials.
[[nodiscard]] std::string key_path(const std::string& setting);

}  // namespace told::config
