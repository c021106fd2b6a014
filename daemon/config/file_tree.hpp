#pragma once
// Where something stands in a file whose values were read long ago: they carry no places, and keep the text.
#include <string>
#include <string_view>

#include "config/tree.hpp"

namespace told::config {

/// Where there is no text (a value made by a test), nothing has a place.
class FileTree {
 public:
  explicit FileTree(const std::string& text);

  /// The value of `key` in the `[[table]]` in which it is `value`; line 0 where there is none.
  [[nodiscard]] Place place(std::string_view table, std::string_view key, std::string_view value) const;
  /// Where `key` of the `[table]` stands.
  [[nodiscard]] Place setting(std::string_view table, std::string_view key) const;
  /// The `[table]`, or what stands above all tables.
  [[nodiscard]] Place place(std::string_view table) const;

 private:
  Node root_;
};

}  // namespace told::config
