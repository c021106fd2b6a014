#pragma once
// The daemon's loop: Boost.Asio's.
#include "loop/loop.hpp"

namespace boost::asio {
class io_context;
}

namespace told::loop {

class AsioLoop final : public Loop {
 public:
  /// `context` must outlive it and every timer.
  explicit AsioLoop(boost::asio::io_context& context) : context_{context} {}
  [[nodiscard]] Steady now() const override { return std::chrono::steady_clock::now(); }
  void post(std::function<void()> act) override;
  [[nodiscard]] std::unique_ptr<Timer> timer() override;
  [[nodiscard]] std::shared_ptr<void> hold() override;

 private:
  boost::asio::io_context& context_;
};

}  // namespace told::loop
