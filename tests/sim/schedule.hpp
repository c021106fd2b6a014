#pragma once
// What happens next: the world's one queue. Nothing waits; time jumps to the next thing.
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "dice.hpp"

namespace told::sim {

class Schedule {
 public:
  [[nodiscard]] Micros now() const { return now_; }
  /// `what` happens at `when` (now, where that is past). Things of one moment happen in the order in which they were
  /// said.
  void at(Micros when, std::function<void()> what);
  void in(Micros time, std::function<void()> what) { at(now_ + time, std::move(what)); }
  /// The next thing happens. False where nothing is left before `until`; time has then gone on to it.
  bool step(Micros until);
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  struct Planned {
    Micros at;
    std::uint64_t order;
    std::function<void()> what;
  };
  static bool later(const Planned& a, const Planned& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }

  Micros now_{0};
  std::vector<Planned> queue_;  // a heap
  std::uint64_t order_ = 0;
  std::uint64_t steps_ = 0;
};

}  // namespace told::sim
