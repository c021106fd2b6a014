#pragma once
// Small files, read whole.
#include <cstddef>
#include <string>

namespace told::config {

/// A file's bytes, or why there are none (`problem` is empty where there are).
struct FileText {
  std::string text;
  std::string problem;
};

/// More than `bytes_max` is refused: a configuration of that size is some other file.
[[nodiscard]] FileText read_file(const std::string& path, std::size_t bytes_max);

inline constexpr std::size_t toml_bytes_max = std::size_t{1} << 20;
inline constexpr std::size_t key_bytes_max = 1024;

}  // namespace told::config
