#include "random_bytes.hpp"

#include <sodium.h>

#include <cstring>
#include <stdexcept>

namespace told::sim {
namespace {

std::uint64_t state = 1;

std::uint64_t next() {  // splitmix64
  std::uint64_t x = (state += 0x9E3779B97F4A7C15ULL);
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31U);
}

const char* name() { return "a world's"; }
std::uint32_t number() { return static_cast<std::uint32_t>(next() >> 32U); }
void fill(void* to, std::size_t bytes) {
  auto* p = static_cast<unsigned char*>(to);
  while (bytes > 0) {
    const std::uint64_t n = next();
    const std::size_t some = bytes < sizeof n ? bytes : sizeof n;
    std::memcpy(p, &n, some);
    p += some;
    bytes -= some;
  }
}

randombytes_implementation implementation{name, number, nullptr, nullptr, fill, nullptr};

}  // namespace

void take_over_random_bytes() {
  if (randombytes_set_implementation(&implementation) != 0 || sodium_init() < 0)
    throw std::runtime_error("libsodium does not take another source of random bytes");
}

void seed_random_bytes(std::uint64_t seed) { state = seed; }

}  // namespace told::sim
