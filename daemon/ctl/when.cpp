#include "ctl/when.hpp"

#include <date/tz.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/time_util.h>

#include <sstream>

#include "ctl/exit.hpp"

namespace told::ctl {

using google::protobuf::util::TimeUtil;

core::Instant now() { return std::chrono::time_point_cast<core::Duration>(std::chrono::system_clock::now()); }
google::protobuf::Timestamp stamp(core::Instant t) { return TimeUtil::MicrosecondsToTimestamp(core::to_us(t)); }
core::Instant instant(const google::protobuf::Timestamp& t) {
  return core::from_us(TimeUtil::TimestampToMicroseconds(t));
}

core::Instant read_time(const std::string& text, core::Instant now) {
  google::protobuf::Timestamp utc;
  const google::protobuf::LogSilencer quiet;
  if (TimeUtil::FromString(text, &utc)) return instant(utc);

  std::chrono::seconds of_day{};
  std::istringstream in(text);
  in >> date::parse(text.size() > 5 ? "%H:%M:%S" : "%H:%M", of_day);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof())
    throw Failure(exit_usage, "\"" + text + "\" is no time: write 21:14 (London time) or 2026-11-22T21:14:07Z (UTC)");
  const auto* zone = date::locate_zone("Europe/London");
  const auto today = date::floor<date::days>(zone->to_local(now));
  // `earliest`: in the hour that comes twice, the first; a person who means the second one writes UTC.
  for (const auto day : {today, today - date::days{1}}) {
    const core::Instant at = zone->to_sys(day + of_day, date::choose::earliest);
    if (at <= now) return at;
  }
  return now;
}

}  // namespace told::ctl
