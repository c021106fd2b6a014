#include "ledger/reserve.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace told::ledger {
namespace {

Reserve::Free free_beside(const std::string& path) {
  const auto slash = path.find_last_of('/');
  return [directory = slash == std::string::npos ? std::string{"."} : path.substr(0, slash + 1)]() -> std::uint64_t {
    struct statvfs s {};
    if (::statvfs(directory.c_str(), &s) != 0) return 0;
    return static_cast<std::uint64_t>(s.f_bavail) * s.f_frsize;
  };
}

}  // namespace

Reserve::Reserve(std::string path, std::uint64_t bytes, Free free)
    : path_{std::move(path)}, bytes_{bytes}, free_{free ? std::move(free) : free_beside(path_)} {
  struct stat s {};
  // Left by the last run: whole, it is held already.
  held_ = ::stat(path_.c_str(), &s) == 0 && static_cast<std::uint64_t>(s.st_blocks) * 512 >= bytes_;
  look();
  // A start with little room but enough for the reserve itself takes it: it must not begin by refusing publishers.
  if (!held_ && free_() > 2 * bytes_) take();
}

Room Reserve::look() {
  const std::lock_guard lock{mutex_};
  auto room = free_();
  if (held_ && room < bytes_) {
    give_up();
    room = free_();
  } else if (!held_ && room > 3 * bytes_) {
    take();
    room = free_();
  }
  return {room, !held_};
}

void Reserve::release() {
  const std::lock_guard lock{mutex_};
  if (held_) give_up();
}

void Reserve::take() {
  const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return;
  held_ = bytes_ == 0 || ::posix_fallocate(fd, 0, static_cast<off_t>(bytes_)) == 0;
  if (!held_ && ::ftruncate(fd, 0) != 0) held_ = false;  // a part of it would hold space back from ourselves
  ::close(fd);
}

void Reserve::give_up() {
  held_ = false;
  const int fd = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (::ftruncate(fd, 0) != 0) ::unlink(path_.c_str());
  ::close(fd);
}

}  // namespace told::ledger
