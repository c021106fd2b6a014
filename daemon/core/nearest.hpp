#pragma once
// "Did you mean …": the known word nearest to a mistyped one.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace told::core {

/// Levenshtein's distance: how many letters must be put in, left out or changed.
[[nodiscard]] std::size_t distance(std::string_view a, std::string_view b);

/// The known word nearest to `word`, or "" where none is near enough to be meant (more than a third of it differs).
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& known);

/// `did you mean "within"?`, or, where nothing is near, `known here: "a", "b"`.
[[nodiscard]] std::string suggestion(std::string_view word, const std::vector<std::string>& known);

/// The word in quotes.
[[nodiscard]] std::string in_quotes(std::string_view word);

}  // namespace told::core
