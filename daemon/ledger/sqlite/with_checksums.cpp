#include "ledger/sqlite/with_checksums.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "ledger/sqlite/checked_pages.hpp"
#include "ledger/sqlite/schema.hpp"

namespace told::ledger {
namespace {

constexpr unsigned long first_schema_with_checksums = 3;

Connection writing(const std::string& path) {
  // Every table is appended to: a group's pages and the edges of the trees. Other connections read the rest.
  constexpr int cache_kib = 4096;
  return Connection::writing(path, "FULL", cache_kib);
}

void sync(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool good = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!good) throw StoreFailed(path + " cannot be made durable: look at the disk");
}

void copy(Connection& old, const std::string& path, const std::string& to) {
  std::filesystem::remove(to);  // of a run that was killed
  const CheckedPages known;     // by which SQLite opens the copy
  try {
    Statement{old, "VACUUM INTO ?1"}.bind_text(1, to).run();
  } catch (const SqliteFailed& e) {
    std::filesystem::remove(to);
    if (e.result() != SQLITE_FULL) throw;
    throw StoreFailed(path +
                      " was made by an older told and is copied once, for which the disk is too full: make room " +
                      "for it once more, and start told again");
  }
  sync(to);
  // Closed, it must leave no log of changes behind, which would be taken for the copy's.
  if (!old.checkpoint(true)) throw StoreFailed(path + " is read by another program: end that, and start told again");
}

}  // namespace

Connection open_with_checksums(const std::string& path) {
  const std::string copied = path + ".checked";
  {
    auto c = writing(path);
    if (c.checked()) {
      migrate(c, ledger_schema, path);
      return c;
    }
    // The newest schema without them was 2: then it is the first page that has rotted.
    if (std::stoul(c.value("PRAGMA user_version")) >= first_schema_with_checksums)
      throw StoreFailed(path + " is damaged (it says that its pages bear no checksums): keep the file as it is and " +
                        "restore the ledger from a backup");
    copy(c, path, copied);
  }
  std::filesystem::rename(copied, path);
  auto c = writing(path);
  migrate(c, ledger_schema, path);
  return c;
}

}  // namespace told::ledger
