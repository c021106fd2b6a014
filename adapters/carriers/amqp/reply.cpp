#include "carriers/amqp/reply.hpp"

#include "carriers/amqp/letter.hpp"
#include "carriers/frames.hpp"
#include "core/problem.hpp"

namespace told::carriers::amqp {

std::optional<v1::Problem> read_answer(const Came& came, const std::vector<ProvingKey>& keys, std::int64_t now,
                                       v1::AgencyFrame& said) {
  if (came.too_large)
    return core::make_problem("too_large", "", "a reply has more than 64 KiB", "split it into several");
  const auto reply = read_reply(came.bytes);
  if (!reply)
    return core::make_problem("not_readable", "", "a reply is no AMQP message with data or text in it",
                              "send the JSON of an AgencyFrame as its body");
  if (!keys.empty())
    if (const auto why = why_not_proved(keys, reply->headers, reply->body, now, reply_window_seconds))
      return core::make_problem("not_proved", "", *why, "nothing was recorded");
  return read_frame(reply->body, said);
}

}  // namespace told::carriers::amqp
