#include "ledger/directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "ledger/failure.hpp"

namespace told::ledger {
namespace {

void sync_directory(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool good = fd >= 0 && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (!good) throw StoreFailed(path + " cannot be made durable: " + std::strerror(error));
}

std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Somebody else's directory must not be taken over, least of all by root: its mode would be changed.
bool holds_a_ledger_or_nothing(const std::string& path) {
  return std::filesystem::exists(path + "/ledger.db") || std::filesystem::exists(path + "/lock") ||
         std::filesystem::is_empty(path);
}

}  // namespace

Directory::Directory(std::string path) : path_{std::move(path)} {
  while (path_.size() > 1 && path_.back() == '/') path_.pop_back();
  if (::mkdir(path_.c_str(), 0700) == 0) {
    sync_directory(parent_of(path_));
  } else if (errno != EEXIST) {
    throw StoreFailed(path_ + " cannot be made: " + std::strerror(errno));
  }
  struct stat s {};
  if (::stat(path_.c_str(), &s) != 0 || !S_ISDIR(s.st_mode)) throw StoreFailed(path_ + " is not a directory");
  if (!holds_a_ledger_or_nothing(path_))
    throw StoreFailed(path_ +
                      " is not empty and holds no ledger: name an empty directory, or one that is not there yet");
  if ((s.st_mode & 0777) != 0700) {
    if ((s.st_mode & 0077) != 0)
      warning_ = path_ + " was open to others than its owner; it is not any more (mode 0700)";
    if (::chmod(path_.c_str(), 0700) != 0)
      throw StoreFailed(path_ + " must be its owner's alone: run `chmod 700 " + path_ + "` (" + std::strerror(errno) +
                        ")");
  }

  const auto lock = file("lock");
  lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) throw StoreFailed(lock + " cannot be opened: " + std::strerror(errno));
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    char who[32] = {};
    const auto length = ::pread(lock_, who, sizeof who - 1, 0);
    ::close(lock_);
    std::string pid{who, length > 0 ? static_cast<std::size_t>(length) : 0};
    pid = pid.substr(0, pid.find('\n'));
    throw StoreFailed("another told" + (pid.empty() ? std::string{} : " (process " + pid + ")") + " runs with " +
                      path_ + ": stop it first, or name another directory");
  }
  const auto pid = std::to_string(::getpid()) + "\n";
  // For people only: that it cannot be written changes nothing about the lock.
  if (::ftruncate(lock_, 0) == 0 && ::pwrite(lock_, pid.data(), pid.size(), 0) < 0) errno = 0;
}

Directory::~Directory() { ::close(lock_); }

void Directory::make_private(const char* name) const {
  const int fd = ::open(file(name).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) {
    ::close(fd);
  } else if (errno != EEXIST) {
    throw StoreFailed(file(name) + " cannot be made: " + std::strerror(errno));
  }
}

void Directory::sync() const { sync_directory(path_); }

}  // namespace told::ledger
