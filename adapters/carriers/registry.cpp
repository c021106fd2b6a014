#include <algorithm>

#include "carriers/amqp/amqp.hpp"
#include "carriers/kind.hpp"
#include "carriers/notify/notify.hpp"
#include "carriers/smtp/smtp.hpp"
#include "carriers/spool/spool.hpp"
#include "carriers/webhook/webhook.hpp"

namespace told::carriers {

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      // One line for each carrier.
      amqp_kind(), notify_kind(), smtp_kind(), spool_kind(), webhook_kind(),
  };
  return all;
}

const Kind* kind(std::string_view name) {
  const auto found = std::find_if(kinds().begin(), kinds().end(), [&](const Kind& k) { return k.name == name; });
  return found == kinds().end() ? nullptr : &*found;
}

}  // namespace told::carriers
