#pragma once
// The machine that told runs on: three clocks that do not agree, one thread's worth of work, and death at any step.
//
// What told is to do is handed to the machine (`run`); while it is frozen that waits, and what was meant for a run of
// told that has died never happens. A run dies at the step that killed it: what the step goes on to do afterwards,
// until it returns, has no effect on anything outside (every way out asks `dead()`).
#include <cstdint>
#include <functional>
#include <memory>

#include "core/time.hpp"
#include "dice.hpp"
#include "ledger/background.hpp"
#include "loop/loop.hpp"
#include "path/machine_clocks.hpp"
#include "schedule.hpp"

namespace told::sim {

class Machine {
 public:
  /// How told dies.
  enum class Death : std::uint8_t {
    none,
    killed,  ///< the process: what it wrote is in the system's cache, and will be on the disk
    power,   ///< the machine: what was not flushed may be lost
  };

  /// `begins`: UTC at the world's beginning. `drift`: of the boot clock against true time, in parts per million.
  Machine(Schedule& schedule, const Dice& dice, core::Instant begins, double drift_ppm);

  // --- clocks ---
  [[nodiscard]] core::Instant true_time() const { return begins_ + schedule_.now(); }
  [[nodiscard]] core::Duration boot() const;
  [[nodiscard]] core::Duration monotonic() const { return boot() - suspended_; }
  [[nodiscard]] core::Duration wall() const { return true_time().time_since_epoch() + wall_error_; }
  /// Somebody sets the wall clock.
  void step_wall(core::Duration by);
  /// Nothing runs for so long. `suspended`: the boot clock goes on (a laptop's lid); else it stands still too (a
  /// virtual machine that was paused).
  void freeze(Micros time, bool suspended);
  [[nodiscard]] bool frozen() const { return schedule_.now() < frozen_until_; }
  [[nodiscard]] Micros frozen_until() const { return frozen_until_; }
  /// When the boot clock has come to `boot`.
  [[nodiscard]] Micros when_boot(core::Duration boot) const;

  // --- a run of told ---
  /// A new run; the one before is over.
  void begin_run();
  void end_run();
  /// Nothing more is done in this run, though it is not dead: it is being taken down in good order.
  void halt() { halted_ = true; }
  [[nodiscard]] std::uint64_t run_number() const { return run_; }
  /// Done at `when` where this run still lives then, and it is not frozen.
  void run(Micros when, std::function<void()> what);
  /// No run lives: told has not been started, has ended, or this step has killed it.
  [[nodiscard]] bool dead() const { return death_ != Death::none || !running_; }
  [[nodiscard]] Death death() const { return death_; }
  /// The present step is the last one.
  void die(Death how) {
    if (death_ == Death::none) death_ = how;
  }
  /// Called when a step has killed told.
  std::function<void()> on_death;
  /// Called before each step of told's.
  std::function<void()> on_step;

  /// Something happened that upkeep may have to do with.
  [[nodiscard]] std::uint64_t activity() const { return activity_; }
  void touch();

  [[nodiscard]] loop::Loop& loop();
  [[nodiscard]] path::MachineClocks& clocks();
  [[nodiscard]] ledger::Backstage& backstage();

  /// How long the disk takes for the next thing that is asked of it.
  std::function<Micros()> disk_takes = [] { return Micros{200}; };

 private:
  friend class MachineLoop;
  class Clocks;
  class Stage;
  void guarded(std::uint64_t run, const std::function<void()>& what);

  Schedule& schedule_;
  Dice dice_;
  core::Instant begins_;
  double rate_;
  core::Duration boot_base_;  ///< at true time `since_`
  Micros since_{0};
  core::Duration suspended_{};
  core::Duration wall_error_{};
  Micros frozen_until_{0};
  std::uint64_t run_ = 0;
  bool running_ = false;
  bool halted_ = false;
  Death death_ = Death::none;
  std::uint64_t activity_ = 0;
  std::unique_ptr<class MachineLoop> loop_;
  std::unique_ptr<Clocks> clocks_;
  std::unique_ptr<Stage> backstage_;

 public:
  ~Machine();
};

}  // namespace told::sim
