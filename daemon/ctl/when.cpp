#include "ctl/when.hpp"

#include <date/tz.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/time_util.h>

#include <optional>

#include "ctl/exit.hpp"

namespace told::ctl {

using google::protobuf::util::TimeUtil;

core::Instant now() { return std::chrono::time_point_cast<core::Duration>(std::chrono::system_clock::now()); }
google::protobuf::Timestamp stamp(core::Instant t) { return TimeUtil::MicrosecondsToTimestamp(core::to_us(t)); }
core::Instant instant(const google::protobuf::Timestamp& t) {
  return core::from_us(TimeUtil::TimestampToMicroseconds(t));
}

namespace {

/// "21:14" or "21:14:07". Not by date::parse, which takes "25:00" and "12:61".
std::optional<std::chrono::seconds> time_of_day(const std::string& text) {
  if (text.size() != 5 && text.size() != 8) return std::nullopt;
  int part[3] = {0, 0, 0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (digit != (i % 3 != 2) || (!digit && text[i] != ':')) return std::nullopt;
    if (digit) part[i / 3] = part[i / 3] * 10 + (text[i] - '0');
  }
  if (part[0] > 23 || part[1] > 59 || part[2] > 59) return std::nullopt;
  return std::chrono::seconds(part[0] * 3600 + part[1] * 60 + part[2]);
}

}  // namespace

core::Instant read_time(const std::string& text, core::Instant now) {
  google::protobuf::Timestamp utc;
  const google::protobuf::LogSilencer quiet;
  if (TimeUtil::FromString(text, &utc)) return instant(utc);

  const auto of_day = time_of_day(text);
  if (!of_day)
    throw Failure(exit_usage, "\"" + text + "\" is no time: write 21:14 (London time) or 2026-11-22T21:14:07Z (UTC)");
  const auto* zone = date::locate_zone("Europe/London");
  const auto today = date::floor<date::days>(zone->to_local(now));
  // `earliest`: in the hour that comes twice, the first; a person who means the second one writes UTC.
  for (const auto day : {today, today - date::days{1}}) {
    const core::Instant at = zone->to_sys(day + *of_day, date::choose::earliest);
    if (at <= now) return at;
  }
  return now;
}

}  // namespace told::ctl
