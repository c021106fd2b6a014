#include "tally.hpp"

#include "version.hpp"

namespace told {
namespace {

const char* word(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_ACCEPTED:
      return "accepted";
    case v1::VERDICT_DUPLICATE:
      return "duplicate";
    case v1::VERDICT_REFUSED:
      return "refused";
    case v1::VERDICT_RETRY:
      return "retry";
    default:
      return "unspecified";
  }
}

const char* word(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_DELIVERED:
      return "delivered";
    case v1::OUTCOME_SENT:
      return "sent";
    case v1::OUTCOME_DEFERRED:
      return "deferred";
    case v1::OUTCOME_REFUSED:
      return "refused";
    case v1::OUTCOME_UNKNOWN:
      return "unknown";
    default:
      return "unspecified";
  }
}

const char* word(v1::Means means) {
  switch (means) {
    case v1::MEANS_QUEUE:
      return "queue";
    case v1::MEANS_LOCAL:
      return "local";
    case v1::MEANS_TELEPHONE:
      return "telephone";
    case v1::MEANS_CALLBACK:
      return "callback";
    case v1::MEANS_LINK:
      return "link";
    case v1::MEANS_FILE:
      return "file";
    case v1::MEANS_REPLY_QUEUE:
      return "reply_queue";
    default:
      return "unspecified";
  }
}

double seconds(core::Duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace

void Tally::count(v1::Verdict verdict, bool prevent) { ++counted_[prevent ? 1 : 0].events[word(verdict)]; }

void Tally::count(const v1::LedgerEntry& entry, bool prevent) {
  Counted& counted = counted_[prevent ? 1 : 0];
  if (entry.has_attempt_ended()) ++counted.attempts[word(entry.attempt_ended().outcome())];
  if (entry.has_acknowledged()) ++counted.acknowledgements[word(entry.acknowledged().means())];
  if (entry.has_escalated()) ++counted.escalations;
}

board::Metrics Tally::metrics(const audit::Sight& sight, const core::Engine& engine, ledger::Ledger& ledger,
                              const gateway::Gateway& gateway, const board::Board::Figures& board, std::size_t limbo,
                              const Watcher* watcher, const std::vector<dispatch::WayFigures>& ways, core::Instant now,
                              core::Duration clock_offset) const {
  board::Metrics m;
  for (const bool prevent : {false, true}) {
    if (sight.sees() == (prevent ? audit::Sees::safeguarding : audit::Sees::prevent)) continue;
    const Counted& counted = counted_[prevent ? 1 : 0];
    for (const auto& [verdict, count] : counted.events) m.events[verdict] += count;
    for (const auto& [outcome, count] : counted.attempts) m.attempts[outcome] += count;
    for (const auto& [means, count] : counted.acknowledgements) m.acknowledgements[means] += count;
    m.escalations += counted.escalations;
  }
  const gateway::Gateway::Figures sockets = gateway.figures();
  m.strangers_refused = sockets.refused_strangers;
  m.descriptors = sockets.descriptors;
  m.descriptors_limit = sockets.descriptors_limit;
  m.addresses_kept_out = sockets.addresses_kept_out;
  const ledger::Ledger::Figures commits = ledger.figures();
  m.commit_groups = commits.groups;
  m.last_commit_seconds = commits.last_commit_seconds;
  m.commit_seconds_sum = commits.commit_seconds;
  m.ledger_entries = ledger.size();
  for (const auto& [index, event] : engine.state().events()) {
    if (!sight.event(event)) continue;
    if (event.type == "alarm" && event.episode_open) ++m.alarms_open;
    for (const core::Notification& n : event.notifications) {
      if (!n.open()) continue;
      ++m.notifications_open;
      if (n.next != core::Instant{}) ++m.deadlines_armed;
      if (n.asks_acknowledgement() && n.deadline < now) ++m.notifications_late;
    }
  }
  m.limbo = limbo;
  for (std::size_t r = 0; r < engine.state().recipients(); ++r) {
    const auto id = static_cast<core::RecipientId>(r);
    const core::Lane* lane = engine.lanes().find(id);
    const std::string& name = engine.state().recipient_name(id);
    const core::Recipient* recipient = engine.state().policy() ? engine.state().policy()->recipient(name) : nullptr;
    if (recipient != nullptr && !sight.recipient(*recipient)) continue;
    m.sessions[name] = lane != nullptr && (lane->reach(0).session != 0 || lane->reach(1).session != 0) ? 1 : 0;
    m.lane_waiting[name] = lane != nullptr ? lane->waiting() : 0;
  }
  for (const dispatch::WayFigures& way : ways) {
    const core::Recipient* recipient =
        engine.state().policy() ? engine.state().policy()->recipient(way.recipient) : nullptr;
    if (recipient != nullptr && !sight.recipient(*recipient)) continue;
    const std::string name = way.recipient + " by " + way.carrier;
    m.way_failures[name] = way.failures;
    m.ways_broken[name] = way.broken || way.closed ? 1 : 0;
  }
  m.clock_offset_seconds = seconds(clock_offset);
  m.store_free_bytes = ledger.room().free_bytes;
  if (watcher != nullptr) {
    const Watcher::Figures heard = watcher->figures();
    m.watcher_signs = {{"answered", heard.answered}, {"failed", heard.failed}};
  }
  m.board_connections = board.connections;
  m.board_watchers = board.watchers;
  m.version = version;
  return m;
}

}  // namespace told
