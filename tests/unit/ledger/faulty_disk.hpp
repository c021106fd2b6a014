#pragma once
// A disk that fails on order: SQLite's own file system with the writes and flushes of ledger.db's log of changes
// patched.
#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <string_view>

namespace told::ledger {

class FaultyDisk {
 public:
  explicit FaultyDisk(std::string_view log = "/ledger.db-wal") {
    log_ = log;
    base_ = sqlite3_vfs_find(nullptr);
    vfs_ = *base_;
    vfs_.zName = "faulty";
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 1);
    write_result = sync_result = SQLITE_OK;
    writes_to_fail = 0;
  }
  ~FaultyDisk() { sqlite3_vfs_unregister(&vfs_); }
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  static inline std::atomic<int> write_result{SQLITE_OK};
  static inline std::atomic<int> writes_to_fail{0};
  static inline std::atomic<int> sync_result{SQLITE_OK};

 private:
  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    const int result = base_->xOpen(base_, name, file, flags, out);
    const auto log = log_;
    const std::string_view n = name == nullptr ? "" : name;
    if (result != SQLITE_OK || n.size() < log.size() || n.substr(n.size() - log.size()) != log) return result;
    real_ = *file->pMethods;
    patched_ = real_;
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

  static inline std::string_view log_;
  static inline sqlite3_vfs* base_ = nullptr;
  static inline sqlite3_io_methods real_{}, patched_{};
  sqlite3_vfs vfs_{};
};

}  // namespace told::ledger
