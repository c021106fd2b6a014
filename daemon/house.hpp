#pragma once
// The house: every room of the daemon, put up in the order in which they depend on each other, and taken down in the
// stop order: refuse intake, finish or park the sends, commit, close.
#include <memory>
#include <stdexcept>
#include <string>

#include "config/config.hpp"

namespace told {

/// Something only a person can mend, in the configuration or the keys it names (sysexits EX_CONFIG).
class Unusable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class House {
 public:
  /// Opens the ledger, recovers, commits the start and the policy in force; then binds the sockets. Throws
  /// ledger::StoreFailed or std::runtime_error, each with a sentence that says what to do.
  House(std::string config_path, config::Service service, core::Policy policy);
  ~House();
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  /// Serves until SIGTERM or SIGINT, or until the store fails. Returns the exit code.
  [[nodiscard]] int run();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace told
