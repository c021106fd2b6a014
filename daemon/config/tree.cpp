#include "config/tree.hpp"

#include <toml++/toml.h>

#include <sstream>
#include <utility>

#include "config/findings.hpp"

namespace told::config {
namespace {

Place place_of(const toml::source_position& at) { return {static_cast<int>(at.line), static_cast<int>(at.column)}; }

core::Day day_of(const toml::date& date) {
  return core::Day{std::chrono::year{date.year}, std::chrono::month{date.month}, std::chrono::day{date.day}};
}

std::chrono::seconds seconds_of(const toml::time& time) {
  return std::chrono::hours{time.hour} + std::chrono::minutes{time.minute} + std::chrono::seconds{time.second};
}

Moment moment_of(const toml::node& from) {
  Moment to;
  if (const auto* day = from.as_date()) {
    to.local.day = day_of(day->get());
  } else if (const auto* time = from.as_time()) {
    to.form = Moment::Form::time_of_day;
    to.local.of_day = seconds_of(time->get());
  } else if (const auto* both = from.as_date_time()) {
    to.form = both->get().is_local() ? Moment::Form::local : Moment::Form::with_offset;
    to.local = {day_of(both->get().date), seconds_of(both->get().time)};
  }
  return to;
}

Node copy(const toml::node& from);

void copy_entries(const toml::table& from, Node& to) {
  for (const auto& [key, value] : from) {
    to.entries.push_back({std::string{key.str()}, place_of(key.source().begin), copy(value)});
  }
}

Node copy(const toml::node& from) {
  Node to;
  to.at = place_of(from.source().begin);
  if (const auto* table = from.as_table()) {
    to.kind = Kind::table;
    copy_entries(*table, to);
  } else if (const auto* array = from.as_array()) {
    to.kind = Kind::array;
    for (const auto& item : *array) to.items.push_back(copy(item));
  } else if (const auto* text = from.as_string()) {
    to.kind = Kind::text;
    to.text = text->get();
  } else if (const auto* whole = from.as_integer()) {
    to.kind = Kind::whole;
    to.whole = whole->get();
  } else if (const auto* truth = from.as_boolean()) {
    to.kind = Kind::truth;
    to.truth = truth->get();
  } else if (from.is_floating_point()) {
    to.kind = Kind::real;
  } else {
    to.kind = Kind::moment;
    to.moment = moment_of(from);
    std::ostringstream said;
    if (const auto* date = from.as_date()) said << date->get();
    if (const auto* time = from.as_time()) said << time->get();
    if (const auto* both = from.as_date_time()) said << both->get();
    to.text = said.str();
  }
  return to;
}

/// toml++ bounds how deep brackets nest (256) and not how many parts a dotted key has; it then takes its tables down by
/// recursion, so a line of some tens of thousands of dots is a stack overflow. No key of ours has more than three
/// parts.
constexpr int dots_most = 16;

/// The first place with more dots than that outside quotes in one line; line 0 where there is none.
Place too_many_dots(std::string_view text) {
  Place at{1, 0};
  int dots = 0;
  char quote = '\0';
  bool comment = false;
  bool escaped = false;
  for (const char c : text) {
    ++at.column;
    if (std::exchange(escaped, false) && c != '\n') continue;
    if (c == '\n') {
      at = {at.line + 1, 0};
      dots = 0;
      quote = '\0';
      comment = false;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
      escaped = c == '\\' && quote == '"';
    } else if (c == '"' || c == '\'') {
      if (!comment) quote = c;
    } else if (c == '#') {
      comment = true;
    } else if (c == '.' && !comment && ++dots > dots_most) {
      return at;
    }
  }
  return {};
}

}  // namespace

const char* in_words(Kind kind) {
  switch (kind) {
    case Kind::table:
      return "a table";
    case Kind::array:
      return "a list";
    case Kind::text:
      return "text";
    case Kind::whole:
      return "a whole number";
    case Kind::real:
      return "a number with a fraction";
    case Kind::truth:
      return "true or false";
    case Kind::moment:
      return "a date or time";
  }
  return "something else";
}

namespace {

/// What the parser means by what it says, for whoever does not know the words: the mistakes that people make most.
std::string in_plain_words(std::string_view description) {
  static constexpr std::pair<std::string_view, const char*> meanings[] = {
      {"unescaped control characters", "a text has no closing quotation mark on its line"},
      {"expected comma or closing", "between two entries of a list there is no comma"},
      {"could not determine value type",
       "this is no value: text stands in straight quotation marks (\"), and only numbers, dates, true and false do "
       "not"},
      {"as array-of-tables", "the same name stands above in one pair of brackets: write two each time, [[...]]"},
  };
  for (const auto& [said, meant] : meanings)
    if (description.find(said) != std::string_view::npos)
      return std::string(meant) + " (" + std::string(description) + ")";
  return std::string(description);
}

}  // namespace

Node parse_tree(std::string_view text, Findings& findings) {
  Node root;
  root.at = {1, 1};
  if (const Place at = too_many_dots(text); at.line > 0) {
    findings.add(at, "more than " + std::to_string(dots_most) +
                         " dots in one line: a key has at most three parts; put text in quotes, and close them");
    return root;
  }
  try {
    copy_entries(toml::parse(text), root);
  } catch (const toml::parse_error& error) {
    findings.add(place_of(error.source().begin), "this is not TOML: " + in_plain_words(error.description()) +
                                                     "; mend it first, nothing after it was checked");
  }
  return root;
}

}  // namespace told::config
