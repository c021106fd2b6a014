#pragma once
// Ways out: for each recipient that told goes to (a webhook, a mailbox, a directory), when it is tried. A way offers
// credit to the recipient's lane in the engine, one at a time, as a worker would: after a success at once, or as its
// rate allows; after a failure when it has rested (backoff.hpp). So order, retries and second channels are the
// engine's, for every carrier alike, and a recipient in trouble costs the others nothing.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "carriers/carrier.hpp"
#include "carriers/kind.hpp"
#include "core/command.hpp"
#include "core/policy.hpp"
#include "loop/loop.hpp"

namespace told::dispatch {

/// How one way stands.
struct WayFigures {
  std::string recipient;
  std::string carrier;
  core::Channel channel = 0;
  std::uint32_t failures = 0;  ///< in a row; or taken in a row, and not delivered
  bool broken = false;         ///< so many that it is taken for broken
  bool closed = false;         ///< the recipient said never again
  std::chrono::milliseconds rests_for{0};
  std::string problem;  ///< of the last failure; empty where the last attempt did not fail
};

class WaysOut {
 public:
  /// On the loop thread. `submit` hands commands to the one path. `seed` is of how long failed ways rest (backoff.hpp).
  WaysOut(loop::Loop& loop, std::function<void(core::Command)> submit, std::uint64_t seed = std::random_device{}());
  ~WaysOut();
  WaysOut(const WaysOut&) = delete;
  WaysOut& operator=(const WaysOut&) = delete;

  /// Opens a way for each recipient of the policy whose carrier, or second channel, is told's to go out by and has a
  /// way; closes those that are gone. One that stays goes on as it was, but a closed one is tried again.
  void replace(const core::Policy& policy, const std::vector<carriers::Way>& ways);
  /// An attempt over a way has ended.
  void ended(const std::string& carrier, const carriers::Report& report);
  /// No more credit: for the stop.
  void stop();

  [[nodiscard]] std::vector<WayFigures> figures() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace told::dispatch
