#pragma once
// What an export's address asks for.
#include <variant>

#include "audit/export.hpp"
#include "board/http.hpp"

namespace told::board {

struct ExportQuery {
  audit::ExportOptions options;  ///< the choice only
  bool table = false;            ///< CSV
};

/// format=jsonl|csv, case=C-…, agency=…, since=, until= (RFC 3339). Anything else is refused by name.
[[nodiscard]] std::variant<ExportQuery, Response> export_query(const Request& request);

}  // namespace told::board
