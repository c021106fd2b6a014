#include "ledger/sqlite/projection_file.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "ledger/sqlite/schema.hpp"

namespace told::ledger {
namespace {

// Above this, SQLite's own check of the file's structure would take longer than a start may; each row's checksum and
// every read's errors stay.
constexpr std::uint64_t checked_bytes_max = 32U << 20U;

std::string_view view(const unsigned char* p, std::size_t n) { return {reinterpret_cast<const char*>(p), n}; }

std::uint64_t read_number(std::string_view bytes) {
  std::uint64_t n = 0;
  for (const char c : bytes.substr(0, 8)) n = (n << 8U) | static_cast<unsigned char>(c);
  return n;
}

std::string_view view(const core::Fingerprint& f) { return {reinterpret_cast<const char*>(f.data()), f.size()}; }

bool read_fingerprint(std::string_view bytes, core::Fingerprint& out) {
  if (bytes.size() != out.size()) return false;
  std::memcpy(out.data(), bytes.data(), out.size());
  return true;
}

Connection opened(const std::string& path) {
  // NORMAL: a power cut may lose its newest steps, and a start makes them again from the ledger.
  constexpr int cache_kib = 8192;  // the index of what is known is written all over: what a step touches of it
  auto c = Connection::writing(path, "NORMAL", cache_kib);
  if (!c.checked()) throw StoreFailed(path + " was made by an older told, whose pages bear no checksums");
  migrate(c, projection_schema, path);
  const auto bytes = std::stoull(c.value("PRAGMA page_count")) * std::stoull(c.value("PRAGMA page_size"));
  if (bytes <= checked_bytes_max && c.value("PRAGMA quick_check(1)") != "ok")
    throw StoreFailed(path + " is damaged: SQLite's check of it failed");
  return c;
}

}  // namespace

struct ProjectionFile::Statements {
  explicit Statements(Connection& c)
      : event{c,
              "INSERT INTO events (entry, case_number, open, state, checksum, trail, amends) "
              "VALUES (?1,?2,?3,?4,?5,?6,?7) "
              "ON CONFLICT (entry) DO UPDATE SET case_number = excluded.case_number, open = excluded.open, "
              "state = excluded.state, checksum = excluded.checksum, trail = CAST(trail || excluded.trail AS BLOB)"},
        known{c,
              "INSERT OR REPLACE INTO known (identity, entry, case_number, content, checksum) VALUES (?1,?2,?3,?4,?5)"},
        opened_case{c, "INSERT OR REPLACE INTO cases (subject, case_number, checksum) VALUES (?1,?2,?3)"},
        policy{c, "INSERT OR REPLACE INTO policies (entry) VALUES (?1)"},
        forget_known{c, "DELETE FROM known WHERE case_number = ?1"},
        forget_case{c, "DELETE FROM cases WHERE case_number = ?1"},
        forget_event{c, "DELETE FROM known WHERE entry = ?1"},
        position{c, "INSERT OR REPLACE INTO meta (name, value) VALUES ('position', ?1)"} {}
  Statement event, known, opened_case, policy, forget_known, forget_case, forget_event, position;
};

ProjectionFile::ProjectionFile(const std::string& path, const KeyRing& ring)
    : ring_{ring},
      path_{path},
      checksum_{ring},
      connection_{opened(path)},
      statements_{std::make_unique<Statements>(connection_)} {}

ProjectionFile::~ProjectionFile() = default;

// Position: watermark, last time, frontier's size (8 bytes each, big-endian), tip, subtrees, 16 bytes of keyed
// checksum. It is authenticated since the next checkpoint is signed over it: a damaged frontier would sign a ledger
// that is not.
std::optional<ProjectionPosition> ProjectionFile::position() {
  const auto bytes = connection_.value("SELECT value FROM meta WHERE name = 'position'");
  if (bytes.empty()) return std::nullopt;
  constexpr std::size_t fixed = 3 * 8 + sizeof(Hash);
  constexpr std::size_t mac = 16;
  need(bytes.size() >= fixed + mac && (bytes.size() - fixed - mac) % sizeof(Hash) == 0);
  const std::string_view all{bytes};
  const auto said = all.substr(0, all.size() - mac);
  need(ring_.authenticate(said) == all.substr(said.size()));
  ProjectionPosition out;
  out.watermark = read_number(said);
  out.last_time = core::from_us(static_cast<std::int64_t>(read_number(said.substr(8))));
  std::memcpy(out.tip.data(), said.data() + 24, out.tip.size());
  std::vector<Hash> subtrees((said.size() - fixed) / sizeof(Hash));
  for (std::size_t i = 0; i < subtrees.size(); ++i)
    std::memcpy(subtrees[i].data(), said.data() + fixed + i * sizeof(Hash), sizeof(Hash));
  const auto frontier = Frontier::of(read_number(said.substr(16)), subtrees);
  need(frontier.has_value());
  out.frontier = *frontier;
  return out;
}

void ProjectionFile::write(const ProjectionStep& step, const Frontier& frontier, const Hash& tip) {
  if (unsure_) {
    const auto there = position();
    if (there && there->watermark == step.watermark) {
      unsure_ = false;
      return;
    }
  }
  unsure_ = true;
  Transaction t{connection_};
  for (const auto& row : step.rows) {
    write_event(row);
    const auto entry = row.row.index();
    const auto c = row.row.case_number();
    if (!row.has_prints) continue;
    const auto& prints = row.prints;
    statements_->known.bind(1, view(prints.identity)).bind(2, entry).bind(3, c).bind(4, view(prints.content));
    statements_->known.bind(5, checksum_.of('k', view(prints.identity), entry, c, view(prints.content))).run();
    if (!row.opens_case) continue;
    statements_->opened_case.bind(1, view(prints.subject)).bind(2, c);
    statements_->opened_case.bind(3, checksum_.of('c', view(prints.subject), c, 0, {})).run();
  }
  for (const auto entry : step.policies) statements_->policy.bind(1, entry).run();
  for (const auto c : step.erased_cases) {
    statements_->forget_known.bind(1, c).run();
    statements_->forget_case.bind(1, c).run();
  }
  for (const auto event : step.erased_events) statements_->forget_event.bind(1, event).run();

  std::string position;
  append_number(position, step.watermark);
  append_number(position, static_cast<std::uint64_t>(core::to_us(step.last_time)));
  append_number(position, frontier.size());
  position.append(view(tip.data(), tip.size()));
  for (const auto& h : frontier.subtrees()) position.append(view(h.data(), h.size()));
  position.append(ring_.authenticate(position));
  statements_->position.bind(1, position).run();
  t.commit();
  unsure_ = false;
}

void ProjectionFile::tidy(bool quiet) { connection_.checkpoint_if_due(quiet); }

void ProjectionFile::write_event(const ProjectionStep::Row& row) {
  const auto entry = row.row.index();
  const std::uint64_t open = row_open(row.row) ? 1 : 0;
  const auto state = row.row.SerializeAsString();
  std::string trail;
  append_trail(trail, entry, row.trail);
  auto& s = statements_->event;
  s.bind(1, entry).bind(2, row.row.case_number()).bind(3, open).bind(4, state);
  s.bind(5, checksum_.of_event(entry, open, state)).bind(6, trail).bind(7, row.row.amends()).run();
}

namespace {

constexpr auto select_cases = "SELECT subject, case_number, checksum FROM cases";
constexpr auto select_known = "SELECT identity, entry, case_number, content, checksum FROM known";
constexpr auto select_open = "SELECT entry, open, state, checksum FROM events WHERE open = 1 LIMIT ?1";
constexpr auto select_closed =
    "SELECT * FROM (SELECT entry, open, state, checksum FROM events WHERE open = 0 ORDER BY entry DESC LIMIT ?1) "
    "ORDER BY entry";
constexpr std::uint64_t all_rows = ~0ULL >> 1U;

}  // namespace

void ProjectionFile::restore(core::State& state, const ProjectionPosition& position, const PolicyOf& policy) {
  connection_.run("BEGIN");
  struct End {
    Connection& c;
    ~End() { sqlite3_exec(c.raw(), "COMMIT", nullptr, nullptr, nullptr); }
  } end{connection_};

  // Everything is checked before anything is given to the state: from a row found damaged half way there is no return.
  // In the ledger's order: recipients get their numbers in the order in which the policies named them.
  std::vector<core::PolicyPtr> policies;
  for (Statement s{connection_, "SELECT entry FROM policies ORDER BY entry"}; s.step();)
    policies.push_back(policy(s.number(0)));
  check_rows(state.closed_kept());

  for (auto& p : policies) state.restore_policy(std::move(p));
  core::Fingerprint print;
  for (Statement s{connection_, select_cases}; s.step();) {
    need(read_fingerprint(s.blob(0), print));
    state.restore_case(print, s.number(1));
  }
  for (Statement s{connection_, select_known}; s.step();) {
    core::Known known{s.number(1), s.number(2), {}};
    need(read_fingerprint(s.blob(0), print) && read_fingerprint(s.blob(3), known.content));
    state.restore_known(print, known);
  }
  restore_events(state, select_open, all_rows);
  restore_events(state, select_closed, state.closed_kept());
  state.restore_position(position.watermark, position.last_time);
}

void ProjectionFile::check_rows(std::uint64_t closed) {
  core::Fingerprint print;
  for (Statement s{connection_, select_cases}; s.step();)
    need(read_fingerprint(s.blob(0), print) && s.number(2) == checksum_.of('c', s.blob(0), s.number(1), 0, {}));
  for (Statement s{connection_, select_known}; s.step();)
    need(read_fingerprint(s.blob(0), print) && read_fingerprint(s.blob(3), print) &&
         s.number(4) == checksum_.of('k', s.blob(0), s.number(1), s.number(2), s.blob(3)));
  for (const auto* sql : {select_open, select_closed}) {
    Statement s{connection_, sql};
    for (s.bind(1, sql == select_open ? all_rows : closed); s.step();)
      need(s.number(3) == checksum_.of_event(s.number(0), s.number(1), s.blob(2)));
  }
}

void ProjectionFile::restore_events(core::State& state, const char* sql, std::uint64_t limit) {
  v1::EventRow row;  // one for all: its strings and its notifications keep their memory
  Statement s{connection_, sql};
  for (s.bind(1, limit); s.step();) {
    need(row.ParseFromArray(s.blob(2).data(), static_cast<int>(s.blob(2).size())));
    state.restore(row);
  }
}

void ProjectionFile::need(bool good) const {
  if (!good) throw StoreFailed(path_ + " is damaged: what it holds does not agree with its checksums");
}

void set_aside(const std::string& path) {
  for (const char* part : {"", "-wal", "-shm"}) {
    const auto from = path + part;
    const auto to = path + ".damaged" + part;
    // One that is not there is the ordinary case; the file itself must go, or we would open it again.
    if (std::rename(from.c_str(), to.c_str()) != 0) std::remove(from.c_str());
  }
}

bool row_open(const v1::EventRow& row) {
  return row.open() || row.episode_open() ||
         std::any_of(row.notifications().begin(), row.notifications().end(), [](const auto& n) {
           return n.state() == v1::NOTIFICATION_STATE_OPEN || n.state() == v1::NOTIFICATION_STATE_DECLINED;
         });
}

void append_trail(std::string& out, core::EntryIndex event, const std::vector<core::EntryIndex>& entries) {
  for (const auto entry : entries) {
    auto n = entry - event;
    for (; n >= 0x80; n >>= 7U) out.push_back(static_cast<char>(n | 0x80U));
    out.push_back(static_cast<char>(n));
  }
}

std::vector<core::EntryIndex> read_trail(core::EntryIndex event, std::string_view bytes) {
  std::vector<core::EntryIndex> out;
  std::uint64_t n = 0;
  unsigned shift = 0;
  for (const char c : bytes) {
    n |= static_cast<std::uint64_t>(c & 0x7F) << (shift & 63U);
    shift += 7;
    if ((c & 0x80) != 0) continue;
    out.push_back(event + n);
    n = 0;
    shift = 0;
  }
  return out;
}

}  // namespace told::ledger
