#include "target.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace told::fuzz {

const std::vector<Target>& targets() {
  static const auto all = [] {
    std::vector<Target> list;
    for (const auto& part : {edge_targets(), http_targets(), settings_targets(), proof_targets(), carrier_targets()})
      list.insert(list.end(), part.begin(), part.end());
    return list;
  }();
  return all;
}

const Target* target(std::string_view name) {
  const auto& all = targets();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Target& t) { return t.name == name; });
  return found == all.end() ? nullptr : &*found;
}

void hold(bool property, const char* sentence) {
  if (property) return;
  std::fprintf(stderr, "BROKEN: %s\n", sentence);
  std::abort();
}

}  // namespace told::fuzz
