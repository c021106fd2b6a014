#include "config/tree.hpp"

#include <toml++/toml.h>

#include <sstream>

#include "config/findings.hpp"
#include "config/toml_mistakes.hpp"

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
  if (const auto* date = from.as_date()) {
    to.local.day = day_of(date->get());
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
    const Mistake mistake = mistake_in_words(text, place_of(error.source().begin), error.description());
    findings.add(mistake.at, "this is not TOML: " + mistake.words + "; mend it first, nothing after it was checked");
  }
  return root;
}

}  // namespace told::config
