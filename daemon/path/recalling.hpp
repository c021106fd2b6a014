#pragma once
// Closed events that the engine has forgotten, from the projection: before a command is decided, or an entry folded in,
// that needs them.
#include <optional>
#include <vector>

#include "core/needs.hpp"
#include "core/state.hpp"
#include "ledger/ledger.hpp"

namespace told::path {

/// Every event that is needed, however old, whether or not the state has it.
[[nodiscard]] std::vector<core::EntryIndex> events_of(const core::Needs& needs, const core::State& state,
                                                      ledger::Ledger& ledger);

/// `state` does not have it in memory: an event that was closed and forgotten, or an entry that is no event.
[[nodiscard]] bool is_forgotten(const core::State& state, core::EntryIndex event);

/// The row of an event that is forgotten; nullopt for what is not, and for what is no event.
[[nodiscard]] std::optional<v1::EventRow> forgotten_row(const core::State& state, ledger::Ledger& ledger,
                                                        core::EntryIndex event);

}  // namespace told::path
