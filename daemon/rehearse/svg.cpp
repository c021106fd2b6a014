#include "rehearse/svg.hpp"

#include <algorithm>

namespace told::rehearse {
namespace {

constexpr int margin = 16;
constexpr const char* style = R"(text{font:13px Arial,Helvetica,"Liberation Sans",sans-serif;fill:#0b0c0c}
.head{font-weight:bold}.small{font-size:11px}
.lane{stroke:#b1b4b6;stroke-width:1}.tick{stroke:#d9dbdc;stroke-width:1}
.box{fill:#fff;stroke:#0b0c0c;stroke-width:1.5}.event{fill:#f3f2f1;stroke:#0b0c0c;stroke-width:1.5}
.edge{fill:none;stroke:#b1b4b6;stroke-width:1}.row{stroke:#e3e4e5;stroke-width:1}.faint{font-size:11px;fill:#505a5f}
.duty{fill:#fff;stroke:#505a5f;stroke-width:1.5;stroke-dasharray:3 2}
.bar{fill:#cfe3f5;stroke:#1d70b8;stroke-width:1}.bar.late{fill:#fff;stroke:#d4351c;stroke-width:2;stroke-dasharray:4 2}
.told{fill:#1d70b8;stroke:#0b0c0c}.called{fill:#ffdd00;stroke:#0b0c0c}.answered{fill:#fff;stroke:#0b0c0c;stroke-width:2})";

std::string number(const char* name, int value) {
  return std::string(" ") + name + "=\"" + std::to_string(value) + "\"";
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  return out;
}

int width_of(const std::string& text) {
  const auto characters = std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); });
  return static_cast<int>(characters) * 8;
}

std::string shortened(const std::string& text, std::size_t characters_most) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!continues(text[i]) && ++characters > characters_most) return text.substr(0, i) + "…";
  return text;
}

Svg::Svg(std::string title, std::string description) : title_(std::move(title)), description_(std::move(description)) {}

void Svg::reach(int x, int y) {
  width_ = std::max(width_, x);
  height_ = std::max(height_, y);
}

void Svg::shape(const std::string& element, const std::string& attributes, const std::string& style_class,
                const std::string& title) {
  body_ += "<" + element + attributes + " class=\"" + escaped(style_class) + "\"";
  body_ += title.empty() ? "/>\n" : "><title>" + escaped(title) + "</title></" + element + ">\n";
}

void Svg::box(int x, int y, int width, int height, const std::string& style_class, const std::string& title) {
  reach(x + width, y + height);
  shape("rect", number("x", x) + number("y", y) + number("width", width) + number("height", height) + number("rx", 3),
        style_class, title);
}

void Svg::line(int x1, int y1, int x2, int y2, const std::string& style_class, const std::string& title) {
  reach(std::max(x1, x2), std::max(y1, y2));
  shape("line", number("x1", x1) + number("y1", y1) + number("x2", x2) + number("y2", y2), style_class, title);
}

void Svg::curve(int x1, int y1, int x2, int y2, const std::string& style_class, const std::string& title) {
  reach(std::max(x1, x2), std::max(y1, y2));
  const int half = (x2 - x1) / 2;
  const auto point = [](int x, int y) { return std::to_string(x) + " " + std::to_string(y); };
  shape("path",
        " d=\"M " + point(x1, y1) + " C " + point(x1 + half, y1) + " " + point(x2 - half, y2) + " " + point(x2, y2) +
            "\"",
        style_class, title);
}

void Svg::text(int x, int y, const std::string& words, const std::string& style_class) {
  reach(x + width_of(words), y + 4);
  body_ += "<text" + number("x", x) + number("y", y);
  if (!style_class.empty()) body_ += " class=\"" + escaped(style_class) + "\"";
  body_ += ">" + escaped(words) + "</text>\n";
}

void Svg::dot(int x, int y, const std::string& style_class, const std::string& title) {
  reach(x + 5, y + 5);
  shape("circle", number("cx", x) + number("cy", y) + number("r", 5), style_class, title);
}

void Svg::triangle(int x, int y, const std::string& style_class, const std::string& title) {
  reach(x + 6, y + 6);
  const auto point = [](int px, int py) { return std::to_string(px) + "," + std::to_string(py) + " "; };
  shape("polygon", " points=\"" + point(x - 6, y + 5) + point(x + 6, y + 5) + point(x, y - 6) + "\"", style_class,
        title);
}

std::string Svg::document() const {
  const int width = width_ + margin;
  const int height = height_ + margin;
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"" +
         number("width", width) + number("height", height) + " viewBox=\"0 0 " + std::to_string(width) + " " +
         std::to_string(height) + "\" aria-labelledby=\"title desc\">\n<title id=\"title\">" + escaped(title_) +
         "</title>\n<desc id=\"desc\">" + escaped(description_) + "</desc>\n<style>" + style +
         "</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n" + body_ + "</svg>\n";
}

}  // namespace told::rehearse
