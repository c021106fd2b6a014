#include "machine_loop.hpp"

#include <algorithm>

namespace told::sim {
namespace {

using namespace std::chrono_literals;

/// Upkeep that has found nothing new so often sleeps, until something happens or for this long at most.
constexpr int idle_calls = 2;
constexpr Micros asleep_most = 6h;

}  // namespace

class MachineLoop::MachineTimer final : public loop::Timer {
 public:
  explicit MachineTimer(MachineLoop& loop) : loop_{loop} {}
  ~MachineTimer() override { cancel(); }

  void after(loop::Steady::duration time, std::function<void()> act) override {
    set(std::move(act), {});
    wait(std::chrono::ceil<Micros>(time));
  }
  void every(loop::Steady::duration period, std::function<void()> act) override {
    set(std::move(act), std::chrono::ceil<Micros>(period));
    wait(period_);
  }
  void cancel() override {
    ++setting_;
    act_ = {};
    std::erase(loop_.asleep_, this);
  }
  void wake() { wait(period_); }

 private:
  void set(std::function<void()> act, Micros period) {
    cancel();
    act_ = std::move(act);
    period_ = period;
    idle_ = 0;
  }

  void wait(Micros time) {
    ++setting_;
    wait_until(loop_.machine_.monotonic() + time);
  }

  void wait_until(core::Duration due) {
    Machine& m = loop_.machine_;
    const Micros left = std::max(Micros{1}, due - m.monotonic());
    m.run(m.schedule_.now() + left, [this, due, setting = setting_, alive = std::weak_ptr<bool>{alive_}] {
      if (alive.expired() || setting != setting_) return;
      if (loop_.machine_.monotonic() < due) return wait_until(due);  // it stood still meanwhile, or goes slower
      std::erase(loop_.asleep_, this);
      if (period_ == Micros{0}) {
        loop_.machine_.touch();
        const auto act = std::exchange(act_, {});
        return act();
      }
      const std::uint64_t now = loop_.machine_.activity();
      idle_ = now == seen_ ? idle_ + 1 : 0;
      seen_ = now;
      const auto act = act_;  // it may set this timer anew, or destroy it
      const auto still = alive;
      act();
      if (still.expired() || setting != setting_) return;
      if (idle_ < idle_calls) return wait(period_);
      wait(asleep_most);
      loop_.asleep_.push_back(this);
    });
  }

  MachineLoop& loop_;
  std::function<void()> act_;
  Micros period_{0};
  int idle_ = 0;
  std::uint64_t seen_ = 0;
  std::uint64_t setting_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

MachineLoop::~MachineLoop() = default;

loop::Steady MachineLoop::now() const { return loop::Steady{machine_.monotonic()}; }

void MachineLoop::post(std::function<void()> act) {
  const Micros moment{1 + machine_.dice_.between(0, 9, "post", ++posts_)};
  last_post_ = std::max(last_post_, machine_.schedule_.now()) + moment;
  machine_.run(last_post_, [this, act = std::move(act)] {
    machine_.touch();
    act();
  });
}

std::unique_ptr<loop::Timer> MachineLoop::timer() { return std::make_unique<MachineTimer>(*this); }

void MachineLoop::touched() {
  if (asleep_.empty()) return;
  for (MachineTimer* timer : std::exchange(asleep_, {})) timer->wake();
}

}  // namespace told::sim
