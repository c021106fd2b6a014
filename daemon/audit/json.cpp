#include "audit/json.hpp"

#include <google/protobuf/util/json_util.h>

#include <stdexcept>

namespace told::audit {
namespace {

namespace util = google::protobuf::util;

std::string print(const google::protobuf::Message& message, bool whole, bool spread) {
  util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = whole;
  options.add_whitespace = spread;
  std::string out;
  const auto status = util::MessageToJsonString(message, &out, options);
  // Only an invalid time or text that is not UTF-8 can fail, and both are refused where they come in.
  if (!status.ok()) throw std::runtime_error("a message could not be written as JSON: " + status.ToString());
  return out;
}

}  // namespace

std::string to_json(const google::protobuf::Message& message) { return print(message, false, false); }

std::string to_whole_json(const google::protobuf::Message& message) { return print(message, true, false); }

std::string to_pretty_json(const google::protobuf::Message& message) { return print(message, true, true); }

std::string from_json(std::string_view text, google::protobuf::Message* message) {
  util::JsonParseOptions options;
  options.ignore_unknown_fields = false;
  const auto status =
      util::JsonStringToMessage(google::protobuf::StringPiece(text.data(), text.size()), message, options);
  if (status.ok()) return {};
  const std::string why = status.ToString();
  if (why.find("Cannot find field") != std::string::npos)
    return "it has a field that " + message->GetDescriptor()->name() + " does not have";
  if (why.find("enum") != std::string::npos || why.find("invalid value") != std::string::npos)
    return "a field of " + message->GetDescriptor()->name() + " has a value of the wrong form";
  return "it is not JSON of the form of " + message->GetDescriptor()->name();
}

}  // namespace told::audit
