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

  /// Nobody wakes anybody for so long: then each has a turn.
  void pass(std::chrono::seconds time) {
    now_ += time;
    for (const Worker* worker : workers_) static_cast<void>(worker->turn(true));
  }

 private:
  class Worker final : public Background {
   public:
    Worker(ByHand& of, Turn does) : turn{std::move(does)}, of_{of} { of_.workers_.push_back(this); }
    ~Worker() override { std::erase(of_.workers_, this); }
    void wake() override {
      while (turn(false) == Time::duration::zero()) {
      }
    }
    void call(const std::function<void()>& errand) override { errand(); }

    const Turn turn;

   private:
    ByHand& of_;
  };

  Background::Time now_{std::chrono::hours{1}};
  std::vector<Worker*> workers_;
};

}  // namespace told::ledger
