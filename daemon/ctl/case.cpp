// toldctl case: who was told what, and when.
#include <memory>
#include <ostream>

#include "audit/clock.hpp"
#include "audit/json.hpp"
#include "audit/kinds.hpp"
#include "ctl/board_client.hpp"
#include "ctl/session.hpp"
#include "ctl/terminal.hpp"
#include "ctl/when.hpp"
#include "told/v1/api.pb.h"

namespace told::ctl {
namespace {

std::string said_words(const v1::Said& said) {
  std::string text = said.name();
  if (!said.role().empty()) text += ", " + said.role();
  if (!said.recorded_by().empty()) text += " (recorded by " + said.recorded_by() + ")";
  if (!said.note().empty()) text += ": \"" + said.note() + "\"";
  return audit::on_one_line(text);
}

void print(const v1::CaseReport& report, Session& session) {
  auto& out = session.out;
  out << toned("Case " + report.case_ref(), Tone::strong, session.out_terminal) << "\n";
  if (report.same_child_size() > 0) {
    out << "The same child's:";
    for (const auto& reference : report.same_child()) out << " " << reference;
    if (!report.goes_on_as().empty()) out << "; new reports come under " << report.goes_on_as();
    out << "\n";
  }
  for (const auto& known : report.known_as())
    out << "  " << known.case_ref() << " to " << audit::on_one_line(known.title()) << "\n";
  std::string day;
  for (const auto& entry : report.entries()) {
    const auto at = instant(entry.time());
    const auto full = audit::full_time(at);
    if (full.substr(0, 15) != day) {
      day = full.substr(0, 15);
      out << "\n" << day << full.substr(full.rfind(' ')) << "\n";
    }
    out << "  " << audit::clock_time(at) << "  " << audit::on_one_line(entry.what());
    if (!entry.event_ref().empty()) out << " [" << entry.event_ref() << "]";
    if (!entry.case_ref().empty()) out << " [" << entry.case_ref() << "]";
    if (!entry.published_under().empty()) out << " [published under " << entry.published_under() << "]";
    out << "\n";
    if (entry.has_said()) out << "            " << said_words(entry.said()) << "\n";
    if (entry.purged()) out << "            (withdrawn, content purged)\n";
    if (entry.erased()) out << "            (what was said here has been erased)\n";
  }
}

}  // namespace

void add_case(Command& app, Session& session) {
  Command& made = command(app, "case", "Show a case: who was told what and when, and who answered",
                          "  toldctl case C-7K3-M9QG\n  toldctl case c7k3m9qg --json\n"
                          "  toldctl case C-7K3-M9QG --reason \"asked by the strategy meeting\"");
  takes_json(made, session);
  auto reference = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  made.option("REF", *reference,
              "The case's reference (C-…), the one by which a party knows it (R-…), or that of an event (E-…) or "
              "notification (N-…) in it")
      .required();
  made.option("--reason", *reason, "Why you look: it is recorded that you do");
  made.runs([&session, reference, reason] {
    v1::CaseReport report;
    BoardClient(session).because(*reason).get("/v1/cases/" + in_path(*reference), &report);
    if (session.json)
      session.out << audit::to_pretty_json(report);
    else
      print(report, session);
  });
}

}  // namespace told::ctl
