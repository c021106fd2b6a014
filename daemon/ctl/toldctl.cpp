#include <algorithm>
#include <cstdlib>
#include <ostream>

#include "config/nearest.hpp"
#include "core/text_rules.hpp"
#include "ctl/exit.hpp"
#include "ctl/json_object.hpp"
#include "ctl/session.hpp"
#include "version.hpp"

namespace told::ctl {
namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 good, 64 wrong command line, 65 wrong data or not verified, 66 a file is missing, 69 told does not\n"
    "answer, 70 a fault of told's, 74 reading or writing failed, 75 try again later, 77 not allowed, 78 wrong "
    "configuration.";

/// The first word that stands where a command should; empty where there is none.
std::string word_for_a_command(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--socket") ++i;  // its value is no command
    if (!word.starts_with('-')) return word;
  }
  return {};
}

/// Where no command was recognised, which one may be meant.
std::string what_is_wrong(const Command& app, const command_line::Reading& reading, const std::string& word) {
  if (!reading.command.empty() || word.empty()) return reading.problem;
  std::vector<std::string> commands;
  for (const Command& each : app.subcommands) commands.push_back(each.name);
  return "there is no command " + config::in_quotes(word) + ": " + config::suggestion(word, commands);
}

/// `--json` counts wherever it stands, though what stands before it may have been too wrong to read on.
bool wants_json(int argc, const char* const* argv) {
  return std::find(argv, argv + argc, std::string("--json")) != argv + argc;
}

int fail(std::ostream& err, bool json, int code, const std::string& sentence, const std::string& hint = {}) {
  if (json)
    err << JsonObject().text("detail", sentence).number("exit_code", static_cast<std::uint64_t>(code)).line();
  else
    err << "toldctl: " << sentence << "\n" << hint;
  return code;
}

}  // namespace

Command& command(Command& app, const std::string& name, const std::string& what, const std::string& examples) {
  return app.subcommand(name, what, "Examples:\n" + examples);
}

void takes_json(Command& command, Session& session) {
  command.flag("--json", session.json, "Answer in JSON, for programs");
}

int toldctl(int argc, const char* const* argv, std::ostream& out, std::ostream& err, bool out_terminal,
            bool err_terminal) {
  Session session{out, err, out_terminal, err_terminal, "/run/told/board.sock", false, 0};
  Command app{"toldctl",
              "toldctl: the hand on told, which tells agencies about unaccompanied children and can prove it.",
              exit_codes};
  app.option("--socket", session.socket, "Where told's board listens (a path)")
      .from_environment("TOLD_SOCKET")
      .shows_default();
  for (const auto add :
       {add_open, add_ways, add_case, add_actions, add_records, add_watch, add_publish, add_queue, add_export,
        add_report, add_verify, add_keys, add_check, add_rehearse, add_explain, add_graph, add_rebuild})
    add(app, session);

  const bool json = wants_json(argc, argv);
  for (int i = 1; i < argc; ++i)
    if (!core::is_utf8(argv[i]))
      return fail(err, json, exit_usage,
                  "word " + std::to_string(i) +
                      " of the command line is not UTF-8: set the terminal to UTF-8, or write it "
                      "without accents");
  try {
    const auto reading = command_line::read(app, std::string("toldctl ") + version, argc, argv);
    out << reading.answer;
    if (reading.problem.empty()) return session.exit_code;
    return fail(err, json, exit_usage, what_is_wrong(app, reading, word_for_a_command(argc, argv)),
                "Try: toldctl " + reading.command + (reading.command.empty() ? "" : " ") + "--help\n");
  } catch (const Failure& failure) {
    return fail(err, json, failure.code(), failure.what());
  } catch (const std::exception& fault) {
    return fail(err, json, exit_software, fault.what());
  }
}

}  // namespace told::ctl
