#pragma once
// What an ending means for a message by GOV.UK Notify: the outcome table of adapters/carriers/README.md, as code.
#include "carriers/carrier.hpp"
#include "carriers/courier/errand.hpp"

namespace told::carriers {

/// Without recipient, notification and attempt: whoever sent it knows those.
[[nodiscard]] Report notify_verdict(const Ending& ending);

}  // namespace told::carriers
