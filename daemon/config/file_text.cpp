#include "config/file_text.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace told::config {

FileText read_file(const std::string& path, std::size_t bytes_max) {
  // A directory opens like a file and then reads as an empty one.
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return {{}, "cannot be read: it is a directory; name a file"};
  errno = 0;
  std::ifstream in{path, std::ios::binary};
  if (!in) {
    return {{}, std::string{"cannot be read: "} + std::strerror(errno) + "; check the path and who may read it"};
  }
  std::string text(bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return {{}, "cannot be read to its end; check the disk"};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > bytes_max) {
    return {{}, "is larger than " + std::to_string(bytes_max) + " bytes: is it the right file?"};
  }
  return {std::move(text), {}};
}

}  // namespace told::config
