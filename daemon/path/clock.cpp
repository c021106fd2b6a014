#include "path/clock.hpp"

#include <algorithm>
#include <utility>

namespace told::path {
namespace {

constexpr core::Duration step_worth_telling = std::chrono::seconds{5};
/// How much of a time we may be corrected by within it, and of how long a time at most: a second a minute, however
/// often the wall clock is set. (Back by so little the engine bears: its own time stands still meanwhile.)
constexpr int slew_part = 60;
constexpr core::Duration slew_over = std::chrono::minutes{1};

}  // namespace

Clock::Clock(MachineClocks& machine, core::Instant not_before) : machine_(machine) {
  const core::Instant wall{machine_.wall()};
  slewed_ = machine_.boot();
  offset_ = std::max(wall, not_before).time_since_epoch() - slewed_;
  machine_.on_wake(
      [this] {
        armed_ = core::Instant::max();
        if (due_) due_();
      },
      [this] { compare(); });
}

core::Instant Clock::now() const { return core::Instant{machine_.boot() + offset_}; }

core::Instant Clock::wall() const { return core::Instant{machine_.wall()}; }

core::Instant Clock::latest() const { return std::max(now(), wall()); }

core::Duration Clock::wall_offset() const { return machine_.wall() - now().time_since_epoch(); }

bool Clock::sane() const { return wall_offset() <= step_worth_telling && wall_offset() >= -step_worth_telling; }

void Clock::arm(core::Instant at) {
  if (at == armed_) return;
  armed_ = at;
  machine_.wake_at(at == core::Instant::max() ? core::Duration::max() : at.time_since_epoch() - offset_);
}

void Clock::compare() {
  const core::Duration apart = wall_offset();
  const core::Duration news = apart - told_of_;
  if (news > step_worth_telling || news < -step_worth_telling) {
    told_of_ = apart;
    if (stepped_) stepped_(news);
  } else if (apart <= step_worth_telling && apart >= -step_worth_telling) {
    const core::Duration boot = machine_.boot();
    const core::Duration may = std::min(boot - std::exchange(slewed_, boot), slew_over) / slew_part;
    offset_ += std::clamp(apart, -may, may);
    const core::Instant at = std::exchange(armed_, core::Instant::max());
    arm(at);
  }
}

}  // namespace told::path
