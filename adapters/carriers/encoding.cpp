#include "carriers/encoding.hpp"

#include <sodium.h>

namespace told::carriers {
namespace {

std::string encoded(const Bytes& bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back();  // the terminating zero, which is counted
  return text;
}

}  // namespace

std::string base64(const Bytes& bytes) { return encoded(bytes, sodium_base64_VARIANT_ORIGINAL); }
std::string base64url(const Bytes& bytes) { return encoded(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING); }

Bytes from_base64(std::string_view text) {
  if (text.empty()) return {};  // libsodium wants a place to write to, and a vector of nothing has none
  Bytes bytes(text.size());
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size())
    length = 0;
  // libsodium reads some bytes above 0x7F as letters: one text alone stands for these bytes.
  if (length != 0 && base64({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)}) != text) length = 0;
  if (length == 0) sodium_memzero(bytes.data(), bytes.size());
  bytes.resize(length);
  return bytes;
}

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Bytes hmac_sha256(const Bytes& key, std::string_view content) {
  Bytes mac(crypto_auth_hmacsha256_BYTES);
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(content.data()), content.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  return mac;
}

}  // namespace told::carriers
