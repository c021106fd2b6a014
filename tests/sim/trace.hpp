#pragma once
// What happened in a world, boiled down to one number: two runs of one seed must agree in it. And, where somebody asks
// for it, written down in words.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "dice.hpp"

namespace told::sim {

class Trace {
 public:
  void note(Micros at, std::string_view what, std::string_view bytes = {}) {
    mix(static_cast<std::uint64_t>(at.count()));
    mix(what);
    mix(bytes);
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

  /// Set: hears every line. The sentence is only made then.
  std::function<void(Micros, const std::string&)> tell;
  template <class Sentence>
  void say(Micros at, Sentence&& sentence) {
    if (tell) tell(at, sentence());
  }

 private:
  void mix(std::uint64_t n) {
    hash_ = (hash_ ^ n) * 0x9E3779B97F4A7C15ULL;
    hash_ ^= hash_ >> 29U;
  }
  void mix(std::string_view bytes) {
    mix(bytes.size());
    while (bytes.size() >= 8) {
      std::uint64_t n = 0;
      __builtin_memcpy(&n, bytes.data(), 8);
      mix(n);
      bytes.remove_prefix(8);
    }
    std::uint64_t rest = 0;
    if (!bytes.empty()) __builtin_memcpy(&rest, bytes.data(), bytes.size());
    mix(rest);
  }

  std::uint64_t hash_ = 0x746F6C64;
};

}  // namespace told::sim
