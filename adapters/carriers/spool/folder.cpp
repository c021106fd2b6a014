#include "carriers/spool/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace told::carriers::spool {
namespace {

// Neither the shell's `*.json`, which leaves out what begins with a dot, nor Python's and find's, which do not, may
// fetch what is half written.
constexpr std::string_view half_written = ".told-";
constexpr std::string_view until_whole = ".part";
constexpr std::string_view claimed = ".taken-";
/// With the longest of what is put before or after it, a name stays under the 255 bytes that file systems take.
constexpr std::size_t name_bytes_max = 200;
/// A tray with more is read in parts.
constexpr std::size_t names_max = 4'096;

bool begins(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }
bool ends(std::string_view text, std::string_view with) {
  return text.size() > with.size() && text.substr(text.size() - with.size()) == with;
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The names in a directory that `wanted` wants, sorted. False: errno says why.
template <class Wanted>
bool list(const Descriptor& tray, const Wanted& wanted, std::vector<std::string>& into) {
  const int own = ::openat(tray.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (own < 0) return false;
  DIR* const directory = ::fdopendir(own);
  if (directory == nullptr) {
    ::close(own);
    return false;
  }
  while (into.size() < names_max) {
    const dirent* const entry = ::readdir(directory);
    if (entry == nullptr) break;
    if (wanted(std::string_view{entry->d_name})) into.emplace_back(entry->d_name);
  }
  ::closedir(directory);
  std::sort(into.begin(), into.end());
  return true;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Descriptor Folder::open(const char* tray) const {
  return Descriptor{::open((path_ + "/" + tray).c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
}

Trouble Folder::trouble(const char* tray) const {
  const int error = errno;
  const std::string where = path_ + "/" + tray;
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return {"disk_full", "the disk of " + where + " is full: delete there what was fetched already, or give it room"};
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
      return {"no_directory", "there is no directory " + where + ": mount its disk, or make it (mkdir -p " + path_ +
                                  "/{outgoing,incoming,done,refused})"};
    case EACCES:
    case EPERM:
    case EROFS:
      return {"no_permission",
              "told may not write in " + where +
                  ": let told's user read and write there (and name it in ReadWritePaths= of the unit)"};
    default:
      return {"disk_error", where + " cannot be written or read (" + std::strerror(error) + "): see to its disk"};
  }
}

std::optional<Trouble> Folder::tidy() const {
  for (const char* tray : {outgoing, done, refused}) {
    const Descriptor in = open(tray);
    std::vector<std::string> left;
    if (!in || !list(
                   in, [](std::string_view name) { return begins(name, half_written); }, left))
      return trouble(tray);
    for (const std::string& name : left) ::unlinkat(in.get(), name.c_str(), 0);
  }
  return std::nullopt;
}

std::optional<Trouble> Folder::place(const char* tray, const std::string& name, std::string_view content) const {
  const Descriptor in = open(tray);
  if (!in) return trouble(tray);
  const std::string hidden = std::string{half_written}.append(name).append(until_whole);
  const auto give_up = [&] {
    Trouble t = trouble(tray);
    ::unlinkat(in.get(), hidden.c_str(), 0);
    return t;
  };
  {
    // The group may read, whatever told's umask is: it is the account that fetches (README.md). Others may not.
    const Descriptor file{
        ::openat(in.get(), hidden.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!file) return trouble(tray);
    if (::fchmod(file.get(), 0640) != 0 || !write_all(file.get(), content) || ::fsync(file.get()) != 0)
      return give_up();
  }
  if (::renameat(in.get(), hidden.c_str(), in.get(), name.c_str()) != 0) return give_up();
  if (::fsync(in.get()) != 0) {
    Trouble t = trouble(tray);
    t.visible = true;
    return t;
  }
  return std::nullopt;
}

std::optional<Trouble> Folder::remove(const char* tray, const std::string& name) const {
  const Descriptor in = open(tray);
  if (!in || (::unlinkat(in.get(), name.c_str(), 0) != 0 && errno != ENOENT)) return trouble(tray);
  return std::nullopt;
}

std::optional<Trouble> Folder::claim(std::vector<std::string>& names) const {
  const Descriptor in = open(incoming);
  names.clear();
  std::vector<std::string> taken;
  std::vector<std::string> waiting;
  if (!in ||
      !list(
          in, [](std::string_view name) { return begins(name, claimed); }, taken) ||
      !list(
          in, [](std::string_view name) { return name.front() != '.' && ends(name, ".json"); }, waiting))
    return trouble(incoming);
  std::optional<Trouble> met;
  for (const std::string& name : taken) names.push_back(name.substr(claimed.size()));
  const std::size_t before = names.size();
  for (const std::string& name : waiting) {
    const std::string as = name.size() > name_bytes_max ? name.substr(0, name_bytes_max) + ".json" : name;
    // One of that name was claimed before and is not filed yet: this one waits for it.
    if (std::binary_search(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(before), as)) continue;
    if (::renameat(in.get(), name.c_str(), in.get(), (std::string{claimed} + as).c_str()) == 0)
      names.push_back(as);
    else if (errno != ENOENT)
      met = trouble(incoming);
  }
  return met;
}

std::optional<Trouble> Folder::read(const std::string& name, Incoming& into) const {
  const Descriptor in = open(incoming);
  if (!in) return trouble(incoming);
  // Without waiting: what was brought may be a pipe, or a link to a file that is none of the other side's business.
  const Descriptor file{
      ::openat(in.get(), (std::string{claimed} + name).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  struct stat seen {};
  if (!file && (errno == ELOOP || errno == ENXIO)) {
    into.is = Incoming::Is::no_plain_file;
    return std::nullopt;
  }
  if (!file || ::fstat(file.get(), &seen) != 0) return trouble(incoming);
  if (!S_ISREG(seen.st_mode)) {
    into.is = Incoming::Is::no_plain_file;
    return std::nullopt;
  }
  into.text.clear();
  std::array<char, 16 * 1024> part{};
  while (into.text.size() <= incoming_bytes_max) {
    const ssize_t got = ::read(file.get(), part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return trouble(incoming);
    if (got == 0) break;
    into.text.append(part.data(), static_cast<std::size_t>(got));
  }
  into.is = into.text.size() > incoming_bytes_max ? Incoming::Is::too_large : Incoming::Is::frame;
  return std::nullopt;
}

std::optional<Trouble> Folder::move_to(const char* tray, const std::string& name) const {
  const Descriptor from = open(incoming);
  if (!from) return trouble(incoming);
  const Descriptor to = open(tray);
  if (!to) return trouble(tray);
  if (::renameat(from.get(), (std::string{claimed} + name).c_str(), to.get(), name.c_str()) != 0 && errno != ENOENT)
    return trouble(tray);
  return std::nullopt;
}

}  // namespace told::carriers::spool
