#pragma once
// A picture as SVG: well-formed whatever the texts hold, readable without colour and by a screen reader.
#include <string>

namespace told::rehearse {

/// Coordinates are whole pixels.
class Svg {
 public:
  /// `title` and `description` are what a screen reader says first.
  Svg(std::string title, std::string description);

  /// `title`: what a reader, or a pointer resting on the shape, is told; "" for none.
  void box(int x, int y, int width, int height, const std::string& style_class, const std::string& title = {});
  void line(int x1, int y1, int x2, int y2, const std::string& style_class, const std::string& title = {});
  /// From the right side of one box to the left side of another.
  void curve(int x1, int y1, int x2, int y2, const std::string& style_class, const std::string& title = {});
  void text(int x, int y, const std::string& words, const std::string& style_class = {});
  /// A mark of a few pixels around its middle.
  void dot(int x, int y, const std::string& style_class, const std::string& title);
  void triangle(int x, int y, const std::string& style_class, const std::string& title);

  /// The whole document; the picture is as large as what was drawn.
  [[nodiscard]] std::string document() const;

 private:
  void reach(int x, int y);
  void shape(const std::string& element, const std::string& attributes, const std::string& style_class,
             const std::string& title);
  std::string title_;
  std::string description_;
  std::string body_;
  int width_ = 0;
  int height_ = 0;
};

/// For XML, and inside an attribute's quotes; control characters, which XML cannot hold, become "?".
[[nodiscard]] std::string escaped(const std::string& text);
/// About how wide a text is drawn.
[[nodiscard]] int width_of(const std::string& text);
/// Cut to `characters_most`, with "…" where something is missing.
[[nodiscard]] std::string shortened(const std::string& text, std::size_t characters_most);

}  // namespace told::rehearse
