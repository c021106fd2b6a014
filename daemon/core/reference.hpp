#pragma once
// References: numbers as people read them over the telephone.
//
// `N-7K3-M9QY`: a letter for what it names (C a case, E an event, N a notification, A an alarm, R a case as one agency
// or publisher has it), then the number in Crockford's base32 (no I, L, O, U; lower case, I, L and O are read as what
// they look like), then one check character of the same alphabet. The check is a weighted sum in GF(32) with a
// different non-zero weight for each place and the letter taken in, so that any one wrong character, and any two
// exchanged, are found.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"

namespace told::core {

enum class Named : char { case_ = 'C', event = 'E', notification = 'N', alarm = 'A', partys_case = 'R' };

/// The reference of `number`, grouped by dashes for reading: at least 3 characters after the letter.
[[nodiscard]] std::string to_reference(Named what, std::uint64_t number);

/// What went wrong in reading a reference; `sentence` says what to do.
struct ReferenceProblem {
  enum class Code { wrong_letter, wrong_character, wrong_check, too_long, too_short } code;
  std::string sentence;
};

/// Reads a reference; dashes and spaces are ignored. A mistyped one is refused, never looked up.
/// On failure returns nullopt and, where `problem` is given, says why.
[[nodiscard]] std::optional<std::uint64_t> from_reference(Named what, std::string_view text,
                                                          ReferenceProblem* problem = nullptr);

[[nodiscard]] inline std::string to_reference(NotificationId id) {
  return to_reference(Named::notification, id.number());
}

}  // namespace told::core
