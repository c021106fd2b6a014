#include "gateway/entrance.hpp"

#include <fcntl.h>
#include <linux/filter.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

using Found = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Found addresses_of(const std::string& endpoint) {
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

bool attach(int socket, sock_filter* rules, std::size_t size) {
  const sock_fprog program{static_cast<unsigned short>(size), rules};
  return ::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

}  // namespace

Entrance::Entrance(const std::string& endpoint) {
  const Found address = addresses_of(endpoint);
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

bool Entrance::shut() noexcept {
  sock_filter drop_all = BPF_STMT(BPF_RET | BPF_K, 0);
  return attach(fd_, &drop_all, 1);
}

bool Entrance::let_in_all_but(const std::vector<std::uint32_t>& addresses) noexcept {
  if (!addresses.empty()) return keep_out(fd_, addresses);
  const int unused = 0;
  return ::setsockopt(fd_, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused) == 0 || errno == ENOENT;
}

// The socket of a connection keeps the filter that the entrance had when it was made, which may be a newer one than let
// its first word in, and name its address. So only first words are judged: whoever is in is heard in any case.
bool keep_out(int socket, const std::vector<std::uint32_t>& addresses) noexcept {
  constexpr std::uint32_t flags = 13;  // where TCP's header has them
  constexpr std::uint32_t syn = 0x02;
  constexpr std::uint32_t source = static_cast<std::uint32_t>(SKF_NET_OFF) + 12;  // where IPv4's header has it
  constexpr std::uint32_t all_of_it = 0xFFFFFFFF;
  std::array<sock_filter, 2 * Entrance::kept_out_max + 5> program{};
  std::size_t size = 0;
  program[size++] = BPF_STMT(BPF_LD | BPF_B | BPF_ABS, flags);
  program[size++] = BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, syn, 1, 0);
  program[size++] = BPF_STMT(BPF_RET | BPF_K, all_of_it);
  program[size++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, source);
  for (std::size_t i = 0; i < std::min(addresses.size(), Entrance::kept_out_max); ++i) {
    program[size++] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, addresses[i], 0, 1);
    program[size++] = BPF_STMT(BPF_RET | BPF_K, 0);
  }
  program[size++] = BPF_STMT(BPF_RET | BPF_K, all_of_it);
  return attach(socket, program.data(), size);
}

void Entrance::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace told::gateway
