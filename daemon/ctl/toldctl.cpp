#include <cstdlib>
#include <ostream>

#include "config/nearest.hpp"
#include "ctl/exit.hpp"
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

/// What CLI11 found wrong; where no command was recognised, which one may be meant.
std::string what_is_wrong(const CLI::App& app, const CLI::ParseError& wrong, const std::string& word) {
  if (!app.get_subcommands().empty() || word.empty()) return wrong.what();
  std::vector<std::string> commands;
  for (const CLI::App* each : app.get_subcommands({})) commands.push_back(each->get_name());
  return "there is no command " + config::in_quotes(word) + ": " + config::suggestion(word, commands);
}

}  // namespace

CLI::App* command(CLI::App& app, const std::string& name, const std::string& what, const std::string& examples) {
  auto* made = app.add_subcommand(name, what);
  made->footer("Examples:\n" + examples);
  return made;
}

void takes_json(CLI::App* command, Session& session) {
  command->add_flag("--json", session.json, "Answer in JSON, for programs");
}

int toldctl(int argc, const char* const* argv, std::ostream& out, std::ostream& err, bool out_terminal,
            bool err_terminal) {
  CLI::App app("toldctl: the hand on told, which tells agencies about unaccompanied children and can prove it.",
               "toldctl");
  Session session{out, err, out_terminal, err_terminal, "/run/told/board.sock", false, 0};
  app.add_option("--socket", session.socket, "Where told's board listens (a path)")
      ->envname("TOLD_SOCKET")
      ->capture_default_str();
  app.set_version_flag("--version", std::string("toldctl ") + version);
  app.footer(exit_codes);
  app.require_subcommand(1);
  app.fallthrough();  // --socket may stand after the command too
  for (const auto add : {add_open, add_case, add_actions, add_watch, add_publish, add_queue, add_export, add_report,
                         add_verify, add_keys, add_check, add_rehearse, add_explain, add_graph, add_rebuild})
    add(app, session);

  try {
    app.parse(argc, argv);
    return session.exit_code;
  } catch (const CLI::Success& asked_for_help) {
    return app.exit(asked_for_help, out, err);
  } catch (const CLI::ParseError& wrong) {
    err << "toldctl: " << what_is_wrong(app, wrong, word_for_a_command(argc, argv)) << "\n";
    const auto used = app.get_subcommands();
    err << "Try: toldctl " << (used.empty() ? "" : used.front()->get_name() + " ") << "--help\n";
    return exit_usage;
  } catch (const Failure& failure) {
    err << "toldctl: " << failure.what() << "\n";
    return failure.code();
  } catch (const std::exception& fault) {
    err << "toldctl: " << fault.what() << "\n";
    return exit_software;
  }
}

}  // namespace told::ctl
