#pragma once
// Why something was refused, for a program and for a person.
#include <string>

#include "told/v1/gateway.pb.h"

namespace told::core {

/// `code`: a stable word. `field`: a path, or "" for the whole. `reason` and `mend` are a sentence each, and repeat
/// nothing that a personal field holds.
[[nodiscard]] v1::Problem make_problem(const char* code, std::string field, std::string reason, std::string mend);

}  // namespace told::core
