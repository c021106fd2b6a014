#pragma once
// GET /v1/ways: how each recipient is reached, and whether it is.
#include <vector>

#include "audit/sight.hpp"
#include "core/engine.hpp"
#include "dispatch/ways_out.hpp"
#include "told/v1/api.pb.h"

namespace told::board {

/// `out`: the ways that told goes out by. Those that workers come by are read from the engine's lanes. Of recipients
/// whom `sight` does not let be seen nothing is said.
[[nodiscard]] v1::WaysReport ways_report(const core::Engine& engine, const std::vector<dispatch::WayFigures>& out,
                                         core::Instant now, const audit::Sight& sight);

}  // namespace told::board
