#pragma once
// Descriptors that are left: every connection takes one, and so do the store's files and the board's. Before strangers
// have taken them all the entrances are shut, and opened again when enough of them have gone (who says nothing good in
// 3 s goes): at 80 % of what the process may have, or where fewer than 256 are left, and at 50 %.
#include <chrono>
#include <cstddef>

namespace told::gateway {

struct Descriptors {
  std::size_t in_use = 0;
  std::size_t limit = 0;
};

class Headroom {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Looks at this process, for a microsecond or two. Call two hundred times a second: ten thousand strangers a
  /// second must not get past the reserve between two looks.
  [[nodiscard]] Descriptors look(Time now);
  /// Whether the entrances are to be shut, `d` being so.
  [[nodiscard]] bool shut(const Descriptors& d);

  /// Connections that may wait at each of the two entrances to be taken in, where the process may have `limit`
  /// descriptors. They still come in after the entrances were shut: together they fill half of what is left then.
  [[nodiscard]] static int waiting_max(std::size_t limit);
  [[nodiscard]] static int waiting_max();  ///< of this process

 private:
  bool shut_ = false;
  std::size_t most_ = 0;  ///< where they cannot be counted: the highest that was seen in the last second
  Time seen_{};
};

}  // namespace told::gateway
