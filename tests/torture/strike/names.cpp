#include "strike/names.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/user.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace strike {
namespace {

std::string link_at(const std::string& path) {
  std::array<char, 4096> out{};
  const auto length = ::readlink(path.c_str(), out.data(), out.size());
  return {out.data(), length < 0 ? 0 : static_cast<std::size_t>(length)};
}

std::string proc(pid_t thread, const std::string& what) { return "/proc/" + std::to_string(thread) + "/" + what; }

/// A pidfd is a process's, and the descriptors of all its threads are the same ones.
pid_t process_of(pid_t thread) {
  std::ifstream status{proc(thread, "status")};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("Tgid:")) return static_cast<pid_t>(std::stol(line.substr(5)));
  return thread;
}

/// A descriptor of ours for the same socket, for a moment.
class Borrowed {
 public:
  Borrowed(pid_t thread, int theirs) {
    // By number: the header of glibc 2.36 lacks C++'s linkage.
    const int process = static_cast<int>(::syscall(SYS_pidfd_open, process_of(thread), 0));
    fd_ = process < 0 ? -1 : static_cast<int>(::syscall(SYS_pidfd_getfd, process, theirs, 0));
    if (process >= 0) ::close(process);
  }
  ~Borrowed() {
    if (fd_ >= 0) ::close(fd_);
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

using Asked = int (*)(int, sockaddr*, socklen_t*);

template <class Address>
Address asked(Asked ask, int fd) {
  Address out{};
  socklen_t size = sizeof out;
  if (ask(fd, reinterpret_cast<sockaddr*>(&out), &size) != 0) return {};
  return out;
}

std::uint16_t port(Asked ask, int fd) { return ntohs(asked<sockaddr_in>(ask, fd).sin_port); }

bool has_digit(const std::string& part) {
  return std::any_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Names::Names(std::string root, std::map<std::uint16_t, std::string> ports)
    : root_{std::move(root)}, ports_{std::move(ports)} {}

std::string Names::of(pid_t thread, const Call& call, const user_regs_struct& r) {
  const auto number = [&r](int n) { return static_cast<int>(argument(r, n)); };
  switch (call.about) {
    case About::descriptor:
      return of_descriptor(thread, number(0));
    case About::third_descriptor:
      return of_descriptor(thread, number(2));
    case About::path:
      return of_path(thread, AT_FDCWD, path_in(thread, argument(r, 0)));
    case About::second_path:
      return of_path(thread, AT_FDCWD, path_in(thread, argument(r, 1)));
    case About::path_at:
      return of_path(thread, number(0), path_in(thread, argument(r, 1)));
    case About::third_path_at:
      return of_path(thread, number(2), path_in(thread, argument(r, 3)));
    case About::nothing:
      break;
  }
  return "process";
}

std::string Names::of_descriptor(pid_t thread, int fd) const {
  const std::string target = link_at(proc(thread, "fd/" + std::to_string(fd)));
  if (target.starts_with("socket:")) return of_socket(thread, fd);
  if (target == "anon_inode:[eventfd]") return "wake";
  if (target.starts_with("pipe:")) return "pipe";
  return shown(target);
}

std::string Names::of_socket(pid_t thread, int theirs) const {
  const Borrowed socket{thread, theirs};
  int domain = 0;
  socklen_t size = sizeof domain;
  if (::getsockopt(socket.fd(), SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0) return "socket";
  if (domain == AF_NETLINK) return "netlink";
  if (domain == AF_UNIX) {
    const std::string path = asked<sockaddr_un>(::getsockname, socket.fd()).sun_path;
    return path.empty() ? "notify" : std::filesystem::path{path}.stem().string();
  }
  if (const auto own = ports_.find(port(::getsockname, socket.fd())); own != ports_.end()) return own->second;
  if (const auto other = ports_.find(port(::getpeername, socket.fd())); other != ports_.end())
    return "to " + other->second;
  return "tcp";
}

std::string Names::of_path(pid_t thread, int directory, std::string path) const {
  if (!path.starts_with("/")) {
    const std::string from = directory == AT_FDCWD ? "cwd" : "fd/" + std::to_string(directory);
    path = link_at(proc(thread, from)) + "/" + path;
  }
  return shown(path);
}

std::string Names::shown(const std::string& path) const {
  std::filesystem::path out;
  const bool ours = path.starts_with(root_ + "/");
  for (const auto& part : std::filesystem::path{ours ? path.substr(root_.size() + 1) : path}) {
    const std::string text = part.string();
    out /= has_digit(text) ? "*" + part.extension().string() : text;
  }
  return out.string();
}

}  // namespace strike
