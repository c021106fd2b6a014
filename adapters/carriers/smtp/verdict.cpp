#include "carriers/smtp/verdict.hpp"

namespace told::carriers {
namespace {

constexpr int first_no_for_now = 400;
constexpr int first_no = 500;

// The relay wants another login, or TLS: told's settings are wrong, not the message (RFC 4954, section 6; RFC 3207).
bool about_the_login(int status) { return status == 530 || status == 534 || status == 535 || status == 538; }

}  // namespace

Report smtp_verdict(const Ending& ending, const std::string& relay) {
  Report report = report_of(ending);
  // RFC 1047: where the link breaks after the last byte, the relay may have taken it. Before that it surely did not.
  if (!ending.answered) return report;
  const std::string status = std::to_string(ending.status);
  report.code = "smtp_" + status;
  if (about_the_login(ending.status)) {
    report.outcome = v1::OUTCOME_DEFERRED;
    report.problem = "the mail relay " + relay + " wants another login (" + status +
                     "): look at user, password_file and tls, and ask whoever runs it how told may send";
  } else if (ending.status >= first_no) {
    report.outcome = v1::OUTCOME_REFUSED;
    report.problem = "the mail relay " + relay + " refuses the mail for good (" + status +
                     "): look at `to` and `from`, and ask whoever runs it what its log says";
  } else if (ending.status >= first_no_for_now) {
    report.outcome = v1::OUTCOME_DEFERRED;
    report.problem = "the mail relay " + relay + " does not take the mail for now (" + status +
                     "): if it goes on, ask whoever runs it what its log says";
  } else {
    // Not `delivered`: a relay took it. Whether it reached a mailbox, and whether anybody reads that, nobody says.
    report.outcome = v1::OUTCOME_SENT;
  }
  return report;
}

}  // namespace told::carriers
