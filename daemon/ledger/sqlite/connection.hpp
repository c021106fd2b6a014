#pragma once
// One SQLite connection and its prepared statements. Every failure is a SqliteFailed with a sentence.
//
// Nothing else in the process may open and close a database file: closing any descriptor of a file drops the process's
// POSIX locks on it, SQLite's among them.
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "ledger/failure.hpp"

namespace told::ledger {

/// How far the log of changes may grow, in pages of 4 KiB, before it is moved into its file.
///
/// Under load that is a move of some tens of milliseconds that commits wait behind, so it must be rare: at 500 events a
/// second, 8,000 pages were reached every two seconds and 1 event in 100 waited; 32,768 (135 MB) are reached every
/// eight, and the move takes hardly longer, since most pages of the log are newer versions of the same page.
/// In a quiet moment nobody waits, and a short log makes the next start fast.
inline constexpr int checkpoint_pages = 32768;
inline constexpr int checkpoint_pages_when_quiet = 64;

class SqliteFailed : public StoreFailed {
 public:
  SqliteFailed(const std::string& sentence, int result) : StoreFailed(sentence, is_damage(result)), result_{result} {}
  [[nodiscard]] int result() const { return result_ & 0xFF; }
  /// A page that does not agree with its checksum, or that makes no sense.
  [[nodiscard]] static bool is_damage(int result) {
    return result == SQLITE_IOERR_DATA || (result & 0xFF) == SQLITE_CORRUPT;
  }

 private:
  int result_;
};

class Connection {
 public:
  /// The one connection that writes and checkpoints a file: WAL with the given `synchronous` ("FULL"), both read back
  /// and refused otherwise; no memory map; no automatic checkpoint (the owner calls checkpoint()). A file that it makes
  /// has checked pages. `cache_kib`: how much of the file is kept in memory at most, which takes a quarter more.
  [[nodiscard]] static Connection writing(const std::string& path, const char* synchronous, int cache_kib);
  /// Reads only, and never checkpoints: not at a commit, not when it is closed (PRAGMA wal_autocheckpoint=0,
  /// SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE). With these, SQLite before 3.51.3 cannot meet its WAL-reset corruption, which
  /// takes two connections that write or checkpoint at the same moment.
  [[nodiscard]] static Connection reading(const std::string& path);

  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;
  ~Connection();

  void run(const std::string& sql);
  /// The first column of the first row, as text; empty where there is no row.
  [[nodiscard]] std::string value(const std::string& sql);
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  /// Moves what it can of the log of changes into the file; waits for nobody. With `truncate` the log is cut to
  /// nothing. False where readers prevented some of it.
  [[nodiscard]] bool checkpoint(bool truncate);
  /// The same, without `truncate`, where the log of changes has grown to its measure (above). SQLite's own automatic
  /// checkpoint would do it inside a commit that somebody waits for.
  void checkpoint_if_due(bool quiet);
  /// Whether a quiet moment should be used.
  [[nodiscard]] bool checkpoint_waits() const { return *log_pages_ >= checkpoint_pages_when_quiet; }
  /// Whether each page of the file bears a checksum (checked_pages.hpp); false where an older told made it.
  [[nodiscard]] bool checked() const;
  [[nodiscard]] sqlite3* raw() const { return db_; }
  [[noreturn]] void fail(const std::string& doing, int result) const;

 private:
  Connection(const std::string& path, int flags);
  std::string path_;
  std::unique_ptr<int> log_pages_ = std::make_unique<int>(0);  // SQLite's hook keeps its address
  sqlite3* db_ = nullptr;
};

/// Bound memory must stay until the step is over. Rows' views stay until the next step or reset.
class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(int parameter, std::uint64_t n);
  Statement& bind(int parameter, std::string_view blob);
  Statement& bind_text(int parameter, std::string_view text);
  /// Whether there is a row. After the last one the statement is reset by itself.
  bool step();
  /// For statements that give no rows.
  void run();
  void reset();
  [[nodiscard]] std::uint64_t number(int column) const;
  [[nodiscard]] std::string_view blob(int column) const;

 private:
  Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
};

/// A transaction that takes itself back unless commit() was called.
class Transaction {
 public:
  explicit Transaction(Connection& c) : connection_{c} { connection_.run("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() { connection_.run("COMMIT"); }

 private:
  Connection& connection_;
};

}  // namespace told::ledger
