#pragma once
// What recipients say and are told by other ways than the queue, in the words of the queue (gateway.proto), in
// protobuf's canonical JSON with the fields named as in the .proto files, spread over lines for whoever opens one.
// Pure.
#include <optional>
#include <string>
#include <string_view>

#include "told/v1/gateway.pb.h"

namespace told::carriers {

[[nodiscard]] std::string to_text(const v1::ServiceFrame& frame);

/// Fills `into`, or says what is wrong without repeating any of the text.
[[nodiscard]] std::optional<v1::Problem> read_frame(std::string_view text, v1::AgencyFrame& into);

/// A frame that says only this.
[[nodiscard]] v1::ServiceFrame problem_frame(v1::Problem problem);

/// Something of what was said could not be taken for now, and nothing is wrong with it: it is to be handed in again.
[[nodiscard]] bool for_now(const v1::ServiceFrame& answer);
/// All that was said is durable; true also where nothing was said that has a result.
[[nodiscard]] bool all_recorded(const v1::ServiceFrame& answer);

}  // namespace told::carriers
