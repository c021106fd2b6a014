#include "carriers/webhook/verdict.hpp"

namespace told::carriers {
namespace {

// RFC 9110, 15.
constexpr int ok_first = 200;
constexpr int moved_first = 300;
constexpr int refused_first = 400;
constexpr int broken_first = 500;
constexpr int unauthorized = 401;
constexpr int forbidden = 403;
constexpr int not_found = 404;
constexpr int timed_out = 408;
constexpr int gone = 410;
constexpr int too_early = 425;
constexpr int too_many = 429;

bool later(int status) {
  return status >= broken_first || status == timed_out || status == too_early || status == too_many;
}

std::string mend_for(int status) {
  if (status >= ok_first && status < refused_first)
    return ", which sends elsewhere: told follows nobody there; put the right address in url";
  if (status == gone)
    return ": they want nothing more by this way, and nothing is sent by it until told is reloaded; ask them by which "
           "way instead";
  if (status == too_many) return ": it is too much at once; ask them what they can take, and say it in the way's rate";
  if (status == unauthorized || status == forbidden)
    return ": they do not believe that it is told; compare the keys and the client certificate with theirs";
  if (status == not_found) return ": nothing is at that address; compare url with what they gave you";
  if (later(status)) return ": something is wrong on their side; if it goes on, call them";
  return ": their program does not take what told sends; ask them what its log says";
}

v1::Outcome outcome_of(int status) {
  if (status >= ok_first && status < moved_first) return v1::OUTCOME_DELIVERED;
  return later(status) ? v1::OUTCOME_DEFERRED : v1::OUTCOME_REFUSED;
}

}  // namespace

Report webhook_verdict(const Ending& ending, const std::string& host) {
  Report report = report_of(ending);
  if (!ending.answered) return report;
  report.outcome = outcome_of(ending.status);
  report.code = "http_" + std::to_string(ending.status);
  report.closed = ending.status == gone;
  if (report.outcome != v1::OUTCOME_DELIVERED)
    report.problem = host + " answered with HTTP status " + std::to_string(ending.status) + mend_for(ending.status);
  return report;
}

}  // namespace told::carriers
