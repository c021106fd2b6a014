#pragma once
// `notify`: an e-mail or a text message by GOV.UK Notify that says only that something waits. What its template needs
// is in adapters/carriers/README.md.
#include "carriers/kind.hpp"

namespace told::carriers {

[[nodiscard]] Kind notify_kind();

}  // namespace told::carriers
