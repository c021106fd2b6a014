#pragma once
// A disk that fails on order: SQLite's own file system with the reads, writes and flushes of one file patched, of
// ledger.db's log of changes where nothing else is said.
#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <string_view>

namespace told::ledger {

class FaultyDisk {
 public:
  explicit FaultyDisk(std::string_view file = "/ledger.db-wal") {
    file_ = file;
    base_ = sqlite3_vfs_find(nullptr);
    vfs_ = *base_;
    vfs_.zName = "faulty";
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 1);
    read_result = write_result = sync_result = SQLITE_OK;
    reads_to_fail = writes_to_fail = 0;
  }
  ~FaultyDisk() { sqlite3_vfs_unregister(&vfs_); }
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  static inline std::atomic<int> read_result{SQLITE_OK};
  static inline std::atomic<int> reads_to_fail{0};
  static inline std::atomic<int> write_result{SQLITE_OK};
  static inline std::atomic<int> writes_to_fail{0};
  static inline std::atomic<int> sync_result{SQLITE_OK};

 private:
  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    const int result = base_->xOpen(base_, name, file, flags, out);
    const std::string_view n = name == nullptr ? "" : name;
    if (result != SQLITE_OK || !n.ends_with(file_)) return result;
    real_ = *file->pMethods;
    patched_ = real_;
    patched_.xRead = [](sqlite3_file* f, void* p, int n_bytes, sqlite3_int64 at) {
      if (reads_to_fail > 0) {
        --reads_to_fail;
        return read_result.load();
      }
      return real_.xRead(f, p, n_bytes, at);
    };
    patched_.xWrite = [](sqlite3_file* f, const void* p, int n_bytes, sqlite3_int64 at) {
      if (writes_to_fail > 0) {
        --writes_to_fail;
        return write_result.load();
      }
      return real_.xWrite(f, p, n_bytes, at);
    };
    patched_.xSync = [](sqlite3_file* f, int how) {
      return sync_result == SQLITE_OK ? real_.xSync(f, how) : sync_result.load();
    };
    file->pMethods = &patched_;
    return result;
  }

  static inline std::string_view file_;
  static inline sqlite3_vfs* base_ = nullptr;
  static inline sqlite3_io_methods real_{}, patched_{};
  sqlite3_vfs vfs_{};
};

}  // namespace told::ledger
