#pragma once
// What is open: whose clock is running, and what needs attention.
#include <cstddef>
#include <string>

#include "audit/sight.hpp"
#include "core/state.hpp"
#include "told/v1/api.pb.h"

namespace told::board {

/// The `limit` most urgent notifications (whose deadline is first), and every open alarm, of what `sight` lets be seen.
/// Walks the events in memory: about 50 ms for a million of them.
[[nodiscard]] v1::OpenReport open_report(const core::State& state, core::Instant now, std::size_t limit,
                                         const audit::Sight& sight);

}  // namespace told::board
