#include "strike/calls.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>

#include <array>
#include <cstddef>
#include <cstring>

namespace strike {
namespace {

constexpr std::array calls{
    Call{SYS_open, "open", About::path, Bytes::none},
    Call{SYS_openat, "open", About::path_at, Bytes::none},
    Call{SYS_creat, "open", About::path, Bytes::none},
    Call{SYS_write, "write", About::descriptor, Bytes::length},
    Call{SYS_pwrite64, "pwrite64", About::descriptor, Bytes::length},
    Call{SYS_writev, "writev", About::descriptor, Bytes::vector},
    Call{SYS_pwritev, "pwritev", About::descriptor, Bytes::vector},
    Call{SYS_pwritev2, "pwritev", About::descriptor, Bytes::vector},
    Call{SYS_sendfile, "sendfile", About::descriptor, Bytes::none},
    Call{SYS_copy_file_range, "copy_file_range", About::third_descriptor, Bytes::none},
    Call{SYS_fsync, "fsync", About::descriptor, Bytes::none},
    Call{SYS_fdatasync, "fdatasync", About::descriptor, Bytes::none},
    Call{SYS_sync_file_range, "sync_file_range", About::descriptor, Bytes::none},
    Call{SYS_ftruncate, "ftruncate", About::descriptor, Bytes::none},
    Call{SYS_truncate, "truncate", About::path, Bytes::none},
    Call{SYS_fallocate, "fallocate", About::descriptor, Bytes::none},
    Call{SYS_rename, "rename", About::path, Bytes::none},
    Call{SYS_renameat, "rename", About::path_at, Bytes::none},
    Call{SYS_renameat2, "rename", About::path_at, Bytes::none},
    Call{SYS_link, "link", About::second_path, Bytes::none},
    Call{SYS_linkat, "link", About::third_path_at, Bytes::none},
    Call{SYS_symlink, "symlink", About::second_path, Bytes::none},
    Call{SYS_unlink, "unlink", About::path, Bytes::none},
    Call{SYS_unlinkat, "unlink", About::path_at, Bytes::none},
    Call{SYS_mkdir, "mkdir", About::path, Bytes::none},
    Call{SYS_mkdirat, "mkdir", About::path_at, Bytes::none},
    Call{SYS_rmdir, "rmdir", About::path, Bytes::none},
    Call{SYS_sendto, "sendto", About::descriptor, Bytes::length},
    Call{SYS_sendmsg, "sendmsg", About::descriptor, Bytes::message},
    Call{SYS_sendmmsg, "sendmmsg", About::descriptor, Bytes::none},
    // What goes through a ring of its own is not seen here: who enumerates must refuse.
    Call{SYS_io_uring_setup, "io_uring_setup", About::nothing, Bytes::none},
};

constexpr std::uint32_t may_write = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;

sock_filter load(std::size_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
sock_filter answer(std::uint32_t action) { return BPF_STMT(BPF_RET | BPF_K, action); }
sock_filter jump(std::uint16_t test, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
  return BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), value, yes, no);
}
std::size_t low_half_of_argument(std::size_t n) { return offsetof(seccomp_data, args) + 8 * n; }

/// Handed over where the test of argument `n` holds.
void add_conditional(std::vector<sock_filter>& out, long number, std::size_t n, std::uint16_t test,
                     std::uint32_t value) {
  out.push_back(jump(BPF_JEQ, static_cast<std::uint32_t>(number), 0, 4));
  out.push_back(load(low_half_of_argument(n)));
  out.push_back(jump(test, value, 0, 1));
  out.push_back(answer(SECCOMP_RET_TRACE));
  out.push_back(answer(SECCOMP_RET_ALLOW));
}

std::vector<iovec> pieces(pid_t thread, std::uint64_t address, std::size_t count) {
  std::vector<iovec> out(count);
  const std::string bytes = memory(thread, address, count * sizeof(iovec));
  if (bytes.size() != count * sizeof(iovec)) return {};
  std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

std::size_t total(const std::vector<iovec>& all) {
  std::size_t n = 0;
  for (const iovec& piece : all) n += piece.iov_len;
  return n;
}

void poke(pid_t thread, std::uint64_t address, std::uint64_t word) { ::ptrace(PTRACE_POKEDATA, thread, address, word); }

/// The number of pieces that hold `part` bytes; the last of them is shortened to fit.
std::size_t cut_pieces(pid_t thread, std::uint64_t address, const std::vector<iovec>& all, std::size_t part) {
  std::size_t k = 0;
  for (; k < all.size() && part > all[k].iov_len; ++k) part -= all[k].iov_len;
  if (k < all.size()) poke(thread, address + k * sizeof(iovec) + offsetof(iovec, iov_len), part);
  return k + 1;
}

msghdr message_at(pid_t thread, std::uint64_t address) {
  msghdr out{};
  const std::string bytes = memory(thread, address, sizeof out);
  if (bytes.size() == sizeof out) std::memcpy(&out, bytes.data(), sizeof out);
  return out;
}

std::uint64_t address_of(const void* theirs) { return reinterpret_cast<std::uint64_t>(theirs); }

}  // namespace

const Call* call_of(long number) {
  for (const Call& call : calls)
    if (call.number == number) return &call;
  return nullptr;
}

std::vector<sock_filter> filter() {
  std::vector<sock_filter> out{load(offsetof(seccomp_data, arch)), jump(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0),
                               answer(SECCOMP_RET_ALLOW), load(offsetof(seccomp_data, nr))};
  add_conditional(out, SYS_open, 1, BPF_JSET, may_write);
  add_conditional(out, SYS_openat, 2, BPF_JSET, may_write);
  add_conditional(out, SYS_prctl, 0, BPF_JEQ, PR_SET_DUMPABLE);
  for (const Call& call : calls) {
    out.push_back(jump(BPF_JEQ, static_cast<std::uint32_t>(call.number), 0, 1));
    out.push_back(answer(SECCOMP_RET_TRACE));
  }
  out.push_back(answer(SECCOMP_RET_ALLOW));
  return out;
}

std::uint64_t argument(const user_regs_struct& r, int n) {
  return std::array{r.rdi, r.rsi, r.rdx, r.r10, r.r8, r.r9}.at(static_cast<std::size_t>(n));
}

std::string memory(pid_t thread, std::uint64_t address, std::size_t size) {
  std::string out(size, '\0');
  iovec here{out.data(), size};
  iovec there{reinterpret_cast<void*>(address), size};
  const auto got = ::process_vm_readv(thread, &here, 1, &there, 1, 0);
  out.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return out;
}

std::string path_in(pid_t thread, std::uint64_t address) {
  constexpr std::uint64_t page = 4096;
  std::string out;
  while (out.size() < page) {  // page by page: the next one may not be there
    const std::string more = memory(thread, address + out.size(), page - (address + out.size()) % page);
    const auto end = more.find('\0');
    out += more.substr(0, end);
    if (more.empty() || end != std::string::npos) break;
  }
  return out;
}

std::size_t size_of(pid_t thread, const Call& call, const user_regs_struct& r) {
  switch (call.bytes) {
    case Bytes::none:
      return 0;
    case Bytes::length:
      return argument(r, 2);
    case Bytes::vector:
      return total(pieces(thread, argument(r, 1), argument(r, 2)));
    case Bytes::message: {
      const msghdr message = message_at(thread, argument(r, 1));
      return total(pieces(thread, address_of(message.msg_iov), message.msg_iovlen));
    }
  }
  return 0;
}

void cut(pid_t thread, const Call& call, user_regs_struct& r, std::size_t part) {
  if (call.bytes == Bytes::length) r.rdx = part;
  if (call.bytes == Bytes::vector)
    r.rdx = cut_pieces(thread, argument(r, 1), pieces(thread, argument(r, 1), argument(r, 2)), part);
  if (call.bytes == Bytes::message) {
    const msghdr message = message_at(thread, argument(r, 1));
    const std::uint64_t at = address_of(message.msg_iov);
    poke(thread, argument(r, 1) + offsetof(msghdr, msg_iovlen),
         cut_pieces(thread, at, pieces(thread, at, message.msg_iovlen), part));
  }
}

bool deny_secrecy(user_regs_struct& r) {
  if (r.orig_rax != SYS_prctl) return false;
  r.rsi = 1;  // SUID_DUMP_USER, as it was
  return true;
}

}  // namespace strike
