#include "board/export_query.hpp"

#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <set>

#include "board/problem.hpp"
#include "config/nearest.hpp"
#include "core/reference.hpp"

namespace told::board {
namespace {

std::optional<core::Instant> time_of(const std::string& text) {
  google::protobuf::Timestamp at;
  const google::protobuf::LogSilencer quiet;
  if (!google::protobuf::util::TimeUtil::FromString(text, &at)) return std::nullopt;
  return core::from_us(google::protobuf::util::TimeUtil::TimestampToMicroseconds(at));
}

/// "police.control_room" is asked for as such, or as "police".
std::vector<std::string> names_and_prefixes(const std::vector<std::string>& recipients) {
  std::set<std::string> all;
  for (const std::string& name : recipients)
    for (std::size_t end = 0; end != std::string::npos;) {
      end = name.find('.', end + 1);
      all.insert(name.substr(0, end));
    }
  return {all.begin(), all.end()};
}

bool chooses_any(const audit::Choice& choice, const std::vector<std::string>& recipients) {
  return choice.agency.empty() || std::any_of(recipients.begin(), recipients.end(), [&](const std::string& recipient) {
           return choice.takes_recipient(recipient);
         });
}

}  // namespace

std::variant<ExportQuery, Response> export_query(const Request& request, const std::vector<std::string>& recipients,
                                                 const ledger::CaseNames& names) {
  ExportQuery query;
  auto& choice = query.options.choice;
  for (const auto& [name, value] : request.query) {
    if (name == "format") {
      if (value != "jsonl" && value != "csv")
        return problem(400, "`format` must be jsonl (with proofs) or csv (a table)");
      query.table = value == "csv";
    } else if (name == "case") {
      core::ReferenceProblem wrong;
      const auto number = names.read(value, &wrong);
      if (!number) return problem(400, "`case`: " + wrong.sentence);
      choice.case_number = *number;
    } else if (name == "agency") {
      choice.agency = value;
      if (!chooses_any(choice, recipients))
        return problem(400, "`agency`: no policy in this ledger ever named this recipient: " +
                                config::suggestion(value, names_and_prefixes(recipients)));
    } else if (name == "since" || name == "until") {
      const auto at = time_of(value);
      if (!at) return problem(400, "`" + name + "` must be a time in UTC such as 2026-11-22T21:14:07Z");
      (name == "since" ? choice.since : choice.until) = at;
    } else {
      return problem(400, "an export is chosen by format, case, agency, since and until: another parameter was given");
    }
  }
  return query;
}

}  // namespace told::board
