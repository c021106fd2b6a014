#pragma once
// One recipient's folder: four trays, and what may be done in them so that neither a power cut nor the other side's
// hands leave anything half done. Everything here may block as long as the disk does; nothing throws for a disk that
// fails.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace told::carriers::spool {

/// Owns a file descriptor; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();
  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// What the disk did not do.
struct Trouble {
  std::string code;      ///< `disk_full`, `no_directory`, `no_permission`, `disk_error`
  std::string sentence;  ///< what failed, and the mend
  bool visible = false;  ///< the file stands under its name already; whether it outlives a power cut is not known
};

/// A file that came back.
struct Incoming {
  enum class Is { frame, too_large, no_plain_file };
  Is is = Is::frame;
  std::string text;  ///< frame: at most incoming_bytes_max
};

inline constexpr std::size_t incoming_bytes_max = 64U * 1024U;  ///< as a frame of the queue

inline constexpr const char* outgoing = "outgoing";
inline constexpr const char* incoming = "incoming";
inline constexpr const char* done = "done";
inline constexpr const char* refused = "refused";

/// The four trays are directories below the folder. None is made here: where one is missing, a disk that is not mounted
/// is the likelier reason, and what was written into its mount point nobody would ever fetch. A tray that is a symbolic
/// link is no tray: the other side must not choose where told writes.
class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Removes what an interrupted told left half written in any tray.
  [[nodiscard]] std::optional<Trouble> tidy() const;
  /// Puts `content` under `name` in `tray`, whole or not at all, and durably. Replaces a file of that name.
  [[nodiscard]] std::optional<Trouble> place(const char* tray, const std::string& name, std::string_view content) const;
  /// Removes a file; that there was none is no trouble.
  [[nodiscard]] std::optional<Trouble> remove(const char* tray, const std::string& name) const;

  /// The files of `incoming` that wait, in the order of their names: those already claimed (by this run or one before),
  /// then `*.json` not beginning with a dot, which it claims. A claimed file is hidden: whoever brought it cannot
  /// replace it any more, so that what is filed in the end is what was read. `names` are filled as far as it went even
  /// where there is trouble.
  [[nodiscard]] std::optional<Trouble> claim(std::vector<std::string>& names) const;
  /// Reads a claimed file.
  [[nodiscard]] std::optional<Trouble> read(const std::string& name, Incoming& into) const;
  /// Moves a claimed file to `tray`. That it is gone is no trouble.
  [[nodiscard]] std::optional<Trouble> move_to(const char* tray, const std::string& name) const;

 private:
  [[nodiscard]] Descriptor open(const char* tray) const;  ///< none: errno says why
  [[nodiscard]] Trouble trouble(const char* tray) const;  ///< of errno

  std::string path_;
};

}  // namespace told::carriers::spool
