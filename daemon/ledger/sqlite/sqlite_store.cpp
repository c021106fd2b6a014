#include "ledger/sqlite/sqlite_store.hpp"

#include <chrono>
#include <optional>

#include "ledger/sqlite/connection.hpp"
#include "ledger/sqlite/with_checksums.hpp"

namespace told::ledger {
namespace {

constexpr int rows_at_once = 32;  // rows in one INSERT: most of a one-row statement's cost is starting and ending it

std::string insert_sql(std::string sql, const char* row, int rows) {
  sql += row;
  for (int i = 1; i < rows; ++i) sql.append(",").append(row);
  return sql;
}

std::string insert_leaves(int rows) { return insert_sql("INSERT INTO entries (n, leaf) VALUES ", "(?,?)", rows); }
std::string insert_body_keys(int rows) {
  return insert_sql("INSERT INTO body_keys (entry, amends, wrapped) VALUES ", "(?,?,?)", rows);
}

/// Runs the statement for many rows where that many are left, else the one for a single row.
template <class Rows, class Bind>
void insert_all(Rows rows, Statement& many, Statement& one, Bind bind) {
  while (!rows.empty()) {
    const std::size_t taken = rows.size() >= rows_at_once ? rows_at_once : 1;
    Statement& s = taken == 1 ? one : many;
    for (std::size_t i = 0; i < taken; ++i) bind(s, static_cast<int>(i), rows[i]);
    s.run();
    rows = rows.subspan(taken);
  }
}

// The fact `wipe_due`: a destroyed body key may still stand in the log of changes.
constexpr auto wipe_within = std::chrono::seconds{2};
constexpr auto select_body_key = "SELECT wrapped, coalesce(prints, x'') FROM body_keys WHERE entry = ?1";
constexpr auto select_key = "SELECT since, wrapped FROM keys WHERE case_number = ?1";
constexpr auto select_size = "SELECT coalesce(max(n) + 1, 0) FROM entries";

std::uint64_t single(Statement& s) {
  s.step();
  const auto n = s.number(0);
  s.reset();
  return n;
}

std::optional<StoredKey> key_of(Statement& s, core::CaseNumber c) {
  if (!s.bind(1, c).step()) return std::nullopt;
  StoredKey out{s.number(0), std::string{s.blob(1)}};
  s.reset();
  return out;
}

class SqliteReader : public StoreReader {
 public:
  explicit SqliteReader(const std::string& path)
      : connection_{Connection::reading(path)},
        range_{connection_, "SELECT n, leaf FROM entries WHERE n >= ?1 AND n < ?2 ORDER BY n"} {
    connection_.run("BEGIN");
    Statement s{connection_, select_size};  // the first read fixes the snapshot
    size_ = single(s);
  }

  core::EntryIndex size() override { return size_; }

  void leaves(core::EntryIndex first, core::EntryIndex end,
              const std::function<bool(core::EntryIndex, std::string_view)>& each) override {
    struct Reset {
      Statement& s;
      ~Reset() { s.reset(); }
    } reset{range_};
    range_.bind(1, first).bind(2, end);
    for (auto expected = first; expected < end; ++expected) {
      if (!range_.step() || range_.number(0) != expected)
        throw StoreFailed::damage("entry " + std::to_string(expected) +
                                  " is missing from ledger.db: restore the ledger from a backup");
      if (!each(expected, range_.blob(1))) return;
    }
  }

 private:
  Connection connection_;
  Statement range_;
  core::EntryIndex size_ = 0;
};

class SqliteKeyReader : public KeyReader {
 public:
  explicit SqliteKeyReader(const std::string& path)
      : connection_{Connection::reading(path)},
        key_{connection_, select_key},
        body_key_{connection_, select_body_key} {}
  std::optional<StoredKey> key(core::CaseNumber c) override { return key_of(key_, c); }
  std::optional<StoredBodyKey> body_key(core::EntryIndex entry) override {
    if (!body_key_.bind(1, entry).step()) return std::nullopt;
    StoredBodyKey out{std::string{body_key_.blob(0)}, std::string{body_key_.blob(1)}};
    body_key_.reset();
    return out;
  }

 private:
  Connection connection_;
  Statement key_, body_key_;
};

class SqliteStore : public Store {
 public:
  SqliteStore(const std::string& path, std::function<void()> make_log_room)
      : path_{path},
        connection_{open_with_checksums(path)},
        make_log_room_{std::move(make_log_room)},
        many_{connection_, insert_leaves(rows_at_once)},
        one_{connection_, insert_leaves(1)},
        many_body_keys_{connection_, insert_body_keys(rows_at_once)},
        one_body_key_{connection_, insert_body_keys(1)},
        add_key_{connection_,
                 "INSERT INTO keys (case_number, since, wrapped) VALUES (?1, ?2, ?3) ON CONFLICT (case_number) "
                 "DO UPDATE SET since = excluded.since, wrapped = excluded.wrapped WHERE length(wrapped) = 0"},
        // A key that was made and destroyed in one group leaves a row behind like any other: one without is lost.
        destroy_{connection_,
                 "INSERT INTO keys (case_number, since, wrapped) VALUES (?1, 0, x'') ON CONFLICT (case_number) "
                 "DO UPDATE SET wrapped = x''"},
        key_{connection_, select_key},
        begin_{connection_, "BEGIN IMMEDIATE"},
        commit_{connection_, "COMMIT"} {
    Statement s{connection_, select_size};
    size_ = single(s);
    // The last run ended before it could.
    wipe_due_ = !fact("wipe_due").empty() && !wipe();
    make_log_room_();
  }

  core::EntryIndex size() override { return size_; }

