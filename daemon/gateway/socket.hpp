#pragma once
// One ROUTER socket with CURVE on the daemon's loop: the only place that knows ZeroMQ's descriptor.
//
// ZMQ_FD is edge-triggered and is consumed by every send, receive and reading of ZMQ_EVENTS. So: after every wake, and
// after every send from outside a wake, everything readable is read and ZMQ_EVENTS is asked again until it says no;
// only then does the loop wait. A poll every 250 ms looks for what that missed; finding something is a defect, and is
// counted. Reading never stops to slow a peer down: libzmq keeps what we do not read (zeromq/libzmq #4335).
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/peer_socket.hpp"

namespace boost::asio {
class io_context;
}

namespace told::gateway {

/// The largest message taken, in bytes of payload. Larger ones end the connection before anything is kept.
inline constexpr std::size_t payload_bytes_max = 64 * 1024;

class RouterSocket final : public PeerSocket {
 public:
  struct Settings {
    std::string endpoint;
    std::string domain;                          ///< ZAP's
    std::string secret_key;                      ///< Z85
    std::size_t backlog_bytes_max = 32U << 20U;  ///< kept for one peer that does not read; beyond it, `full`
  };
  struct Counts {
    std::uint64_t frames_in = 0, frames_out = 0, nameless = 0, dropped = 0, missed_wakeups = 0;
  };

  /// Binds; nothing is read before start(). Throws std::runtime_error.
  RouterSocket(boost::asio::io_context& loop, std::shared_ptr<void> context, const Settings& settings);
  ~RouterSocket() override;
  RouterSocket(const RouterSocket&) = delete;
  RouterSocket& operator=(const RouterSocket&) = delete;

  /// `hear` gets every message of a named user; `gone` every peer whose waiting frames could not be sent.
  /// `after` is called when everything readable was read, once a turn.
  void start(std::function<void(const Message&)> hear, std::function<void(const std::string& peer)> gone,
             std::function<void()> after);
  [[nodiscard]] Sent send(const std::string& peer, bool delimited, std::string_view payload) override;
  /// What waits is offered once more; what libzmq has is sent for up to `linger` after this returns.
  void close(std::chrono::milliseconds linger);
  /// Nobody new comes in, or nobody from these addresses (entrance.hpp); who is connected goes on in any case.
  [[nodiscard]] bool shut();
  [[nodiscard]] bool let_in_all_but(const std::vector<std::uint32_t>& addresses);
  /// Call every 250 ms.
  void safety_poll();

  /// With the port that was given where "*" was asked for.
  [[nodiscard]] const std::string& endpoint() const;
  [[nodiscard]] bool open() const;
  [[nodiscard]] const Counts& counts() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with handlers that the loop still holds
};

}  // namespace told::gateway
