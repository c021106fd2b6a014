#pragma once
// London time as people read it in a message: with its zone named, since who reads it may not know which it is.
#include <cstdint>
#include <string>

#include "core/time.hpp"

namespace told::core {

enum class ShownTo : std::uint8_t { the_minute, the_second };

/// "21:40 on Sun 22 Nov 2026 (GMT)", "21:40:07 on Sat 04 Jul 2026 (BST)". In UTC, and said so, where this machine has
/// no time zones. Printable ASCII on one line.
[[nodiscard]] std::string in_london(Instant at, ShownTo shown);

}  // namespace told::core
