#pragma once
// How GOV.UK Notify knows who asks: an API key, and a token (RFC 7519) made with it for each request.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace told::carriers {

/// An API key as Notify's page shows it once, `NAME-SERVICE-SECRET`, both of them UUIDs.
struct NotifyKey {
  std::string service;
  std::string secret;
};

/// nullopt where it has not that form.
[[nodiscard]] std::optional<NotifyKey> read_notify_key(std::string_view text);
[[nodiscard]] bool is_uuid(std::string_view text);

/// `now` in seconds of UTC: Notify takes a token for 30 s.
[[nodiscard]] std::string notify_token(const NotifyKey& key, std::int64_t now);

}  // namespace told::carriers
