#pragma once
// Openings: proof of what one sealed body says, without the case's key.
//
// A body is sealed with XChaCha20-Poly1305, which is ChaCha20-Poly1305 under a key of that one message:
// HChaCha20(case key, first 16 bytes of the nonce). Whoever is given this key can open and check that body, which is
// in the leaf and so under the signature; it tells them nothing of the case's key or of any other body. The ledger
// makes openings (ledger/seal.hpp).
#include <optional>
#include <string_view>

#include "told/v1/ledger.pb.h"

namespace told::audit {

/// The body that `opening` opens; nullopt where it does not.
[[nodiscard]] std::optional<v1::Body> open_with(std::string_view opening, const v1::LedgerEntry& entry);

}  // namespace told::audit
