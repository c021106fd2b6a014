#include "command_line/command_line.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <sstream>

namespace told::command_line {
namespace {

CLI::Option* add(const Option& option, CLI::App& app) {
  auto* added = std::visit(
      [&](auto* target) -> CLI::Option* {
        if constexpr (std::is_same_v<decltype(target), bool*>)
          return app.add_flag(option.name, *target, option.what);
        else
          return app.add_option(option.name, *target, option.what);
      },
      option.target);
  if (option.is_required) added->required();
  if (!option.variable.empty()) added->envname(option.variable);
  if (!option.choices.empty()) added->check(CLI::IsMember(option.choices));
  if (option.bounds) added->check(CLI::Range(option.bounds->first, option.bounds->second));
  if (option.is_positive) added->check(CLI::PositiveNumber);
  if (option.default_is_shown) added->capture_default_str();
  return added;
}

void describe(const Command& command, CLI::App& app) {
  app.footer(command.footer);
  std::map<const Option*, CLI::Option*> added;
  for (const Option& option : command.options) added[&option] = add(option, app);
  for (const Option& option : command.options) {
    for (const Option* other : option.needed) added.at(&option)->needs(added.at(other));
    for (const Option* other : option.excluded) added.at(&option)->excludes(added.at(other));
  }
  if (command.run) app.callback(command.run);
  if (command.subcommands.empty()) return;
  app.require_subcommand(1);
  for (const Command& each : command.subcommands) describe(each, *app.add_subcommand(each.name, each.what));
}

}  // namespace

Reading read(const Command& program, const std::string& version, int argc, const char* const* argv) {
  CLI::App app(program.what, program.name);
  app.fallthrough();
  describe(program, app);
  app.set_version_flag("--version", version);
  Reading reading;
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for) {
    std::ostringstream answer;
    app.exit(asked_for, answer, answer);
    reading.answer = answer.str();
  } catch (const CLI::ParseError& wrong) {
    reading.problem = wrong.what();
  }
  if (const auto used = app.get_subcommands(); !used.empty()) reading.command = used.front()->get_name();
  return reading;
}

}  // namespace told::command_line
