#include "carriers/frames.hpp"

#include <google/protobuf/util/json_util.h>

#include <stdexcept>

#include "core/problem.hpp"

namespace told::carriers {

namespace util = google::protobuf::util;

std::string to_text(const v1::ServiceFrame& frame) {
  util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.add_whitespace = true;
  std::string text;
  // Only a time out of range or text that is not UTF-8 can fail, and both are refused where they come in.
  if (const auto status = util::MessageToJsonString(frame, &text, options); !status.ok())
    throw std::runtime_error("a delivery could not be written as JSON: " + status.ToString());
  return text;
}

std::optional<v1::Problem> read_frame(std::string_view text, v1::AgencyFrame& into) {
  into.Clear();
  if (const auto status = util::JsonStringToMessage(google::protobuf::StringPiece(text.data(), text.size()), &into);
      !status.ok())
    return core::make_problem("not_readable", "",
                              "this is not an AgencyFrame in JSON, or it has a field that AgencyFrame has not",
                              "write it as adapters/carriers/README.md shows, and send it again");
  if (into.has_hello() || into.credit() != 0)
    return core::make_problem("unknown_field", "", "hello and credit are for the queue", "leave them out");
  if (into.receipts().empty() && into.acknowledgements().empty() && into.refusals().empty())
    return core::make_problem("missing_field", "", "it says nothing", "give receipts, acknowledgements or refusals");
  return std::nullopt;
}

v1::ServiceFrame problem_frame(v1::Problem problem) {
  v1::ServiceFrame frame;
  *frame.mutable_problem() = std::move(problem);
  return frame;
}

bool for_now(const v1::ServiceFrame& answer) {
  if (answer.problem().code() == "busy") return true;
  for (const v1::AcknowledgementResult& result : answer.results())
    if (result.problem().code() == "busy") return true;
  return false;
}

bool all_recorded(const v1::ServiceFrame& answer) {
  if (answer.has_problem()) return false;
  for (const v1::AcknowledgementResult& result : answer.results())
    if (!result.recorded()) return false;
  return true;
}

}  // namespace told::carriers
