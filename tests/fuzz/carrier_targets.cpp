// What recipients' systems answer, and the addresses that settings hold.
#include <array>
#include <string>

#include "carriers/callback.hpp"
#include "carriers/courier/address_rule.hpp"
#include "carriers/courier/errand.hpp"
#include "carriers/courier/url.hpp"
#include "carriers/frames.hpp"
#include "carriers/mail_address.hpp"
#include "carriers/notify/receipt.hpp"
#include "carriers/notify/verdict.hpp"
#include "carriers/smtp/verdict.hpp"
#include "carriers/webhook/verdict.hpp"
#include "core/answer_rules.hpp"
#include "target.hpp"

namespace told::fuzz {
namespace {

/// An answer as a file, a callback or a reply queue brings it.
void answer(std::string_view bytes) {
  v1::AgencyFrame frame;
  if (const auto problem = carriers::read_frame(bytes, frame)) {
    hold(!problem->mend().empty(), "an answer that is not taken is told what to do");
    return;
  }
  (void)core::read_said(frame, "police", v1::MEANS_FILE, now);
  v1::AgencyFrame again;
  std::string text;
  v1::ServiceFrame result;
  for (const auto& acknowledgement : frame.acknowledgements())
    result.add_results()->set_notification(acknowledgement.notification());
  hold(!carriers::to_text(result).empty(), "every answer can be written down");
}

/// Headers, a line each, and after an empty line the body.
void callback(std::string_view bytes) {
  static const std::vector<carriers::ProvingKey> keys = [] {
    std::vector<carriers::ProvingKey> made;
    made.emplace_back("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    made.emplace_back("whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=");
    return made;
  }();
  std::map<std::string, std::string> headers;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (line.empty()) break;
    if (const std::size_t colon = line.find(": "); colon != std::string_view::npos)
      headers.emplace(line.substr(0, colon), line.substr(colon + 2));
  }
  hold(carriers::why_not_proved(keys, headers, bytes, 1'795'000'000).has_value(),
       "without a key nothing is proved to be anybody's");
}

void notify_receipt(std::string_view bytes) {
  const auto receipt = carriers::read_notify_receipt(bytes);
  if (!receipt) return;
  (void)carriers::receipt_verdict(receipt->status);
  if (const auto reference = carriers::read_notify_reference(receipt->reference))
    hold(carriers::read_notify_reference(carriers::to_text(*reference)).has_value(),
         "a reference that was taken can be written and read again");
}

/// How an errand ended: two bytes of status, one of flags, and what the peer said.
void ending(std::string_view bytes) {
  if (bytes.size() < 3) return;
  carriers::Ending end;
  end.status = static_cast<unsigned char>(bytes[0]) << 8U | static_cast<unsigned char>(bytes[1]);
  end.answered = (static_cast<unsigned char>(bytes[2]) & 1U) != 0;
  end.sent = (static_cast<unsigned char>(bytes[2]) & 2U) != 0;
  end.code = end.answered ? "" : "connection_reset";
  end.problem = end.answered ? "" : "the connection broke; look at the network";
  end.body = bytes.substr(3);
  end.reply = end.body;
  const auto verdicts = [](const carriers::Ending& of) {
    return std::array{carriers::webhook_verdict(of, "peer.example"), carriers::smtp_verdict(of, "peer.example"),
                      carriers::notify_verdict(of)};
  };
  carriers::Ending silent = end;  // the same, and not a word of the peer's
  silent.body.clear();
  silent.reply.clear();
  const auto without_words = verdicts(silent);
  const auto with_words = verdicts(end);
  for (std::size_t i = 0; i < with_words.size(); ++i) {
    const carriers::Report& report = with_words[i];
    hold(report.outcome != v1::OUTCOME_UNSPECIFIED, "every attempt has an outcome");
    hold(!report.code.empty(), "every outcome has a code");
    const bool told = report.outcome == v1::OUTCOME_DELIVERED || report.outcome == v1::OUTCOME_SENT;
    hold(told || !report.problem.empty(), "what failed is said");
    hold(!told || end.answered, "nothing is told that nobody answered for");
    // A peer may happen upon words of told's own sentence.
    hold(end.body.size() < 24 || report.problem.find(end.body) == std::string::npos ||
             report.problem == without_words[i].problem,
         "what a peer wrote is not repeated");
  }
}

void address(std::string_view bytes) {
  const std::string text{bytes};
  if (const auto read = carriers::read_address(text))
    hold(carriers::read_address(carriers::text_of(*read)) == read,
         "an address that was taken is written as it is read");
  if (const auto network = carriers::read_network(text))
    hold(network->holds(network->base), "a network holds its base");
  if (const auto url = carriers::read_url(text))
    hold(!url->host.empty() && url->port != 0, "a URL has a host and a port");
  if (carriers::is_mail_address(text))
    hold(text.find_first_of("\r\n \t\"<>,") == std::string::npos, "a mail address cannot end a header");
}

}  // namespace

std::vector<Target> carrier_targets() {
  return {{"answer", "what a recipient answers by a file, a callback or a reply queue", answer},
          {"callback", "a callback's headers and body", callback},
          {"notify_receipt", "GOV.UK Notify's delivery receipt", notify_receipt},
          {"ending", "what a web server or a mail relay said at the end", ending},
          {"address", "addresses in settings", address}};
}

}  // namespace told::fuzz
