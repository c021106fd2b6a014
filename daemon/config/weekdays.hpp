#pragma once
// Days of the week, as a policy says them: "mon", ["tue", "thu"], "weekdays", "weekends", "every day".
#include <string>
#include <vector>

#include "config/reader.hpp"

namespace told::config {

/// Days since Monday. Empty, with a finding, where the word is no day; `setting` as in "rota.weekly.days", `also` what
/// that setting knows beside days of the week.
[[nodiscard]] std::vector<int> days_of(const Text& word, const std::string& setting,
                                       const std::vector<std::string>& also, Findings& findings);

}  // namespace told::config
