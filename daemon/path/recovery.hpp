#pragma once
// Recovery: the engine as the ledger left it, before any socket opens. The projection gives the state up to its
// watermark; the entries after it are folded in by the same code that runs live.
#include <functional>
#include <memory>

#include "core/engine.hpp"
#include "ledger/ledger.hpp"

namespace told::path {

struct Recovered {
  core::EntryIndex from_projection = 0;  ///< the watermark
  core::EntryIndex replayed = 0;         ///< entries after it
};

/// A policy that was in force, from what the ledger keeps of it. Throws ledger::StoreFailed with the mend where this
/// version cannot understand it.
[[nodiscard]] std::shared_ptr<core::Policy> read_policy(const v1::PolicyAdopted& adopted);

/// Called now and then with (entries done, entries in all); may be unset.
using Progress = std::function<void(core::EntryIndex, core::EntryIndex)>;

/// Throws ledger::StoreFailed with the mend where the ledger, or a policy in it, cannot be read.
[[nodiscard]] Recovered recover(core::Engine& engine, ledger::Ledger& ledger, const Progress& progress,
                                const core::State::PolicyReader& read_policy = path::read_policy);

}  // namespace told::path
