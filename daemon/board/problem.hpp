#pragma once
// RFC 9457 problems: what is wrong and what to do next.
#include <string>

#include "board/http.hpp"

namespace told::board {

/// `detail` is one or two sentences: what is wrong here, and the next step. Never repeats what a person wrote.
[[nodiscard]] Response problem(int status, const std::string& detail);

/// 405, with the methods that there are.
[[nodiscard]] Response wrong_method(const std::string& allowed);

}  // namespace told::board
