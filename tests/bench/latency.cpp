// From a publisher's send to the fourth agency's hands at 500 events a second, against one fdatasync of the same disk
// taken in the same run, before and after. The tail of a path of eight threads is at least the tail of the machine's
// own wake-ups and of its disk at that pace, so both are taken as well, alone and before, and printed beside it.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "daemon.hpp"
#include "figures.hpp"

namespace told::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

double quantile(std::vector<double>& values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

// One page appended and made durable, as a commit of one small group does.
void time_fdatasync(const std::filesystem::path& file, std::vector<double>& seconds) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT, 0600);
  const std::string page(4096, 'x');
  constexpr int pages = 500;
  for (int pass = 0; pass < 2; ++pass)  // the second pass overwrites: the write-ahead log, too, is written in place
    for (int i = 0; i < pages; ++i) {
      if (::pwrite(fd, page.data(), page.size(), static_cast<off_t>(i) * 4096) != 4096)
        throw std::runtime_error("cannot write to the disk to be measured");
      const auto begin = Clock::now();
      ::fdatasync(fd);
      if (pass == 1) seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    }
  ::close(fd);
}

// What this machine does to a program that does nothing else: how late a thread wakes, and how long one page takes to
// become durable at the pace of the events.
struct Quiet {
  std::vector<double> wake_late, paced_sync;
};

Quiet time_the_machine(const std::filesystem::path& file, std::chrono::milliseconds pace) {
  constexpr int samples = 1000;
  Quiet out;
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT, 0600);
  const std::string page(4096, 'x');
  auto next = Clock::now();
  for (int i = 0; i < samples; ++i) {
    next += pace;
    std::this_thread::sleep_until(next);
    const auto woke = Clock::now();
    out.wake_late.push_back(std::chrono::duration<double>(woke - next).count());
    if (::pwrite(fd, page.data(), page.size(), static_cast<off_t>(i % 500) * 4096) != 4096)
      throw std::runtime_error("cannot write to the disk to be measured");
    ::fdatasync(fd);
    out.paced_sync.push_back(std::chrono::duration<double>(Clock::now() - woke).count());
    next = std::max(next, Clock::now());
  }
  ::close(fd);
  return out;
}

}  // namespace

std::vector<Figure> measure_latency(const Place& place) {
  const auto events = static_cast<std::uint64_t>(5'000 * place.scale);
  constexpr auto apart = 2ms;  // 500 a second
  Daemon daemon(place.told_program, place.disk);
  std::vector<double> syncs;
  time_fdatasync(daemon.directory() / "sync", syncs);
  Quiet quiet = time_the_machine(daemon.directory() / "sync", apart);
  daemon.start();

  std::vector<Clock::time_point> sent(events);
  std::vector<Clock::time_point> last_hand(events);
  std::mutex lock;
  std::vector<std::jthread> agencies;
  std::atomic<int> ready{0};
  for (const std::string& name : four_agencies())
    agencies.emplace_back([&, name] {
      gateway::AgencyClient client(daemon.agency(name));
      (void)client.hello("bench", "", 10s);
      client.credit(4096);
      ++ready;
      for (std::uint64_t recorded = 0; recorded < events;) {
        const auto frame = client.poll(30s);
        const auto now = Clock::now();
        if (!frame) throw std::runtime_error("an agency heard nothing for 30 s");
        for (const v1::AcknowledgementResult& result : frame->results())
          if (result.recorded()) ++recorded;
        v1::AgencyFrame answer;
        for (const v1::Delivery& delivery : frame->deliveries()) {
          // The event's number travels in a field that this agency sees: last_seen_at's nanoseconds.
          const google::protobuf::Timestamp& mark =
              delivery.has_police_missing()        ? delivery.police_missing().missing().last_seen_at()
              : delivery.has_home_office_missing() ? delivery.home_office_missing().missing().last_seen_at()
              : delivery.has_itg_referral()        ? delivery.itg_referral().missing().last_seen_at()
                                            : delivery.generic().event().child_missing().missing().last_seen_at();
          const auto number = static_cast<std::size_t>(mark.nanos());
          {
            const std::lock_guard guard(lock);
            last_hand[number] = std::max(last_hand[number], now);
          }
          answer.add_receipts()->set_notification(delivery.notification());
          answer.mutable_receipts()->rbegin()->set_attempt(delivery.attempt());
          v1::Acknowledgement& acknowledgement = *answer.add_acknowledgements();
          acknowledgement.set_notification(delivery.notification());
          acknowledgement.set_person("Officer A");
          acknowledgement.set_role("duty officer");
        }
        if (frame->deliveries_size() == 0) continue;
        answer.set_credit(static_cast<std::uint32_t>(frame->deliveries_size()));
        client.send(answer);
      }
    });
  while (ready < 4) std::this_thread::yield();

  gateway::PublisherClient publisher(daemon.publisher());
  std::vector<v1::PublishRequest> requests(events);
  for (std::uint64_t n = 0; n < events; ++n) {
    requests[n].set_request(n + 1);
    *requests[n].add_events() = missing_event(n);
    requests[n].mutable_events(0)->mutable_child_missing()->mutable_missing()->mutable_last_seen_at()->set_nanos(
        static_cast<std::int32_t>(n));
  }
  (void)publisher.publish({}, 10s);  // connected
  // An open loop: the next event goes at its time, whether or not the last was answered.
  const auto begin = Clock::now();
  for (std::uint64_t n = 0; n < events; ++n) {
    std::this_thread::sleep_until(begin + n * apart);
    while (publisher.poll(std::chrono::milliseconds{0})) {
    }
    sent[n] = Clock::now();
    publisher.send(requests[n]);
  }
  agencies.clear();
  time_fdatasync(daemon.directory() / "sync", syncs);
  daemon.stop();

  std::vector<double> took;
  for (std::uint64_t n = 0; n < events; ++n)
    took.push_back(std::chrono::duration<double>(last_hand[n] - sent[n]).count());
  const double sync = quantile(syncs, 0.5);
  const double p50 = quantile(took, 0.5);
  const double p99 = quantile(took, 0.99);
  const double sync99 = quantile(syncs, 0.99);
  const auto microseconds = [](double s) { return std::to_string(static_cast<long>(s * 1e6)) + " us"; };
  const std::string how = "p50 " + microseconds(p50) + ", p99 " + microseconds(p99) + ", one fdatasync p50 " +
                          microseconds(sync) + " and p99 " + microseconds(sync99) + " (" + std::to_string(events) +
                          " events); the machine alone at that pace, p99: a wake-up " +
                          microseconds(quantile(quiet.wake_late, 0.99)) + " late, a page and its fdatasync " +
                          microseconds(quantile(quiet.paced_sync, 0.99));
  return {{"publish to all four agencies' hands at 500/s: p50, in fdatasyncs", p50 / sync, "", 8, false, how},
          {"publish to all four agencies' hands at 500/s: p99, in fdatasyncs", p99 / sync, "", 15, false, how}};
}

}  // namespace told::bench
