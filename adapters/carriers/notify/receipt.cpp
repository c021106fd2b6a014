#include "carriers/notify/receipt.hpp"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <sodium.h>

#include <charconv>

#include "core/reference.hpp"

namespace told::carriers {
namespace {

constexpr std::string_view bearer = "Bearer ";

}  // namespace

std::string to_text(const NotifyReference& reference) {
  return core::to_reference(reference.notification) + "." + std::to_string(reference.attempt) + "." +
         reference.recipient;
}

std::optional<NotifyReference> read_notify_reference(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || second + 1 == text.size()) return std::nullopt;
  const auto number = core::from_reference(core::Named::notification, std::string{text.substr(0, first)});
  std::uint32_t attempt = 0;
  const char* const end = text.data() + second;
  const auto [read_to, failed] = std::from_chars(text.data() + first + 1, end, attempt);
  if (!number || failed != std::errc() || read_to != end) return std::nullopt;
  return NotifyReference{core::NotificationId::of(*number), attempt, std::string{text.substr(second + 1)}};
}

bool bears(const std::map<std::string, std::string>& headers, std::string_view token) {
  const auto found = headers.find("authorization");
  if (found == headers.end() || !found->second.starts_with(bearer)) return false;
  const std::string_view given = std::string_view{found->second}.substr(bearer.size());
  return given.size() == token.size() && sodium_memcmp(given.data(), token.data(), token.size()) == 0;
}

std::optional<NotifyReceipt> read_notify_receipt(std::string_view body) {
  google::protobuf::Struct said;
  if (!google::protobuf::util::JsonStringToMessage(google::protobuf::StringPiece(body.data(), body.size()), &said).ok())
    return std::nullopt;
  const auto status = said.fields().find("status");
  if (status == said.fields().end() || status->second.string_value().empty()) return std::nullopt;
  const auto reference = said.fields().find("reference");
  return NotifyReceipt{reference == said.fields().end() ? "" : reference->second.string_value(),
                       status->second.string_value()};
}

std::optional<Report> receipt_verdict(const std::string& status) {
  Report report;
  report.late = true;
  if (status == "delivered") {
    // The telephone or the mail server has it. Nobody has read it: no clock stops.
    report.outcome = v1::OUTCOME_DELIVERED;
    report.code = "delivered";
  } else if (status == "permanent-failure") {
    report.outcome = v1::OUTCOME_REFUSED;
    report.code = "permanent_failure";
    report.problem =
        "GOV.UK Notify could not deliver the message, and says that it never will: the email_address or phone_number "
        "is wrong, or no longer in use; ask the recipient, and set it right";
  } else if (status == "temporary-failure") {
    report.outcome = v1::OUTCOME_DEFERRED;
    report.code = "temporary_failure";
    report.problem =
        "GOV.UK Notify could not deliver the message so far and has given up: the telephone is off or the mailbox "
        "full; reach the recipient by its other channel, and ask them to see to it";
  } else if (status == "technical-failure") {
    report.outcome = v1::OUTCOME_DEFERRED;
    report.code = "technical_failure";
    report.problem =
        "GOV.UK Notify could not send the message, by a fault between it and its provider: it is sent again; if it "
        "goes on, look at https://status.notifications.service.gov.uk";
  } else {
    return std::nullopt;
  }
  return report;
}

}  // namespace told::carriers
