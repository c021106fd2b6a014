#pragma once
// Tables for spreadsheets: RFC 4180, and no cell that a spreadsheet would run.
#include <string>
#include <string_view>
#include <vector>

namespace told::audit {

/// One cell. Text that begins with = + - @ (or a tab or a line end, which some spreadsheets strip first) is taken for a
/// formula: it gets a leading '. Quoted where it holds a comma, a quote or a line end.
[[nodiscard]] std::string csv_cell(std::string_view text);

/// One line, with its CR LF.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& cells);

}  // namespace told::audit
