#include "board/problem.hpp"

#include "audit/json.hpp"
#include "told/v1/api.pb.h"

namespace told::board {
namespace {

const char* title_of_status(int status) {
  switch (status) {
    case 400:
      return "The request is not right";
    case 404:
      return "There is no such thing";
    case 405:
      return "Not in this way";
    case 409:
      return "It cannot be done now";
    case 413:
      return "The request is too long";
    case 415:
      return "JSON is needed";
    case 431:
      return "The request's head is too long";
    case 500:
      return "A fault of told's";
    case 503:
      return "Not now";
    case 504:
      return "The outcome is not known yet";
    default:
      return "It did not work";
  }
}

}  // namespace

Response problem(int status, const std::string& detail) {
  v1::ProblemDetails details;
  details.set_type("about:blank");
  details.set_title(title_of_status(status));
  details.set_status(status);
  details.set_detail(detail);
  return {status, "application/problem+json", audit::to_json(details) + "\n"};
}

Response wrong_method(const std::string& allowed) {
  auto response = problem(405, "use " + allowed + " here");
  response.allow = allowed == "GET" ? "GET, HEAD" : allowed;
  return response;
}

}  // namespace told::board
