#pragma once
// A delivery's plain-text form: what a person at the agency's desk reads.
#include <string>

#include "told/v1/gateway.pb.h"

namespace told::agencies {

/// A heading in capitals, then "Label: value" lines, indented by group. Times in UTC.
[[nodiscard]] std::string readable(const v1::Delivery& delivery);

/// The first line of it: nothing personal (kind, reference, deadline).
[[nodiscard]] std::string heading(const v1::Delivery& delivery);

}  // namespace told::agencies
