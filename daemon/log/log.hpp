#pragma once
// The log: one line per state change, plain words, no personal data. spdlog is included in log.cpp and nowhere else: a
// call of its templates costs three seconds of compiling, and one of these a third of one.
//
//   log::info("session {} of {} is open", id, recipient);
//
// Safe from any thread. Before open() lines of level info and above go to standard error.
#include <fmt/core.h>

#include <cstdint>
#include <string>

namespace told::log {

enum class Level : std::uint8_t { debug, info, warn, error, critical };

/// To standard error, from `level` ("debug", "info", "warn", "error"; empty: "info") upward. Under systemd a line
/// begins with its priority as sd-daemon(3) says (<3> is an error), and has no time, since the journal has it already;
/// elsewhere with the time in UTC and the level.
void open(const std::string& level);

[[nodiscard]] bool wanted(Level level);
void write(Level level, fmt::string_view format, fmt::format_args arguments);

template <class... Arguments>
void line(Level level, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  if (wanted(level)) write(level, format, fmt::make_format_args(arguments...));
}
template <class... Arguments>
void debug(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  if (wanted(Level::debug)) write(Level::debug, format, fmt::make_format_args(arguments...));
}
template <class... Arguments>
void info(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  if (wanted(Level::info)) write(Level::info, format, fmt::make_format_args(arguments...));
}
template <class... Arguments>
void warn(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  if (wanted(Level::warn)) write(Level::warn, format, fmt::make_format_args(arguments...));
}
template <class... Arguments>
void error(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  if (wanted(Level::error)) write(Level::error, format, fmt::make_format_args(arguments...));
}
template <class... Arguments>
void critical(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  if (wanted(Level::critical)) write(Level::critical, format, fmt::make_format_args(arguments...));
}

}  // namespace told::log
