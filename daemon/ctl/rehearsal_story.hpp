#pragma once
// A rehearsal as people read it, minute by minute, and as programs do, a line of JSON for each thing that happened.
#include <iosfwd>

#include "rehearse/play.hpp"

namespace told::ctl {

struct StoryStyle {
  bool colour = false;
  bool show_values = false;  ///< what is in the fields too, not their names alone
};

void tell_story(const rehearse::Play& play, const StoryStyle& style, std::ostream& out);
/// Whether each expectation was met; says nothing where the scenario expects nothing.
void tell_expectations(const rehearse::Play& play, bool colour, std::ostream& out);

void tell_json(const rehearse::Play& play, bool show_values, std::ostream& out);

}  // namespace told::ctl
