// toldctl verify: checks an export offline.
#include "audit/verify.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>

#include "audit/json.hpp"
#include "ctl/exit.hpp"
#include "ctl/private_file.hpp"
#include "ctl/session.hpp"
#include "ctl/terminal.hpp"
#include "ledger/note.hpp"
#include "told/v1/api.pb.h"

namespace told::ctl {
namespace {

v1::VerifyReport report_of(const audit::Verdict& verdict) {
  v1::VerifyReport report;
  report.set_verified(verdict.verified());
  report.set_sentence(verdict.sentence);
  report.set_entries(verdict.entries);
  report.set_withheld(verdict.withheld);
  report.set_faults_in_all(verdict.faults_in_all);
  for (const auto& fault : verdict.faults) {
    auto& shown = *report.add_faults();
    shown.set_line(fault.line);
    shown.set_sentence(fault.sentence);
  }
  for (const auto& notice : verdict.notices) report.add_notices(notice);
  return report;
}

void print(const audit::Verdict& verdict, Session& session) {
  const bool colour = session.out_terminal;
  session.out << toned(verdict.sentence, verdict.verified() ? Tone::good : Tone::warning, colour) << "\n";
  for (std::size_t i = 1; i < verdict.faults.size(); ++i)
    session.out << "  also: "
                << (verdict.faults[i].line ? "line " + std::to_string(verdict.faults[i].line) + ": " : std::string())
                << verdict.faults[i].sentence << "\n";
  if (verdict.faults_in_all > verdict.faults.size())
    session.out << "  and " << audit::grouped(verdict.faults_in_all - verdict.faults.size()) << " more\n";
  for (const auto& notice : verdict.notices) session.out << toned("NOTE: " + notice, Tone::strong, colour) << "\n";
  if (!verdict.verified())
    session.out << "Keep this file as it is, get another export, and tell whoever is answerable for the ledger.\n";
}

}  // namespace

void add_verify(Command& app, Session& session) {
  Command& made = command(app, "verify", "Check an export offline: nothing changed, nothing left out, signed by whom",
                          "  toldctl verify ledger.jsonl --key told.public\n"
                          "  toldctl verify ledger.jsonl --key told.public --since-checkpoint last-month.note\n"
                          "  toldctl verify - --key told.public < ledger.jsonl");
  takes_json(made, session);
  struct Given {
    std::string file, key, since;
  };
  auto given = std::make_shared<Given>();
  made.option("FILE", given->file, "The export (jsonl), or - for standard input").required();
  made.option("--key", given->key, "The file with the signer's verifier key, had from somewhere else");
  made.option("--since-checkpoint", given->since, "An older signed checkpoint: nothing before it may have changed");
  made.runs([&session, given] {
    audit::VerifyOptions options;
    if (!given->key.empty()) {
      options.verifier_key = read_line(given->key);
      std::string problem;
      if (!ledger::VerifierKey::from_text(options.verifier_key, &problem))
        throw Failure(exit_usage, given->key + " is no verifier key (" + problem +
                                      "): give the .public file of the key that signs the ledger; nothing was checked");
    }
    if (!given->since.empty()) options.since_checkpoint = read_file(given->since);
    std::ifstream file;
    if (given->file != "-") {
      file.open(given->file, std::ios::binary);
      if (!file)
        throw Failure(exit_no_input, given->file + " cannot be read (" + std::strerror(errno) + "): check the path");
    }
    audit::Verdict verdict;
    {
      Progress progress(session.err, session.err_terminal, "verifying");
      options.progress = [&](std::uint64_t done, std::uint64_t of) { progress.done(done, of); };
      verdict = audit::verify(given->file == "-" ? std::cin : file, options);
    }
    if (session.json)
      session.out << audit::to_pretty_json(report_of(verdict));
    else
      print(verdict, session);
    session.exit_code = verdict.verified() ? exit_good : exit_data;
  });
}

}  // namespace told::ctl
