#include "config/findings.hpp"

#include <algorithm>
#include <tuple>

namespace told::config {

std::string Problem::to_string() const {
  std::string where = file;
  if (line > 0) where += ":" + std::to_string(line) + ":" + std::to_string(column);
  return where + ": " + text;
}

void Findings::add(Place at, std::string text) { add_in(file_, at, std::move(text)); }

void Findings::add_in(const std::string& file, Place at, std::string text) {
  const bool known = std::any_of(problems_.begin(), problems_.end(), [&](const Problem& p) {
    return p.file == file && p.line == at.line && p.column == at.column && p.text == text;
  });
  if (!known) problems_.push_back({file, at.line, at.column, std::move(text)});
}

std::vector<Problem> Findings::take() {
  std::stable_sort(problems_.begin(), problems_.end(), [&](const Problem& a, const Problem& b) {
    const bool a_elsewhere = a.file != file_;
    const bool b_elsewhere = b.file != file_;
    return std::tie(a_elsewhere, a.file, a.line, a.column) < std::tie(b_elsewhere, b.file, b.line, b.column);
  });
  return std::move(problems_);
}

}  // namespace told::config
