#pragma once
// The audit's table, which outsiders read, against the state by which told acts: both fold the same entries up, each in
// its own way, and must say the same of every notification.
#include <string>

#include "core/state.hpp"
#include "ledger/reader.hpp"

namespace told::sim {

/// "" where they agree; else a sentence. `state` is of all that the reader has.
[[nodiscard]] std::string differs_from_audit(ledger::Reader& reader, const core::State& state);

}  // namespace told::sim
