#pragma once
// Digests: how told knows a text again, be it a policy, a calendar, the parties that may connect, or a message.
// (The ledger's tree hashes by itself: daemon/ledger/merkle.hpp.)
#include <map>
#include <string>
#include <string_view>

namespace told::digest {

/// SHA-256: 32 bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// The first 16 hex digits of it: enough to tell two versions of a file apart.
[[nodiscard]] std::string short_version(std::string_view bytes);
/// Of a policy and what is attached to it, as ledger.proto's PolicyAdopted.sha256 defines it. Without attachments it is
/// the text's own.
[[nodiscard]] std::string of_policy(const std::string& text, const std::map<std::string, std::string>& attachments);

}  // namespace told::digest
