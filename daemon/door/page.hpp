#pragma once
// The pages behind an acknowledge link: plain HTML that works without a script, by keyboard, on a telephone and with a
// screen reader. They show a reference, a kind and a deadline; never a word about a child.
#include <string>

#include "board/http.hpp"

namespace told::door {

/// What the page of one notification shows.
struct Shown {
  std::string reference;  ///< "N-…"
  std::string recipient;  ///< as people read it
  std::string what;       ///< "child missing", "escalation: ..."
  std::string deadline;   ///< "Sun 22 Nov 2026 21:40:00 GMT"; "" where none is asked for
  std::string time_left;  ///< "4 min left"
  bool exercise = false;
  bool answered = false;  ///< somebody has acknowledged it, or the need has ended
};

/// What somebody filled in, so that a mistake does not cost them their words.
struct FilledIn {
  std::string name;
  std::string role;
  std::string note;
  std::string answer;   ///< "have" or "not_ours"; neither is chosen for anybody
  std::string problem;  ///< which field is to be mended and how; "" where the form is fresh
};

[[nodiscard]] board::Response form_page(const Shown& shown, const FilledIn& filled);
/// `title` and `text` are sentences of ours.
[[nodiscard]] board::Response message_page(int status, const std::string& title, const std::string& text);
[[nodiscard]] board::Response style_sheet();

}  // namespace told::door
