#include "carriers/notify/verdict.hpp"

namespace told::carriers {
namespace {

// Notify says why by a word (`errors[0].error`) that stays as it is, and by a sentence that does not, and that may
// repeat what was sent: only the word is looked for.
bool says(const Ending& ending, const char* word) {
  return ending.body.find('"' + std::string{word} + '"') != std::string::npos;
}

}  // namespace

Report notify_verdict(const Ending& ending) {
  Report report = report_of(ending);
  if (!ending.answered) return report;
  report.code = "http_" + std::to_string(ending.status);
  report.outcome = v1::OUTCOME_DEFERRED;
  switch (ending.status) {
    case 201:
      // Not `delivered`: Notify has it in its queue. It calls back when the telephone or the mail server has it.
      report.outcome = v1::OUTCOME_SENT;
      break;
    case 401:
    case 403:
      report.problem =
          "GOV.UK Notify does not take told's key: this machine's clock must be right within 30 seconds, and the key "
          "in key_file must not have been revoked on Notify's page of API keys";
      break;
    case 429:
      report.code = says(ending, "TooManyRequestsError") ? "daily_limit" : "rate_limit";
      report.problem =
          report.code == "daily_limit"
              ? "the service has sent as many messages by GOV.UK Notify as it may on one day, and may again after "
                "midnight: ask Notify for a higher limit, and reach the recipient by its other channel meanwhile"
              : "the service sends more messages a minute by GOV.UK Notify than it may: say a lower rate for the ways "
                "by notify";
      break;
    case 408:
    case 425:
      report.problem = "GOV.UK Notify did not take the message in time: it is tried again";
      break;
    default:
      if (ending.status >= 400 && ending.status < 500) {
        report.outcome = v1::OUTCOME_REFUSED;
        report.problem =
            "GOV.UK Notify refuses the message for good (" + std::to_string(ending.status) +
            "): look at email_address or phone_number, and whether template_id is a template of that kind with no "
            "other placeholders than drill, reference, kind, case_ref, deadline and link; and whether the service is "
            "live and its key no team key";
      } else {
        report.problem = "GOV.UK Notify answered " + std::to_string(ending.status) +
                         ": it is tried again; if it goes on, look at https://status.notifications.service.gov.uk and "
                         "at base_url";
      }
  }
  return report;
}

}  // namespace told::carriers
