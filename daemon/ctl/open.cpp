// toldctl open: whose clock is running.
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

std::string next_words(const v1::OpenNotification& row, core::Instant now) {
  if (!row.has_next_climb()) return "";
  const std::string what = row.rung() >= row.rungs() ? "the last rung again" : "rung " + std::to_string(row.rung() + 1);
  return what + " at " + audit::short_time(instant(row.next_climb()), now);
}

void print(const v1::OpenReport& report, Session& session) {
  auto& out = session.out;
  const auto as_of = instant(report.as_of());
  const bool colour = session.out_terminal;
  if (report.notifications().empty() && report.alarms().empty()) {
    out << toned("Nothing is open.", Tone::good, colour) << "  (" << audit::full_time(as_of) << ")\n";
    return;
  }
  for (const auto& alarm : report.alarms())
    out << toned("ALARM " + alarm.reference(), Tone::warning, colour) << "  since "
        << audit::short_time(instant(alarm.raised()), as_of) << "  " << audit::on_one_line(alarm.sentence())
        << (alarm.notification().empty() ? "" : "  (" + alarm.notification() + ")") << "\n";
  if (!report.alarms().empty()) out << "\n";
  if (report.notifications().empty()) return;

  Columns columns({"TIME LEFT", "WHO", "WHAT", "NOTIFICATION", "CASE", "NEXT", "STATE"});
  for (const auto& row : report.notifications()) {
    std::string what = (row.exercise() ? "EXERCISE: " : "") + audit::event_words(row.event_type());
    if (row.kind() != v1::NOTIFICATION_KIND_TELL && row.kind() != v1::NOTIFICATION_KIND_ALARM)
      what += " (" + audit::kind_words(row.kind()) + ")";
    if (!row.duty().empty()) what = row.duty();
    columns.add(
        {row.time_left(), row.title(), what, row.reference(), row.case_ref(), next_words(row, as_of), row.state()},
        row.late() ? Tone::warning : Tone::plain);
  }
  columns.print(out, colour);
  const auto shown = static_cast<std::uint32_t>(report.notifications_size());
  out << "\n" << report.total() << " open at " << audit::full_time(as_of);
  if (shown < report.total()) out << "; the most urgent " << shown << " are shown (--limit)";
  out << "\n";
}

}  // namespace

void add_open(Command& app, Session& session) {
  Command& made = command(app, "open", "Show what is open: whose clock is running, and alarms",
                          "  toldctl open\n  toldctl open --limit 20\n  toldctl open --json");
  takes_json(made, session);
  auto limit = std::make_shared<unsigned>(1000);
  made.option("--limit", *limit, "Show at most this many notifications").within(1, 100000);
  made.runs([&session, limit] {
    v1::OpenReport report;
    BoardClient(session).get("/v1/open?limit=" + std::to_string(*limit), &report);
    if (session.json)
      session.out << audit::to_pretty_json(report);
    else
      print(report, session);
  });
}

}  // namespace told::ctl
