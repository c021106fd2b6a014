#pragma once
// Chance, by name. The same seed and the same words always give the same number, whatever else was asked before: where
// an incident is taken out of a history, everything that does not follow from it goes on as it was. So a failing
// history can be made shorter, and two runs of one seed are the same to the bit.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace told::sim {

/// The world's time: microseconds since it began.
using Micros = std::chrono::microseconds;

class Dice {
 public:
  explicit constexpr Dice(std::uint64_t seed) : state_{mixed(seed + 0x9E3779B97F4A7C15ULL)} {}

  /// Other dice, for something that is itself asked many things.
  [[nodiscard]] constexpr Dice of(std::string_view what, std::uint64_t a = 0, std::uint64_t b = 0) const {
    return Dice{roll(what, a, b)};
  }
  [[nodiscard]] constexpr std::uint64_t roll(std::string_view what, std::uint64_t a = 0, std::uint64_t b = 0) const {
    std::uint64_t h = state_;
    for (const char c : what) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    return mixed(mixed(h ^ mixed(a + 1)) ^ mixed(b + 0x51ULL));
  }
  /// From 0 up to, not including, 1.
  [[nodiscard]] constexpr double share(std::string_view what, std::uint64_t a = 0, std::uint64_t b = 0) const {
    return static_cast<double>(roll(what, a, b) >> 11U) * 0x1.0p-53;
  }
  [[nodiscard]] constexpr bool chance(double p, std::string_view what, std::uint64_t a = 0, std::uint64_t b = 0) const {
    return share(what, a, b) < p;
  }
  /// From `least` to `most`, both included.
  [[nodiscard]] constexpr std::int64_t between(std::int64_t least, std::int64_t most, std::string_view what,
                                               std::uint64_t a = 0, std::uint64_t b = 0) const {
    return least + static_cast<std::int64_t>(roll(what, a, b) % static_cast<std::uint64_t>(most - least + 1));
  }
  /// A time, short ones as likely as long ones: from `least` (more than zero) to `most`, evenly by its logarithm.
  [[nodiscard]] Micros time(Micros least, Micros most, std::string_view what, std::uint64_t a = 0,
                            std::uint64_t b = 0) const {
    const double low = std::log(static_cast<double>(least.count()));
    const double high = std::log(static_cast<double>(most.count()));
    return Micros{static_cast<std::int64_t>(std::exp(low + (high - low) * share(what, a, b)))};
  }

 private:
  [[nodiscard]] static constexpr std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
  }

  std::uint64_t state_;
};

}  // namespace told::sim
