#pragma once
// The ledger's work, done in the test's own thread and by the test's own clock: nothing happens until somebody asks for
// it or lets time pass.
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "ledger/background.hpp"

namespace told::ledger {

class ByHand final : public Backstage {
 public:
  [[nodiscard]] Background::Time now() const override { return now_; }
  [[nodiscard]] std::unique_ptr<Background> begin(Background::Turn turn) override {
    return std::make_unique<Worker>(*this, std::move(turn));
  }

  /// Nobody wakes anybody for so long: whoever wanted to wait for no longer than that has a turn.
  void pass(std::chrono::seconds time) {
    now_ += time;
    for (Worker* worker : workers_) worker->wait_until(now_);
  }

 private:
  class Worker final : public Background {
   public:
    Worker(ByHand& of, Turn does) : turn_{std::move(does)}, of_{of} { of_.workers_.push_back(this); }
    ~Worker() override { std::erase(of_.workers_, this); }
    void wake() override { take_turns(false); }
    void call(const std::function<void()>& errand) override { errand(); }
    void wait_until(Time now) {
      if (until_ <= now) take_turns(true);
    }

   private:
    void take_turns(bool waited) {
      for (Time::duration wait{}; wait == Time::duration::zero(); waited = false) {
        wait = turn_(waited);
        until_ = wait == Time::duration::max() ? Time::max() : of_.now_ + wait;
      }
    }

    const Turn turn_;
    ByHand& of_;
    Time until_ = Time::max();
  };

  Background::Time now_{std::chrono::hours{1}};
  std::vector<Worker*> workers_;
};

}  // namespace told::ledger
