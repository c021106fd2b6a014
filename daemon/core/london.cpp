#include "core/london.hpp"

#include <date/tz.h>

#include <stdexcept>

namespace told::core {

std::string in_london(Instant at, ShownTo shown) {
  const date::sys_seconds utc = std::chrono::floor<std::chrono::seconds>(at);
  const bool seconds = shown == ShownTo::the_second;
  try {
    return date::format(seconds ? "%H:%M:%S on %a %d %b %Y (%Z)" : "%H:%M on %a %d %b %Y (%Z)",
                        date::make_zoned("Europe/London", utc));
  } catch (const std::runtime_error&) {
    return date::format(seconds ? "%H:%M:%S on %a %d %b %Y (UTC)" : "%H:%M on %a %d %b %Y (UTC)", utc);
  }
}

}  // namespace told::core
