#pragma once
// Acknowledge links: an address that lets whoever holds it say of ONE notification that they have it, until it expires.
// For people who are told by mail or text message, and have no system that could answer for them.
#include <functional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace told::door {

/// A token is the notification's number (8 bytes), when it expires (4 bytes: minutes of UTC since 1970) and the first
/// 16 of 32 bytes that only the holder of the master key can make of both; base64url, 38 characters. Nothing is stored:
/// a restart forgets no link, and a link names nobody.
class Links {
 public:
  /// `authenticate` gives 32 bytes for any bytes (ledger::Seal::authenticate).
  explicit Links(std::function<std::string(std::string_view)> authenticate) : authenticate_(std::move(authenticate)) {}

  [[nodiscard]] std::string token(core::NotificationId id, core::Instant expires) const;

  struct Read {
    enum class Is { good, expired, no_link };
    Is is = Is::no_link;  ///< expired: it was good; `id` is then set too
    core::NotificationId id;
  };
  [[nodiscard]] Read read(std::string_view token, core::Instant now) const;

 private:
  std::function<std::string(std::string_view)> authenticate_;
};

}  // namespace told::door
