#pragma once
// The tally: what the daemon counts of itself, for Prometheus.
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "audit/sight.hpp"
#include "board/board.hpp"
#include "board/metrics.hpp"
#include "core/engine.hpp"
#include "gateway/gateway.hpp"
#include "ledger/ledger.hpp"
#include "watcher.hpp"

namespace told {

class Tally {
 public:
  /// One durable entry; `prevent`: of the Prevent stream.
  void count(const v1::LedgerEntry& entry, bool prevent);
  /// One answer to a publisher.
  void count(v1::Verdict verdict, bool prevent);

  /// As it stands now; `watcher` is null where there is none. What is about events and notifications is of what `sight`
  /// lets be seen alone; what is about told itself (the ledger's size, the disk) is of all. Costs a walk over the open
  /// notifications: for a scrape, not for a loop.
  [[nodiscard]] board::Metrics metrics(const audit::Sight& sight, const core::Engine& engine, ledger::Ledger& ledger,
                                       const gateway::Gateway& gateway, const board::Board::Figures& board,
                                       std::size_t limbo, const Watcher* watcher,
                                       const std::vector<dispatch::WayFigures>& ways, core::Instant now,
                                       core::Duration clock_offset) const;

 private:
  struct Counted {
    std::map<std::string, std::uint64_t> events, attempts, acknowledgements;
    std::uint64_t escalations = 0;
  };
  std::array<Counted, 2> counted_;  ///< [1]: of the Prevent stream
};

}  // namespace told
