#pragma once
// `notify`: an e-mail or a text message by GOV.UK Notify that says only that something waits. What its template needs,
// and what Notify calls back, is in README.md beside this file.
#include "carriers/kind.hpp"

namespace told::carriers {

[[nodiscard]] Kind notify_kind();

}  // namespace told::carriers
