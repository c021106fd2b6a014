#pragma once
// What every command has: where to write, where told is, and how its answer is to look.
#include <iosfwd>
#include <string>

#include "command_line/command_line.hpp"

namespace google::protobuf {
class Message;
}

namespace told::ctl {

using command_line::Command;
using command_line::Option;

struct Session {
  std::ostream& out;
  std::ostream& err;
  bool out_terminal = false;  ///< colours and progress only there
  bool err_terminal = false;
  std::string socket;  ///< of the board
  bool json = false;
  int exit_code = 0;
};

/// A new subcommand of `app`, with examples of its use at the end of its help.
Command& command(Command& app, const std::string& name, const std::string& what, const std::string& examples);
/// `--json`, for those who read with a program.
void takes_json(Command& command, Session& session);

/// Has the board do it, and says how it went.
void act(Session& session, const std::string& path, const google::protobuf::Message& request);

// One for each command or small group; each in its own file.
void add_publish(Command& app, Session& session);
void add_queue(Command& app, Session& session);
void add_open(Command& app, Session& session);
void add_case(Command& app, Session& session);
void add_ways(Command& app, Session& session);
void add_actions(Command& app, Session& session);
void add_records(Command& app, Session& session);
void add_watch(Command& app, Session& session);
void add_export(Command& app, Session& session);
void add_verify(Command& app, Session& session);
void add_keys(Command& app, Session& session);
void add_check(Command& app, Session& session);
void add_report(Command& app, Session& session);
void add_rehearse(Command& app, Session& session);
void add_explain(Command& app, Session& session);
void add_graph(Command& app, Session& session);
void add_rebuild(Command& app, Session& session);

/// The whole program; what is wrong is said on `err`. Gives the exit code.
[[nodiscard]] int toldctl(int argc, const char* const* argv, std::ostream& out, std::ostream& err, bool out_terminal,
                          bool err_terminal);

}  // namespace told::ctl
