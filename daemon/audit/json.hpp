#pragma once
// Protobuf's canonical JSON on one line, with the fields named as in the .proto files.
#include <google/protobuf/message.h>

#include <string>
#include <string_view>

namespace told::audit {

/// No spaces, no line breaks. Fields without a value are left out.
[[nodiscard]] std::string to_json(const google::protobuf::Message& message);
/// With every list and every plain value, those that are empty or nought too: what is a list is one for programs also
/// where nothing is in it.
[[nodiscard]] std::string to_whole_json(const google::protobuf::Message& message);
/// The same, spread over lines, for people and for `--json`.
[[nodiscard]] std::string to_pretty_json(const google::protobuf::Message& message);
/// Strict: unknown fields are refused. "" where `message` was filled, else a sentence that repeats none of the text's
/// values (protobuf's own message would).
[[nodiscard]] std::string from_json(std::string_view text, google::protobuf::Message* message);

}  // namespace told::audit
