#pragma once
// Every page of a database file bears a checksum, and is refused where it does not agree: a bit that rots on the disk
// is noticed by the first read of its page, whatever it belonged to: a row, an index, the list of free pages.
//
// SQLite leaves the last 8 bytes of each page to us (its header's "reserved space"); they are written and checked
// between SQLite and the system's files (SQLite calls that a VFS). The log of changes has checksums of SQLite's own. A
// disk that fails to read either is no damage: SQLite answers SQLITE_IOERR then, and not SQLITE_CORRUPT.
// The sqlite3 shell and any other reader read such a file as ever; what is written by them lacks checksums, and told
// refuses it.
#include <sqlite3.h>

namespace told::ledger {

inline constexpr int page_bytes = 4096;
/// At the end of each page: 64 bits, little-endian, over the page's number (from 1) and its other bytes.
inline constexpr int page_checksum_bytes = 8;

/// The VFS to open database files with, over what is SQLite's default at the time. SQLite knows it by its name while
/// this lives: through the opening, and through a VACUUM INTO; what was opened may stay open. A file of an older told,
/// which has no room for checksums, is opened as it is. Safe from any thread.
class CheckedPages {
 public:
  CheckedPages();
  ~CheckedPages();
  CheckedPages(const CheckedPages&) = delete;
  CheckedPages& operator=(const CheckedPages&) = delete;
  [[nodiscard]] const char* name() const;

 private:
  struct Vfs;
  Vfs* vfs_;
};

/// Whether the pages of the file that is open as `db`'s main one are checked.
[[nodiscard]] bool checks_pages(sqlite3* db);

}  // namespace told::ledger
