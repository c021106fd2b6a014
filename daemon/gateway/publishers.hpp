#pragma once
// The publishers' conversation: requests in, one reply for each. Loop thread only.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "gateway/directory.hpp"
#include "gateway/gateway.hpp"
#include "gateway/owed.hpp"
#include "gateway/peer_socket.hpp"

namespace told::gateway {

using Steady = std::chrono::steady_clock::time_point;

/// Events of one publisher that may be unanswered at once; more are answered RETRY without being looked at.
inline constexpr std::size_t unanswered_events_max = 1'000;
/// Requests without events (heartbeats, refusals) wait their turn too, and are bounded likewise.
inline constexpr std::size_t unanswered_requests_max = 1'000;

class Publishers {
 public:
  /// All three outlive this. `directory` is what holds at the time of each call.
  Publishers(PeerSocket& socket, const Listener& listener, std::shared_ptr<const Directory>& directory);

  void hear(const Message& message, Steady now);
  void reply(const core::ReplyPublished& reply);
  void flush();
  void stop_intake() { intake_ = false; }
  /// The parties were replaced: whoever is new has its whole heartbeat from `now`, whoever is gone owes nothing.
  void parties_replaced(Steady now);
  /// Raises `publisher_silent` for those silent longer than their heartbeat.
  void tick(Steady now);

  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  /// Adds everyone heard since the start, with the milliseconds since.
  void connected(std::map<std::string, std::int64_t>& into, Steady now) const;

 private:
  struct Presence {
    Steady heard{};
    bool ever = false;
    bool silent = false;
    std::size_t events = 0;    ///< unanswered
    std::size_t requests = 0;  ///< unanswered
  };
  struct Request;

  void heard(const std::string& name, Presence& presence, Steady now);
  void refuse_frame(const Message& message, std::uint64_t request, v1::Problem problem);
  void take(const Message& message, const Publisher& publisher, Presence& presence, std::shared_ptr<Request> request);
  [[nodiscard]] static v1::PublishReply retry_all(const v1::PublishRequest& request, std::uint32_t after_ms);
  void record(const std::string& party, const v1::Problem& problem);
  void give(const std::string& peer, bool delimited, const v1::PublishReply& reply);

  PeerSocket& socket_;
  const Listener& listener_;
  std::shared_ptr<const Directory>& directory_;
  Owed<v1::PublishReply> owed_{0};
  std::map<std::string, Presence, std::less<>> presence_;
  bool intake_ = true;
  std::uint64_t refused_ = 0;
  std::string scratch_;
};

}  // namespace told::gateway
