#pragma once
// Ownership of libzmq's C objects, and options that are set or the caller hears of it. The C API is used rather than
// cppzmq's classes because EHOSTUNREACH and EAGAIN are everyday answers here, not exceptions (zeromq/cppzmq #44).
#include <zmq.h>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace told::gateway {

struct CloseSocket {
  void operator()(void* socket) const { zmq_close(socket); }
};
using SocketHandle = std::unique_ptr<void, CloseSocket>;

[[nodiscard]] inline SocketHandle open_socket(void* context, int type) {
  SocketHandle socket{zmq_socket(context, type)};
  if (!socket) throw std::runtime_error(std::string("no ZeroMQ socket: ") + zmq_strerror(errno));
  return socket;
}

inline void set_option(void* socket, int option, int value) {
  if (zmq_setsockopt(socket, option, &value, sizeof value) != 0)
    throw std::runtime_error("ZeroMQ option " + std::to_string(option) + " was not taken: " + zmq_strerror(errno));
}
inline void set_option(void* socket, int option, std::int64_t value) {
  if (zmq_setsockopt(socket, option, &value, sizeof value) != 0)
    throw std::runtime_error("ZeroMQ option " + std::to_string(option) + " was not taken: " + zmq_strerror(errno));
}
inline void set_option(void* socket, int option, const std::string& value) {
  if (zmq_setsockopt(socket, option, value.c_str(), value.size()) != 0)
    throw std::runtime_error("ZeroMQ option " + std::to_string(option) + " was not taken: " + zmq_strerror(errno));
}
/// A CURVE key as Z85 text: libzmq wants its terminating zero counted.
inline void set_key(void* socket, int option, const std::string& z85) {
  if (z85.size() != 40 || zmq_setsockopt(socket, option, z85.c_str(), 41) != 0)
    throw std::runtime_error(
        "a CURVE key is 40 characters of Z85; this one is not (make a pair with `toldctl keys new curve NAME`)");
}

/// One received frame. Bytes live as long as it does.
class Frame {
 public:
  Frame() { zmq_msg_init(&message_); }
  ~Frame() { zmq_msg_close(&message_); }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  /// False where nothing is there (or the socket is closing).
  [[nodiscard]] bool receive(void* socket, int flags) {
    int rc = 0;
    do rc = zmq_msg_recv(&message_, socket, flags);
    while (rc < 0 && errno == EINTR);
    return rc >= 0;
  }
  [[nodiscard]] std::string_view bytes() const {
    return {static_cast<const char*>(zmq_msg_data(const_cast<zmq_msg_t*>(&message_))), zmq_msg_size(&message_)};
  }
  [[nodiscard]] bool more() const { return zmq_msg_more(&message_) != 0; }
  /// A property that the handshake or ZAP gave the connection; empty where there is none.
  [[nodiscard]] std::string_view property(const char* name) const {
    const char* value = zmq_msg_gets(&message_, name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
  }

 private:
  zmq_msg_t message_{};
};

/// Sends one frame without waiting: 0, or errno.
[[nodiscard]] inline int send_frame(void* socket, std::string_view bytes, int flags) {
  int rc = 0;
  do rc = zmq_send(socket, bytes.data(), bytes.size(), flags | ZMQ_DONTWAIT);
  while (rc < 0 && errno == EINTR);
  return rc >= 0 ? 0 : errno;
}

}  // namespace told::gateway
