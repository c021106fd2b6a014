#pragma once
// What a program takes on its command line: described by its commands, then read in one go.
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace told::command_line {

/// An option (`--by`, `-o,--output`), a flag (`--json`), or a value known by its place (`REF`).
struct Option {
  using Target = std::variant<bool*, unsigned*, std::string*, std::vector<std::string>*>;

  std::string name;
  Target target;  ///< written while the command line is read; what it holds before is the default
  std::string what;
  bool is_required = false;
  bool default_is_shown = false;
  std::string variable = {};  ///< of the environment, which gives it where the command line does not; empty: none
  std::vector<std::string> choices = {};           ///< empty: anything
  std::optional<std::pair<int, int>> bounds = {};  ///< of a number, both allowed
  bool is_positive = false;                        ///< a number above 0
  std::vector<const Option*> needed = {};          ///< may be given only with each of these
  std::vector<const Option*> excluded = {};        ///< may be given with none of these

  Option& required() { return is_required = true, *this; }
  Option& shows_default() { return default_is_shown = true, *this; }
  Option& from_environment(std::string name_there) { return variable = std::move(name_there), *this; }
  Option& one_of(std::vector<std::string> words) { return choices = std::move(words), *this; }
  Option& within(int least, int most) { return bounds = {least, most}, *this; }
  Option& positive() { return is_positive = true, *this; }
  Option& needs(const Option& other) { return needed.push_back(&other), *this; }
  Option& excludes(const Option& other) { return excluded.push_back(&other), *this; }
};

/// A command: the whole program, or one of its subcommands. A command that has subcommands is given exactly one.
/// Options and subcommands keep their addresses while more are added.
struct Command {
  std::string name;
  std::string what;
  std::string footer;  ///< the last lines of its help
  std::deque<Option> options = {};
  std::deque<Command> subcommands = {};
  std::function<void()> run = {};  ///< happens while the command line is read; what it throws comes out of read()

  Command& subcommand(std::string called, std::string does, std::string last_lines) {
    return subcommands.emplace_back(Command{std::move(called), std::move(does), std::move(last_lines)});
  }
  /// A positional's name has no dash. What `target` refers to outlives the reading.
  template <class Value>
  Option& option(std::string called, Value& target, std::string means) {
    return options.emplace_back(Option{std::move(called), &target, std::move(means)});
  }
  Option& flag(std::string called, bool& target, std::string means) {
    return option(std::move(called), target, std::move(means));
  }
  void runs(std::function<void()> what_it_does) { run = std::move(what_it_does); }
};

/// How a command line was read.
struct Reading {
  std::string answer;   ///< the help or the version, where that was asked for: nothing was run
  std::string problem;  ///< what is wrong with it, without what to do next; empty where nothing is
  std::string command;  ///< the subcommand that was recognised; empty where none was
};

/// Reads it, writes the targets and runs the command that is asked for. `--help` and `--version` (which answers with
/// `version`) are added; the program's own options may stand after a subcommand too.
[[nodiscard]] Reading read(const Command& program, const std::string& version, int argc, const char* const* argv);

}  // namespace told::command_line
