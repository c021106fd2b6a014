#pragma once
// `smtp`: a mail by a relay (submission, RFC 6409) that says only that something waits. What it may not carry, and why,
// is in adapters/carriers/README.md.
#include "carriers/kind.hpp"

namespace told::carriers {

[[nodiscard]] Kind smtp_kind();

}  // namespace told::carriers
