#include "path/clock.hpp"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace told::path {
namespace {

using boost::asio::posix::stream_descriptor;
using std::chrono::seconds;

constexpr core::Duration step_worth_telling = seconds{5};
constexpr core::Duration slew_a_minute = seconds{1};

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

}  // namespace

class Clock::Impl {
 public:
  Impl(boost::asio::io_context& loop, core::Instant not_before)
      : due_timer_(loop, make_timer(CLOCK_BOOTTIME)), wall_timer_(loop, make_timer(CLOCK_REALTIME)) {
    const core::Instant wall{read_clock(CLOCK_REALTIME)};
    offset_ = std::max(wall, not_before).time_since_epoch() - read_clock(CLOCK_BOOTTIME);
    watch_wall();
    wait_due();
    wait_wall();
  }

  core::Instant now() const { return core::Instant{read_clock(CLOCK_BOOTTIME) + offset_}; }

  core::Duration wall_offset() const { return read_clock(CLOCK_REALTIME) - now().time_since_epoch(); }

  void arm(core::Instant at) {
    if (at == armed_) return;
    armed_ = at;
    itimerspec spec{};
    if (at != core::Instant::max()) spec.it_value = to_timespec(at.time_since_epoch() - offset_);
    ::timerfd_settime(due_timer_.native_handle(), TFD_TIMER_ABSTIME, &spec, nullptr);
  }

  std::function<void()> due;
  std::function<void(core::Duration)> stepped;

 private:
  void wait_due() {
    due_timer_.async_wait(stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
      if (error) return;
      std::uint64_t times = 0;
      if (::read(due_timer_.native_handle(), &times, sizeof times) > 0) {
        armed_ = core::Instant::max();
        if (due) due();
      }
      wait_due();
    });
  }

  // Armed a minute ahead on the wall clock and cancelled by the kernel when somebody sets it: we hear of a step at
  // once, and look at the slow drift every minute.
  void watch_wall() {
    itimerspec spec{};
    spec.it_value = to_timespec(read_clock(CLOCK_REALTIME) + seconds{60});
    ::timerfd_settime(wall_timer_.native_handle(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, nullptr);
  }

  void wait_wall() {
    wall_timer_.async_wait(stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
      if (error) return;
      std::uint64_t times = 0;
      (void)!::read(wall_timer_.native_handle(), &times, sizeof times);  // ECANCELED is the news of a step
      watch_wall();
      compare();
      wait_wall();
    });
  }

  void compare() {
    const core::Duration apart = wall_offset();
    const core::Duration news = apart - told_of_;
    if (news > step_worth_telling || news < -step_worth_telling) {
      told_of_ = apart;
      if (stepped) stepped(news);
    } else if (apart <= step_worth_telling && apart >= -step_worth_telling) {
      // Never backwards by more than time goes on: a minute passes between two corrections.
      offset_ += std::clamp(apart, -slew_a_minute, slew_a_minute);
      const core::Instant at = std::exchange(armed_, core::Instant::max());
      arm(at);
    }
  }

  stream_descriptor due_timer_;
  stream_descriptor wall_timer_;
  core::Duration offset_{};
  core::Duration told_of_{};
  core::Instant armed_ = core::Instant::max();
};

Clock::Clock(boost::asio::io_context& loop, core::Instant not_before)
    : impl_(std::make_unique<Impl>(loop, not_before)) {}
Clock::~Clock() = default;
core::Instant Clock::now() const { return impl_->now(); }
void Clock::arm(core::Instant at) { impl_->arm(at); }
void Clock::on_due(std::function<void()> due) { impl_->due = std::move(due); }
void Clock::on_step(std::function<void(core::Duration)> stepped) { impl_->stepped = std::move(stepped); }
core::Duration Clock::wall_offset() const { return impl_->wall_offset(); }
bool Clock::sane() const { return wall_offset() <= step_worth_telling && wall_offset() >= -step_worth_telling; }

}  // namespace told::path
