#pragma once
// From bytes of a stranger's making to a message of a known shape, or a problem.
#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/problem.hpp"
#include "told/v1/gateway.pb.h"

namespace told::gateway {

/// Deepest nesting taken. Our own words need 5.
inline constexpr int depth_max = 16;

/// Parses `bytes` (bounded in size and depth) into `into`, which is empty. Problem `not_readable` or `too_large`.
[[nodiscard]] std::optional<v1::Problem> read(std::string_view bytes, google::protobuf::Message& into);

/// Problem `unknown_field` for the first field at any depth that the words do not have. Events are checked one by one
/// by core::check_event, so that one bad event does not refuse its neighbours.
[[nodiscard]] std::optional<v1::Problem> refuse_unknown(const google::protobuf::Message& message);

using core::make_problem;

/// For a field `number` that the message at `path` should not have.
[[nodiscard]] v1::Problem unknown_field(const std::string& path, int number);

/// For messages that are not one payload in one frame.
[[nodiscard]] v1::Problem bad_framing();

}  // namespace told::gateway
