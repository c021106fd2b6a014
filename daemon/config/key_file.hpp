#pragma once
// Settings that name a file: beside told.toml where the path does not begin with /, or handed over by systemd.
#include <filesystem>
#include <string>

#include "config/reader.hpp"

namespace told::config {

/// A path that does not begin with / is beside `directory`; "" stays.
[[nodiscard]] std::string beside(const std::filesystem::path& directory, const std::string& path);

/// A file with a secret: a path, or "credential:NAME" (config.hpp's key_path finds it). "" where nothing was said.
[[nodiscard]] std::string key_file(const Text& said, const std::filesystem::path& directory, Findings& findings);

}  // namespace told::config
