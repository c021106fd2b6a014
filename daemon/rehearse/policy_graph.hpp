#pragma once
// A policy as a picture: which event is told to whom, by when, and who is called when nobody answers.
#include <string>

#include "core/policy.hpp"

namespace told::rehearse {

/// Graphviz' language. Equal policies give equal text.
[[nodiscard]] std::string dot_of(const core::Policy& policy);
/// SVG, laid out in columns by ourselves: events, then whom they are told to, then the ladders. Equal policies give
/// equal bytes.
[[nodiscard]] std::string svg_of(const core::Policy& policy);

}  // namespace told::rehearse
