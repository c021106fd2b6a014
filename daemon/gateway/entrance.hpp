#pragma once
// A TCP port that can be shut for a while: connections that are open go on, and nobody new gets in.
//
// libzmq has no such thing: zmq_unbind ends the connections that came in by the port as well, and where accept() fails
// for want of descriptors its thread spins (PITFALLS Z5). So we make the socket and libzmq listens on it (ZMQ_USE_FD).
// Shut, it has a filter that drops what comes to the port itself: a peer that knocks meanwhile hears nothing, and its
// system knocks again after a second, after three, and so on.
#include <string>

namespace told::gateway {

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

  void shut() noexcept;
  void reopen() noexcept;
  /// The port is free when libzmq has let go of it too.
  void close() noexcept;

 private:
  int fd_ = -1;
};

}  // namespace told::gateway
