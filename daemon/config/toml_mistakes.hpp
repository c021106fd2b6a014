#pragma once
// What is wrong with text that is no TOML, for whoever does not know the parser's words, and what the parser must not
// be given.
#include <string>
#include <string_view>

#include "config/tree.hpp"

namespace told::config {

/// toml++ bounds how deep brackets nest (256) and not how many parts a dotted key has; it then takes its tables down by
/// recursion, so a line of some tens of thousands of dots is a stack overflow. No key of ours has more than three
/// parts.
inline constexpr int dots_most = 16;

/// The first place with more dots than that outside quotes in one line; line 0 where there is none.
[[nodiscard]] Place too_many_dots(std::string_view text);

struct Mistake {
  Place at;
  std::string words;  ///< the mistake and the mend
};

/// What the parser means by its `description` of what it met at `at`: the mistakes that people make most. A list that
/// is not closed is said where it opens, since the parser only stumbles over what follows it.
[[nodiscard]] Mistake mistake_in_words(std::string_view text, Place at, std::string_view description);

}  // namespace told::config
