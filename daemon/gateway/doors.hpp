#pragma once
// Who is let in by the two entrances: everybody; nobody, while too few descriptors are left (headroom.hpp); everybody
// but the addresses that crowd them (crowd.hpp). Whoever is connected goes on in any case.
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "gateway/crowd.hpp"
#include "gateway/headroom.hpp"
#include "gateway/socket.hpp"
#include "gateway/zap.hpp"
#include "loop/loop.hpp"

namespace told::gateway {

class Doors {
 public:
  /// All four must live as long.
  Doors(loop::Loop& loop, const Zap& zap, RouterSocket& publishers, RouterSocket& agencies);

  /// From now on, until close().
  void watch();
  void close();

  /// False while nobody new is let in.
  [[nodiscard]] bool letting_in() const { return !shut_; }
  [[nodiscard]] const Descriptors& descriptors() const { return descriptors_; }
  [[nodiscard]] std::size_t addresses_kept_out() const { return kept_out_.size(); }

 private:
  void look();
  void say_shut(loop::Steady now);
  void say_crowded(loop::Steady now);

  loop::Loop& loop_;
  const Zap& zap_;
  RouterSocket& publishers_;
  RouterSocket& agencies_;
  std::vector<std::uint16_t> ports_;
  std::unique_ptr<loop::Timer> timer_;
  Headroom headroom_;
  Crowd crowd_;
  Descriptors descriptors_;
  bool shut_ = false;
  std::vector<std::uint32_t> kept_out_;
  std::size_t in_use_before_ = 0;
  loop::Steady said_shut_{}, said_crowded_{};
  loop::Steady crowded_since_{};  ///< nothing while nobody is kept out
  bool crowd_is_said_ = false;
};

}  // namespace told::gateway
