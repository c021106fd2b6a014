#pragma once
// What an ending means for a webhook: the outcome table of adapters/carriers/README.md, as code.
#include "carriers/carrier.hpp"
#include "carriers/courier/errand.hpp"

namespace told::carriers {

/// Without recipient, notification and attempt: whoever sent it knows those. `host` is for the sentence.
[[nodiscard]] Report webhook_verdict(const Ending& ending, const std::string& host);

}  // namespace told::carriers
