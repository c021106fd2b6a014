#pragma once
// The calls by which a process changes something outside itself, as strike sees and spoils them. x86-64 only.
#include <linux/filter.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

struct user_regs_struct;

namespace strike {

/// What a call is about: where its descriptor or path stands among the arguments.
enum class About { descriptor, third_descriptor, path, second_path, path_at, third_path_at, nothing };
/// How much it writes, and so how it can be cut short.
enum class Bytes { none, length, vector, message };

struct Call {
  long number;
  const char* name;
  About about;
  Bytes bytes;
};

/// nullptr where the call is none of these.
[[nodiscard]] const Call* call_of(long number);

/// A filter that hands these calls to the tracer and lets all others run at full speed. Opening hands over only what
/// may write. prctl(PR_SET_DUMPABLE) is handed over too: see deny_secrecy().
[[nodiscard]] std::vector<sock_filter> filter();

/// Argument `n` (from 0).
[[nodiscard]] std::uint64_t argument(const user_regs_struct& registers, int n);

/// Bytes of memory of `thread`; shorter where it ends or may not be read.
[[nodiscard]] std::string memory(pid_t thread, std::uint64_t address, std::size_t size);
/// A path in the memory of `thread`, up to its zero byte.
[[nodiscard]] std::string path_in(pid_t thread, std::uint64_t address);

/// How many bytes the call is to write; 0 where that is nothing that a call says.
[[nodiscard]] std::size_t size_of(pid_t thread, const Call& call, const user_regs_struct& registers);
/// Makes the call write `part` bytes, which must be fewer than it was to. What it spoils in the process's own memory is
/// of no matter, since the process is killed after it.
void cut(pid_t thread, const Call& call, user_regs_struct& registers, std::size_t part);

/// told forbids others to look into it; without that a tracer that is not root could read no path. True where the call
/// was this one: it is made to change nothing.
[[nodiscard]] bool deny_secrecy(user_regs_struct& registers);

}  // namespace strike
