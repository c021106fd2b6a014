#pragma once
// Who may connect: answers libzmq's question at each handshake (RFC 27), on a thread of its own so that a busy loop
// never holds up a handshake. Only CURVE is accepted, and only keys on the list of the socket's domain.
//
// What a connection was admitted as is told to the loop in two properties of each message: `User-Id`, the party's
// name, and `Told-Key`, the key. libzmq never asks again, so a revoked key is found there, message by message.
#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "gateway/entrance.hpp"
#include "gateway/zmq_handle.hpp"

namespace told::gateway {

/// Domain -> public key (Z85) -> the party's name.
using AllowLists = std::map<std::string, std::map<std::string, std::string>>;

inline constexpr const char* publishers_domain = "publishers";
inline constexpr const char* agencies_domain = "agencies";

/// What is answered to a question's frames, as RFC 27 has both. Whatever is not understood is refused. Pure.
[[nodiscard]] std::array<std::string, 6> zap_answer(const std::vector<std::string>& question,
                                                    const AllowLists& allowed);
/// Whether that answer admits whoever asked.
[[nodiscard]] bool admits(const std::array<std::string, 6>& answer);

class Zap {
 public:
  /// Bound and answering when this returns, so it must come before any other bind. One in a process; throws
  /// std::runtime_error where there is one already. Admits nobody until allow().
  explicit Zap(std::shared_ptr<void> context);
  ~Zap();
  Zap(const Zap&) = delete;
  Zap& operator=(const Zap&) = delete;

  /// From the next handshake on. Any thread.
  void allow(AllowLists lists);
  /// Handshakes refused. Any thread.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  /// From where somebody was admitted since the start. Any thread.
  [[nodiscard]] std::shared_ptr<const Addresses> known() const;

 private:
  void serve();
  void answer();
  void remember(const std::string& address);
  [[nodiscard]] std::shared_ptr<const AllowLists> lists() const;

  std::shared_ptr<void> context_;
  SocketHandle questions_;  // the thread's, once it runs
  SocketHandle stop_there_;
  SocketHandle stop_here_;
  mutable std::mutex mutex_;
  std::shared_ptr<const AllowLists> lists_;
  std::shared_ptr<const Addresses> known_;
  std::atomic<std::uint64_t> refused_{0};
  std::thread thread_;
};

}  // namespace told::gateway
