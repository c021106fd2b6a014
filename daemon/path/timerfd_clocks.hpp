#pragma once
// Linux's clocks, by timerfd on the daemon's loop.
#include <memory>

#include "path/machine_clocks.hpp"

namespace boost::asio {
class io_context;
}

namespace told::path {

class TimerfdClocks final : public MachineClocks {
 public:
  /// Throws std::system_error.
  explicit TimerfdClocks(boost::asio::io_context& loop);
  ~TimerfdClocks() override;
  [[nodiscard]] core::Duration boot() const override;
  [[nodiscard]] core::Duration wall() const override;
  void wake_at(core::Duration boot) override;
  void on_wake(std::function<void()> due, std::function<void()> look) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace told::path
