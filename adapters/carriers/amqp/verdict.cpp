#include "carriers/amqp/verdict.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace told::carriers::amqp {
namespace {

// AMQP 1.0, 2.8.15 to 2.8.18 and 3.5.10: the only words of a broker's that reach the ledger. A word of its own may hold
// anything.
constexpr std::array<std::string_view, 24> known{"amqp:internal-error",
                                                 "amqp:not-found",
                                                 "amqp:unauthorized-access",
                                                 "amqp:decode-error",
                                                 "amqp:resource-limit-exceeded",
                                                 "amqp:not-allowed",
                                                 "amqp:invalid-field",
                                                 "amqp:not-implemented",
                                                 "amqp:resource-locked",
                                                 "amqp:precondition-failed",
                                                 "amqp:resource-deleted",
                                                 "amqp:illegal-state",
                                                 "amqp:frame-size-too-small",
                                                 "amqp:connection:forced",
                                                 "amqp:connection:framing-error",
                                                 "amqp:connection:redirect",
                                                 "amqp:session:window-violation",
                                                 "amqp:session:errant-link",
                                                 "amqp:link:detach-forced",
                                                 "amqp:link:transfer-limit-exceeded",
                                                 "amqp:link:message-size-exceeded",
                                                 "amqp:link:redirect",
                                                 "amqp:link:stolen",
                                                 "amqp:session:handle-in-use"};
constexpr std::string_view full = "amqp:resource-limit-exceeded";
constexpr std::string_view busy = "com.microsoft:server-busy";  // so Azure Service Bus says that it is asked too often
constexpr std::string_view not_there = "amqp:not-found";
constexpr std::string_view not_allowed = "amqp:unauthorized-access";
constexpr std::string_view no_amqp = "amqp:connection:framing-error";

std::string_view known_word(const std::string& condition) {
  const auto* const found = std::find(known.begin(), known.end(), condition);
  return found == known.end() ? std::string_view{} : *found;
}

// "amqp:not-found": amqp_not_found.
std::string code_of(const std::string& condition) {
  std::string code{known_word(condition)};
  if (code.empty()) return "amqp_error";
  std::replace_if(
      code.begin(), code.end(), [](char c) { return c == ':' || c == '-'; }, '_');
  return code;
}

std::string in_brackets(const std::string& condition) {
  const std::string_view word = known_word(condition);
  return word.empty() ? std::string() : " (" + std::string(word) + ")";
}

std::string mend_for_closed(const std::string& condition, const std::string& queue) {
  if (condition == not_there)
    return ": there is no " + queue + "; whoever runs that broker must make it, or its name is another";
  if (condition == not_allowed)
    return ": told may not use " + queue +
           "; whoever runs that broker must let told's user write to its queue, and read "
           "from its reply queue";
  if (condition == full) return ": " + queue + " is full, or the broker is; see whether anybody reads from it";
  return "; if it goes on, ask whoever runs that broker what its log says";
}

Report report(v1::Outcome outcome, const char* code, std::string problem = {}) {
  Report report;
  report.outcome = outcome;
  report.code = code;
  report.problem = std::move(problem);
  return report;
}

}  // namespace

Report settled_verdict(const Settled& settled, const Places& places) {
  const std::string said = in_brackets(settled.condition);
  switch (settled.settlement) {
    case Settlement::accepted:
      return report(v1::OUTCOME_SENT, "accepted");
    case Settlement::rejected:
      if (settled.condition == full)
        return report(v1::OUTCOME_DEFERRED, "queue_full",
                      places.queue + " at " + places.broker +
                          " is full, and nothing more goes into it: see whether anybody reads from it");
      if (settled.condition == busy)
        return report(v1::OUTCOME_DEFERRED, "broker_busy",
                      places.broker + " is too busy to take the message for " + places.queue +
                          ": if it goes on, ask whoever runs that broker for more of it, or set a rate for this way");
      return report(v1::OUTCOME_REFUSED, "rejected",
                    places.broker + " rejected the message for " + places.queue + said +
                        ": look at what that queue takes and whether it is full, and ask whoever runs that broker what "
                        "its log says");
    case Settlement::released:
      return report(v1::OUTCOME_DEFERRED, "released",
                    places.broker + " gave the message for " + places.queue +
                        " back unread: there may be no such queue, or nobody who takes from it; ask whoever runs that "
                        "broker");
    case Settlement::modified:
      return report(v1::OUTCOME_DEFERRED, "modified",
                    places.broker + " could not put the message into " + places.queue +
                        " for now: if it goes on, ask whoever runs that broker what its log says");
    case Settlement::undeliverable:
      return report(v1::OUTCOME_REFUSED, "undeliverable",
                    places.broker + " says that the message cannot be delivered by " + places.queue +
                        ": ask whoever runs that broker which queue is meant");
    case Settlement::without_outcome:
      break;
  }
  return report(v1::OUTCOME_UNKNOWN, "no_outcome",
                places.broker + " settled the message for " + places.queue +
                    " without saying what became of it, so it may be there: ask whoever runs that broker what its log "
                    "says");
}

Failure why_closed(const std::string& condition, const std::string& queue, const Places& places) {
  return {code_of(condition),
          places.broker + " closed the way to " + queue + in_brackets(condition) + mend_for_closed(condition, queue)};
}

Failure why_over(const Over& over, const Places& places) {
  if (over.why == Over::Why::login)
    return {"login_refused", places.broker +
                                 " does not take told's login: look at user and password_file; or, where told shows a "
                                 "certificate, whether whoever runs that broker knows the name in it"};
  if (over.why == Over::Why::no_mechanism)
    return {"login_not_offered", places.broker +
                                     " offers neither of the logins that told has: ask whoever runs it for SASL PLAIN "
                                     "(user and password_file) or EXTERNAL (client_certificate_file)"};
  if (over.why == Over::Why::silent)
    return {
        "broker_silent",
        places.broker +
            " gave no sign of life for a minute, and told hung up: if it goes on, ask whoever runs that broker, and "
            "look at the network"};
  if (over.condition.empty()) return {};
  if (over.condition == no_amqp)
    return {code_of(over.condition), places.broker +
                                         " speaks no AMQP 1.0 there: compare the address and the port, and ask whoever "
                                         "runs that broker whether AMQP 1.0 is switched on"};
  return {code_of(over.condition), places.broker + " ended the connection" + in_brackets(over.condition) +
                                       ": if it goes on, ask whoever runs that broker what its log says"};
}

Failure no_credit(std::chrono::milliseconds within, const Places& places) {
  return {"no_credit", places.broker + " takes no message for " + places.queue + " (none within " +
                           std::to_string(within.count()) +
                           " ms): the queue may be full, or the broker short of memory or disk; ask whoever runs it"};
}

}  // namespace told::carriers::amqp
