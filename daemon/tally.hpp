#pragma once
// The tally: what the daemon counts of itself, for Prometheus.
#include <cstddef>
#include <cstdint>

#include "board/board.hpp"
#include "board/metrics.hpp"
#include "core/engine.hpp"
#include "gateway/gateway.hpp"
#include "ledger/ledger.hpp"
#include "watcher.hpp"

namespace told {

class Tally {
 public:
  /// One durable entry.
  void count(const v1::LedgerEntry& entry);
  /// One answer to a publisher.
  void count(v1::Verdict verdict);

  /// Everything, as it stands now; `watcher` is null where there is none. Costs a walk over the open notifications: for
  /// a scrape, not for a loop.
  [[nodiscard]] board::Metrics metrics(const core::Engine& engine, ledger::Ledger& ledger,
                                       const gateway::Gateway& gateway, const board::Board::Figures& board,
                                       std::size_t limbo, const Watcher* watcher,
                                       const std::vector<dispatch::WayFigures>& ways, core::Instant now,
                                       core::Duration clock_offset) const;

 private:
  board::Metrics counted_;
};

}  // namespace told
