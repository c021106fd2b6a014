#pragma once
// Which of an event's fields a delivery lets its recipient see.
#include <string>
#include <vector>

#include "told/v1/gateway.pb.h"

namespace told::rehearse {

/// The paths of every single value in it, as a policy's field lists name them: "child.name.given",
/// "missing.last_seen_at". What told itself says (a call, an alarm, a duty) has none.
[[nodiscard]] std::vector<std::string> fields_seen(const v1::Delivery& delivery);

/// Whether one of `seen` is `path` or lies below it.
[[nodiscard]] bool sees(const std::vector<std::string>& seen, const std::string& path);

/// For people: "child (name, dob), missing (last_seen_at, clothing), planning_form_ref"; "no field" where there is
/// none.
[[nodiscard]] std::string in_groups(const std::vector<std::string>& seen);

}  // namespace told::rehearse
