#include "carriers/courier/errand.hpp"

namespace told::carriers {

Report report_of(const Ending& ending) {
  Report report;
  report.seen = ending.seen;
  report.retry_after = ending.retry_after;
  if (ending.answered) return report;
  report.outcome = ending.sent ? v1::OUTCOME_UNKNOWN : v1::OUTCOME_DEFERRED;
  report.code = ending.code;
  report.problem = ending.problem;
  return report;
}

}  // namespace told::carriers
