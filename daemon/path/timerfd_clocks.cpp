#include "path/timerfd_clocks.hpp"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace told::path {
namespace {

using boost::asio::posix::stream_descriptor;
using std::chrono::seconds;

core::Duration read_clock(clockid_t which) {
  timespec t{};
  ::clock_gettime(which, &t);
  return seconds{t.tv_sec} + core::Duration{t.tv_nsec / 1000};
}

int make_timer(clockid_t which) {
  const int fd = ::timerfd_create(which, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "cannot make a timer");
  return fd;
}

timespec to_timespec(core::Duration d) {
  const auto us = std::max<core::Duration::rep>(d.count(), 1);  // 0 would disarm
  return {static_cast<time_t>(us / 1'000'000), static_cast<long>(us % 1'000'000) * 1000};
}

void set(stream_descriptor& timer, core::Duration at, int flags) {
  itimerspec spec{};
  if (at != core::Duration::max()) spec.it_value = to_timespec(at);
  ::timerfd_settime(timer.native_handle(), TFD_TIMER_ABSTIME | flags, &spec, nullptr);
}

}  // namespace

class TimerfdClocks::Impl {
 public:
  explicit Impl(boost::asio::io_context& loop)
      : due_timer_{loop, make_timer(CLOCK_BOOTTIME)}, wall_timer_{loop, make_timer(CLOCK_REALTIME)} {
    watch_wall();
    wait_due();
    wait_wall();
  }

  void wake_at(core::Duration boot) { set(due_timer_, boot, 0); }

  std::function<void()> due;
  std::function<void()> look;

 private:
  void wait_due() {
    due_timer_.async_wait(stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
      if (error) return;
      std::uint64_t times = 0;
      if (::read(due_timer_.native_handle(), &times, sizeof times) > 0 && due) due();
      wait_due();
    });
  }

  // Armed a minute ahead on the wall clock and cancelled by the kernel when somebody sets it: we hear of a step at
  // once, and look at the slow drift every minute.
  void watch_wall() { set(wall_timer_, read_clock(CLOCK_REALTIME) + seconds{60}, TFD_TIMER_CANCEL_ON_SET); }

  void wait_wall() {
    wall_timer_.async_wait(stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
      if (error) return;
      std::uint64_t times = 0;
      (void)!::read(wall_timer_.native_handle(), &times, sizeof times);  // ECANCELED is the news of a step
      watch_wall();
      if (look) look();
      wait_wall();
    });
  }

  stream_descriptor due_timer_;
  stream_descriptor wall_timer_;
};

TimerfdClocks::TimerfdClocks(boost::asio::io_context& loop) : impl_(std::make_unique<Impl>(loop)) {}
TimerfdClocks::~TimerfdClocks() = default;
core::Duration TimerfdClocks::boot() const { return read_clock(CLOCK_BOOTTIME); }
core::Duration TimerfdClocks::wall() const { return read_clock(CLOCK_REALTIME); }
void TimerfdClocks::wake_at(core::Duration boot) { impl_->wake_at(boot); }
void TimerfdClocks::on_wake(std::function<void()> due, std::function<void()> look) {
  impl_->due = std::move(due);
  impl_->look = std::move(look);
}

}  // namespace told::path
