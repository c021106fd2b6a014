#include "audit/csv.hpp"

namespace told::audit {

std::string csv_cell(std::string_view text) {
  std::string cell;
  const auto first = text.find_first_not_of(' ');  // a spreadsheet that trims would find the formula behind the spaces
  if (first != std::string_view::npos && std::string_view("=+-@\t\r\n").find(text[first]) != std::string_view::npos)
    cell = "'";
  cell += text;
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;

  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const auto& cell : cells) {
    if (!line.empty() || &cell != &cells.front()) line += ',';
    line += csv_cell(cell);
  }
  return line + "\r\n";
}

}  // namespace told::audit
