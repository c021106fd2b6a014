#pragma once
// Figures for Prometheus: one struct in, the text out. Nothing personal, and no reference of a case, is ever a label.
#include <cstdint>
#include <map>
#include <string>

namespace told::board {

struct Metrics {
  // Since the start of the process.
  std::map<std::string, std::uint64_t> events;            ///< by verdict: accepted, duplicate, refused, retry
  std::map<std::string, std::uint64_t> attempts;          ///< ended deliveries, by outcome: delivered, deferred, ...
  std::map<std::string, std::uint64_t> acknowledgements;  ///< by means: queue, local, telephone
  std::uint64_t escalations = 0;
  std::uint64_t strangers_refused = 0;
  std::uint64_t commit_groups = 0;
  double commit_seconds_sum = 0;
  std::map<std::string, std::uint64_t> watcher_signs;  ///< signs of life to the watcher outside: answered, failed
  // As it stands.
  std::uint64_t ledger_entries = 0;
  std::uint64_t notifications_open = 0, notifications_late = 0;
  std::uint64_t deadlines_armed = 0;
  std::uint64_t alarms_open = 0;
  std::uint64_t limbo = 0;                            ///< notifications that nothing chases: anything but 0 is a fault
  std::map<std::string, std::int64_t> sessions;       ///< by recipient or publisher: 1 connected, 0 not
  std::map<std::string, std::uint64_t> lane_waiting;  ///< by recipient
  std::map<std::string, std::uint64_t> way_failures;  ///< in a row, by "recipient by carrier"
  std::map<std::string, std::uint64_t> ways_broken;   ///< likewise: 1 taken for broken, 0 not
  double last_commit_seconds = 0;
  double clock_offset_seconds = 0;
  std::uint64_t store_free_bytes = 0;
  std::uint64_t descriptors = 0, descriptors_limit = 0, addresses_kept_out = 0;
  std::uint64_t board_connections = 0, board_watchers = 0;
  std::string version;
};

/// Prometheus' text format 0.0.4; `promtool check metrics` has nothing to say about it.
[[nodiscard]] std::string metrics_text(const Metrics& metrics);

}  // namespace told::board
