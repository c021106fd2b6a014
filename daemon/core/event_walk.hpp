#pragma once
// The rules that hold for every field of an event at any depth: nothing unknown, nothing invisible, nothing unbounded,
// no time that cannot be, telephones, nationalities and days of birth in their form. One walk by reflection, so that a
// field added to the words is under them from its first day.
#include <optional>

#include "core/time.hpp"
#include "told/v1/event.pb.h"
#include "told/v1/gateway.pb.h"

namespace told::core {

[[nodiscard]] std::optional<v1::Problem> walk_event(const v1::Event& event, Instant now);

}  // namespace told::core
