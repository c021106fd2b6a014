#pragma once
// The ledger, read again from its beginning without the projection: what it adds up to must be the state that told has.
#include <string>

#include "core/state.hpp"
#include "disk.hpp"
#include "ledger/ledger.hpp"
#include "policies.hpp"

namespace told::sim {

/// "" where they agree; else a sentence. `state` is of everything durable, and of nothing else.
[[nodiscard]] std::string differs_from_fresh_reading(const Disk& disk, const ledger::Options& options,
                                                     Policies& policies, const core::State& state);

}  // namespace told::sim
