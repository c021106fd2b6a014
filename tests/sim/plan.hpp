#pragma once
// From a seed to a history: what kind of weeks these are, which children's stories are told in them, and what goes
// wrong.
#include <cstdint>

#include "incident.hpp"

namespace told::sim {

enum class StoreKind : std::uint8_t { memory, files };

/// weeks: five days to five weeks, as the seed says. nights: a day or two, in which as much goes wrong as in a busy
/// week. watches: some hours, with a few children and some twenty things that go wrong.
enum class Length : std::uint8_t { weeks, nights, watches };

[[nodiscard]] History plan(std::uint64_t seed, StoreKind store, Length length = Length::weeks);

}  // namespace told::sim
