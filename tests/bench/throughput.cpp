// Durable events a second: CURVE on, each event told to four agencies, every receipt and acknowledgement recorded,
// publisher and agencies on the same cores; beside it, in the same run, plain SQLite appending the same entries (their
// exact bytes, read back from the ledger) in groups of the size that told made of them, with the same settings.
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "daemon.hpp"
#include "figures.hpp"

namespace told::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t events_a_request = 64;
constexpr std::uint64_t requests_in_the_air = 15;  // 960 events: below the gateway's limit of 1,000 for one publisher

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

void run_agency(const gateway::Address& address, std::uint64_t events, std::atomic<int>& ready) {
  gateway::AgencyClient client(address);
  (void)client.hello("bench", "", 10s);
  client.credit(4096);
  ++ready;
  for (std::uint64_t recorded = 0; recorded < events;) {
    const auto frame = client.poll(30s);
    if (!frame) throw std::runtime_error("an agency heard nothing for 30 s");
    for (const v1::AcknowledgementResult& result : frame->results())
      if (result.recorded()) ++recorded;
    if (frame->deliveries_size() == 0) continue;
    v1::AgencyFrame answer;
    answer.set_credit(static_cast<std::uint32_t>(frame->deliveries_size()));
    for (const v1::Delivery& delivery : frame->deliveries()) {
      v1::Receipt& receipt = *answer.add_receipts();
      receipt.set_notification(delivery.notification());
      receipt.set_attempt(delivery.attempt());
      v1::Acknowledgement& acknowledgement = *answer.add_acknowledgements();
      acknowledgement.set_notification(delivery.notification());
      acknowledgement.set_person("Officer A");
      acknowledgement.set_role("duty officer");
    }
    client.send(answer);
  }
}

void run_publisher(const gateway::Address& address, const std::vector<v1::PublishRequest>& requests) {
  gateway::PublisherClient client(address);
  std::size_t sent = 0;
  for (std::size_t answered = 0; answered < requests.size();) {
    while (sent < requests.size() && sent - answered < requests_in_the_air) client.send(requests[sent++]);
    const auto reply = client.poll(30s);
    if (!reply) throw std::runtime_error("the publisher heard nothing for 30 s");
    for (const v1::PublishResult& result : reply->results())
      if (result.verdict() != v1::VERDICT_ACCEPTED)
        throw std::runtime_error("an event was not accepted: " + result.ShortDebugString());
    ++answered;
  }
}

struct Statement {
  explicit Statement(sqlite3* db, const char* sql) { sqlite3_prepare_v2(db, sql, -1, &statement, nullptr); }
  ~Statement() { sqlite3_finalize(statement); }
  sqlite3_stmt* statement = nullptr;
};

void execute(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db));
}

// Plain SQLite, as anybody would use it well: WAL, FULL, one prepared statement, one transaction a group.
double append_plainly(const std::filesystem::path& from, const std::filesystem::path& to, std::uint64_t first,
                      std::size_t group) {
  std::vector<std::string> leaves;
  sqlite3* db = nullptr;
  sqlite3_open_v2(from.c_str(), &db, SQLITE_OPEN_READONLY, nullptr);
  {
    const Statement read(db, "SELECT leaf FROM entries WHERE n >= ? ORDER BY n");
    sqlite3_bind_int64(read.statement, 1, static_cast<sqlite3_int64>(first));
    while (sqlite3_step(read.statement) == SQLITE_ROW)
      leaves.emplace_back(static_cast<const char*>(sqlite3_column_blob(read.statement, 0)),
                          static_cast<std::size_t>(sqlite3_column_bytes(read.statement, 0)));
  }
  sqlite3_close(db);
  sqlite3_open(to.c_str(), &db);
  execute(db, "PRAGMA journal_mode=WAL");
  execute(db, "PRAGMA synchronous=FULL");
  execute(db, "CREATE TABLE entries(n INTEGER PRIMARY KEY, leaf BLOB NOT NULL) STRICT");
  const auto begin = Clock::now();
  {
    const Statement insert(db, "INSERT INTO entries VALUES(?, ?)");
    for (std::size_t i = 0; i < leaves.size();) {
      execute(db, "BEGIN IMMEDIATE");
      for (std::size_t end = std::min(i + group, leaves.size()); i < end; ++i) {
        sqlite3_bind_int64(insert.statement, 1, static_cast<sqlite3_int64>(i));
        sqlite3_bind_blob(insert.statement, 2, leaves[i].data(), static_cast<int>(leaves[i].size()), SQLITE_STATIC);
        sqlite3_step(insert.statement);
        sqlite3_reset(insert.statement);
      }
      execute(db, "COMMIT");
    }
  }
  const double took = seconds_since(begin);
  sqlite3_close(db);
  return took / static_cast<double>(leaves.size());
}

}  // namespace

std::vector<Figure> measure_throughput(const Place& place) {
  const auto events = static_cast<std::uint64_t>(60'000 * place.scale) / events_a_request * events_a_request;
  std::vector<v1::PublishRequest> requests;
  for (std::uint64_t n = 0; n < events; n += events_a_request) {
    v1::PublishRequest& request = requests.emplace_back();
    request.set_request(n / events_a_request + 1);
    for (std::uint64_t i = 0; i < events_a_request; ++i) *request.add_events() = missing_event(n + i);
  }

  Daemon daemon(place.told_program, place.disk);
  daemon.start();
  std::atomic<int> ready{0};
  std::vector<std::jthread> agencies;
  for (const std::string& name : four_agencies())
    agencies.emplace_back([&, name] { run_agency(daemon.agency(name), events, ready); });
  while (ready < 4) std::this_thread::yield();
  const double entries_before = daemon.metric("told_ledger_entries");
  const double groups_before = daemon.metric("told_commits_total");
  const double cpu_before = daemon.cpu_seconds();
  const auto begin = Clock::now();
  run_publisher(daemon.publisher(), requests);
  agencies.clear();  // joins: every acknowledgement is answered, so it is durable
  const double took = seconds_since(begin);
  const double entries = daemon.metric("told_ledger_entries") - entries_before;
  const double groups = daemon.metric("told_commits_total") - groups_before;
  const double cpu = daemon.cpu_seconds() - cpu_before;
  daemon.stop();

  const auto group = static_cast<std::size_t>(entries / groups + 0.5);
  std::vector<double> passes;  // one pass takes under a second, and differs by a third from the next
  for (int pass = 0; pass < 5; ++pass)
    passes.push_back(append_plainly(daemon.directory() / "store" / "ledger.db",
                                    daemon.directory() / ("plain" + std::to_string(pass) + ".db"),
                                    static_cast<std::uint64_t>(entries_before), group));
  std::sort(passes.begin(), passes.end());
  const double plain = passes[passes.size() / 2];
  const double told_rate = static_cast<double>(events) / took;
  const double plain_rate = 1 / (plain * entries / static_cast<double>(events));
  return {{"durable events a second, as a share of plain SQLite's", told_rate / plain_rate, "", 0.15, true,
           std::to_string(static_cast<long>(told_rate)) + " events/s against " +
               std::to_string(static_cast<long>(plain_rate)) + " of plain SQLite (" + std::to_string(events) +
               " events, " + std::to_string(static_cast<long>(entries)) + " entries in groups of " +
               std::to_string(group) + "; told used " + std::to_string(static_cast<long>(cpu / took * 100)) +
               " % of a core)"}};
}

}  // namespace told::bench