  void append(const Batch& batch) override {
    if (batch.first != size_) throw StoreFailed("leaves were handed in out of order: a defect of told");
    try {
      begin_.run();
      insert(batch);
    } catch (const SqliteFailed& e) {
      take_back(e);
    }
    // From here on a failure leaves it unknown whether the group is durable.
    commit_.run();
    size_ += batch.leaves.size();
    if (!batch.purges.empty() || !batch.erased.empty()) wipe_due_ = true;
  }

  std::optional<StoredKey> key(core::CaseNumber c) override { return key_of(key_, c); }

  void destroy_key(core::CaseNumber c) override {
    // secure_delete overwrites the bytes in the file; the log of changes still holds the page as it was until it is
    // cut.
    destroy_.bind(1, c).run();
    if (!connection_.checkpoint(true))
      throw StoreFailed(
          "the key of case " + std::to_string(c) +
          " is destroyed in ledger.db, but ledger.db-wal may still hold it while somebody reads the ledger:"
          " wait until exports and other readers have ended, then do it again");
  }

  std::vector<core::EntryIndex> bodies_about(core::EntryIndex event) override {
    std::vector<core::EntryIndex> out;
    Statement s{connection_,
                "SELECT entry FROM body_keys WHERE entry = ?1 UNION SELECT entry FROM body_keys "
                "WHERE amends = ?1 AND amends <> 0 ORDER BY entry"};
    for (s.bind(1, event); s.step();) out.push_back(s.number(0));
    return out;
  }

  void tidy(bool quiet, Time now) override {
    if (wipe_due_ && !wipe_due_since_) wipe_due_since_ = now;
    const bool due = wipe_due_ && (quiet || now - *wipe_due_since_ > wipe_within);
    if (due && wipe()) return make_log_room_();
    connection_.checkpoint_if_due(quiet);
  }
  bool restless() const override { return wipe_due_ || connection_.checkpoint_waits(); }

  std::string fact(std::string_view name) override {
    Statement s{connection_, "SELECT value FROM meta WHERE name = ?1"};
    s.bind_text(1, name);
    return s.step() ? std::string{s.blob(0)} : std::string{};
  }

  void set_facts(std::span<const std::pair<std::string, std::string>> facts) override {
    Transaction t{connection_};
    Statement s{connection_, "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)"};
    for (const auto& [name, value] : facts) s.bind_text(1, name).bind(2, value).run();
    t.commit();
  }

  std::unique_ptr<StoreReader> reader() const override { return std::make_unique<SqliteReader>(path_); }
  std::unique_ptr<KeyReader> key_reader() const override { return std::make_unique<SqliteKeyReader>(path_); }

 private:
  void insert(const Batch& batch) {
    auto n = batch.first;
    insert_all(batch.leaves, many_, one_,
               [&n](Statement& s, int i, std::string_view leaf) { s.bind(2 * i + 1, n++).bind(2 * i + 2, leaf); });
    insert_all(batch.body_keys, many_body_keys_, one_body_key_, [](Statement& s, int i, const NewBodyKey& k) {
      s.bind(3 * i + 1, k.entry).bind(3 * i + 2, k.amends).bind(3 * i + 3, k.wrapped_view());
    });
    for (const core::CaseNumber c : batch.erased) destroy_.bind(1, c).run();
    for (const auto& k : batch.keys) add_key_.bind(1, k.case_number).bind(2, k.key.since).bind(3, k.key.wrapped).run();
    if (!batch.purges.empty()) purge(batch.purges);
    if (!batch.purges.empty() || !batch.erased.empty())
      connection_.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('wipe_due', x'01')");
  }

  // secure_delete overwrites the bytes in the file; the fact is for a start after a crash, which cuts the log of
  // changes before anything else.
  void purge(std::span<const Purge> purges) {
    Statement destroy{connection_, "UPDATE body_keys SET wrapped = x'', prints = ?2 WHERE entry = ?1"};
    for (const auto& p : purges) destroy.bind(1, p.entry).bind(2, p.prints).run();
  }

  /// False where a reader holds the log of changes, or the disk is too full to empty it: it is tried again.
  bool wipe() {
    try {
      if (!connection_.checkpoint(true)) return false;
      connection_.run("DELETE FROM meta WHERE name = 'wipe_due'");
    } catch (const SqliteFailed& e) {
      if (e.result() != SQLITE_FULL) throw;
      return false;
    }
    wipe_due_ = false;
    wipe_due_since_.reset();
    return true;
  }

  [[noreturn]] void take_back(const SqliteFailed& e) {
    if (connection_.in_transaction()) connection_.run("ROLLBACK");
    if (e.result() == SQLITE_FULL) throw StoreFull(e.what());
    throw e;
  }

  std::string path_;
  Connection connection_;
  std::function<void()> make_log_room_;
  bool wipe_due_ = false;
  std::optional<Time> wipe_due_since_;  ///< as far as tidy() has seen
  Statement many_, one_, many_body_keys_, one_body_key_, add_key_, destroy_, key_, begin_, commit_;
  core::EntryIndex size_ = 0;
};

}  // namespace

std::unique_ptr<Store> open_sqlite_store(const std::string& path, std::function<void()> make_log_room) {
  return std::make_unique<SqliteStore>(path, std::move(make_log_room));
}

std::string sqlite_warning() {
  constexpr int mended = 3051003;
  if (sqlite3_libversion_number() >= mended) return {};
  return std::string{"SQLite "} + sqlite3_libversion() +
         " (older than 3.51.3) needs a file to have one writer only: told is it; no other program may write ledger.db "
         "while it runs";
}

}  // namespace told::ledger
