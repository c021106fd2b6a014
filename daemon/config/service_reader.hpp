#pragma once
// told.toml, from the tree to the typed value.
#include <filesystem>

#include "config/config.hpp"
#include "config/findings.hpp"
#include "config/reader.hpp"

namespace told::config {

/// Reads the whole file. Relative paths in it are beside it, in `directory`.
[[nodiscard]] Service read_service(const Node& root, const std::filesystem::path& directory, Findings& findings);

/// Who may connect: `[[publisher]]` and `[[agency]]`. No two share a name or a key: a key is the only thing that tells
/// one party from another, and a name is how the ledger knows it.
[[nodiscard]] gateway::Parties read_parties(Reader& root, const std::filesystem::path& directory, Findings& findings);

/// How recipients are reached that told goes to: `[[way]]`, and what all ways of a carrier share, `[carrier.NAME]`.
[[nodiscard]] std::vector<carriers::Way> read_ways(Reader& root, const std::filesystem::path& directory,
                                                   Findings& findings);

}  // namespace told::config
