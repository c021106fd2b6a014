#pragma once
// A rehearsal as a picture: a lane for each recipient, time along, clocks as bars, what was put into hands as dots,
// calls as triangles. Everything is said in words beside its mark.
#include <string>

#include "rehearse/play.hpp"

namespace told::rehearse {

/// SVG. Distances between moments grow with the time between them and are not to scale: a night and a week fit.
[[nodiscard]] std::string picture(const Play& play);

}  // namespace told::rehearse
