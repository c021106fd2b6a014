#include "board/watchers.hpp"

#include <google/protobuf/util/time_util.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "audit/glossary.hpp"
#include "audit/json.hpp"
#include "core/reference.hpp"
#include "told/v1/api.pb.h"

namespace told::board {
namespace {

/// "id" lets a client that comes back say where it was.
std::string event_of(const v1::LedgerEntry& entry, const core::State& state) {
  v1::WatchedEntry watched;
  watched.set_index(entry.index());
  *watched.mutable_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(entry.time_us());
  watched.set_what(audit::in_words(entry, nullptr, audit::glossary_of(state)));
  if (entry.case_number()) watched.set_case_ref(core::to_reference(core::Named::case_, entry.case_number()));
  return "id: " + std::to_string(entry.index()) + "\ndata: " + audit::to_json(watched) + "\n\n";
}

}  // namespace

struct Watchers::Timer {
  boost::asio::steady_timer timer;
  std::chrono::milliseconds period;
};

Watchers::Watchers(boost::asio::io_context& loop, std::chrono::milliseconds heartbeat, const core::State& state,
                   const audit::Sight& sight)
    : state_(state), sight_(sight), timer_(new Timer{boost::asio::steady_timer(loop), heartbeat}) {
  beat();
}

Watchers::~Watchers() = default;

void Watchers::add(ExchangePtr exchange) {
  exchange->begin(200, "text/event-stream");
  exchange->piece(": told is watching\n\n", {});
  const auto place = watchers_.insert(watchers_.end(), exchange);
  exchange->on_gone([this, place] { watchers_.erase(place); });
}

void Watchers::send(const std::string& bytes) {
  for (auto each = watchers_.begin(); each != watchers_.end();) {
    const auto watcher = *each++;  // abort() takes it out of the list
    if (watcher->pending() + bytes.size() > watcher_bytes_max)
      watcher->abort();
    else
      watcher->piece(bytes, {});
  }
}

void Watchers::tell(std::span<const core::Entry> entries) {
  if (watchers_.empty()) return;
  std::string bytes;
  for (const auto& entry : entries)
    if (sight_.entry(entry.head)) bytes += event_of(entry.head, state_);
  if (!bytes.empty()) send(bytes);
}

void Watchers::beat() {
  timer_->timer.expires_after(timer_->period);
  timer_->timer.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped) return;
    send(": still here\n\n");
    beat();
  });
}

void Watchers::close() {
  timer_->timer.cancel();
  while (!watchers_.empty()) {
    const auto watcher = watchers_.front();
    watcher->abort();
  }
}

}  // namespace told::board
