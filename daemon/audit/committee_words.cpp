// The committee's table as it is read: Markdown, CSV, and a chart.
#include <algorithm>
#include <array>

#include "audit/clock.hpp"
#include "audit/committee_report.hpp"
#include "audit/csv.hpp"

namespace told::audit {
namespace {

constexpr std::uint64_t small_below = 5;

std::string count(std::uint64_t n, SmallNumbers small) {
  return small == SmallNumbers::suppressed && n > 0 && n < small_below ? "fewer than 5" : std::to_string(n);
}

/// A recipient's row; suppressed as a whole where any count in it is small, since the others would give it away.
std::vector<std::string> row_of(const AgencyFigures& a, SmallNumbers small) {
  const std::array<std::uint64_t, 5> counts{a.told, a.in_time, a.late, a.never, a.open};
  const bool hide = small == SmallNumbers::suppressed &&
                    std::any_of(counts.begin(), counts.end(), [](auto n) { return n > 0 && n < small_below; });
  std::vector<std::string> cells{a.recipient};
  for (const auto n : counts) cells.push_back(hide && n > 0 ? "suppressed" : std::to_string(n));
  const std::uint64_t ended = a.told - a.open;
  cells.push_back(hide         ? "suppressed"
                  : ended == 0 ? "-"
                               : std::to_string((a.in_time * 100 + ended / 2) / ended) + " %");
  const bool waited = a.in_time + a.late > 0;
  cells.push_back(hide ? "suppressed" : waited ? how_long(a.median) : "-");
  cells.push_back(hide ? "suppressed" : waited ? how_long(a.ninth) : "-");
  return cells;
}

const std::vector<std::string>& headings() {
  static const std::vector<std::string> all{"recipient",         "told",       "in time",       "late",
                                            "never answered",    "still open", "share in time", "half answered within",
                                            "nine in ten within"};
  return all;
}

std::vector<std::pair<std::string, std::uint64_t>> counts_of(const CommitteeFigures& f) {
  return {{"Unaccompanied children who arrived", f.arrivals},
          {"Missing episodes", f.episodes},
          {"Young people who went missing", f.young_people},
          {"Steps of ladders (somebody called about a silence)", f.escalations},
          {"Duties done in time", f.met},
          {"Duties done late", f.late},
          {"Duties missed (not done, deadline past)", f.missed},
          {"Duties running", f.running},
          {"Duties no longer owed", f.no_longer_owed}};
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const auto& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

}  // namespace

std::string in_markdown(const CommitteeFigures& figures, const std::string& period, SmallNumbers small) {
  std::string text = "# Unaccompanied children, " + period + "\n\n| | number |\n|---|---:|\n";
  for (const auto& [what, n] : counts_of(figures)) text += markdown_row({what, count(n, small)});
  text += "\n## Who was told, and answered\n\n" + markdown_row(headings());
  text += "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n";
  for (const auto& agency : figures.agencies) text += markdown_row(row_of(agency, small));
  if (!figures.drills.empty()) {
    text += "\n## Drills: exercises that were planned\n\n" + markdown_row(headings());
    text += "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n";
    for (const auto& desk : figures.drills) text += markdown_row(row_of(desk, SmallNumbers::shown));  // nobody is in it
  }
  text +=
      "\nCounted from the ledger; exercises and tests are left out above. A missing episode is one absence, however "
      "often it "
      "was reported.\n\"In time\" means that a named person there acknowledged by the deadline.\n";
  if (small == SmallNumbers::suppressed)
    text += "Counts of 1 to 4 are shown as \"fewer than 5\", and a row with such a count is suppressed as a whole.\n";
  return text;
}

std::string in_csv(const CommitteeFigures& figures, SmallNumbers small) {
  std::string text = csv_line({"what", "number"});
  for (const auto& [what, n] : counts_of(figures)) text += csv_line({what, count(n, small)});
  text += csv_line({""});
  text += csv_line(headings());
  for (const auto& agency : figures.agencies) text += csv_line(row_of(agency, small));
  if (figures.drills.empty()) return text;
  text += csv_line({"drills"});
  for (const auto& desk : figures.drills) text += csv_line(row_of(desk, SmallNumbers::shown));
  return text;
}

std::string in_svg(const CommitteeFigures& figures, const std::string& period, SmallNumbers small) {
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> months;
  for (const auto& [month, n] : figures.arrivals_by_month) months[month].first = n;
  for (const auto& [month, n] : figures.episodes_by_month) months[month].second = n;
  std::uint64_t most = 1;
  for (const auto& [month, pair] : months) most = std::max({most, pair.first, pair.second});
  constexpr int left = 40, top = 60, high = 200, wide = 64, bar = 24;
  const int width = left + std::max(6, static_cast<int>(months.size())) * wide + 20;
  const std::string title = escaped("Arrivals and missing episodes by month, " + period);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"" + std::to_string(width) +
                    "\" height=\"" + std::to_string(top + high + 60) +
                    "\" font-family=\"sans-serif\" font-size=\"12\">\n" + "<title>" + title + "</title>\n<text x=\"" +
                    std::to_string(left) + "\" y=\"20\" font-size=\"15\">" + title + "</text>\n<text x=\"" +
                    std::to_string(left) + "\" y=\"42\">filled: arrivals; outlined: missing episodes</text>\n";
  int x = left;
  for (const auto& [month, pair] : months) {
    const auto draw = [&](std::uint64_t n, int at, const char* style) {
      const bool hide = small == SmallNumbers::suppressed && n > 0 && n < small_below;
      const int h = hide ? 0 : static_cast<int>(n * high / most);
      svg += "<rect x=\"" + std::to_string(at) + "\" y=\"" + std::to_string(top + high - h) + "\" width=\"" +
             std::to_string(bar) + "\" height=\"" + std::to_string(h) + "\" " + style + "/>\n<text x=\"" +
             std::to_string(at + bar / 2) + "\" y=\"" + std::to_string(top + high - h - 4) +
             "\" text-anchor=\"middle\">" + (hide ? "&lt;5" : std::to_string(n)) + "</text>\n";
    };
    draw(pair.first, x, "fill=\"#1d70b8\"");
    draw(pair.second, x + bar + 2, "fill=\"none\" stroke=\"#0b0c0c\" stroke-width=\"2\"");
    svg += "<text x=\"" + std::to_string(x + bar) + "\" y=\"" + std::to_string(top + high + 20) +
           "\" text-anchor=\"middle\">" + month + "</text>\n";
    x += wide;
  }
  return svg + "</svg>\n";
}

}  // namespace told::audit
