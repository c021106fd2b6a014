#pragma once
// The store's directory: private, and one process's at a time.
#include <string>

namespace told::ledger {

/// Makes the directory with mode 0700 (whatever the umask), or tightens it, and holds its `lock` file for as long as it
/// lives. Throws StoreFailed: another told runs; not a directory; not ours.
class Directory {
 public:
  explicit Directory(std::string path);
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }
  /// Makes an empty file with mode 0600 where there is none, so that what SQLite puts beside it (-wal, -shm) is private
  /// too; must come before anything opens it.
  void make_private(const char* name) const;
  /// Makes the names in the directory durable.
  void sync() const;
  /// A sentence where the directory was open to others; empty otherwise.
  [[nodiscard]] const std::string& warning() const { return warning_; }

 private:
  std::string path_;
  std::string warning_;
  int lock_ = -1;
};

}  // namespace told::ledger
