// A million armed deadlines: the real engine, the real clock and the daemon's loop, without ledger and sockets, so that
// what is measured is the timer queue and the state that a deadline belongs to.
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "config/config.hpp"
#include "core/engine.hpp"
#include "daemon.hpp"
#include "figures.hpp"
#include "path/clock.hpp"
#include "path/timerfd_clocks.hpp"

namespace told::bench {
namespace {

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

core::EventPrints prints_of(std::uint64_t number) {
  core::EventPrints prints;
  std::memcpy(prints.identity.data(), &number, sizeof number);
  std::memcpy(prints.subject.data(), &number, sizeof number);
  return prints;
}

}  // namespace

std::vector<Figure> measure_deadlines(const Place& place) {
  using namespace std::chrono_literals;
  const auto events = static_cast<std::uint64_t>(250'000 * place.scale);  // four deadlines each
  const std::uint64_t due_soon = 2'500;                                   // 10,000 deadlines within one second
  boost::asio::io_context loop{1};
  path::TimerfdClocks machine(loop);
  path::Clock clock(machine, core::Instant{});
  core::Engine engine;
  engine.finish_replay();
  auto loaded = config::load_policy(TOLD_BENCH_POLICY);
  if (!loaded.ok()) throw std::runtime_error(loaded.problems.front().to_string());
  (void)engine.decide(core::Start{"bench", "bench"}, clock.now());
  (void)engine.decide(core::AdoptPolicy{0, std::make_shared<core::Policy>(loaded.value), std::string(32, 'x')},
                      clock.now());
  const std::uint64_t before = resident_bytes();

  // The ladder's first rung comes 30 minutes after the event's time: events of long enough ago fall due when we want.
  const core::Instant start = clock.now();
  const core::Instant fall_due = start + (place.scale < 1 ? 4s : 12s);
  for (std::uint64_t n = 0; n < events; ++n) {
    auto event = std::make_shared<v1::Event>(missing_event(n));
    const core::Duration within = n < due_soon ? core::Duration{1'000'000 * n / due_soon} : core::Duration{1h};
    const std::int64_t at = core::to_us(fall_due + within - 30min);
    event->mutable_time()->set_seconds(at / 1'000'000);
    event->mutable_time()->set_nanos(static_cast<std::int32_t>(at % 1'000'000) * 1000);
    core::Publish publish;
    publish.publisher = "port";
    publish.prints = prints_of(n);
    publish.event = std::move(event);
    (void)engine.decide(std::move(publish), start);
    if (n % 10'000 == 0) (void)engine.state_for_restore().take_changes();  // as the projection does
  }
  (void)engine.state_for_restore().take_changes();
  const std::size_t armed = engine.armed();
  const std::uint64_t used = resident_bytes() - before;
  if (clock.now() > fall_due) throw std::runtime_error("arming took longer than planned: run it on a quieter machine");

  std::vector<double> late;
  bool early = false;
  clock.on_due([&] {
    const core::Instant now = clock.now();
    for (const core::Entry& entry : engine.decide(core::Tick{}, now).entries) {
      if (!entry.head.has_escalated()) continue;
      // Due 30 minutes after the event's time.
      const core::Instant due = engine.state().event(entry.head.event())->time + 30min;
      early = early || now < due;
      late.push_back(std::chrono::duration<double, std::milli>(now - due).count());
    }
    if (late.size() >= due_soon * 4) loop.stop();
    clock.arm(engine.next_due());
  });
  clock.arm(engine.next_due());
  loop.run();
  std::sort(late.begin(), late.end());
  const std::string how =
      std::to_string(armed) + " armed, " + std::to_string(late.size()) + " fell due within one second";
  const double p99 = late[static_cast<std::size_t>(static_cast<double>(late.size() - 1) * 0.99)];
  return {{"1,000,000 armed deadlines: memory", static_cast<double>(used) / (1 << 20), "MiB", 250, false, how},
          {"1,000,000 armed deadlines: fired early", early ? 1.0 : 0.0, "", 0, false, how},
          {"1,000,000 armed deadlines: lateness p99", p99, "ms", 50, false, how}};
}

}  // namespace told::bench
