#pragma once
// Bare connections to a door, from several addresses of this machine, and a door that is no more than that.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/entrance.hpp"

namespace told::gateway::testing {

using std::chrono::milliseconds;

inline constexpr std::uint32_t peaceful = INADDR_LOOPBACK, crowding = 0x7F000101;  // 127.0.0.1, 127.0.1.1

inline std::uint16_t port_of(int socket) {
  sockaddr_in at{};
  socklen_t size = sizeof at;
  EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &size), 0);
  return ntohs(at.sin_port);
}

/// A bare connection to the door at `port`; it is on its way when this returns.
class Knock {
 public:
  explicit Knock(std::uint16_t port, std::uint32_t address = peaceful) : fd_{comes_from(address)} {
    // Both ends are this process's here: by its own port this one could be taken for one that came in by the door.
    while (port_of(fd_) == port) ::close(std::exchange(fd_, comes_from(address)));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_TRUE(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 || errno == EINPROGRESS);
  }
  ~Knock() { ::close(fd_); }
  Knock(const Knock&) = delete;
  Knock& operator=(const Knock&) = delete;

  [[nodiscard]] bool is_in(milliseconds patience) const {
    pollfd asked{fd_, POLLOUT, 0};
    return ::poll(&asked, 1, static_cast<int>(patience.count())) == 1 && (asked.revents & POLLERR) == 0;
  }
  [[nodiscard]] bool says(char byte) const { return ::send(fd_, &byte, 1, MSG_NOSIGNAL) == 1; }

 private:
  static int comes_from(std::uint32_t address) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(address);
    EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&from), sizeof from), 0);
    return fd;
  }

  int fd_;
};

/// An entrance, and the end of it that libzmq has in told.
class Doorway {
 public:
  Doorway() : listening_{entrance.for_libzmq()} { port = port_of(listening_); }
  ~Doorway() {
    for (const int fd : in_) ::close(fd);
    ::close(listening_);
  }
  Doorway(const Doorway&) = delete;
  Doorway& operator=(const Doorway&) = delete;

  /// The connection that waits, taken in.
  int take_in() {
    in_.push_back(::accept(listening_, nullptr, nullptr));
    EXPECT_GE(in_.back(), 0);
    return in_.back();
  }
  /// So many from `address`, all taken in.
  void come(std::size_t many, std::uint32_t address) {
    for (std::size_t i = 0; i < many; ++i) {
      knocks_.push_back(std::make_unique<Knock>(port, address));
      ASSERT_TRUE(knocks_.back()->is_in(milliseconds{5000}));
      take_in();
    }
  }

  Entrance entrance{"tcp://127.0.0.1:*"};
  std::uint16_t port = 0;

 private:
  int listening_;
  std::vector<int> in_;
  std::vector<std::unique_ptr<Knock>> knocks_;
};

}  // namespace told::gateway::testing
