#pragma once
// The loop of a simulated machine. Posts come in order, each a moment after the one before; timers by the monotonic
// clock. What is done again and again is left out while nothing happens.
#include <cstdint>
#include <memory>
#include <vector>

#include "loop/loop.hpp"
#include "machine.hpp"

namespace told::sim {

class MachineLoop final : public loop::Loop {
 public:
  explicit MachineLoop(Machine& machine) : machine_{machine} {}
  ~MachineLoop() override;

  [[nodiscard]] loop::Steady now() const override;
  void post(std::function<void()> act) override;
  [[nodiscard]] std::unique_ptr<loop::Timer> timer() override;
  [[nodiscard]] std::shared_ptr<void> hold() override { return nullptr; }

  void begin() { last_post_ = Micros{0}; }
  /// Something happened: whatever upkeep sleeps is woken.
  void touched();

 private:
  class MachineTimer;

  Machine& machine_;
  Micros last_post_{0};
  std::uint64_t posts_ = 0;
  std::vector<MachineTimer*> asleep_;
};

}  // namespace told::sim
