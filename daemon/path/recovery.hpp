#pragma once
// Recovery: the engine as the ledger left it, before any socket opens. The projection gives the state up to its
// watermark; the entries after it are folded in by the same code that runs live.
#include <functional>

#include "core/engine.hpp"
#include "ledger/ledger.hpp"

namespace told::path {

struct Recovered {
  core::EntryIndex from_projection = 0;  ///< the watermark
  core::EntryIndex replayed = 0;         ///< entries after it
};

/// `progress` is called now and then with (entries done, entries in all). Throws ledger::StoreFailed with the mend
/// where the ledger cannot be read or a policy in it cannot be understood.
[[nodiscard]] Recovered recover(core::Engine& engine, ledger::Ledger& ledger,
                                const std::function<void(core::EntryIndex, core::EntryIndex)>& progress);

}  // namespace told::path
