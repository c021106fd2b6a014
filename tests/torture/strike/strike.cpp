// strike: runs a program, writes down each call by which it changes something outside itself, and strikes at one.
//
//   strike --trace FILE [--root DIR] [--port PORT=NAME]... [--at CALL NAME N --do KIND] [--record FILE] -- PROGRAM
//   ARGUMENT...
//
// A line of FILE for each call: CALL, NAME, N and SIZE with tabs between, such as `pwrite64 store/ledger.db-wal 12
// 4096`: the twelfth pwrite64 on that file since the program began, by whichever thread. A point is named by the first
// three, since what comes at the same moment on another thread comes in another order each time. When the point of --at
// is reached, `struck` is written as a line of its own, and KIND happens:
//
//   before  the process is killed with SIGKILL instead of the call
//   after   the call is made, and the process killed before it learns of it
//   torn    the call writes a part of its bytes (one, half, or all but one, by N), and then as after
//   EIO, ENOSPC, ENOBUFS   the call is not made, and fails with this error
//
// With --record every call about a path below the root is written down with what it writes, and each sync is held up
// for 2 ms before it is made, so that whatever told says too early is heard before it (record.hpp; power_cut.cpp reads
// it).
//
// It is a tracer and no preloaded library: a library does not see what libc writes by itself (a log line is one), and
// cannot say what a process did not do. Seccomp hands over these calls alone, so that all others run at full speed.
// SIGTERM, SIGHUP and SIGINT are passed on. It ends as the program ended, by the same signal where it was one.
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "strike/calls.hpp"
#include "strike/names.hpp"
#include "strike/record.hpp"

namespace {

using strike::Call;

pid_t traced = 0;  // the program's first process; signals are passed on to it

[[noreturn]] void give_up(const std::string& doing) {
  std::fprintf(stderr, "strike: %s: %s\n", doing.c_str(), std::strerror(errno));
  std::exit(EX_OSERR);
}

struct Asked {
  std::string trace, root, call, name, kind, record;
  std::uint64_t occurrence = 0;
  std::map<std::uint16_t, std::string> ports;
  char** program = nullptr;
};

Asked read_arguments(int argc, char** argv) {
  Asked asked;
  int i = 1;
  const auto next = [&]() -> std::string {
    if (++i < argc) return argv[i];
    std::fprintf(stderr, "strike: %s needs a value; the first lines of strike.cpp say what it takes\n", argv[i - 1]);
    std::exit(EX_USAGE);
  };
  for (; i < argc && std::string_view{argv[i]} != "--"; ++i) {
    const std::string_view option = argv[i];
    if (option == "--trace") {
      asked.trace = next();
    } else if (option == "--root") {
      asked.root = next();
    } else if (option == "--port") {
      const std::string both = next();
      asked.ports[static_cast<std::uint16_t>(std::stoul(both))] = both.substr(both.find('=') + 1);
    } else if (option == "--at") {
      asked.call = next();
      asked.name = next();
      asked.occurrence = std::stoull(next());
    } else if (option == "--do") {
      asked.kind = next();
    } else if (option == "--record") {
      asked.record = next();
    } else {
      std::fprintf(stderr, "strike: there is no option %s\n", argv[i]);
      std::exit(EX_USAGE);
    }
  }
  if (i + 1 >= argc || asked.trace.empty()) {
    std::fprintf(stderr, "usage: strike --trace FILE [options] -- PROGRAM ARGUMENT...\n");
    std::exit(EX_USAGE);
  }
  asked.program = argv + i + 1;
  return asked;
}

int error_of(const std::string& kind) {
  for (const auto& [name, number] : {std::pair{"EIO", EIO}, std::pair{"ENOSPC", ENOSPC}, std::pair{"ENOBUFS", ENOBUFS}})
    if (kind == name) return number;
  return 0;
}

[[noreturn]] void become(char** program, int go) {
  char byte = 0;
  while (::read(go, &byte, 1) < 0 && errno == EINTR) {
  }
  ::close(go);
  const auto filter = strike::filter();
  const sock_fprog installed{static_cast<unsigned short>(filter.size()), const_cast<sock_filter*>(filter.data())};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &installed) != 0)
    give_up("this machine allows no seccomp filter");
  ::execvp(program[0], program);
  give_up(program[0]);
}

