#pragma once
// What an ending means for a mail: the outcome table of adapters/carriers/README.md, as code.
#include "carriers/carrier.hpp"
#include "carriers/courier/errand.hpp"

namespace told::carriers {

/// Without recipient, notification and attempt: whoever sent it knows those. `relay` is for the sentence.
[[nodiscard]] Report smtp_verdict(const Ending& ending, const std::string& relay);

}  // namespace told::carriers
