#pragma once
// A TCP port that can be shut for a while, to all or to some: connections that are open go on, and nobody new gets in.
//
// libzmq has no such thing: zmq_unbind ends the connections that came in by the port as well, and where accept() fails
// for want of descriptors its thread spins (PITFALLS Z5). So we make the socket and libzmq listens on it (ZMQ_USE_FD).
// Shut, it has a filter that drops what comes to the port itself: a peer that knocks meanwhile hears nothing, and its
// system knocks again after a second, after three, and so on.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

namespace told::gateway {

/// Who has come in has so long to show who they are; then their connection is closed.
inline constexpr std::chrono::milliseconds handshake_patience{3000};

/// IPv4, in host order.
using Addresses = std::unordered_set<std::uint32_t>;

/// Has `socket`, which listens, drop the first word of whoever comes from one of them; of more than
/// Entrance::kept_out_max the first count. A connection's own socket with that filter hears everything. False where
/// Linux took none.
[[nodiscard]] bool keep_out(int socket, const std::vector<std::uint32_t>& addresses) noexcept;

class Entrance {
 public:
  /// Binds and listens. `endpoint`: "tcp://host:port", a host of this machine's or "*", a port or "*" for any. Throws
  /// std::runtime_error with the mend.
  explicit Entrance(const std::string& endpoint);
  ~Entrance();
  Entrance(const Entrance&) = delete;
  Entrance& operator=(const Entrance&) = delete;

  /// A descriptor for libzmq, which closes it when it closes its socket.
  [[nodiscard]] int for_libzmq() const;

  /// As many as fit where Linux lets a filter have 20 KiB (net.core.optmem_max), with room to spare.
  static constexpr std::size_t kept_out_max = 256;

  /// False where Linux took no filter, for want of memory: it is as it was, and to be tried again. So below.
  [[nodiscard]] bool shut() noexcept;
  /// Opens it to all but these IPv4 addresses, in host order; of more than kept_out_max the first.
  [[nodiscard]] bool let_in_all_but(const std::vector<std::uint32_t>& addresses) noexcept;
  /// The port is free when libzmq has let go of it too.
  void close() noexcept;

 private:
  int fd_ = -1;
};

}  // namespace told::gateway
