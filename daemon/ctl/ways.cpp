// toldctl ways: how each recipient is reached, and whether it is.
#include <ostream>

#include "audit/json.hpp"
#include "audit/kinds.hpp"
#include "ctl/board_client.hpp"
#include "ctl/session.hpp"
#include "ctl/terminal.hpp"
#include "told/v1/api.pb.h"

namespace told::ctl {
namespace {

void print(const v1::WaysReport& report, Session& session) {
  Columns columns({"STATE", "WHO", "BY", "WAITING", "HOW IT STANDS"});
  for (const v1::WayReport& way : report.ways())
    columns.add({way.state(), way.title(), way.carrier() + (way.channel() == 1 ? " (second channel)" : ""),
                 std::to_string(way.waiting()), audit::on_one_line(way.sentence())},
                way.state() == "open" ? Tone::plain : Tone::warning);
  columns.print(session.out, session.out_terminal);
}

}  // namespace

void add_ways(Command& app, Session& session) {
  Command& made =
      command(app, "ways", "Show how each recipient is reached, whether it is, and what to do where it is not",
              "  toldctl ways\n  toldctl ways --json");
  takes_json(made, session);
  made.runs([&session] {
    v1::WaysReport report;
    BoardClient(session).get("/v1/ways", &report);
    if (session.json)
      session.out << audit::to_pretty_json(report);
    else
      print(report, session);
  });
}

}  // namespace told::ctl
