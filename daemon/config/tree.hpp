#pragma once
// A TOML file as a tree of plain values, each with its place. The only TU that sees the parser is tree.cpp: its
// headers are large, and everything above it should not care which parser it is.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.hpp"

namespace told::config {

class Findings;

/// Where something stands in a file; both count from 1, and 0 is unknown.
struct Place {
  int line = 0;
  int column = 0;
};

enum class Kind : std::uint8_t { table, array, text, whole, real, truth, moment };

/// "a table", "a list", "text", ...: as messages name it.
[[nodiscard]] const char* in_words(Kind kind);

struct Entry;

/// TOML's dates and times.
struct Moment {
  enum class Form : std::uint8_t { day, local, time_of_day, with_offset };
  Form form = Form::day;
  core::LocalTime local;  ///< a whole second; `day` means nothing for a time of day alone
};

/// One value. Only the member that belongs to `kind` means anything.
struct Node {
  Kind kind = Kind::table;
  Place at;
  std::string text;  ///< of a moment: as RFC 3339 writes it, "2026-03-06T23:50:00Z"; without a zone where it has none
  std::int64_t whole = 0;
  bool truth = false;
  Moment moment;
  std::vector<Node> items;
  std::vector<Entry> entries;
};

/// One key of a table and its value.
struct Entry {
  std::string key;
  Place at;
  Node value;
};

/// Parses `text`. Where it is no TOML (a key given twice included) that is a finding, and the tree is empty: nothing
/// that follows such an error can be trusted, so only the first is found.
[[nodiscard]] Node parse_tree(std::string_view text, Findings& findings);

}  // namespace told::config
