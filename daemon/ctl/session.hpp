#pragma once
// What every command has: where to write, where told is, and how its answer is to look.
#include <CLI/CLI.hpp>
#include <iosfwd>
#include <string>

namespace told::ctl {

struct Session {
  std::ostream& out;
  std::ostream& err;
  bool out_terminal = false;  ///< colours and progress only there
  bool err_terminal = false;
  std::string socket;  ///< of the board
  bool json = false;
  int exit_code = 0;
};

/// A command with its help and its options; `run` happens while the command line is parsed.
CLI::App* command(CLI::App& app, const std::string& name, const std::string& what, const std::string& examples);
/// `--json`, for those who read with a program.
void takes_json(CLI::App* command, Session& session);

// One for each command or small group; each in its own file.
void add_publish(CLI::App& app, Session& session);
void add_queue(CLI::App& app, Session& session);
void add_open(CLI::App& app, Session& session);
void add_case(CLI::App& app, Session& session);
void add_actions(CLI::App& app, Session& session);
void add_watch(CLI::App& app, Session& session);
void add_export(CLI::App& app, Session& session);
void add_verify(CLI::App& app, Session& session);
void add_keys(CLI::App& app, Session& session);
void add_check(CLI::App& app, Session& session);
void add_report(CLI::App& app, Session& session);
void add_rehearse(CLI::App& app, Session& session);
void add_explain(CLI::App& app, Session& session);
void add_graph(CLI::App& app, Session& session);
void add_rebuild(CLI::App& app, Session& session);

/// The whole program; what is wrong is said on `err`. Gives the exit code.
[[nodiscard]] int toldctl(int argc, const char* const* argv, std::ostream& out, std::ostream& err, bool out_terminal,
                          bool err_terminal);

}  // namespace told::ctl
