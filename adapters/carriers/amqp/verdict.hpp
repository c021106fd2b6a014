#pragma once
// What became of a message at a broker: the outcome table of adapters/carriers/README.md, as code. Pure.
#include <string>

#include "carriers/amqp/conversation.hpp"
#include "carriers/carrier.hpp"
#include "carriers/courier/failure.hpp"

namespace told::carriers::amqp {

/// For the sentences.
struct Places {
  std::string broker;  ///< "broker.council.test (port 5671)"
  std::string queue;
};

/// The outcome of a settled message, without whose it was. A broker's `accepted` is `sent` and never `delivered`: it is
/// the word of who carries the message, not of who is told (README.md beside this file).
[[nodiscard]] Report settled_verdict(const Settled& settled, const Places& places);

/// Why the way to a queue, or from it, is closed. `queue`: which.
[[nodiscard]] Failure why_closed(const std::string& condition, const std::string& queue, const Places& places);
/// Why the connection is over, where the broker said so. Its code is empty where it did not: then the line says why.
[[nodiscard]] Failure why_over(const Over& over, const Places& places);
/// The broker takes no message in time, and does not say why.
[[nodiscard]] Failure no_credit(std::chrono::milliseconds within, const Places& places);

}  // namespace told::carriers::amqp
