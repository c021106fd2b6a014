#pragma once
// Drills: exercises that the policy plans, every week at the same local time, so that each agency's way from told to a
// person is tried before a child depends on it, and the time to its acknowledgement is known.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.hpp"
#include "core/time.hpp"

namespace told::core {

/// The type of the event that a drill is.
inline constexpr std::string_view drill_type = "drill";

/// Who is told of it is a rule's to say, `when` "drill." and this name. One that tries a desk of the Prevent stream is
/// of that stream.
struct Drill {
  std::string name;                             ///< unique
  std::vector<std::chrono::minutes> each_week;  ///< minutes since Monday 00:00 by the wall clock; never empty
  bool on_working_days = false;                 ///< not on a day that the calendar says is not worked
};

/// The first time after `after` that it is to begin; Instant::max() where it has no day in all of the next year.
[[nodiscard]] Instant next_time(const Drill& drill, Instant after, const Calendar& calendar);

struct Policy;

/// When the drills of the policy in force begin next.
class DrillPlan {
 public:
  /// From `after` on, which is when the policy came into force, or the ledger's last entry at a start.
  void plan(const Policy& policy, Instant after);
  /// Instant::max() where there is none.
  [[nodiscard]] Instant next() const;
  struct Begins {
    std::string drill;
    Instant due{};
  };
  /// The next drill that is due at `now`, and no longer: one that was missed by over an hour, because told did not run,
  /// is left out, since nobody expects it then.
  [[nodiscard]] std::optional<Begins> take_due(const Policy& policy, Instant now);

 private:
  std::vector<Begins> planned_;  ///< one of each drill
};

}  // namespace told::core
