#include "config/toml_mistakes.hpp"

#include <utility>
#include <vector>

namespace told::config {
namespace {

/// Calls `look(c, at)` for every character that stands in no comment and in no text of one line, line ends included,
/// until it answers true.
template <class Look>
void outside_quotes(std::string_view text, Look look) {
  Place at{1, 0};
  char quote = '\0';
  bool comment = false;
  bool escaped = false;
  for (const char c : text) {
    ++at.column;
    if (std::exchange(escaped, false) && c != '\n') continue;
    if (c == '\n') {
      quote = '\0';
      comment = false;
      if (look(c, at)) return;
      at = {at.line + 1, 0};
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
      escaped = c == '\\' && quote == '"';
    } else if (comment) {
      continue;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      comment = true;
    } else if (look(c, at)) {
      return;
    }
  }
}

bool is_before(Place a, Place b) { return a.line < b.line || (a.line == b.line && a.column < b.column); }

struct Bracket {
  Place at;
  char opens = '\0';
};

/// The outermost bracket of a value that is open where `until` stands; '\0' where none is. A bracket that begins a line
/// is a table's.
Bracket open_at(std::string_view text, Place until) {
  std::vector<Bracket> open;
  bool of_a_value = false;
  outside_quotes(text, [&](char c, Place at) {
    if (!is_before(at, until)) return true;
    if (c == '\n') of_a_value = false;
    if (c == '=') of_a_value = true;
    const bool counts = of_a_value || !open.empty();
    if (counts && (c == '[' || c == '{')) open.push_back({at, c});
    if (counts && (c == ']' || c == '}') && !open.empty()) open.pop_back();
    return false;
  });
  return open.empty() ? Bracket{} : open.front();
}

/// Whether such a line begins something new ("name = ...", "[[tell]]"), or the file ends there.
bool begins_anew(std::string_view text, int line) {
  for (; line > 1; --line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos || text[first] == '[') return true;
  const auto after =
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-. \t", first);
  return after != std::string_view::npos && after > first && text[after] == '=';
}

/// What stands in the last quotes of the parser's sentence.
std::string last_quoted(std::string_view description) {
  const auto end = description.rfind('\'');
  if (end == std::string_view::npos || end == 0) return "...";
  const auto begin = description.rfind('\'', end - 1);
  return begin == std::string_view::npos ? "..." : std::string(description.substr(begin + 1, end - begin - 1));
}

constexpr const char* no_value =
    "this is no value: text stands in straight quotation marks (\"), and only numbers, dates, true and false do not";

/// In the meanings, for the name that the parser gives.
constexpr std::string_view stands_for_it = "NAME";

constexpr std::pair<std::string_view, const char*> meanings[] = {
    {"unescaped control characters", "a text has no closing quotation mark on its line"},
    {"expected key or closing '}'", "the braces are not closed on their line: write } at their end"},
    {"expected comma or closing", "between two entries of a list there is no comma"},
    {"could not determine value type", no_value},
    {"expected 'true'", no_value},
    {"expected 'false'", no_value},
    {"expected 'nan'", no_value},
    {"expected 'inf'", no_value},
    {"expected '='", "between a name and its value there is no =: write it like name = \"value\""},
    {"as array-of-tables", "the same name stands above in one pair of brackets: write two each time, [[NAME]]"},
    {"as table", "there are several of these: write [[NAME]], with two brackets, for each of them"},
    {"existing table", "[NAME] stands above already: put what belongs to it under one [NAME]"},
    {"cannot redefine",
     "\"NAME\" is said twice in one table: take one out, or write the line ([[...]]) with which the next table begins"},
};

std::string in_plain_words(std::string_view description) {
  for (const auto& [said, meant] : meanings) {
    if (description.find(said) == std::string_view::npos) continue;
    std::string words = meant;
    const std::string name = last_quoted(description);
    for (auto at = words.find(stands_for_it); at != std::string::npos; at = words.find(stands_for_it, at + name.size()))
      words.replace(at, stands_for_it.size(), name);
    return words;
  }
  return "";
}

}  // namespace

Place too_many_dots(std::string_view text) {
  Place found;
  int dots = 0;
  outside_quotes(text, [&](char c, Place at) {
    if (c == '\n') dots = 0;
    if (c != '.' || ++dots <= dots_most) return false;
    found = at;
    return true;
  });
  return found;
}

Mistake mistake_in_words(std::string_view text, Place at, std::string_view description) {
  Mistake mistake{at, in_plain_words(description)};
  const Bracket open = open_at(text, at);
  if (open.opens != '\0' && begins_anew(text, at.line) && open.at.line < at.line) {
    mistake = {open.at, open.opens == '[' ? "the list that opens here is not closed: write ] at its end"
                                          : "the braces that open here are not closed: write } at their end"};
  }
  mistake.words += mistake.words.empty() ? std::string(description) : " (" + std::string(description) + ")";
  return mistake;
}

}  // namespace told::config
