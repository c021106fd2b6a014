#pragma once
// The files of told's own secret keys, and those of its ways, read as told reads them: is each there, for its owner
// only, and of its form?
#include <string>
#include <vector>

#include "carriers/kind.hpp"
#include "config/config.hpp"

namespace told::ctl {

struct SecretKeys {
  std::vector<config::Problem> problems;  ///< told would not start
  std::vector<std::string> unseen;        ///< what could not be looked at from here, and how it can be
};

/// Reads each and keeps nothing of it.
[[nodiscard]] SecretKeys check_secret_keys(const config::Service& service);

/// What a carrier is given that only tries: secrets as told reads them. `post` is not set.
[[nodiscard]] carriers::Surroundings surroundings_of_a_check(const config::Service& service);

}  // namespace told::ctl
