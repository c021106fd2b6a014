// toldctl export: the ledger, for auditors and for spreadsheets.
#include <google/protobuf/util/time_util.h>

#include <memory>
#include <ostream>

#include "ctl/board_client.hpp"
#include "ctl/exit.hpp"
#include "ctl/private_file.hpp"
#include "ctl/session.hpp"
#include "ctl/terminal.hpp"
#include "ctl/when.hpp"

namespace told::ctl {
namespace {

struct Given {
  std::string format = "jsonl", reference, agency, since, until, file, reason;
};

std::string address(const Given& given) {
  std::string path = "/v1/export?format=" + given.format;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) path += std::string("&") + name + "=" + percent_encoded(value);
  };
  const auto time = [](const std::string& text) {
    return text.empty() ? text : google::protobuf::util::TimeUtil::ToString(stamp(read_time(text, now())));
  };
  add("case", given.reference);
  add("agency", given.agency);
  add("since", time(given.since));
  add("until", time(given.until));
  return path;
}

void to_file(const Given& given, Session& session) {
  // Written beside and moved when whole: a broken export is never found under the name asked for.
  PrivateFile file(given.file);
  {
    Progress progress(session.err, session.err_terminal, "exporting");
    std::uint64_t bytes = 0;
    BoardClient(session)
        .because(given.reason)
        .stream(
            address(given),
            [&](std::string_view piece) {
              file.write(piece);
              progress.bytes(bytes += piece.size());
              return true;
            },
            false);
  }
  file.keep();
  session.err << given.file << " is written. ";
  if (given.format == "jsonl")
    session.err << "Check it with: toldctl verify " << given.file << " --key VERIFIER_KEY\n";
  else
    session.err << "It is a table for reading and carries no proof; for that, --format jsonl\n";
}

}  // namespace

void add_export(Command& app, Session& session) {
  Command& made = command(app, "export", "Export the ledger: jsonl with proofs, or csv as a table",
                          "  toldctl export -o ledger.jsonl\n"
                          "  toldctl export --case C-7K3-M9QG -o case.jsonl\n"
                          "  toldctl export --format csv --agency police --since 2026-11-01T00:00:00Z -o police.csv");
  auto given = std::make_shared<Given>();
  made.option("--format", given->format, "jsonl (with proofs) or csv (a table)")
      .one_of({"jsonl", "csv"})
      .shows_default();
  made.flag("--json", session.json, "The same as --format jsonl");
  made.option("--case", given->reference, "Only this case (C-…)");
  made.option("--agency", given->agency, "Only this recipient, or all below a prefix (police)");
  made.option("--since", given->since, "Only from then on: RFC 3339, or 21:14 (London)");
  made.option("--until", given->until, "Only before then");
  made.option("--reason", given->reason, "Why you take it: it is recorded that you do");
  made.option("-o,--output", given->file, "Into this file (made readable by you only); else to standard output");
  made.runs([&session, given] {
    if (session.json) given->format = "jsonl";
    if (!given->file.empty()) return to_file(*given, session);
    BoardClient(session)
        .because(given->reason)
        .stream(
            address(*given),
            [&](std::string_view piece) {
              return session.out.write(piece.data(), static_cast<std::streamsize>(piece.size())).good();
            },
            false);
    if (!session.out.flush()) throw Failure(exit_io, "the export could not be written out: is the disk full?");
  });
}

}  // namespace told::ctl
