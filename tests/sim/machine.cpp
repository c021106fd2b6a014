#include "machine.hpp"

#include <algorithm>
#include <limits>

#include "ledger/failure.hpp"
#include "machine_loop.hpp"

namespace told::sim {
namespace {

using namespace std::chrono_literals;

constexpr Micros never{std::numeric_limits<std::int64_t>::max()};

}  // namespace

/// The clocks as told reads them, and is woken by them.
class Machine::Clocks final : public path::MachineClocks {
 public:
  explicit Clocks(Machine& machine) : machine_{machine} {}

  [[nodiscard]] core::Duration boot() const override { return machine_.boot(); }
  [[nodiscard]] core::Duration wall() const override { return machine_.wall(); }
  void wake_at(core::Duration boot) override {
    wanted_ = boot;
    ++setting_;
    wait();
  }
  void on_wake(std::function<void()> due, std::function<void()> look) override {
    due_ = std::move(due);
    look_ = std::move(look);
    look_later();
  }

  void begin() {
    due_ = look_ = {};
    wanted_ = core::Duration::max();
    ++setting_;
  }
  void wall_was_set() {
    machine_.run(machine_.schedule_.now() + 50us, [this] {
      if (look_) look_();
    });
  }

 private:
  void wait() {
    if (wanted_ == core::Duration::max()) return;
    machine_.run(machine_.when_boot(wanted_), [this, setting = setting_] {
      if (setting != setting_) return;
      if (machine_.boot() < wanted_) return wait();  // the boot clock stood still meanwhile
      wanted_ = core::Duration::max();
      machine_.touch();
      if (due_) due_();
    });
  }
  // Every minute, to follow a drift. Where nothing drifts there is nothing to see between two steps of the clock.
  void look_later() {
    if (machine_.rate_ == 1.0) return;
    machine_.run(machine_.schedule_.now() + 60s, [this] {
      if (look_) look_();
      look_later();
    });
  }

  Machine& machine_;
  std::function<void()> due_, look_;
  core::Duration wanted_ = core::Duration::max();
  std::uint64_t setting_ = 0;
};

/// Threads, done in turn.
class Machine::Stage final : public ledger::Backstage {
 public:
  explicit Stage(Machine& machine) : machine_{machine} {}
  [[nodiscard]] ledger::Background::Time now() const override { return machine_.loop_->now(); }
  [[nodiscard]] std::unique_ptr<ledger::Background> begin(ledger::Background::Turn turn) override;

 private:
  Machine& machine_;
};

namespace {

class Work final : public ledger::Background {
 public:
  Work(Machine& machine, Schedule& schedule, Turn turn)
      : machine_{machine}, schedule_{schedule}, turn_{std::move(turn)} {}

  ~Work() override {
    while (!machine_.dead() && (woken_ || coming_) && turn_(false) == Time::duration::zero()) {
    }
  }
  void wake() override {
    woken_ = true;
    if (std::exchange(coming_, true)) return;
    ++setting_;
    take_turn_in(machine_.disk_takes(), false);
  }
  void call(const std::function<void()>& errand) override { errand(); }

 private:
  void take_turn_in(Micros time, bool waited) {
    machine_.run(schedule_.now() + time, [this, waited, setting = setting_, alive = std::weak_ptr<bool>{alive_}] {
      if (alive.expired() || setting != setting_) return;
      woken_ = coming_ = false;
      machine_.touch();
      const auto wait = turn_(waited);
      if (machine_.dead() || coming_ || wait == Time::duration::max()) return;
      ++setting_;
      coming_ = wait == Time::duration::zero();
      take_turn_in(coming_ ? machine_.disk_takes() : std::chrono::duration_cast<Micros>(wait), !coming_);
    });
  }

  Machine& machine_;
  Schedule& schedule_;
  Turn turn_;
  bool woken_ = false;   ///< since the last turn
  bool coming_ = false;  ///< a turn that need not wait
  std::uint64_t setting_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

std::unique_ptr<ledger::Background> Machine::Stage::begin(ledger::Background::Turn turn) {
  return std::make_unique<Work>(machine_, machine_.schedule_, std::move(turn));
}

Machine::Machine(Schedule& schedule, const Dice& dice, core::Instant begins, double drift_ppm)
    : schedule_{schedule},
      dice_{dice},
      begins_{begins},
      rate_{1.0 + drift_ppm * 1e-6},
      boot_base_{std::chrono::seconds{dice.between(100, 10'000'000, "up for")}},
      loop_{std::make_unique<MachineLoop>(*this)},
      clocks_{std::make_unique<Clocks>(*this)},
      backstage_{std::make_unique<Stage>(*this)} {}

Machine::~Machine() = default;

loop::Loop& Machine::loop() { return *loop_; }
path::MachineClocks& Machine::clocks() { return *clocks_; }
ledger::Backstage& Machine::backstage() { return *backstage_; }

core::Duration Machine::boot() const {
  const auto gone = static_cast<double>((schedule_.now() - since_).count());
  return boot_base_ + core::Duration{static_cast<std::int64_t>(gone * rate_)};
}

Micros Machine::when_boot(core::Duration boot) const {
  const auto left = static_cast<double>((boot - boot_base_).count());
  return std::max(schedule_.now(), since_ + Micros{static_cast<std::int64_t>(left / rate_) + 1});
}

void Machine::step_wall(core::Duration by) {
  wall_error_ += by;
  clocks_->wall_was_set();
}

void Machine::freeze(Micros time, bool suspended) {
  const auto gone = static_cast<double>(time.count());
  const core::Duration counted{static_cast<std::int64_t>(gone * rate_)};
  if (suspended)
    suspended_ += counted;
  else
    boot_base_ -= counted;  // it stands still, from now on and until the thaw: nobody reads it meanwhile
  frozen_until_ = std::max(frozen_until_, schedule_.now() + time);
}

void Machine::begin_run() {
  ++run_;
  running_ = true;
  halted_ = false;
  death_ = Death::none;
  loop_->begin();
  clocks_->begin();
}

void Machine::end_run() { running_ = false; }

void Machine::run(Micros when, std::function<void()> what) {
  schedule_.at(when, [this, run = run_, what = std::move(what)] { guarded(run, what); });
}

void Machine::guarded(std::uint64_t run, const std::function<void()>& what) {
  if (run != run_ || dead() || halted_) return;
  if (frozen()) return schedule_.at(frozen_until_, [this, run, what] { guarded(run, what); });
  if (on_step) on_step();
  try {
    if (!dead()) what();
  } catch (const ledger::StoreFailed&) {  // as main() has it: the process ends, and recovers from what is there
    die(Death::killed);
  }
  if (running_ && death_ != Death::none && on_death) on_death();
}

void Machine::touch() {
  ++activity_;
  loop_->touched();
}

}  // namespace told::sim
