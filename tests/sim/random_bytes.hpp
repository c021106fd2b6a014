#pragma once
// libsodium's random bytes, from a seed: keys and nonces of a world are its own, and the same every time. For this
// program only; one world at a time.
#include <cstdint>

namespace told::sim {

/// Call before anything else asks libsodium for something.
void take_over_random_bytes();
void seed_random_bytes(std::uint64_t seed);

}  // namespace told::sim
