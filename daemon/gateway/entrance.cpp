#include "gateway/entrance.hpp"

#include <fcntl.h>
#include <linux/filter.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "gateway/headroom.hpp"

namespace told::gateway {
namespace {

[[noreturn]] void cannot_listen(const std::string& endpoint, const std::string& why) {
  throw std::runtime_error("cannot listen on " + endpoint + ": " + why +
                           "; is another told running, or is the address not this machine's?");
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Addresses addresses_of(const std::string& endpoint) {
  constexpr std::string_view scheme = "tcp://";
  const auto colon = endpoint.rfind(':');
  const std::string host = endpoint.substr(scheme.size(), colon - scheme.size());
  const std::string port = endpoint.substr(colon + 1);
  addrinfo wanted{};
  wanted.ai_family = AF_INET;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int result =
      ::getaddrinfo(host == "*" ? nullptr : host.c_str(), port == "*" ? "0" : port.c_str(), &wanted, &found);
  if (result != 0) cannot_listen(endpoint, ::gai_strerror(result));
  return {found, freeaddrinfo};
}

}  // namespace

Entrance::Entrance(const std::string& endpoint) {
  const Addresses address = addresses_of(endpoint);
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  // A restart finds the port free though connections of the last run linger. Whoever finds no place to wait is not
  // refused; their system knocks again after a second.
  const bool good = fd_ >= 0 && ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                    ::bind(fd_, address->ai_addr, address->ai_addrlen) == 0 &&
                    ::listen(fd_, Headroom::waiting_max()) == 0;
  if (good) return;
  const std::string why = std::strerror(errno);
  close();
  cannot_listen(endpoint, why);
}

Entrance::~Entrance() { close(); }

int Entrance::for_libzmq() const { return ::fcntl(fd_, F_DUPFD_CLOEXEC, 0); }

// Neither can fail but for want of memory; then it stays as it is, and is tried again.
void Entrance::shut() noexcept {
  sock_filter drop_all = BPF_STMT(BPF_RET | BPF_K, 0);
  const sock_fprog program{1, &drop_all};
  ::setsockopt(fd_, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

void Entrance::reopen() noexcept {
  const int unused = 0;
  ::setsockopt(fd_, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
}

void Entrance::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace told::gateway
