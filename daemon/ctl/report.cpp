// toldctl report: the committee's table, counted from the ledger.
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <ostream>

#include "audit/committee_report.hpp"
#include "audit/json.hpp"
#include "core/calendar.hpp"
#include "ctl/board_client.hpp"
#include "ctl/exit.hpp"
#include "ctl/private_file.hpp"
#include "ctl/session.hpp"
#include "ctl/terminal.hpp"
#include "ctl/when.hpp"
#include "told/v1/api.pb.h"

namespace told::ctl {
namespace {

struct Period {
  std::string export_file, from, to, format = "markdown", output;
  bool suppress_small = false;
};

/// The local midnight at which a day begins.
core::Instant midnight(const std::string& text, const char* option, std::chrono::days later) {
  int year = 0;
  unsigned month = 0, day = 0;
  char rest = 0;
  const bool read = text.size() == 10 && std::sscanf(text.c_str(), "%4d-%2u-%2u%c", &year, &month, &day, &rest) == 3;
  const core::Day said{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!read || !said.ok())
    throw Failure(exit_usage, std::string(option) + ": \"" + text + "\" is no day: write it as 2024-01-31");
  return core::Calendar{}.instant({core::Day{std::chrono::sys_days{said} + later}, {}});
}

/// Hands every entry of an export to the report; lines come in pieces of any length.
class ExportLines {
 public:
  explicit ExportLines(audit::CommitteeReport& report) : report_(report) {}

  void take(std::string_view piece) {
    for (std::size_t end = 0; (end = piece.find('\n')) != std::string_view::npos; piece.remove_prefix(end + 1)) {
      rest_ += piece.substr(0, end);
      line(rest_);
      rest_.clear();
    }
    rest_ += piece;
  }

  void finish() const {
    if (number_ == 0) throw Failure(exit_data, "the export is empty: get another with toldctl export");
    if (!rest_.empty() || taken_ != expected_)
      throw Failure(exit_data, "the export was cut off after " + std::to_string(taken_) + " of " +
                                   std::to_string(expected_) + " entries: get another with toldctl export");
  }

 private:
  void line(const std::string& text) {
    if (++number_ == 1) {
      v1::ExportHeader header;
      if (!audit::from_json(text, &header).empty() || header.told() != "ledger export")
        throw Failure(exit_data, "this is not an export of told's: make one with toldctl export");
      if (!header.complete())
        throw Failure(exit_data,
                      "this export is a choice of entries, and a choice cannot be counted: export without "
                      "--case, --agency, --since and --until");
      expected_ = header.size();
      return;
    }
    v1::ExportLine line;
    v1::LedgerEntry entry;
    if (audit::from_json(text, &line).empty() && !line.withheld().empty() && line.index() == taken_) {
      ++taken_;  // of the Prevent stream, which the committee's table does not count
      return;
    }
    if (!audit::from_json(text, &line).empty() || !entry.ParseFromString(line.leaf()) || entry.index() != taken_)
      throw Failure(exit_data, "line " + std::to_string(number_) +
                                   " of the export cannot be read or is out of order: check it with toldctl verify");
    report_.add(entry);
    ++taken_;
  }

  audit::CommitteeReport& report_;
  std::string rest_;
  std::uint64_t number_ = 0, taken_ = 0, expected_ = 0;
};

void read_all(const Period& given, Session& session, audit::CommitteeReport& report) {
  ExportLines lines(report);
  Progress progress(session.err, session.err_terminal, "counting");
  std::uint64_t bytes = 0;
  const auto take = [&](std::string_view piece) {
    lines.take(piece);
    progress.bytes(bytes += piece.size());
    return true;
  };
  if (given.export_file.empty()) {
    BoardClient(session).stream("/v1/export?format=jsonl", take, false);
  } else {
    std::ifstream file(given.export_file, std::ios::binary);
    if (!file)
      throw Failure(exit_no_input,
                    given.export_file + " cannot be read (" + std::strerror(errno) + "): check the path");
    std::array<char, 1U << 16U> piece{};
    while (file.read(piece.data(), piece.size()) || file.gcount() > 0)
      take({piece.data(), static_cast<std::size_t>(file.gcount())});
  }
  lines.finish();
}

void report(const Period& given, Session& session) {
  const core::Instant from = midnight(given.from, "--from", std::chrono::days{0});
  const core::Instant until = midnight(given.to, "--to", std::chrono::days{1});
  if (until <= from) throw Failure(exit_usage, "--to lies before --from: exchange them");
  audit::CommitteeReport counted(from, until, now());
  read_all(given, session, counted);
  const auto small = given.suppress_small ? audit::SmallNumbers::suppressed : audit::SmallNumbers::shown;
  const std::string period = given.from + " to " + given.to;
  const auto figures = counted.figures();
  const std::string text = given.format == "csv"   ? audit::in_csv(figures, small)
                           : given.format == "svg" ? audit::in_svg(figures, period, small)
                                                   : audit::in_markdown(figures, period, small);
  if (given.output.empty()) {
    session.out << text;
    return;
  }
  PrivateFile file(given.output);
  file.write(text);
  file.keep();
  session.err << given.output << " is written.\n";
}

}  // namespace

void add_report(Command& app, Session& session) {
  Command& made =
      command(app, "report", "The committee's table: arrivals, missing episodes, who was told in time, duties",
              "  toldctl report --from 2023-04-01 --to 2024-01-31\n"
              "  toldctl report --from 2023-04-01 --to 2024-01-31 --format csv --suppress-small -o table.csv\n"
              "  toldctl report --from 2023-04-01 --to 2024-01-31 --export ledger.jsonl --format svg");
  auto given = std::make_shared<Period>();
  made.option("--from", given->from, "The first day: 2023-04-01").required();
  made.option("--to", given->to, "The last day, which counts: 2024-01-31").required();
  made.option("--format", given->format, "markdown, csv, or svg (a chart)")
      .one_of({"markdown", "csv", "svg"})
      .shows_default();
  made.flag("--suppress-small", given->suppress_small, "Show no count of 1 to 4, from which somebody may be known");
  made.option("--export", given->export_file,
              "Count this complete export (jsonl, verified before) instead of asking the running told");
  made.option("-o,--output", given->output, "Into this file (made readable by you only); else to standard output");
  made.runs([&session, given] { report(*given, session); });
}

}  // namespace told::ctl
