#pragma once
// `webhook`: HTTPS POST of a signed CloudEvent to an address of the recipient's. What arrives, and how to verify it, is
// in adapters/carriers/README.md.
#include "carriers/kind.hpp"

namespace told::carriers {

[[nodiscard]] Kind webhook_kind();

}  // namespace told::carriers
