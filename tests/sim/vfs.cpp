// SQLite's file system on simulated disks: one process, any number of connections. A path is DISK/NAME, where DISK is
// FileDisk::directory().
#include <sodium.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <new>
#include <stdexcept>

#include "file_disk.hpp"
#include "vfs.hpp"

namespace told::sim {
namespace {

using Strike = FileDisk::Strike;

std::map<std::string, FileDisk*>& disks() {
  static std::map<std::string, FileDisk*> all;
  return all;
}

FileDisk* disk_of(const char* path, std::string& name) {
  const std::string whole = path == nullptr ? "" : path;
  const auto slash = whole.rfind('/');
  if (slash == std::string::npos) return nullptr;
  const auto found = disks().find(whole.substr(0, slash));
  name = whole.substr(slash + 1);
  return found == disks().end() ? nullptr : found->second;
}

struct Handle : sqlite3_file {
  FileDisk* disk = nullptr;
  FilePtr file;
  std::string name;
  int level = SQLITE_LOCK_NONE;
  bool writes = false;
  bool has_shm = false;
};

Handle& of(sqlite3_file* file) { return *static_cast<Handle*>(file); }

int close(sqlite3_file* file) {
  Handle& h = of(file);
  if (h.writes && h.name == "ledger.db") --h.disk->writers;
  h.~Handle();
  return SQLITE_OK;
}

int read(sqlite3_file* file, void* into, int n, sqlite3_int64 at) {
  if (of(file).disk->unreadable()) return SQLITE_IOERR_READ;
  const auto& content = of(file).file->content;
  const auto from = static_cast<std::size_t>(at);
  const std::size_t there =
      from >= content.size() ? 0 : std::min<std::size_t>(content.size() - from, static_cast<std::size_t>(n));
  if (there > 0) std::memcpy(into, content.data() + from, there);
  if (there == static_cast<std::size_t>(n)) return SQLITE_OK;
  std::memset(static_cast<char*>(into) + there, 0, static_cast<std::size_t>(n) - there);
  return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* bytes, int n, sqlite3_int64 at) {
  Handle& h = of(file);
  const auto from = static_cast<std::size_t>(at);
  const auto length = static_cast<std::size_t>(n);
  switch (h.disk->strikes()) {
    case Strike::none:
      break;
    case Strike::fails:
    case Strike::dead:
      return SQLITE_IOERR_WRITE;
    case Strike::dies:
      if (const std::size_t some = h.disk->done_of(length); some > 0) h.file->write(from, bytes, some);
      return SQLITE_IOERR_WRITE;
  }
  if (h.disk->trouble.full && from + length > h.file->content.size()) {
    ++h.disk->harm.full;
    return SQLITE_FULL;
  }
  h.file->write(from, bytes, length);
  return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  Handle& h = of(file);
  const Strike strike = h.disk->strikes();
  if (strike == Strike::fails || strike == Strike::dead) return SQLITE_IOERR_TRUNCATE;
  if (strike == Strike::none || h.disk->done_of(1) > 0) h.file->cut(static_cast<std::size_t>(size));
  return strike == Strike::none ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

int sync(sqlite3_file* file, int) {
  Handle& h = of(file);
  const Strike strike = h.disk->strikes();
  // A flush that failed may have written all the same, or a part.
  if (strike == Strike::none || (strike == Strike::dies && h.disk->done_of(1) > 0)) h.file->flush();
  return strike == Strike::none ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(of(file).file->content.size());
  return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
  Handle& h = of(file);
  File& f = *h.file;
  if (h.level >= level) return SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) {
    if ((f.pending != nullptr && f.pending != &h) || (f.exclusive != nullptr && f.exclusive != &h)) return SQLITE_BUSY;
    ++f.shared;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (f.reserved != nullptr && f.reserved != &h) return SQLITE_BUSY;
    f.reserved = &h;
  } else {
    if ((f.pending != nullptr && f.pending != &h) || (f.reserved != nullptr && f.reserved != &h)) return SQLITE_BUSY;
    f.pending = &h;
    h.level = std::max(h.level, SQLITE_LOCK_PENDING);
    if (level == SQLITE_LOCK_EXCLUSIVE) {
      if (f.shared > 1) return SQLITE_BUSY;
      f.exclusive = &h;
    }
  }
  h.level = level;
  return SQLITE_OK;
}

int unlock(sqlite3_file* file, int level) {
  Handle& h = of(file);
  File& f = *h.file;
  if (h.level <= level) return SQLITE_OK;
  for (const void** each : {&f.reserved, &f.pending, &f.exclusive})
    if (*each == &h) *each = nullptr;
  if (level == SQLITE_LOCK_NONE && h.level >= SQLITE_LOCK_SHARED) --f.shared;
  h.level = level;
  return SQLITE_OK;
}

int check_reserved(sqlite3_file* file, int* out) {
  *out = of(file).file->reserved != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** into) {
  Handle& h = of(file);
  File& f = *h.file;
  if (!h.has_shm) {
    h.has_shm = true;
    ++f.shm_users;
  }
  const auto wanted = static_cast<std::size_t>(region);
  *into = nullptr;
  if (f.shm.size() <= wanted && extend == 0) return SQLITE_OK;
  while (f.shm.size() <= wanted) f.shm.push_back(std::make_unique<unsigned char[]>(static_cast<std::size_t>(size)));
  *into = f.shm[wanted].get();
  return SQLITE_OK;
}

int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
  Handle& h = of(file);
  File& f = *h.file;
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    for (int i = offset; i < offset + n; ++i) {
      if (exclusive && f.shm_locks[i].exclusive == &h) f.shm_locks[i].exclusive = nullptr;
      if (!exclusive) --f.shm_locks[i].shared;
    }
    return SQLITE_OK;
  }
  for (int i = offset; i < offset + n; ++i) {
    const File::ShmLock& l = f.shm_locks[i];
    if (l.exclusive != nullptr || (exclusive && l.shared > 0)) return SQLITE_BUSY;
  }
  for (int i = offset; i < offset + n; ++i) {
    if (exclusive)
      f.shm_locks[i].exclusive = &h;
    else
      ++f.shm_locks[i].shared;
  }
  return SQLITE_OK;
}

