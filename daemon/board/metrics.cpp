#include "board/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace told::board {
namespace {

/// A registry made for one answer: the figures are kept by the rooms, and there is one thread.
class Page {
 public:
  template <class Number>
  void counter(const char* name, const char* help, Number value) {
    counters(name, help).Add({}).Increment(static_cast<double>(value));
  }
  template <class Number>
  void counter(const char* name, const char* help, const char* label, const std::map<std::string, Number>& values) {
    auto& family = counters(name, help);
    for (const auto& [key, value] : values) family.Add({{label, key}}).Increment(static_cast<double>(value));
  }
  template <class Number>
  void gauge(const char* name, const char* help, Number value) {
    gauges(name, help).Add({}).Set(static_cast<double>(value));
  }
  template <class Number>
  void gauge(const char* name, const char* help, const char* label, const std::map<std::string, Number>& values) {
    auto& family = gauges(name, help);
    for (const auto& [key, value] : values) family.Add({{label, key}}).Set(static_cast<double>(value));
  }
  [[nodiscard]] std::string text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

 private:
  prometheus::Family<prometheus::Counter>& counters(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
  }
  prometheus::Family<prometheus::Gauge>& gauges(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
  }
  prometheus::Registry registry_;
};

}  // namespace

std::string metrics_text(const Metrics& m) {
  Page page;
  page.counter("told_events_total", "Events that publishers handed in, by verdict.", "verdict", m.events);
  page.counter("told_delivery_attempts_total", "Attempts at delivery that ended, by outcome.", "outcome", m.attempts);
  page.counter("told_acknowledgements_total", "Acknowledgements by named people, by means.", "means",
               m.acknowledgements);
  page.counter("told_escalations_total", "Rungs climbed.", m.escalations);
  page.counter("told_strangers_refused_total", "Connections refused for want of a known key.", m.strangers_refused);
  page.counter("told_commits_total", "Groups of entries made durable.", m.commit_groups);
  page.counter("told_commit_seconds_total", "Time spent in making groups durable.", m.commit_seconds_sum);
  page.counter("told_watcher_signs_total", "Signs of life to the watcher outside, by result.", "result",
               m.watcher_signs);
  page.gauge("told_commit_seconds", "How long the last group took to become durable.", m.last_commit_seconds);
  page.gauge("told_ledger_entries", "Durable entries of the ledger.", m.ledger_entries);
  page.gauge("told_notifications_open", "Notifications that nobody has acknowledged.", m.notifications_open);
  page.gauge("told_notifications_late", "Open notifications whose deadline has passed.", m.notifications_late);
  page.gauge("told_deadlines_armed", "Timers that are armed.", m.deadlines_armed);
  page.gauge("told_alarms_open", "Alarms that are open.", m.alarms_open);
  page.gauge("told_limbo", "Open notifications that nothing chases: anything but 0 is a fault.", m.limbo);
  page.gauge("told_sessions", "Whether a party is connected (1) or not (0).", "recipient", m.sessions);
  page.gauge("told_lane_waiting", "Notifications that wait for their recipient.", "recipient", m.lane_waiting);
  page.gauge("told_way_failures", "Attempts in a row that failed, by the way that told goes out by.", "way",
             m.way_failures);
  page.gauge("told_way_broken", "Whether a way has failed so often that it is tried seldom (1) or not (0).", "way",
             m.ways_broken);
  page.gauge("told_clock_offset_seconds", "How far the wall clock stands from told's own.", m.clock_offset_seconds);
  page.gauge("told_store_free_bytes", "Room left on the store's file system.", m.store_free_bytes);
  page.gauge("told_descriptors", "Descriptors in use; at 80 % of the limit nobody new is let in.", m.descriptors);
  page.gauge("told_descriptors_limit", "Descriptors that the process may have.", m.descriptors_limit);
  page.gauge("told_addresses_kept_out", "Addresses that crowd the doors: nobody new is let in from there.",
             m.addresses_kept_out);
  page.gauge("told_board_connections", "Connections to the board.", m.board_connections);
  page.gauge("told_board_watchers", "Those who watch.", m.board_watchers);
  page.gauge("told_build_info", "The running version.", "version",
             std::map<std::string, int>{{m.version.empty() ? "unknown" : m.version, 1}});
  return page.text();
}

}  // namespace told::board
