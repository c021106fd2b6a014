// How long a restart takes with 100,000 open notifications, and what an idle daemon costs.
#include <chrono>
#include <stdexcept>
#include <thread>

#include "daemon.hpp"
#include "figures.hpp"

namespace told::bench {

using namespace std::chrono_literals;

std::vector<Figure> measure_restart(const Place& place) {
  const auto events = static_cast<std::uint64_t>(25'000 * place.scale);
  Daemon daemon(place.told_program, place.disk);
  daemon.start();
  {
    gateway::PublisherClient publisher(daemon.publisher());
    constexpr std::uint64_t batch = 64;
    for (std::uint64_t n = 0; n < events; n += batch) {
      v1::PublishRequest request;
      for (std::uint64_t i = n; i < std::min(n + batch, events); ++i) *request.add_events() = missing_event(i);
      const v1::PublishReply reply = publisher.publish(std::move(request), 10s);
      for (const v1::PublishResult& result : reply.results())
        if (result.verdict() != v1::VERDICT_ACCEPTED) throw std::runtime_error(result.ShortDebugString());
    }
  }
  const double open = daemon.metric("told_notifications_open");
  daemon.kill();
  const double took = daemon.start();
  if (daemon.metric("told_notifications_open") != open) throw std::runtime_error("the restart lost a notification");
  return {{"restart to serving with 100,000 open notifications", took, "s", 1, false,
           "killed with SIGKILL, " + std::to_string(static_cast<long>(open)) + " open before and after"}};
}

std::vector<Figure> measure_idle(const Place& place) {
  Daemon daemon(place.told_program, place.disk);
  daemon.start();
  gateway::AgencyClient agency(daemon.agency("police"));
  (void)agency.hello("bench", "", 10s);
  const double before = daemon.cpu_seconds();
  const auto wait = std::chrono::duration<double>(20 * place.scale);
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < wait) (void)agency.poll(1s);
  const double share = (daemon.cpu_seconds() - before) / wait.count() * 100;
  const double mib = static_cast<double>(daemon.resident_bytes()) / (1 << 20);
  const std::string how = "over " + std::to_string(static_cast<long>(wait.count())) + " s, one agency connected";
  return {{"idle: processor", share, "% of a core", 0.3, false, how}, {"idle: memory", mib, "MiB", 40, false, how}};
}

}  // namespace told::bench
