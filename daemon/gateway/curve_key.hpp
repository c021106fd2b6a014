#pragma once
// CURVE keys as they lie in files: one line of Z85 (40 characters), as `toldctl keys new curve NAME` writes them.
#include <string>

namespace told::gateway {

struct CurveKey {
  std::string public_key;  ///< Z85
  std::string secret_key;  ///< Z85
};

/// A new pair, from the system's random source.
[[nodiscard]] CurveKey new_curve_key();
/// The pair of a secret key's file. Throws std::runtime_error with the mend: no such file, not a key, readable by
/// others.
[[nodiscard]] CurveKey read_curve_secret(const std::string& path);
/// A public key's file. Throws likewise.
[[nodiscard]] std::string read_curve_public(const std::string& path);

}  // namespace told::gateway
