#pragma once
// What the ways of all carriers by a courier have in common: their time-out, the addresses that are allowed, their
// secrets.
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "carriers/courier/errand.hpp"
#include "carriers/courier/url.hpp"
#include "carriers/kind.hpp"

namespace told::carriers {

/// How long an attempt may take: an attempt must end long before any deadline.
struct Patience {
  std::chrono::milliseconds usual;
  std::chrono::minutes most;
  std::chrono::milliseconds connect;  ///< of it, for look-up, TCP and TLS together
};

/// An errand with the way's `timeout`, `ca_file` and `allow`.
[[nodiscard]] Errand errand_by(const Way& way, const Patience& patience);

/// Adds what is wrong where one of two settings is said without the other.
void check_pair(const Way& way, const char* one, const char* other, std::vector<WayProblem>& problems);
/// Adds what is wrong with the way's `timeout` and `allow`.
void check_common(const Way& way, const Patience& patience, std::vector<WayProblem>& problems);

/// https, or http to this machine's loopback as an address.
[[nodiscard]] bool is_sealed(const Url& url);
/// Where the host is an address that told may not connect to: what is wrong, with the mend; else "".
[[nodiscard]] std::string problem_of_address(const Url& url, const Way& way);

/// What `read` gives; where it throws std::runtime_error, that says which secret it was, and whose.
template <class Read>
auto secret_of(const Way& way, const std::string& what, const std::string& file, Read&& read) {
  try {
    return read();
  } catch (const std::runtime_error& e) {
    throw std::runtime_error("the " + what + " " + file + " of " + way.recipient + ": " + e.what());
  }
}

}  // namespace told::carriers
