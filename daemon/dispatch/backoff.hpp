#pragma once
// Backoff: how long a way out rests after a failure, so that a recipient in trouble is neither hammered nor forgotten.
#include <chrono>
#include <cstdint>
#include <random>

namespace told::dispatch {

/// Exponential, with full jitter: many ways that failed together do not come back together. The ceiling follows how
/// long the trouble has lasted: for the first minutes the next try is at most 3 s away, so that told is back within
/// moments of the recipient; after a day it is a try a minute, since each costs two entries in the ledger.
class Backoff {
 public:
  using Steady = std::chrono::steady_clock::time_point;
  using Milliseconds = std::chrono::milliseconds;

  explicit Backoff(std::uint64_t seed) : random_{seed} {}

  /// An attempt failed. How long to rest: no shorter than the recipient `asked` (but for a quarter of an hour at most:
  /// a child may be missing, and escalation does not wait).
  [[nodiscard]] Milliseconds failed(Steady now, Milliseconds asked);
  /// The recipient answered that it refuses this one message: the next one need not rest, until several in a row show
  /// that it refuses everything.
  [[nodiscard]] Milliseconds refused(Steady now);
  void succeeded();

  /// Failures in a row.
  [[nodiscard]] std::uint32_t failures() const { return failures_; }
  /// So many of them that the way is taken for broken, and said to be.
  [[nodiscard]] bool broken() const { return failures_ >= broken_after; }

  static constexpr std::uint32_t broken_after = 5;
  static constexpr std::uint32_t refusals_without_rest = 3;
  static constexpr Milliseconds first_ceiling{250};
  static constexpr Milliseconds least_ceiling{3'000};  ///< of the ceiling's own limit, in the first minutes
  static constexpr Milliseconds most_ceiling{60'000};
  static constexpr Milliseconds asked_most{15 * 60'000};

 private:
  std::mt19937_64 random_;
  std::uint32_t failures_ = 0;
  std::uint32_t refusals_ = 0;
  Steady since_{};  ///< of the first failure in a row
};

}  // namespace told::dispatch
