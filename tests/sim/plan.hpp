#pragma once
// From a seed to a history: what kind of weeks these are, which children's stories are told in them, and what goes
// wrong.
#include <cstdint>

#include "incident.hpp"

namespace told::sim {

enum class StoreKind : std::uint8_t { memory, files };

[[nodiscard]] History plan(std::uint64_t seed, StoreKind store);

}  // namespace told::sim
