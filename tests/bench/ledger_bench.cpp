// What sealing, hashing and proving cost: the ledger's group commit beside plain SQLite appending the very same bytes
// in the same groups with the same durability (WAL, synchronous=FULL), in the same run and on the same disk.
//
//   ledger_bench [directory on the disk to be measured]
#include <benchmark/benchmark.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <future>
#include <map>
#include <string>
#include <vector>

#include "ledger/ledger.hpp"

namespace {

using namespace told;

std::string where = std::filesystem::temp_directory_path().string();

class Place {
 public:
  Place() {
    std::string pattern = where + "/told-bench-XXXXXX";
    path = ::mkdtemp(pattern.data());
  }
  ~Place() { std::filesystem::remove_all(path); }
  std::string path;
};

ledger::Options options(const std::string& directory) {
  ledger::Options o;
  o.directory = directory + "/store";
  o.origin = "told.example/ledger";
  o.signing_key = ledger::SigningKey::generate("told.example");
  o.master_key = ledger::MasterKey::from_hex(std::string(64, '7'));
  return o;
}

// An event whose sealed body is about 150 bytes, and a head as the engine makes it.
core::Entry entry(core::EntryIndex index, core::CaseNumber c) {
  static const auto event = [] {
    auto e = std::make_shared<v1::Event>();
    e->set_id("tilbury-2026-000123");
    e->set_source("tilbury_port");
    e->set_type("told.child.missing.v1");
    e->set_subject("UASC-2026-00417");
    e->mutable_time()->set_seconds(1'780'000'000);
    e->set_status(v1::STATUS_ACTUAL);
    auto& child = *e->mutable_child_missing()->mutable_child();
    child.mutable_name()->set_given("Child A");
    child.mutable_name()->set_family("Example");
    child.set_language("ti");
    child.set_health_concerns("asthma");
    e->set_site("tilbury");
    return e;
  }();
  core::Entry e;
  e.head.set_index(index);
  e.head.set_time_us(1'780'000'000'000'000 + static_cast<std::int64_t>(index));
  e.head.set_case_number(c);
  e.head.set_event(index);
  e.head.set_policy_version(1);
  auto& head = *e.head.mutable_event_accepted();
  head.set_source(event->source());
  head.set_id(event->id());
  head.set_type(event->type());
  auto& duty = *head.add_duties();
  duty.set_recipient("police.control_room");
  duty.set_kind(v1::NOTIFICATION_KIND_TELL);
  duty.set_rule(1);
  duty.set_deadline_us(1'780'000'900'000'000);
  e.event = event;
  return e;
}

// Every eighth entry opens a case: an event is followed by its attempts, its receipt, its acknowledgement.
std::vector<core::Entry> group(core::EntryIndex first, std::int64_t size) {
  std::vector<core::Entry> out;
  out.reserve(static_cast<std::size_t>(size));
  for (core::EntryIndex i = first; i < first + static_cast<core::EntryIndex>(size); ++i)
    out.push_back(entry(i, std::max<core::EntryIndex>(i / 8 * 8, 1)));
  return out;
}

std::map<std::pair<std::string, std::int64_t>, double> rates;

void note(benchmark::State& state, const char* what, double seconds) {
  const auto entries = static_cast<double>(state.iterations() * state.range(0));
  rates[{what, state.range(0)}] = entries / seconds;
  state.counters["entries/s"] = entries / seconds;
}

void told_commits(benchmark::State& state) {
  const Place place;
  ledger::Ledger ledger{options(place.path)};
  core::EntryIndex next = 0;
  double seconds = 0;
  for (auto _ : state) {
    auto g = group(next, state.range(0));
    next += g.size();
    std::promise<ledger::Ledger::Committed> promise;
    const auto begun = std::chrono::steady_clock::now();
    ledger.commit(std::move(g), [&](ledger::Ledger::Committed&& c) { promise.set_value(std::move(c)); });
    const auto answer = promise.get_future().get();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    if (answer.failure) state.SkipWithError("the commit failed");
    seconds += took.count();
    state.SetIterationTime(took.count());
  }
  note(state, "told", seconds);
}

// The bytes the ledger itself would store, made beforehand.
std::vector<std::string> leaves(std::size_t n) {
  const Place place;
  ledger::Ledger ledger{options(place.path)};
  std::promise<void> done;
  ledger.commit(group(0, static_cast<std::int64_t>(n)), [&](ledger::Ledger::Committed&&) { done.set_value(); });
  done.get_future().get();
  std::vector<std::string> out;
  ledger.reader()->leaves(0, n, [&](core::EntryIndex, std::string_view leaf) {
    out.emplace_back(leaf);
    return true;
  });
  return out;
}

void sqlite_commits(benchmark::State& state) {
  const auto bytes = leaves(static_cast<std::size_t>(std::max<std::int64_t>(state.range(0), 64)));
  const Place place;
  sqlite3* db = nullptr;
  sqlite3_open((place.path + "/plain.db").c_str(), &db);
  for (const char* sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
                          "CREATE TABLE entries (n INTEGER PRIMARY KEY, leaf BLOB) STRICT"})
    sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
  sqlite3_stmt *begin = nullptr, *insert = nullptr, *commit = nullptr;
  sqlite3_prepare_v2(db, "BEGIN", -1, &begin, nullptr);
  sqlite3_prepare_v2(db, "INSERT INTO entries (n, leaf) VALUES (?1, ?2)", -1, &insert, nullptr);
  sqlite3_prepare_v2(db, "COMMIT", -1, &commit, nullptr);
  std::int64_t next = 0;
  double seconds = 0;
  const auto run = [&](sqlite3_stmt* s) {
    if (sqlite3_step(s) != SQLITE_DONE) state.SkipWithError(sqlite3_errmsg(db));
    sqlite3_reset(s);
  };
  for (auto _ : state) {
    const auto begun = std::chrono::steady_clock::now();
    run(begin);
    for (std::int64_t i = 0; i < state.range(0); ++i, ++next) {
      const auto& leaf = bytes[static_cast<std::size_t>(next) % bytes.size()];
      sqlite3_bind_int64(insert, 1, next);
      sqlite3_bind_blob64(insert, 2, leaf.data(), leaf.size(), SQLITE_STATIC);
      run(insert);
    }
    run(commit);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    seconds += took.count();
    state.SetIterationTime(took.count());
  }
  for (auto* s : {begin, insert, commit}) sqlite3_finalize(s);
  sqlite3_close(db);
  note(state, "sqlite", seconds);
}

// A start: 25,000 events with four open notifications each, and 100,000 events whose repeats must be recognised.
void told_restores(benchmark::State& state) {
  const Place place;
  const auto same = options(place.path);
  {
    ledger::Ledger ledger{same};
    std::promise<void> done;
    ledger.commit(group(0, 2), [&](ledger::Ledger::Committed&&) { done.set_value(); });
    done.get_future().get();
    for (core::EntryIndex first = 1; first <= 100'000; first += 10'000) {
      ledger::ProjectionStep step;
      step.watermark = 2;
      for (auto i = first; i < first + 10'000; ++i) {
        auto& row = step.rows.emplace_back();
        row.row.set_index(i);
        row.row.set_case_number(i);
        row.row.set_type("told.child.missing.v1");
        row.row.set_source("tilbury_port");
        row.row.set_id("tilbury-2026-" + std::to_string(i));
        row.row.set_open(i % 4 == 0);
        for (int n = 0; n < 4; ++n) {
          auto& notification = *row.row.add_notifications();
          notification.set_recipient("recipient." + std::to_string(n));
          notification.set_state(i % 4 == 0 ? v1::NOTIFICATION_STATE_OPEN : v1::NOTIFICATION_STATE_ACKNOWLEDGED);
          notification.set_made_us(1'780'000'000'000'000);
          notification.set_deadline_us(1'780'000'900'000'000);
          notification.set_next_us(1'780'000'900'000'000);
          notification.set_made_by(i);
          notification.set_policy_version(1);
        }
        row.has_prints = row.opens_case = true;
        for (std::size_t b = 0; b < 8; ++b) {
          row.prints.identity[b] = static_cast<std::byte>(i * 0x9E3779B97F4A7C15ULL >> (8 * b));
          row.prints.subject[b] = static_cast<std::byte>(i * 0xC2B2AE3D27D4EB4FULL >> (8 * b));
        }
        row.trail = {i};
      }
      ledger.project(std::move(step));
    }
    ledger.settle_projection();
  }
  for (auto _ : state) {
    const auto begun = std::chrono::steady_clock::now();
    ledger::Ledger ledger{same};
    core::State restored;
    if (ledger.restore(restored, [](const auto&) { return std::make_shared<core::Policy>(); }) != 2 ||
        restored.open_notifications() != 100'000)
      state.SkipWithError("not everything was restored");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    state.SetIterationTime(took.count());
  }
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc > 1) where = argv[1];
  for (const std::int64_t size : {1, 10, 100, 1000}) {
    benchmark::RegisterBenchmark("group commit/told", told_commits)->Arg(size)->UseManualTime()->MinTime(2);
    benchmark::RegisterBenchmark("group commit/plain sqlite", sqlite_commits)->Arg(size)->UseManualTime()->MinTime(2);
  }
  benchmark::RegisterBenchmark("restore", told_restores)->Unit(benchmark::kMillisecond)->UseManualTime();
  benchmark::RunSpecifiedBenchmarks();
  for (const std::int64_t size : {1, 10, 100, 1000})
    std::printf("groups of %4ld: told %9.0f entries/s, plain SQLite %9.0f, ratio %.2f\n", static_cast<long>(size),
                rates[{"told", size}], rates[{"sqlite", size}], rates[{"told", size}] / rates[{"sqlite", size}]);
}
