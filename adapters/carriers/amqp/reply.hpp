#pragma once
// What came out of a recipient's reply queue: whether it can be read, whether somebody who may has signed it, and what
// it says. Pure.
#include <cstdint>
#include <optional>
#include <vector>

#include "carriers/amqp/conversation.hpp"
#include "carriers/callback.hpp"
#include "told/v1/gateway.pb.h"

namespace told::carriers::amqp {

/// A signed reply may be so old: told may have been down for a night, and said twice it changes nothing.
inline constexpr std::int64_t reply_window_seconds = 24 * 60 * 60;

/// Fills `said`, or says what is wrong without repeating any of it. Where there are no `keys` whoever may write into
/// the queue is believed. `now` in seconds of UTC.
[[nodiscard]] std::optional<v1::Problem> read_answer(const Came& came, const std::vector<ProvingKey>& keys,
                                                     std::int64_t now, v1::AgencyFrame& said);

}  // namespace told::carriers::amqp
