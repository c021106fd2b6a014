#pragma once
// The digests by which a policy and its calendar are known.
#include <map>
#include <string>
#include <string_view>

namespace told::config {

/// 32 bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// The first 16 hex digits of it: enough to tell two versions of a file apart.
[[nodiscard]] std::string short_version(std::string_view bytes);
/// Of a policy and what is attached to it, as ledger.proto's PolicyAdopted.sha256 defines it. Without attachments it is
/// the text's own.
[[nodiscard]] std::string policy_digest(const std::string& text, const std::map<std::string, std::string>& attachments);

}  // namespace told::config
