#pragma once
// Delivery receipts: how GOV.UK Notify says, minutes or days after it took a message, what became of it. Its callback
// is not signed: it bears a token that the council chose (https://docs.notifications.service.gov.uk, "Delivery
// receipts"). Pure.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "carriers/carrier.hpp"

namespace told::carriers {

/// What told calls a message at Notify, which repeats it in the receipt: "N-482J.2.duty_manager". One address takes the
/// receipts of a whole service at Notify, so it says whose way it was too.
struct NotifyReference {
  core::NotificationId notification;
  std::uint32_t attempt = 0;
  std::string recipient;
};

[[nodiscard]] std::string to_text(const NotifyReference& reference);
/// nullopt where told did not write it: another program may send by the same service.
[[nodiscard]] std::optional<NotifyReference> read_notify_reference(std::string_view text);

/// Shorter tokens can be guessed. (Notify asks for 10 characters at least.)
inline constexpr std::size_t callback_token_least = 20;

/// Whether the call bears this token. In constant time for tokens of one length.
[[nodiscard]] bool bears(const std::map<std::string, std::string>& headers, std::string_view token);

struct NotifyReceipt {
  std::string reference;  ///< as told gave it; "" where the message had none
  std::string status;
};

/// nullopt where the body is no receipt.
[[nodiscard]] std::optional<NotifyReceipt> read_notify_receipt(std::string_view body);

/// What the status says of the attempt, without recipient, notification and attempt; nullopt where it says nothing that
/// is final.
[[nodiscard]] std::optional<Report> receipt_verdict(const std::string& status);

}  // namespace told::carriers
