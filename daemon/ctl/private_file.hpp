#pragma once
// Files that only their owner may read: exports hold names, keys are keys.
#include <cstdio>
#include <string>
#include <string_view>

namespace told::ctl {

/// A new version of a file, with mode 0600: written beside it, moved into its place by keep(), gone otherwise.
class PrivateFile {
 public:
  explicit PrivateFile(std::string path);  ///< Failure (io or permission) with the mend
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;
  void write(std::string_view bytes);
  void keep();  ///< synced, then moved into place

 private:
  std::string path_, beside_;
  std::FILE* file_ = nullptr;
};

/// A file that must not be there yet, with that mode. Failure where it is.
void write_new(const std::string& path, std::string_view text, unsigned mode);

/// All of a file. Failure (no input) where it cannot be read.
[[nodiscard]] std::string read_file(const std::string& path);
/// Its first line, without spaces around it.
[[nodiscard]] std::string read_line(const std::string& path);

}  // namespace told::ctl
