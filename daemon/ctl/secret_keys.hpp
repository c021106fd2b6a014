#pragma once
// The files of told's own secret keys, and those of its ways, read as told reads them: is each there, for its owner
// only, and of its form?
#include <string>
#include <vector>

#include "config/config.hpp"

namespace told::ctl {

struct SecretKeys {
  std::vector<config::Problem> problems;  ///< told would not start
  std::vector<std::string> unseen;        ///< what could not be looked at from here, and how it can be
};

/// Reads each and keeps nothing of it.
[[nodiscard]] SecretKeys check_secret_keys(const config::Service& service);

}  // namespace told::ctl
