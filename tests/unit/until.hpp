#pragma once
// Waiting for what another thread is to bring about: on the condition itself, which is asked again and again.
#include <chrono>
#include <thread>

namespace told::test {

/// Whether `holds()` came to be true within `patience`.
template <class Condition>
[[nodiscard]] bool until(Condition&& holds, std::chrono::milliseconds patience = std::chrono::seconds{20}) {
  constexpr std::chrono::milliseconds between{20};
  const auto given_up = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= given_up) return false;
    std::this_thread::sleep_for(between);
  }
  return true;
}

}  // namespace told::test
