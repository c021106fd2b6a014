#pragma once
// The fingerprints by which the engine recognises events: keyed hashes, so that nobody who sees one can guess a
// reference from it.
#include "core/command.hpp"

namespace told::ledger {

/// `key`: 32 bytes. Prevent events' subjects, and those of exercises, have streams of their own: one reference in two
/// streams makes two fingerprints.
[[nodiscard]] core::EventPrints event_prints(const unsigned char* key, const v1::Event& event);

/// The prints as the ledger keeps them of a purged event: identity, subject, content, 16 bytes each.
[[nodiscard]] std::string write_prints(const core::EventPrints& prints);
/// nullopt where these are none.
[[nodiscard]] std::optional<core::EventPrints> read_prints(std::string_view bytes);

}  // namespace told::ledger
