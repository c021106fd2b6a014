#pragma once
// A client that says exactly the bytes it is given, and a loop on a thread: what the board's tests talk through.
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

namespace told::board::testing {

class RawClient {
 public:
  explicit RawClient(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  void say(const std::string& bytes) { (void)::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// Until the other side closes, or 5 s pass.
  std::string rest() {
    while (more()) {
    }
    return std::move(heard_);
  }
  /// Until `text` was heard, the other side closes, or 5 s pass.
  std::string until(const std::string& text) {
    while (heard_.find(text) == std::string::npos && more()) {
    }
    return heard_;
  }
  void forget() { heard_.clear(); }
  /// Says that nothing more is said.
  void end() { (void)::shutdown(socket_, SHUT_WR); }
  /// What has come, without waiting for more.
  std::string heard_so_far() {
    char bytes[4096];
    for (ssize_t n = 0; (n = ::recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT)) > 0;)
      heard_.append(bytes, static_cast<std::size_t>(n));
    return heard_;
  }

 private:
  bool more() {
    char bytes[4096];
    const auto n = ::recv(socket_, bytes, sizeof bytes, 0);
    if (n > 0) heard_.append(bytes, static_cast<std::size_t>(n));
    return n > 0;
  }
  int socket_;
  bool connected_ = false;
  std::string heard_;
};

inline std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: told\r\nConnection: close\r\n\r\n";
}
inline std::string post(const std::string& path, const std::string& body) {
  return "POST " + path +
         " HTTP/1.1\r\nHost: told\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace told::board::testing
