#include "ctl/terminal.hpp"

#include <algorithm>
#include <ostream>

#include "audit/verify.hpp"

namespace told::ctl {
namespace {

/// Characters, not bytes: good enough for names in Latin, Greek and Cyrillic letters.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::string toned(const std::string& text, Tone tone, bool colour) {
  const char* code = tone == Tone::strong ? "1" : tone == Tone::warning ? "1;31" : tone == Tone::good ? "32" : "2";
  if (!colour || tone == Tone::plain || text.empty()) return text;
  return std::string("\x1b[") + code + "m" + text + "\x1b[0m";
}

void Columns::print(std::ostream& out, bool colour) const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (widths.size() <= i) widths.push_back(0);
      widths[i] = std::max(widths[i], width_of(row.cells[i]));
    }
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      line += row.cells[i];
      if (i + 1 < row.cells.size()) line += std::string(widths[i] - width_of(row.cells[i]) + 2, ' ');
    }
    out << toned(line, row.tone, colour) << "\n";
  }
}

Progress::Progress(std::ostream& err, bool terminal, std::string what)
    : err_(err), terminal_(terminal), what_(std::move(what)) {}

Progress::~Progress() {
  if (terminal_ && width_) err_ << '\r' << std::string(width_, ' ') << '\r' << std::flush;
}

void Progress::write(const std::string& text) {
  if (!terminal_) return;
  err_ << '\r' << text << std::string(width_ > text.size() ? width_ - text.size() : 0, ' ') << std::flush;
  width_ = std::max(width_, text.size());
}

void Progress::done(std::uint64_t amount, std::uint64_t of) {
  const std::size_t filled = of ? static_cast<std::size_t>(amount * 30 / of) : 0;
  write(what_ + " [" + std::string(filled, '#') + std::string(30 - std::min<std::size_t>(filled, 30), '.') + "] " +
        audit::grouped(amount) + " of " + audit::grouped(of));
}

void Progress::bytes(std::uint64_t amount) {
  if (amount < last_ + (1U << 18U)) return;
  last_ = amount;
  write(what_ + " " + audit::grouped(amount / 1024) + " KiB");
}

}  // namespace told::ctl
