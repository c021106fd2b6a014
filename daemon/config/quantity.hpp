#pragma once
// Times and sizes as text with their unit: a bare number would leave the unit to be guessed.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace told::config {

/// A value, or why the text is none (`problem` is empty where it is one).
template <class T>
struct Quantity {
  T value{};
  std::string problem;
};

/// "500 ms", "30 s", "15 min", "2 h", "1 day": a whole number and one unit, at most 366 days.
[[nodiscard]] Quantity<core::Duration> duration_from(std::string_view text);

/// Whether the unit is one of elapsed time.
[[nodiscard]] bool is_duration_unit(std::string_view unit);

/// "0 B", "64 KiB", "16 MiB", "1 GiB".
[[nodiscard]] Quantity<std::uint64_t> bytes_from(std::string_view text);

inline constexpr core::Duration longest_duration = std::chrono::hours{24 * 366};

}  // namespace told::config
