#pragma once
// What an export's address asks for.
#include <string>
#include <variant>
#include <vector>

#include "audit/export.hpp"
#include "board/http.hpp"
#include "ledger/case_names.hpp"

namespace told::board {

struct ExportQuery {
  audit::ExportOptions options;  ///< the choice only
  bool table = false;            ///< CSV
};

/// format=jsonl|csv, case=C-…, agency=…, since=, until= (RFC 3339). Anything else is refused by name.
/// `recipients`: all that any policy of this ledger has named. An agency that is none of them, nor a prefix of one, is
/// refused, with the nearest: an empty export of a mistyped name would read as "they were told nothing".
[[nodiscard]] std::variant<ExportQuery, Response> export_query(const Request& request,
                                                               const std::vector<std::string>& recipients,
                                                               const ledger::CaseNames& names);

}  // namespace told::board
