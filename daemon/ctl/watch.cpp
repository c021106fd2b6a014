// toldctl watch: what happens, as it happens.
#include <ostream>

#include "audit/clock.hpp"
#include "audit/json.hpp"
#include "audit/kinds.hpp"
#include "ctl/board_client.hpp"
#include "ctl/exit.hpp"
#include "ctl/session.hpp"
#include "ctl/when.hpp"
#include "told/v1/api.pb.h"

namespace told::ctl {
namespace {

void print(const std::string& data, Session& session) {
  if (session.json) {
    session.out << data << std::endl;
    return;
  }
  v1::WatchedEntry entry;
  if (!audit::from_json(data, &entry).empty()) return;  // of a newer told: the next one may be readable
  // Flushed each time: whoever pipes this somewhere wants it now.
  session.out << audit::clock_time(instant(entry.time())) << "  " << audit::on_one_line(entry.what()) << std::endl;
}

}  // namespace

void add_watch(Command& app, Session& session) {
  Command& made = command(app, "watch", "Show what happens as it becomes durable, until Ctrl-C",
                          "  toldctl watch\n  toldctl watch --json | jq -r .what");
  takes_json(made, session);
  made.runs([&session] {
    std::string line;
    BoardClient(session).stream(
        "/v1/watch",
        [&](std::string_view piece) {
          for (const char c : piece) {
            if (c != '\n') {
              line += c;
              continue;
            }
            if (line.starts_with("data: ")) print(line.substr(6), session);
            line.clear();
          }
          return session.out.good() && line.size() < 65536;
        },
        true);
    if (session.out.good())
      throw Failure(exit_unavailable, "told has ended the watch: is it being restarted? Try again");
  });
}

}  // namespace told::ctl
