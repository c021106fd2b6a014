#include "loop/asio_loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace told::loop {
namespace {

using boost::asio::io_context;

class AsioTimer final : public Timer {
 public:
  explicit AsioTimer(io_context& context) : timer_{context} {}

  void after(Steady::duration time, std::function<void()> act) override { set(time, std::move(act), false); }
  void every(Steady::duration period, std::function<void()> act) override { set(period, std::move(act), true); }
  void cancel() override {
    set_.reset();
    timer_.cancel();
  }

 private:
  /// What it is set to. Asio may have queued a call already when the timer is set anew or goes: that call finds
  /// nothing.
  struct Set {
    Steady::duration time;
    std::function<void()> act;
    bool again;
  };

  void set(Steady::duration time, std::function<void()> act, bool again) {
    set_ = std::make_shared<Set>(Set{time, std::move(act), again});
    wait();
  }

  void wait() {
    timer_.expires_after(set_->time);
    timer_.async_wait([this, weak = std::weak_ptr<Set>{set_}](const boost::system::error_code& error) {
      const std::shared_ptr<Set> set = weak.lock();
      if (error || !set) return;
      if (!set->again) set_.reset();
      set->act();
      // Where nobody else keeps it any more, the call has set the timer anew, cancelled or destroyed it.
      if (set->again && set.use_count() > 1) wait();
    });
  }

  boost::asio::steady_timer timer_;
  std::shared_ptr<Set> set_;
};

}  // namespace

void AsioLoop::post(std::function<void()> act) { boost::asio::post(context_, std::move(act)); }

std::unique_ptr<Timer> AsioLoop::timer() { return std::make_unique<AsioTimer>(context_); }

std::shared_ptr<void> AsioLoop::hold() {
  return std::make_shared<boost::asio::executor_work_guard<io_context::executor_type>>(context_.get_executor());
}

}  // namespace told::loop
