#include "carriers/notify/token.hpp"

#include <sodium.h>

#include <array>

namespace told::carriers {
namespace {

constexpr std::size_t uuid_characters = 36;

std::string base64url(const unsigned char* bytes, std::size_t count) {
  std::string text(sodium_base64_encoded_len(count, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, count, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // its final zero
  return text;
}

std::string base64url(const std::string& text) {
  return base64url(reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

}  // namespace

bool is_uuid(std::string_view text) {
  if (text.size() != uuid_characters) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::string_view{"0123456789abcdefABCDEF"}.find(text[i]) == std::string_view::npos)
      return false;
  }
  return true;
}

std::optional<NotifyKey> read_notify_key(std::string_view text) {
  constexpr std::size_t tail = 2 * uuid_characters + 1;  // SERVICE-SECRET
  if (text.size() < tail + 2 || text[text.size() - tail - 1] != '-') return std::nullopt;
  const std::string_view service = text.substr(text.size() - tail, uuid_characters);
  const std::string_view secret = text.substr(text.size() - uuid_characters);
  if (!is_uuid(service) || !is_uuid(secret) || text[text.size() - uuid_characters - 1] != '-') return std::nullopt;
  return NotifyKey{std::string{service}, std::string{secret}};
}

std::string notify_token(const NotifyKey& key, std::int64_t now) {
  const std::string signed_part = base64url(std::string{R"({"typ":"JWT","alg":"HS256"})"}) + "." +
                                  base64url(R"({"iss":")" + key.service + R"(","iat":)" + std::to_string(now) + "}");
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.secret.data()), key.secret.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(signed_part.data()), signed_part.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  return signed_part + "." + base64url(mac.data(), mac.size());
}

}  // namespace told::carriers
