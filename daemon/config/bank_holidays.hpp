#pragma once
// GOV.UK's bank holidays (https://www.gov.uk/bank-holidays.json): an object for each division of the United Kingdom, of
// which we read "england-and-wales", with its name again as `division` and `events`, each with `title`, `date`
// ("2026-12-28"), `notes` ("Substitute day") and `bunting`. They are known about two years ahead.
#include <map>
#include <string>

#include "config/findings.hpp"
#include "core/calendar.hpp"

namespace told::config {

/// The titles by day. What is wrong with the file is a finding of `file`.
[[nodiscard]] std::map<core::Day, std::string> read_bank_holidays(const std::string& json, const std::string& file,
                                                                  Findings& findings);

/// "2026-12-28"; a day that is not `ok()` where the text is none.
[[nodiscard]] core::Day day_from(std::string_view text);

}  // namespace told::config
