#include "ledger/sqlite/checked_pages.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace told::ledger {
namespace {

static_assert(std::endian::native == std::endian::little, "pages are summed as they lie in memory");

constexpr std::size_t summed_bytes = page_bytes - page_checksum_bytes;
constexpr int reserved_bytes_at = 20;  // of a database file's header: one byte

// Each step is a bijection of what came before and of the word that is added, so that a change of one word is always
// noticed, and any other but for a chance of 2^-64. Four lanes, since a step waits for the one before it.
std::uint64_t step(std::uint64_t sum, std::uint64_t word) {
  sum = (sum ^ word) * 0x9E3779B97F4A7C15ULL;
  return sum ^ (sum >> 32U);
}

std::uint64_t checksum(const unsigned char* page, std::uint64_t number) {
  constexpr std::size_t lanes = 4;
  std::array<std::uint64_t, summed_bytes / 8> words;
  std::memcpy(words.data(), page, summed_bytes);
  std::array<std::uint64_t, lanes> sums{1, 2, 3, 4};
  std::size_t i = 0;
  for (; i + lanes <= words.size(); i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] = step(sums[lane], words[i + lane]);
  std::uint64_t sum = number;
  for (; i < words.size(); ++i) sum = step(sum, words[i]);
  for (const auto each : sums) sum = step(sum, each);
  return sum;
}

/// SQLite's methods of a file with ours before them. They come first, so that a file's methods lead to the whole.
struct Checked {
  sqlite3_io_methods methods;
  const sqlite3_io_methods* below;
};

const sqlite3_io_methods* below(sqlite3_file* file) { return reinterpret_cast<const Checked*>(file->pMethods)->below; }

bool is_page(int bytes, sqlite3_int64 at) { return bytes == page_bytes && at % page_bytes == 0; }
std::uint64_t page_number(sqlite3_int64 at) { return static_cast<std::uint64_t>(at / page_bytes) + 1; }

/// Where Linux says EIO SQLite's own files say that the file system is damaged, and SQLite then that the file is. The
/// next read may go well.
int failed_read(int result) { return result == SQLITE_IOERR_CORRUPTFS ? SQLITE_IOERR_READ : result; }

int read_log(sqlite3_file* file, void* into, int bytes, sqlite3_int64 at) {
  return failed_read(below(file)->xRead(file, into, bytes, at));
}

int read(sqlite3_file* file, void* into, int bytes, sqlite3_int64 at) {
  const int result = failed_read(below(file)->xRead(file, into, bytes, at));
  if (result != SQLITE_OK || !is_page(bytes, at)) return result;
  const auto* page = static_cast<const unsigned char*>(into);
  std::uint64_t written = 0;
  std::memcpy(&written, page + summed_bytes, sizeof written);
  return written == checksum(page, page_number(at)) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

int write(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 at) {
  if (!is_page(bytes, at)) return below(file)->xWrite(file, from, bytes, at);
  std::array<unsigned char, page_bytes> page;  // what we are given is SQLite's own memory, and not ours to change
  std::memcpy(page.data(), from, summed_bytes);
  const std::uint64_t sum = checksum(page.data(), page_number(at));
  std::memcpy(page.data() + summed_bytes, &sum, sizeof sum);
  return below(file)->xWrite(file, page.data(), bytes, at);
}

enum class Of : std::uint8_t { pages, log };

/// One for each kind of file that is opened; files that are open refer to them, so none ever goes.
const Checked* checked(const sqlite3_io_methods* methods, Of what) {
  static std::mutex mutex;
  static std::map<std::pair<const sqlite3_io_methods*, Of>, Checked> all;
  const std::lock_guard lock{mutex};
  const auto [found, made] = all.try_emplace({methods, what}, Checked{*methods, methods});
  if (made) {
    found->second.methods.xRead = what == Of::pages ? read : read_log;
    if (what == Of::pages) found->second.methods.xWrite = write;
  }
  return &found->second;
}

constexpr std::string_view over = "told over ";

sqlite3_vfs* base_of(const sqlite3_vfs* ours) {
  sqlite3_vfs* base = sqlite3_vfs_find(ours->zName + over.size());
  return base != nullptr ? base : sqlite3_vfs_find(nullptr);
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  sqlite3_vfs* base = base_of(vfs);
  const int result = base->xOpen(base, name, file, flags, out);
  if (result != SQLITE_OK) return result;
  if ((flags & SQLITE_OPEN_WAL) != 0) file->pMethods = &checked(file->pMethods, Of::log)->methods;
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return result;
  std::array<unsigned char, 100> header{};
  const int begins = file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0);
  const bool is_new = begins == SQLITE_IOERR_SHORT_READ;
  // Whether it has checksums nobody knows then. SQLite closes the file.
  if (begins != SQLITE_OK && !is_new) return failed_read(begins);
  if (is_new || header[reserved_bytes_at] == page_checksum_bytes)
    file->pMethods = &checked(file->pMethods, Of::pages)->methods;
  return result;
}

}  // namespace

/// One for each default that there ever was: connections that are open refer to them, so none ever goes.
struct CheckedPages::Vfs {
  std::string name;
  sqlite3_vfs vfs{};
  int wanted = 0;
};

namespace {
std::mutex registering;
}

CheckedPages::CheckedPages() {
  static std::map<std::string, Vfs> all;  // by the name of what is below
  const std::lock_guard lock{registering};
  // Ours is never the default: it stands in SQLite's list only while somebody wants it, behind the default of that
  // time.
  sqlite3_vfs* base = sqlite3_vfs_find(nullptr);
  if (std::string_view{base->zName}.starts_with(over)) base = base_of(base);
  vfs_ = &all[base->zName];
  if (vfs_->name.empty()) {  // once: whoever has a connection open reads it, from any thread and without the lock
    vfs_->name = std::string{over} + base->zName;
    vfs_->vfs = *base;
    vfs_->vfs.zName = vfs_->name.c_str();
    vfs_->vfs.xOpen = open;
  }
  if (vfs_->wanted++ == 0) sqlite3_vfs_register(&vfs_->vfs, 0);
}

CheckedPages::~CheckedPages() {
  const std::lock_guard lock{registering};
  if (--vfs_->wanted == 0) sqlite3_vfs_unregister(&vfs_->vfs);
}

const char* CheckedPages::name() const { return vfs_->name.c_str(); }

bool checks_pages(sqlite3* db) {
  sqlite3_file* file = nullptr;
  return sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK && file != nullptr &&
         file->pMethods != nullptr && file->pMethods->xRead == read;
}

}  // namespace told::ledger
