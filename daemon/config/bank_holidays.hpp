#pragma once
// GOV.UK's bank holidays (https://www.gov.uk/bank-holidays.json): an object for each division of the United Kingdom, of
// which we read "england-and-wales", with its name again as `division` and `events`, each with `title`, `date`
// ("2026-12-28"), `notes` ("Substitute day") and `bunting`. They are known about two years ahead.
#include <map>
#include <string>
#include <vector>

#include "config/findings.hpp"
#include "core/calendar.hpp"

namespace told::config {

/// The titles by day. What is wrong with the file is a finding of `file`.
[[nodiscard]] std::map<core::Day, std::string> read_bank_holidays(const std::string& json, const std::string& file,
                                                                  Findings& findings);

/// In which ways a file that can be read is unlike GOV.UK's, each in words that follow the file's name: another
/// division, an event without `notes` or `bunting`, days out of order or on a weekend (their substitutes are the
/// holidays), or more than five months without one, which no year has. Empty where it is alike.
[[nodiscard]] std::vector<std::string> unlike_bank_holidays(const std::string& json);

/// "2026-12-28"; a day that is not `ok()` where the text is none.
[[nodiscard]] core::Day day_from(std::string_view text);

}  // namespace told::config
