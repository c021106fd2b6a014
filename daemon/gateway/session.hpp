#pragma once
// One worker's session: what goes out to it, and what it has been given and not yet said it has.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/ids.hpp"
#include "told/v1/gateway.pb.h"

namespace told::gateway {

/// A frame of deliveries is closed before it would pass either bound: 60 KiB leaves room for the checkpoint.
inline constexpr std::size_t frame_bytes_max = 60 * 1024;
inline constexpr std::uint32_t frame_deliveries_max = 256;
/// Deliveries that a worker may have offered to take and not been sent.
inline constexpr std::uint32_t credit_max = 4'096;

/// Builds ServiceFrames as bytes, each delivery's behind the one before it.
class Outgoing {
 public:
  /// A serialised v1::Delivery. False where it would not fit in any frame; nothing is kept then.
  [[nodiscard]] bool add_delivery(std::string_view bytes);
  /// Any other content: behind everything added before.
  void add(const v1::ServiceFrame& rest);
  /// Hands over the frames made so far; those with deliveries carry `checkpoint`.
  template <class Give>
  void take(const std::string& checkpoint, Give&& give) {
    close_frame();
    for (auto& frame : closed_) {
      if (frame.deliveries > 0 && !checkpoint.empty()) append_checkpoint(frame.bytes, checkpoint);
      give(frame.bytes);
    }
    closed_.clear();
  }
  [[nodiscard]] bool empty() const { return closed_.empty() && open_.bytes.empty(); }

 private:
  struct Made {
    std::string bytes;
    std::uint32_t deliveries = 0;
  };
  void make_room(std::size_t bytes);
  void close_frame();
  static void append_checkpoint(std::string& frame, const std::string& checkpoint);

  Made open_;
  std::vector<Made> closed_;
};

/// Attempts that were handed to the worker and have no receipt, oldest first.
class InFlight {
 public:
  struct Attempt {
    core::NotificationId notification;
    std::uint32_t attempt = 0;
    std::chrono::steady_clock::time_point since{};
  };
  void add(core::NotificationId notification, std::uint32_t attempt, std::chrono::steady_clock::time_point now);
  /// It has arrived, or is over: true once.
  [[nodiscard]] bool land(core::NotificationId notification, std::uint32_t attempt);
  /// The oldest that was added before `limit` and has not landed, taken out.
  [[nodiscard]] bool pop_older(std::chrono::steady_clock::time_point limit, Attempt& into);
  [[nodiscard]] std::size_t size() const { return open_.size(); }

 private:
  std::deque<Attempt> order_;  // with those landed still in it, until they come to the front
  std::unordered_map<core::NotificationId, std::uint32_t> open_;
};

struct Session {
  core::SessionId id = 0;
  std::string recipient;
  std::string peer;
  std::string key;  ///< that its connection authenticated with
  bool delimited = false;
  std::uint32_t offered = 0;
  std::size_t acknowledgements = 0;  ///< unanswered
  std::chrono::steady_clock::time_point heard{};
  std::chrono::steady_clock::time_point spoke{};
  bool dirty = false;  ///< something waits in `outgoing`
  Outgoing outgoing;
  InFlight in_flight;
};

}  // namespace told::gateway