void shm_barrier(sqlite3_file*) {}

int shm_unmap(sqlite3_file* file, int) {
  Handle& h = of(file);
  if (!std::exchange(h.has_shm, false)) return SQLITE_OK;
  if (--h.file->shm_users == 0) {
    h.file->shm.clear();
    for (auto& each : h.file->shm_locks) each = {};
  }
  return SQLITE_OK;
}

constexpr sqlite3_io_methods methods = {
    2,         close,          read,    write,       truncate,        sync,    file_size, lock,
    unlock,    check_reserved, control, sector_size, characteristics, shm_map, shm_lock,  shm_barrier,
    shm_unmap, nullptr,        nullptr};

int open(sqlite3_vfs*, const char* path, sqlite3_file* into, int flags, int* out) {
  into->pMethods = nullptr;
  std::string name;
  FileDisk* disk = disk_of(path, name);
  if (disk == nullptr) return SQLITE_CANTOPEN;
  FilePtr file = disk->files.find(name);
  if (!file) {
    if ((flags & SQLITE_OPEN_CREATE) == 0 || !disk->alive()) return SQLITE_CANTOPEN;
    file = disk->files.make(name);
  }
  auto* h = new (into) Handle;
  h->disk = disk;
  h->file = std::move(file);
  h->name = name;
  h->writes = (flags & SQLITE_OPEN_READWRITE) != 0;
  if (h->writes && name == "ledger.db" && ++disk->writers > 1) disk->second_writer = true;
  h->pMethods = &methods;
  if (out != nullptr) *out = flags;
  return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* path, int flushed) {
  std::string name;
  FileDisk* disk = disk_of(path, name);
  if (disk == nullptr) return SQLITE_IOERR_DELETE;
  if (!disk->files.find(name)) return SQLITE_IOERR_DELETE_NOENT;
  const Strike strike = disk->strikes();
  if (strike != Strike::none) return SQLITE_IOERR_DELETE;
  disk->files.remove(name, flushed != 0);
  return SQLITE_OK;
}

int access(sqlite3_vfs*, const char* path, int, int* out) {
  std::string name;
  const FileDisk* disk = disk_of(path, name);
  // As unixAccess has it: a file that is empty is as good as none.
  *out = disk != nullptr && disk->files.find(name) ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int n, char* out) {
  sqlite3_snprintf(n, out, "%s", path);
  return SQLITE_OK;
}

int chance(sqlite3_vfs*, int n, char* out) {
  randombytes_buf(out, static_cast<std::size_t>(n));
  return n;
}
int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
int now(sqlite3_vfs*, double* julian) {
  *julian = 2'461'000.5;
  return SQLITE_OK;
}
int now_ms(sqlite3_vfs*, sqlite3_int64* ms) {
  *ms = 212'630'443'200'000;
  return SQLITE_OK;
}
int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

void mount(const std::string& directory, FileDisk* disk) {
  if (disk == nullptr)
    disks().erase(directory);
  else
    disks()[directory] = disk;
}

void take_over_sqlite() {
  static sqlite3_vfs vfs{};
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(Handle);
  vfs.mxPathname = 512;
  vfs.zName = "simulated";
  vfs.xOpen = open;
  vfs.xDelete = remove;
  vfs.xAccess = access;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = chance;
  vfs.xSleep = sleep;
  vfs.xCurrentTime = now;
  vfs.xGetLastError = last_error;
  vfs.xCurrentTimeInt64 = now_ms;
  if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK) throw std::runtime_error("SQLite does not take another file system");
}

void forget_sqlites_chance() { sqlite3_randomness(0, nullptr); }

}  // namespace told::sim
