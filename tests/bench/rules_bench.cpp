// An event decided by a policy of 10,000 rules: at most 50 us, the median of 2,000 events. Each rule has a condition,
// every other one on a field of the event's data; ten of them hold for any one event. Prints the figure; exit code 1
// where the bound is broken.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "core/engine.hpp"
#include "core/event_types.hpp"

namespace told::bench {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr std::uint32_t rules = 10'000;
constexpr std::uint32_t holding = 10;  ///< rules of each type that hold for an event
constexpr int events = 2'000;
constexpr double bound_us = 50;

std::shared_ptr<core::Policy> region() {
  auto policy = std::make_shared<core::Policy>();
  policy->text = "region";
  policy->ladders["usual"] = {"usual", {{15min, {"desk_0"}}}, 30min};
  for (std::uint32_t i = 0; i < holding; ++i)
    policy->recipients.push_back({"desk_" + std::to_string(i), "desk", "generic", "zmq_queue"});
  std::vector<std::string> types;
  for (const core::EventType& type : core::event_types())
    if (!core::is_about_an_earlier(type.name)) types.push_back(type.name);
  for (std::uint32_t n = 0; n < rules; ++n) {
    core::Rule rule;
    rule.number = n + 1;
    rule.when = types[n % types.size()];
    const std::uint32_t nth = n / static_cast<std::uint32_t>(types.size());
    rule.who = "desk_" + std::to_string(nth % holding);
    const std::string asked = nth % 2 == 0 ? "site" : "child.language";
    const std::string value = nth < holding ? "here" : "elsewhere_" + std::to_string(nth);
    if (!rule.only_if.read(asked + " == \"" + value + "\"", rule.when).empty()) std::abort();
    rule.within[0] = rule.within[1] = 30min;
    rule.ladder[0] = rule.ladder[1] = "usual";
    policy->rules.push_back(std::move(rule));
  }
  return policy;
}

int run() {
  core::Engine engine;
  engine.finish_replay();
  core::Instant now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 3}};
  (void)engine.decide(core::Start{"bench", "bench/ledger"}, now);
  (void)engine.decide(core::AdoptPolicy{0, region(), std::string(32, 'x')}, now);
  std::vector<double> took;
  std::size_t told = 0;
  for (int i = 0; i < events; ++i) {
    auto event = std::make_shared<v1::Event>();
    event->set_id(std::to_string(i));
    event->set_source("port");
    event->set_type("told.child.missing.v1");
    event->set_site("here");
    event->set_status(v1::STATUS_ACTUAL);
    event->mutable_time()->set_seconds(core::to_us(now) / 1'000'000);
    event->mutable_child_missing()->mutable_child()->set_language("here");
    core::Publish publish{1, "port", std::move(event), {}, nullptr};
    std::uint64_t spread = 0x9E3779B97F4A7C15ULL * static_cast<std::uint64_t>(i + 1);
    for (std::size_t b = 0; b < publish.prints.identity.size(); ++b, spread = spread * 6364136223846793005ULL + 1)
      publish.prints.identity[b] = publish.prints.subject[b] = static_cast<std::byte>(spread >> 56U);
    const auto begun = Steady::now();
    const core::Decision decision = engine.decide(std::move(publish), now);
    took.push_back(std::chrono::duration<double, std::micro>(Steady::now() - begun).count());
    told += static_cast<std::size_t>(decision.entries.front().head.event_accepted().duties_size());
  }
  std::sort(took.begin(), took.end());
  const double median = took[took.size() / 2];
  std::printf("an event decided by %u rules: p50 %.1f us, p99 %.1f us, at most %.0f: %s (%zu notifications)\n", rules,
              median, took[took.size() * 99 / 100], bound_us, median <= bound_us ? "reached" : "MISSED", told);
  return median <= bound_us && told == static_cast<std::size_t>(events) * holding ? 0 : 1;
}

}  // namespace
}  // namespace told::bench

int main() { return told::bench::run(); }
