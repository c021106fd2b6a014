#include "ledger/sqlite/log_room.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>

namespace told::ledger {

void make_log_room(const std::string& path, std::uint64_t bytes) noexcept {
  const std::string log = path + "-wal";
  struct statvfs disk {};
  if (::statvfs(path.c_str(), &disk) != 0 || disk.f_bavail * disk.f_frsize < 4 * bytes) return;
  const int fd = ::open(log.c_str(), O_WRONLY | O_CLOEXEC | O_APPEND);
  if (fd < 0) return;
  static constexpr std::array<char, 1U << 16U> zeros{};
  struct stat now {};
  bool grown = false;
  while (::fstat(fd, &now) == 0 && static_cast<std::uint64_t>(now.st_size) < bytes) {
    if (::write(fd, zeros.data(), zeros.size()) <= 0) break;
    grown = true;
  }
  if (grown) ::fdatasync(fd);
  ::close(fd);
}

}  // namespace told::ledger
