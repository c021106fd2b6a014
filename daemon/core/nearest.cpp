#include "core/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace told::core {

std::size_t distance(std::string_view a, std::string_view b) {
  // One row of the usual table is enough: above[j] is the distance of a's first i letters to b's first j.
  std::vector<std::size_t> above(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = above[0];
    above[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = above[j + 1];
      above[j + 1] = std::min({changed, above[j] + 1, above[j + 1] + 1});
    }
  }
  return above.back();
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : known) {
    const std::size_t d = distance(word, candidate);
    if (d < best_distance && d < candidate.size()) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  if (const auto near = nearest(word, known); !near.empty()) return "did you mean " + in_quotes(near) + "?";
  std::string all;
  for (const auto& each : known) all += (all.empty() ? "" : ", ") + in_quotes(each);
  return known.empty() ? "none is known here" : "known here: " + all;
}

std::string in_quotes(std::string_view word) { return '"' + std::string{word} + '"'; }

}  // namespace told::core
