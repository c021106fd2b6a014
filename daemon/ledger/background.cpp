#include "ledger/background.hpp"

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

namespace told::ledger {
namespace {

class OwnThread final : public Background {
 public:
  explicit OwnThread(Turn turn) : turn_{std::move(turn)}, thread_{[this] { run(); }} {}

  ~OwnThread() override {
    {
      const std::lock_guard lock{mutex_};
      stopping_ = woken_ = true;
    }
    something_.notify_all();
    thread_.join();
  }

  void wake() override {
    {
      const std::lock_guard lock{mutex_};
      woken_ = true;
    }
    something_.notify_all();
  }

  void call(const std::function<void()>& errand) override {
    std::packaged_task<void()> task{errand};
    auto done = task.get_future();
    {
      const std::lock_guard lock{mutex_};
      errands_.push_back(&task);
    }
    something_.notify_all();
    done.get();
  }

 private:
  void run() {
    std::unique_lock lock{mutex_};
    auto wait = Time::duration::max();
    for (;;) {
      const auto something = [this] { return stopping_ || woken_ || !errands_.empty(); };
      bool waited = false;
      if (wait == Time::duration::max())
        something_.wait(lock, something);
      else if (wait > Time::duration::zero())
        waited = !something_.wait_for(lock, wait, something);
      if (!errands_.empty()) {
        auto* errand = errands_.front();
        errands_.pop_front();
        lock.unlock();
        (*errand)();
        lock.lock();
        continue;
      }
      if (stopping_ && !woken_ && wait > Time::duration::zero()) return;
      woken_ = false;
      lock.unlock();
      wait = turn_(waited);
      lock.lock();
    }
  }

  Turn turn_;
  std::mutex mutex_;  // of what follows
  std::condition_variable something_;
  std::deque<std::packaged_task<void()>*> errands_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

class Threads final : public Backstage {
 public:
  [[nodiscard]] Background::Time now() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] std::unique_ptr<Background> begin(Background::Turn turn) override {
    return std::make_unique<OwnThread>(std::move(turn));
  }
};

}  // namespace

Backstage& threads() {
  static Threads real;
  return real;
}

}  // namespace told::ledger
