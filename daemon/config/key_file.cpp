#include "config/key_file.hpp"

#include "config/nearest.hpp"

namespace told::config {
namespace {

constexpr std::string_view credential_prefix = "credential:";

}  // namespace

std::string beside(const std::filesystem::path& directory, const std::string& path) {
  return path.empty() ? path : (directory / path).lexically_normal().string();
}

std::string key_file(const Text& said, const std::filesystem::path& directory, Findings& findings) {
  if (!said.given) return {};
  if (!said.value.starts_with(credential_prefix)) return beside(directory, said.value);
  const std::string name = said.value.substr(credential_prefix.size());
  if (name.empty() || name.find('/') != std::string::npos)
    findings.add(said.at, in_quotes(said.value) +
                              " names no credential: write credential:NAME, as the unit's "
                              "LoadCredentialEncrypted= names it");
  return said.value;
}

}  // namespace told::config
