#pragma once
// Who may connect, as the ledger has it: counts and a digest.
#include "gateway/gateway.hpp"
#include "told/v1/ledger.pb.h"

namespace told {

/// The digest covers names, public keys, and what publishers may publish and from where (ledger.proto has the form).
[[nodiscard]] v1::Parties on_record(const gateway::Parties& parties);

}  // namespace told
