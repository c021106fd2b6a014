#pragma once
// Base64 and HMAC-SHA256 over strings: libsodium's. It must have been started (sodium_init).
#include <string>
#include <string_view>
#include <vector>

namespace told::carriers {

using Bytes = std::vector<unsigned char>;

[[nodiscard]] std::string base64(const Bytes& bytes);
/// The alphabet of addresses and JWTs, without padding.
[[nodiscard]] std::string base64url(const Bytes& bytes);
/// None where the text is not base64.
[[nodiscard]] Bytes from_base64(std::string_view text);
[[nodiscard]] Bytes bytes_of(std::string_view text);
[[nodiscard]] Bytes hmac_sha256(const Bytes& key, std::string_view content);

}  // namespace told::carriers
