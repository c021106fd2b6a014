#include "shrinking.hpp"

#include <algorithm>

namespace told::sim {
namespace {

std::string promise_of(const std::string& broken) { return broken.substr(0, broken.find(':')); }

}  // namespace

Shrunk shrink(const History& history, const std::string& broken, const std::function<std::string(const History&)>& play,
              std::uint64_t tries_max) {
  Shrunk best{history, broken, 0};
  const auto still_breaks = [&](const History& shorter) {
    ++best.tries;
    const std::string now = play(shorter);
    if (now.empty() || promise_of(now) != promise_of(broken)) return false;
    best.history = shorter;
    best.broken = now;
    return true;
  };
  for (std::size_t some = std::max<std::size_t>(1, history.incidents.size() / 2); some > 0; some /= 2) {
    bool any = true;
    while (any && best.tries < tries_max) {
      any = false;
      for (std::size_t from = 0; from < best.history.incidents.size() && best.tries < tries_max;) {
        History shorter = best.history;
        const auto first = shorter.incidents.begin() + static_cast<std::ptrdiff_t>(from);
        const auto n = std::min(some, shorter.incidents.size() - from);
        shorter.incidents.erase(first, first + static_cast<std::ptrdiff_t>(n));
        if (still_breaks(shorter))
          any = true;  // what came after stands at `from` now
        else
          from += some;
      }
      if (some > 1) break;  // fewer at a time find more; single ones are tried until none can go
    }
  }
  return best;
}

}  // namespace told::sim
