#pragma once
// What is written for people: columns, and colour where it is a terminal and never as the only sign.
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace told::ctl {

enum class Tone { plain, strong, warning, good, faint };

/// `text` in that tone, or as it is.
[[nodiscard]] std::string toned(const std::string& text, Tone tone, bool colour);

/// Columns as wide as their widest cell, two spaces apart; the last is never padded.
class Columns {
 public:
  explicit Columns(std::vector<std::string> headings) { rows_.push_back({std::move(headings), Tone::faint}); }
  void add(std::vector<std::string> cells, Tone tone) { rows_.push_back({std::move(cells), tone}); }
  void print(std::ostream& out, bool colour) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    Tone tone;
  };
  std::vector<Row> rows_;
};

/// A line that is written over: only for terminals, and gone when done.
class Progress {
 public:
  Progress(std::ostream& err, bool terminal, std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void done(std::uint64_t amount, std::uint64_t of);  ///< `of` 0: not known
  void bytes(std::uint64_t amount);

 private:
  void write(const std::string& text);
  std::ostream& err_;
  bool terminal_;
  std::string what_;
  std::size_t width_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace told::ctl
