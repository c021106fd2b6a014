#pragma once
// A delivery's plain-text form: what a person at the agency's desk reads.
#include <string>

#include "told/v1/gateway.pb.h"

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace told::agencies {

/// One single value (or list of texts) that is set in `message`: "yes", "high",
/// "21:05:00 on Mon 12 Jan 2026 (GMT)".
[[nodiscard]] std::string value_in_words(const google::protobuf::Message& message,
                                         const google::protobuf::FieldDescriptor& field);

/// A heading in capitals, then "Label: value" lines, indented by group. Times are London's.
[[nodiscard]] std::string readable(const v1::Delivery& delivery);

/// The first line of it: nothing personal (kind, reference, deadline).
[[nodiscard]] std::string heading(const v1::Delivery& delivery);

}  // namespace told::agencies
