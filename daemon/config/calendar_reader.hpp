#pragma once
// [calendar]: the zone, the close of a working day, and the days that are not worked.
#include <map>
#include <string>

#include "config/attachments.hpp"
#include "config/reader.hpp"
#include "core/calendar.hpp"

namespace told::config {

/// What is read beside the policy is put into `attachments`, under the name that the policy uses.
[[nodiscard]] core::Calendar read_calendar(Reader& table, const Attach& attach,
                                           std::map<std::string, std::string>& attachments, Findings& findings);

}  // namespace told::config
