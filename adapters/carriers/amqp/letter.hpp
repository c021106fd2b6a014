#pragma once
// AMQP messages (OASIS AMQP 1.0, part 3): what told puts into a recipient's queue, and what comes back. Pure, but for
// Proton's own memory.
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "carriers/carrier.hpp"

namespace told::carriers::amqp {

/// Where a letter goes, and where its reader answers.
struct Addresses {
  std::string queue;
  std::string reply_queue;  ///< "" where told takes no replies
};

/// A parcel as the bytes of a durable message: its body is the CloudEvent that a webhook posts, its id the same in
/// every attempt of one call, and the attempt a property. `origin` as Surroundings::origin.
[[nodiscard]] std::string letter(const Parcel& parcel, const std::string& origin, const Addresses& addresses);

/// What came back, unread and proved by nobody.
struct Reply {
  std::string body;
  std::map<std::string, std::string> headers;  ///< its application properties that are text; names in small letters
};

/// nullopt where the bytes are no message, or its body is neither data nor text.
[[nodiscard]] std::optional<Reply> read_reply(std::string_view bytes);

}  // namespace told::carriers::amqp
