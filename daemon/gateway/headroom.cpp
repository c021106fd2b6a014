#include "gateway/headroom.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace told::gateway {
namespace {

constexpr std::size_t reserve = 256;
constexpr std::chrono::seconds remembered{1};

std::size_t limit() {
  rlimit now{};
  return ::getrlimit(RLIMIT_NOFILE, &now) == 0 ? now.rlim_cur : 0;
}

/// 0 where this Linux does not say (before 6.2).
std::size_t counted() {
  struct stat all {};
  return ::stat("/proc/self/fd", &all) == 0 ? static_cast<std::size_t>(all.st_size) : 0;
}

/// The lowest that is free: all below it are in use, and perhaps some above.
std::size_t lowest_free() {
  const int fd = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return limit();
  ::close(fd);
  return static_cast<std::size_t>(fd);
}

/// The entrances are shut where so many are in use.
std::size_t too_many(std::size_t limit) { return std::min(limit / 10 * 8, limit - std::min(reserve, limit)); }

}  // namespace

Descriptors Headroom::look(Time now) {
  if (const std::size_t all = counted(); all != 0) return {all, limit()};
  // A connection that goes leaves a gap, which the next one fills: the highest of many looks is near the truth.
  const std::size_t low = lowest_free();
  if (low >= most_ || now - seen_ > remembered) {
    most_ = low;
    seen_ = now;
  }
  return {most_, limit()};
}

bool Headroom::shut(const Descriptors& d) {
  const std::size_t open_again = d.limit / 2;
  if (d.in_use >= std::max(open_again + 1, too_many(d.limit))) shut_ = true;
  if (d.in_use <= open_again) shut_ = false;
  return shut_;
}

// Linux holds it down to net.core.somaxconn, 4096.
int Headroom::waiting_max(std::size_t limit) {
  return static_cast<int>(std::min<std::size_t>((limit - too_many(limit)) / 4, 65535));
}

int Headroom::waiting_max() { return waiting_max(limit()); }

}  // namespace told::gateway
