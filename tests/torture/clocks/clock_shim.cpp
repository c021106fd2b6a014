// Two clocks of this process's own: preloaded into told, it sees the wall clock and the boot clock that somebody else
// turns (clocks.py). The machine's own are never touched, and the monotonic clock, by which sockets wait, is left as it
// is.
//
// The file that TOLD_TEST_CLOCKS names is shared memory:
//
//   generation   counts changes; whoever changes anything counts it up and wakes who waits on it (a futex)
//   wall, boot   nanoseconds: what the two clocks said when the real boot clock said `begun`
//   rate         how many seconds of theirs one real second is, wall and boot each, in millionths
//   steps        counts what the kernel would call setting the clock: timers with TFD_TIMER_CANCEL_ON_SET hear of it
//
// timerfd_settime(2) with an absolute time on one of them is kept as it was asked for, and armed anew on the real boot
// clock at every change: so a timer goes off when its own clock says so, as the kernel's would.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <mutex>

namespace {

constexpr std::int64_t billion = 1'000'000'000;
constexpr std::int64_t million = 1'000'000;

struct Shared {
  std::atomic<std::uint32_t> generation;
  std::atomic<std::uint32_t> steps;
  std::atomic<std::int64_t> begun, wall, boot;
  std::atomic<std::int64_t> wall_rate, boot_rate;  // millionths
};

struct Timer {
  bool used = false;
  bool on_wall = false;
  bool armed = false;
  bool hears_of_steps = false;
  bool cancelled = false;
  std::int64_t at = 0;  // on its own clock
};

constexpr std::size_t descriptors_max = 1024;  // a timer is made early, and has a low number
std::array<Timer, descriptors_max> timers;
std::mutex mutex;
const Shared* shared = nullptr;

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

using GetTime = int (*)(clockid_t, timespec*);
using SetTimer = int (*)(int, int, const itimerspec*, itimerspec*);
using Read = ssize_t (*)(int, void*, std::size_t);

std::int64_t real_boot() {
  static const auto get = next<GetTime>("clock_gettime");
  timespec t{};
  get(CLOCK_BOOTTIME, &t);
  return t.tv_sec * billion + t.tv_nsec;
}

std::int64_t told(bool wall) {
  const auto passed = static_cast<long double>(real_boot() - shared->begun);  // 64 bits of it: to the nanosecond
  const std::int64_t from = wall ? shared->wall : shared->boot;
  const std::int64_t rate = wall ? shared->wall_rate : shared->boot_rate;
  return from + static_cast<std::int64_t>(passed * static_cast<long double>(rate) / million);
}

timespec to_timespec(std::int64_t t) { return {t / billion, t % billion}; }

bool ours(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_BOOTTIME;
}

/// Arms the real timer for when its own clock will say `at`, going on as it goes now.
void arm(int fd, const Timer& timer) {
  static const auto set = next<SetTimer>("timerfd_settime");
  itimerspec spec{};
  if (timer.cancelled) {
    spec.it_value.tv_nsec = 1;
  } else if (timer.armed) {
    const auto left = static_cast<long double>(timer.at - told(timer.on_wall));
    const std::int64_t rate = timer.on_wall ? shared->wall_rate : shared->boot_rate;
    spec.it_value = to_timespec(std::max<std::int64_t>(
        1, real_boot() + static_cast<std::int64_t>(left * million / static_cast<long double>(rate))));
  }
  set(fd, TFD_TIMER_ABSTIME, &spec, nullptr);
}

void* watch(void*) {
  std::uint32_t seen = shared->generation;
  std::uint32_t steps = shared->steps;
  for (;;) {
    ::syscall(SYS_futex, &shared->generation, FUTEX_WAIT, seen, nullptr, nullptr, 0);
    if (shared->generation == seen) continue;
    seen = shared->generation;
    const std::lock_guard lock{mutex};
    const bool stepped = steps != shared->steps;
    steps = shared->steps;
    for (std::size_t fd = 0; fd < timers.size(); ++fd) {
      Timer& timer = timers[fd];
      if (!timer.used) continue;
      timer.cancelled = timer.cancelled || (stepped && timer.armed && timer.hears_of_steps);
      arm(static_cast<int>(fd), timer);
    }
  }
}

__attribute__((constructor)) void begin() {
  const char* path = std::getenv("TOLD_TEST_CLOCKS");
  const int fd = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ, MAP_SHARED, fd, 0);
  ::close(fd);
  if (memory == MAP_FAILED) std::abort();
  shared = static_cast<const Shared*>(memory);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // signals are told's own business
  pthread_t thread{};
  if (pthread_create(&thread, nullptr, watch, nullptr) != 0) std::abort();
  pthread_detach(thread);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* into) {
  static const auto get = next<GetTime>("clock_gettime");
  if (shared == nullptr || !ours(clock)) return get(clock, into);
  *into = to_timespec(told(clock != CLOCK_BOOTTIME));
  return 0;
}

int gettimeofday(timeval* into, void*) {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  *into = {t.tv_sec, t.tv_nsec / 1000};
  return 0;
}

time_t time(time_t* into) {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  if (into != nullptr) *into = t.tv_sec;
  return t.tv_sec;
}

int timerfd_create(int clock, int flags) {
  static const auto create = next<int (*)(int, int)>("timerfd_create");
  if (shared == nullptr || !ours(clock)) return create(clock, flags);
  const int fd = create(CLOCK_BOOTTIME, flags);
  if (fd < 0) return fd;
  if (static_cast<std::size_t>(fd) >= timers.size()) std::abort();
  const std::lock_guard lock{mutex};
  timers[static_cast<std::size_t>(fd)] = {true, clock != CLOCK_BOOTTIME};
  return fd;
}

int timerfd_settime(int fd, int flags, const itimerspec* spec, itimerspec* old) {
  static const auto set = next<SetTimer>("timerfd_settime");
  const auto place = static_cast<std::size_t>(fd);
  if (shared == nullptr || place >= timers.size() || !timers[place].used) return set(fd, flags, spec, old);
  const std::lock_guard lock{mutex};
  Timer& timer = timers[place];
  const std::int64_t at = spec->it_value.tv_sec * billion + spec->it_value.tv_nsec;
  timer.armed = at != 0;
  timer.at = (flags & TFD_TIMER_ABSTIME) != 0 ? at : told(timer.on_wall) + at;
  timer.hears_of_steps = timer.on_wall && (flags & TFD_TIMER_CANCEL_ON_SET) != 0;
  timer.cancelled = false;
  arm(fd, timer);
  return 0;
}

ssize_t read(int fd, void* into, std::size_t bytes) {
  static const auto below = next<Read>("read");
  const auto place = static_cast<std::size_t>(fd);
  if (shared == nullptr || place >= timers.size() || !timers[place].used) return below(fd, into, bytes);
  const std::lock_guard lock{mutex};
  const ssize_t got = below(fd, into, bytes);
  if (got < 0 || !timers[place].cancelled) return got;
  timers[place].cancelled = false;
  errno = ECANCELED;
  return -1;
}
}
