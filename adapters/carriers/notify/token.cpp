#include "carriers/notify/token.hpp"

#include "carriers/encoding.hpp"

namespace told::carriers {
namespace {

constexpr std::size_t uuid_characters = 36;

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
  const std::string signed_part =
      base64url(bytes_of(R"({"typ":"JWT","alg":"HS256"})")) + "." +
      base64url(bytes_of(R"({"iss":")" + key.service + R"(","iat":)" + std::to_string(now) + "}"));
  return signed_part + "." + base64url(hmac_sha256(bytes_of(key.secret), signed_part));
}

}  // namespace told::carriers
