#pragma once
// Why an errand failed, in a stable word and in a sentence with its mend. Pure: tests ask it without a network.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "carriers/courier/tls_watch.hpp"

namespace told::carriers {

/// How far an errand came.
enum class Phase : std::uint8_t { looking_up, connecting, shaking_hands, sending, waiting, reading };

struct Failed {
  int curl = 0;      ///< CURLcode
  int os_error = 0;  ///< errno of connect(); 0: none
  Phase phase = Phase::looking_up;
  std::string host;
  std::uint16_t port = 0;
  std::chrono::milliseconds within{0};  ///< the time that was allowed
  std::string refused_address;          ///< by the address rule, where nothing else was to be connected to; or ""
  bool mail = false;
};

struct Failure {
  std::string code;
  std::string problem;
};

inline constexpr std::string_view client_certificate_refused = "client_certificate_refused";

/// `tls`: nullptr where it did not come to that.
[[nodiscard]] Failure why(const Failed& failed, const TlsSeen* tls);

}  // namespace told::carriers
