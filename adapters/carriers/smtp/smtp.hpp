#pragma once
// `smtp`: a mail by a relay (submission, RFC 6409) that says that something waits, and has the agency's form beside it
// only where the policy says so. What it may carry, and why, is in README.md beside this file.
#include "carriers/kind.hpp"

namespace told::carriers {

[[nodiscard]] Kind smtp_kind();

}  // namespace told::carriers
