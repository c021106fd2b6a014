#pragma once
// Handovers: whoever comes on duty is called about what those who go off had been called about and nobody has answered.
#include <chrono>

#include "core/time.hpp"

namespace told::core {

struct Policy;

/// No rota is looked back upon further than this: whoever has been on duty without a break for so long was called about
/// what was open meanwhile.
inline constexpr Duration longest_looked_at = std::chrono::days{8};

/// When the rotas of the policy in force next put somebody else on duty.
class HandoverPlan {
 public:
  /// From `after` on, which is when the policy came into force, or the ledger's last entry at a start.
  void plan(const Policy& policy, Instant after);
  /// Instant::max() where there is none.
  [[nodiscard]] Instant next() const { return next_; }

 private:
  Instant next_ = Instant::max();
};

}  // namespace told::core
