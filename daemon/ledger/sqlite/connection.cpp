#include "ledger/sqlite/connection.hpp"

#include "ledger/sqlite/checked_pages.hpp"

namespace told::ledger {
namespace {

// The log of changes is cut back to this after it was larger: a slow reader had held it.
constexpr auto log_bytes_kept = "268435456";  // above checkpoint_pages, so that the room is not cut off again

void need_answer(Connection& c, const std::string& sql, const std::string& wanted, const std::string& path) {
  const auto got = c.value(sql);
  if (got != wanted)
    throw StoreFailed(path + ": SQLite answered `" + got + "` to `" + sql + "` where told needs `" + wanted +
                      "`: is it on a network file system? Put it on a local disk");
}

}  // namespace

Connection::Connection(const std::string& path, int flags) : path_{path} {
  const int result =
      sqlite3_open_v2(path.c_str(), &db_, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, CheckedPages{}.name());
  if (result != SQLITE_OK) {
    const std::string why = db_ != nullptr ? sqlite3_errmsg(db_) : sqlite3_errstr(result);
    sqlite3_close(db_);
    db_ = nullptr;
    throw SqliteFailed(path + " cannot be opened: " + why, result);
  }
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

Connection::Connection(Connection&& other) noexcept
    : path_{std::move(other.path_)}, log_pages_{std::move(other.log_pages_)}, db_{other.db_} {
  other.db_ = nullptr;
}

Connection::~Connection() { sqlite3_close(db_); }

Connection Connection::writing(const std::string& path, const char* synchronous, int cache_kib) {
  Connection c{path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
  c.run("PRAGMA page_size=" + std::to_string(page_bytes));
  int reserved = page_checksum_bytes;  // of a file that is made now, or made anew by VACUUM
  sqlite3_file_control(c.db_, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  need_answer(c, "PRAGMA journal_mode=WAL", "wal", path);
  c.run(std::string{"PRAGMA synchronous="} + synchronous);
  need_answer(c, "PRAGMA synchronous", std::string_view{synchronous} == "FULL" ? "2" : "1", path);
  need_answer(c, "PRAGMA secure_delete=ON", "1", path);
  c.run("PRAGMA mmap_size=0");
  c.run("PRAGMA wal_autocheckpoint=0");
  c.run(std::string{"PRAGMA journal_size_limit="} + log_bytes_kept);
  c.run("PRAGMA cache_size=-" + std::to_string(cache_kib));
  c.run("PRAGMA cell_size_check=ON");
  c.run("PRAGMA temp_store=MEMORY");
  sqlite3_wal_hook(
      c.db_,
      [](void* pages, sqlite3*, const char*, int now) {
        *static_cast<int*>(pages) = now;
        return SQLITE_OK;
      },
      c.log_pages_.get());
  return c;
}

Connection Connection::reading(const std::string& path) {
  Connection c{path, SQLITE_OPEN_READONLY};
  sqlite3_db_config(c.db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_busy_timeout(c.db_, 5000);
  c.run("PRAGMA wal_autocheckpoint=0");
  c.run("PRAGMA mmap_size=0");
  return c;
}

bool Connection::checked() const { return checks_pages(db_); }

void Connection::run(const std::string& sql) {
  const int result = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail(sql.substr(0, sql.find('\n')), result);
}

std::string Connection::value(const std::string& sql) {
  Statement s{*this, sql};
  return s.step() ? std::string{s.blob(0)} : std::string{};
}

void Connection::checkpoint_if_due(bool quiet) {
  if (*log_pages_ < (quiet ? checkpoint_pages_when_quiet : checkpoint_pages)) return;
  try {
    static_cast<void>(checkpoint(false));  // what a reader holds is moved another time
  } catch (const SqliteFailed& e) {
    // The file would have to grow on a full disk: the log of changes keeps everything, and the next commit asks again.
    if (e.result() != SQLITE_FULL) throw;
  }
  *log_pages_ = 0;  // the hook says anew at the next commit
}

bool Connection::checkpoint(bool truncate) {
  const int result = sqlite3_wal_checkpoint_v2(
      db_, nullptr, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if ((result & 0xFF) == SQLITE_BUSY) return false;
  if (result != SQLITE_OK) fail("checkpoint", result);
  return true;
}

void Connection::fail(const std::string& doing, int result) const {
  if (SqliteFailed::is_damage(result))
    throw SqliteFailed(
        path_ + " is damaged (" + doing + ": " +
            (result == SQLITE_IOERR_DATA ? "a page does not agree with its checksum" : sqlite3_errmsg(db_)) +
            (path_.ends_with("projection.db") ? "): told makes it again from the ledger"
                                              : "): keep the file as it is and restore the ledger from a backup"),
        result);
  throw SqliteFailed(path_ + ": " + doing + ": " + sqlite3_errmsg(db_) + " (SQLite " + std::to_string(result) + ")",
                     result);
}

Statement::Statement(Connection& connection, std::string_view sql) : connection_{connection} {
  const int result = sqlite3_prepare_v3(connection.raw(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (result != SQLITE_OK) connection_.fail(std::string{sql}, result);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(int parameter, std::uint64_t n) {
  const int result = sqlite3_bind_int64(statement_, parameter, static_cast<sqlite3_int64>(n));
  if (result != SQLITE_OK) connection_.fail("bind", result);
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view blob) {
  // A null pointer would bind NULL: an empty blob still needs an address.
  const int result = sqlite3_bind_blob64(statement_, parameter, blob.empty() ? "" : blob.data(), blob.size(), nullptr);
  if (result != SQLITE_OK) connection_.fail("bind", result);
  return *this;
}

Statement& Statement::bind_text(int parameter, std::string_view text) {
  const int result =
      sqlite3_bind_text64(statement_, parameter, text.empty() ? "" : text.data(), text.size(), nullptr, SQLITE_UTF8);
  if (result != SQLITE_OK) connection_.fail("bind", result);
  return *this;
}

bool Statement::step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  sqlite3_reset(statement_);
  if (result != SQLITE_DONE) connection_.fail(sqlite3_sql(statement_), result);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() { sqlite3_reset(statement_); }

std::uint64_t Statement::number(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
}

std::string_view Statement::blob(int column) const {
  const auto* p = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return {p, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Transaction::~Transaction() {
  // A failed rollback leaves nothing to do here: what failed first is being reported.
  if (connection_.in_transaction()) sqlite3_exec(connection_.raw(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace told::ledger
