#include "board/ways_report.hpp"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "audit/clock.hpp"

namespace told::board {
namespace {

using Milliseconds = std::chrono::milliseconds;

void say_queue(const core::Lane* lane, core::Channel channel, v1::WayReport& way) {
  const bool connected = lane != nullptr && lane->reach(channel).session != 0;
  way.set_state(connected ? "open" : "closed");
  way.set_sentence(connected ? "Their system is connected."
                             : "Their system is not connected: telephone them, and record the call.");
}

void say_out(const dispatch::WayFigures* figures, core::Instant now, v1::WayReport& way) {
  if (figures == nullptr) {
    way.set_state("closed");
    way.set_sentence("told.toml has no [[way]] for it: write one, and reload told.");
    return;
  }
  const auto& f = *figures;
  way.set_failures(f.failures);
  way.set_state(f.closed ? "closed" : f.broken ? "failing" : "open");
  const std::string why = f.problem.empty() ? "" : " " + f.problem;
  if (f.closed) {
    way.set_sentence("Nothing more is sent there until the configuration is reloaded:" + why);
    return;
  }
  if (f.failures == 0) {
    way.set_sentence(f.problem.empty() ? "It works, or nothing was sent yet." : "It works, but" + why);
    return;
  }
  const core::Instant next = now + f.rests_for;
  if (f.rests_for > Milliseconds{0})
    *way.mutable_next_try() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(core::to_us(next));
  way.set_sentence(std::to_string(f.failures) + (f.failures == 1 ? " failure" : " failures in a row") +
                   (f.rests_for > Milliseconds{0} ? ", tried again at " + audit::clock_time(next) : "") + ":" + why);
}

}  // namespace

v1::WaysReport ways_report(const core::Engine& engine, const std::vector<dispatch::WayFigures>& out, core::Instant now,
                           const audit::Sight& sight) {
  v1::WaysReport report;
  const core::State& state = engine.state();
  if (!state.policy()) return report;
  for (const core::Recipient& recipient : state.policy()->recipients) {
    if (!sight.recipient(recipient)) continue;
    const auto id = state.recipient_id(recipient.name);
    const core::Lane* lane = id ? engine.lanes().find(*id) : nullptr;
    const auto add = [&](const std::string& carrier, core::Channel channel) {
      v1::WayReport& way = *report.add_ways();
      way.set_recipient(recipient.name);
      way.set_title(recipient.title);
      way.set_carrier(carrier);
      way.set_channel(channel);
      way.set_waiting(lane == nullptr ? 0 : static_cast<std::uint32_t>(lane->waiting()));
      if (carrier == "zmq_queue") return say_queue(lane, channel, way);
      const auto figures = std::find_if(out.begin(), out.end(), [&](const dispatch::WayFigures& f) {
        return f.recipient == recipient.name && f.carrier == carrier;
      });
      say_out(figures == out.end() ? nullptr : &*figures, now, way);
    };
    add(recipient.carrier, 0);
    if (recipient.second) add(recipient.second->carrier, 1);
  }
  return report;
}

}  // namespace told::board
