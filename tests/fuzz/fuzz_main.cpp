// libFuzzer's way in: TOLD_FUZZ says which target (`./dev fuzz` sets it).
#include <sodium.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "target.hpp"

namespace {
const told::fuzz::Target* chosen = nullptr;
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* name = std::getenv("TOLD_FUZZ");
  chosen = name == nullptr ? nullptr : told::fuzz::target(name);
  if (chosen == nullptr || sodium_init() < 0) {
    std::fprintf(stderr, "TOLD_FUZZ names no target\n");
    std::exit(64);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen->run({reinterpret_cast<const char*>(data), size});
  return 0;
}
