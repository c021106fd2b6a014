#include "strike/record.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include <chrono>
#include <filesystem>
#include <string_view>
#include <thread>

namespace strike {
namespace {

constexpr std::chrono::milliseconds held_up{2};

std::string in_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4U];
    out += digits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

/// The last part of a path.
std::string base(const std::string& path) { return std::filesystem::path{path}.filename().string(); }

}  // namespace

void Record::write(pid_t thread, const Call& call, const std::string& name, const user_regs_struct& r) {
  const std::string_view what = call.name;
  if (what == "fsync" || what == "fdatasync") std::this_thread::sleep_for(held_up);
  std::uint64_t number = 0;
  std::string bytes;
  if (call.number == SYS_openat) number = (argument(r, 2) & O_CREAT) != 0;
  if (call.number == SYS_open) number = (argument(r, 1) & O_CREAT) != 0;
  if (call.number == SYS_pwrite64) number = argument(r, 3);
  if (call.number == SYS_ftruncate) number = argument(r, 1);
  if (call.bytes == Bytes::length && !name.empty()) bytes = in_hex(memory(thread, argument(r, 1), argument(r, 2)));
  if (call.number == SYS_rename) bytes = in_hex(base(path_in(thread, argument(r, 1))));
  if (call.number == SYS_renameat || call.number == SYS_renameat2)
    bytes = in_hex(base(path_in(thread, argument(r, 3))));
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  out_ << std::chrono::duration_cast<std::chrono::nanoseconds>(now).count() << '\t' << what << '\t' << name << '\t'
       << number << '\t' << bytes << '\n'
       << std::flush;
}

}  // namespace strike
