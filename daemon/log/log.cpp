#include "log/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

namespace told::log {
namespace {

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::critical:
      return spdlog::level::critical;
  }
  return spdlog::level::critical;
}

/// The syslog priority of a line, as journald reads it.
class Priority final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& line, const std::tm&, spdlog::memory_buf_t& into) override {
    char digit = '7';
    if (line.level == spdlog::level::info) digit = '6';
    if (line.level == spdlog::level::warn) digit = '4';
    if (line.level == spdlog::level::err) digit = '3';
    if (line.level == spdlog::level::critical) digit = '2';
    into.push_back(digit);
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<Priority>(); }
};

}  // namespace

void open(const std::string& level) {
  auto logger = spdlog::stderr_logger_mt("told");
  auto words = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  words->add_flag<Priority>('*').set_pattern(journal ? "<%*>%v" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v");
  logger->set_formatter(std::move(words));
  spdlog::set_default_logger(std::move(logger));
  spdlog::set_level(spdlog::level::from_str(level.empty() ? "info" : level));
}

bool wanted(Level level) { return spdlog::should_log(level_of(level)); }

void write(Level level, fmt::string_view format, fmt::format_args arguments) {
  spdlog::log(level_of(level), fmt::vformat(format, arguments));
}

}  // namespace told::log
