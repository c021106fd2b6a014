#pragma once
// What a policy that loads would still do badly at night: warnings for its author, with the line to look at. Nothing
// here keeps told from starting.
#include <string>
#include <vector>

#include "config/config.hpp"

namespace told::config {

/// `file` is how messages name the policy. `now`: rotas are looked at for the four weeks from then, agreements and the
/// calendar on that day. In the order of the file.
[[nodiscard]] std::vector<Problem> lint(const core::Policy& policy, core::Instant now, const std::string& file);

}  // namespace told::config