class Tracer {
 public:
  explicit Tracer(Asked asked) : asked_{std::move(asked)}, names_{asked_.root, asked_.ports} {
    trace_ = ::open(asked_.trace.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (trace_ < 0) give_up(asked_.trace);
    if (!asked_.record.empty()) record_ = std::make_unique<strike::Record>(asked_.record);
  }

  /// As waitpid gives it.
  int run() {
    std::array<int, 2> go{};
    if (::pipe(go.data()) != 0) give_up("pipe");
    traced = ::fork();
    if (traced == 0) {
      ::close(go[1]);
      become(asked_.program, go[0]);
    }
    constexpr long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                             PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
    if (::ptrace(PTRACE_SEIZE, traced, 0, options) != 0) give_up("this machine allows no tracing");
    ::close(go[0]);
    ::close(go[1]);  // which lets the child go on
    int ended = 0;
    for (;;) {
      int status = 0;
      const pid_t thread = ::waitpid(-1, &status, __WALL);
      if (thread < 0 && errno == EINTR) continue;
      if (thread < 0) return ended;
      if (!WIFSTOPPED(status)) {
        if (thread == traced) ended = status;
      } else {
        stopped(thread, WSTOPSIG(status), status >> 16);
      }
    }
  }

 private:
  void stopped(pid_t thread, int signal, int event) {
    if (event == PTRACE_EVENT_SECCOMP) return called(thread);
    if (signal == (SIGTRAP | 0x80)) return kill_it();  // the end of the call that was to be the last
    if (event == PTRACE_EVENT_STOP && (signal == SIGSTOP || signal == SIGTSTP))
      ::ptrace(PTRACE_LISTEN, thread, 0, 0);  // the whole process was stopped
    else
      ::ptrace(PTRACE_CONT, thread, 0, event != 0 ? 0 : signal);
  }

  void called(pid_t thread) {
    user_regs_struct registers{};
    ::ptrace(PTRACE_GETREGS, thread, 0, &registers);
    if (strike::deny_secrecy(registers)) ::ptrace(PTRACE_SETREGS, thread, 0, &registers);
    const Call* call = strike::call_of(static_cast<long>(registers.orig_rax));
    if (call == nullptr || struck_) {
      ::ptrace(PTRACE_CONT, thread, 0, 0);
      return;
    }
    const std::string name = names_.of(thread, *call, registers);
    const std::uint64_t n = ++counts_[{call->name, name}];
    const std::size_t size = strike::size_of(thread, *call, registers);
    say(std::string{call->name} + "\t" + name + "\t" + std::to_string(n) + "\t" + std::to_string(size) + "\n");
    if (record_) record_->write(thread, *call, name, registers);
    if (n == asked_.occurrence && asked_.call == call->name && asked_.name == name)
      strike_at(thread, *call, registers, size, n);
    else
      ::ptrace(PTRACE_CONT, thread, 0, 0);
  }

  void strike_at(pid_t thread, const Call& call, user_regs_struct& registers, std::size_t size, std::uint64_t n) {
    say("struck\n");
    if (asked_.kind == "before") {
      kill_it();
    } else if (const int error = error_of(asked_.kind); error != 0) {
      struck_ = true;
      registers.orig_rax = static_cast<unsigned long long>(-1);  // no call is made, and rax is what it gave
      registers.rax = static_cast<unsigned long long>(-error);
      ::ptrace(PTRACE_SETREGS, thread, 0, &registers);
      ::ptrace(PTRACE_CONT, thread, 0, 0);
    } else {
      if (asked_.kind == "torn" && size > 1) {
        strike::cut(thread, call, registers, std::array{size - 1, size / 2, std::size_t{1}}.at(n % 3));
        ::ptrace(PTRACE_SETREGS, thread, 0, &registers);
      }
      ::ptrace(PTRACE_SYSCALL, thread, 0, 0);
    }
  }

  void kill_it() {
    struck_ = true;
    ::kill(traced, SIGKILL);
  }

  void say(const std::string& line) const {
    if (::write(trace_, line.data(), line.size()) < 0) give_up(asked_.trace);
  }

  Asked asked_;
  strike::Names names_;
  std::unique_ptr<strike::Record> record_;
  int trace_ = -1;
  bool struck_ = false;
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts_;
};

}  // namespace

int main(int argc, char** argv) {
  Tracer tracer{read_arguments(argc, argv)};
  struct sigaction pass {};
  pass.sa_handler = [](int signal) {
    if (traced > 0) ::kill(traced, signal);
  };
  for (const int signal : {SIGTERM, SIGHUP, SIGINT}) ::sigaction(signal, &pass, nullptr);
  const int status = tracer.run();
  if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::signal(WTERMSIG(status), SIG_DFL);
  ::raise(WTERMSIG(status));
  return EX_SOFTWARE;
}
