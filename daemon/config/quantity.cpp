#include "config/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "config/nearest.hpp"

namespace told::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t size;  ///< in microseconds or in bytes
};

constexpr std::array duration_units{Unit{"ms", 1000},      Unit{"s", 1000000},       Unit{"min", 60000000},
                                    Unit{"h", 3600000000}, Unit{"day", 86400000000}, Unit{"days", 86400000000}};
constexpr std::array byte_units{Unit{"B", 1}, Unit{"KiB", 1 << 10}, Unit{"MiB", 1 << 20}, Unit{"GiB", 1 << 30}};

/// The number times its unit, up to `most`; `example` is what a right one looks like.
template <std::size_t N>
Quantity<std::int64_t> amount_from(std::string_view text, const std::array<Unit, N>& units, std::int64_t most,
                                   std::string_view example) {
  const auto wrong = [&](const std::string& why) {
    return Quantity<std::int64_t>{
        0, in_quotes(text) + " " + why + ": write a whole number and its unit, such as " + std::string{example}};
  };
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return wrong("is too large a number");
  if (error != std::errc{} || number < 0) return wrong("does not begin with a whole number");

  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit.starts_with('.') || unit.starts_with(',')) return wrong("has a fraction");
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  if (unit.empty()) return wrong("has no unit");
  for (const auto& known : units) {
    if (known.name != unit) continue;
    if (number > most / known.size) return wrong("is longer or larger than is allowed");
    return {number * known.size, {}};
  }
  std::string names;
  for (const auto& known : units) names += (names.empty() ? "" : ", ") + std::string{known.name};
  return wrong("has no unit that is known (" + names + ")");
}

}  // namespace

Quantity<core::Duration> duration_from(std::string_view text) {
  const auto amount = amount_from(text, duration_units, longest_duration.count(), "\"15 min\"");
  return {core::Duration{amount.value}, amount.problem};
}

bool is_duration_unit(std::string_view unit) {
  return std::any_of(duration_units.begin(), duration_units.end(), [&](const Unit& u) { return u.name == unit; });
}

Quantity<std::uint64_t> bytes_from(std::string_view text) {
  const auto amount = amount_from(text, byte_units, std::int64_t{1} << 50, "\"16 MiB\"");
  return {static_cast<std::uint64_t>(amount.value), amount.problem};
}

}  // namespace told::config
