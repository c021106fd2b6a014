#pragma once
// CURVE key pairs in Z85 (40 characters), as `toldctl keys new curve NAME` writes them.
#include <string>

namespace told::gateway {

struct CurveKey {
  std::string public_key;  ///< Z85
  std::string secret_key;  ///< Z85
};

/// A new pair, from the system's random source.
[[nodiscard]] CurveKey new_curve_key();
/// The pair of a secret key. Throws std::runtime_error with the mend where it is none.
[[nodiscard]] CurveKey curve_key_of(const std::string& secret_key);

}  // namespace told::gateway
