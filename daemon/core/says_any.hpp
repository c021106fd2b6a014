#pragma once
#include <string>
#include <vector>

#include "told/v1/event.pb.h"

namespace told::core {

/// Whether the event has anything at all of what these paths let out ("child.name", "missing"). False: whoever may see
/// nothing else learns no more than that it happened.
[[nodiscard]] bool says_any(const v1::Event& event, const std::vector<std::string>& fields);

}  // namespace told::core
