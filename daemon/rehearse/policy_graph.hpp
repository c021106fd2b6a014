#pragma once
// A policy as a picture: which event is told to whom, by when, and who is called when nobody answers.
#include <string>

#include "core/policy.hpp"

namespace told::rehearse {

/// Graphviz' language. Equal policies give equal text.
[[nodiscard]] std::string dot_of(const core::Policy& policy);
/// SVG, a page: a block for each event with whom it is told to and what is owed because of it; beside them the ladders,
/// and the recipients. Equal policies give equal bytes.
[[nodiscard]] std::string svg_of(const core::Policy& policy);

}  // namespace told::rehearse
