#include "rig.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "core/reference.hpp"

namespace told::carriers::tests {

std::function<void(std::function<void()>)> Loop::post() {
  return [this](std::function<void()> what) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(what));
    posted_.notify_all();
  };
}

bool Loop::turn_until(const std::function<bool()>& met, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!met()) {
    std::function<void()> next;
    {
      std::unique_lock lock(mutex_);
      // What the test waits for may also be on a disk: it looks again from time to time.
      const auto look_again = std::chrono::steady_clock::now() + std::chrono::milliseconds{20};
      if (!posted_.wait_until(lock, std::min(end, look_again), [this] { return !waiting_.empty(); })) {
        if (std::chrono::steady_clock::now() >= end) return false;
        continue;
      }
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    next();
  }
  return true;
}

Scratch::Scratch() {
  std::string name = (std::filesystem::temp_directory_path() / "told-carriers-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch directory can be made");
  path_ = name;
}
Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Peer::Peer(const std::vector<std::string>& arguments) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::vector<char*> words;
  for (const std::string& a : arguments) words.push_back(const_cast<char*>(a.c_str()));
  words.push_back(nullptr);
  const int failed = ::posix_spawnp(&pid_, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  out_ = ends[0];
  if (failed != 0) throw std::runtime_error(arguments[0] + " cannot be started");
}

Peer::~Peer() {
  if (code_ < 0) {
    ::kill(pid_, SIGTERM);
    (void)exit_code();
  }
  ::close(out_);
}

std::string Peer::line() {
  for (;;) {
    if (const auto end = read_.find('\n'); end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    char part[512];
    const ssize_t got = ::read(out_, part, sizeof part);
    if (got <= 0) return {};
    read_.append(part, static_cast<std::size_t>(got));
  }
}

namespace {
int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }
}  // namespace

bool Peer::ended() {
  int status = 0;
  if (code_ < 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) code_ = code_of(status);
  return code_ >= 0;
}

int Peer::exit_code() {
  int status = 0;
  if (code_ < 0 && ::waitpid(pid_, &status, 0) == pid_) code_ = code_of(status);
  return code_;
}

std::string script(const std::string& name) { return std::string{TOLD_CARRIERS_TESTS} + "/" + name; }

Parcel parcel(const std::string& recipient, core::EntryIndex event, std::uint32_t attempt) {
  Parcel p;
  p.recipient = recipient;
  p.notification = {event, 1};
  p.attempt = attempt;
  p.checkpoint = "told.test/ledger\n" + std::to_string(event) + "\n";
  v1::Delivery& d = p.delivery;
  d.set_notification(core::to_reference(p.notification));
  d.set_attempt(attempt);
  d.set_kind(v1::NOTIFICATION_KIND_TELL);
  d.set_case_ref("R-TEST");
  d.set_event_type("told.child.missing.v1");
  d.set_event_index(event);
  d.mutable_event_time()->set_seconds(1'790'000'000);
  d.mutable_deadline()->set_seconds(1'790'001'800);
  d.set_status(v1::STATUS_ACTUAL);
  auto& report = *d.mutable_police_missing();
  report.mutable_child()->mutable_name()->set_given("Childgiven");
  report.mutable_child()->mutable_name()->set_family("Childfamily");
  report.mutable_missing()->set_clothing("blue coat");
  return p;
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

Carried::Carried(const std::string& kind_name, std::vector<Way> ways) {
  const Kind* const k = kind(kind_name);
  if (k == nullptr) throw std::runtime_error("there is no carrier " + kind_name);
  Surroundings surroundings;
  surroundings.post = loop.post();
  surroundings.secret = [this](const std::string& setting) {
    const auto found = secrets.find(setting);
    if (found == secrets.end()) throw std::runtime_error(setting + " cannot be read: make it");
    return found->second;
  };
  surroundings.origin = "told.test/ledger";
  for (Way& way : ways) way.carrier = kind_name;
  carrier = k->make(ways, surroundings);
  carrier->on_report([this](const Report& report) { reports.push_back(report); });
  carrier->on_answer([this](Answer answer) {
    answers.push_back(answer);
    if (on_answer) on_answer(answer);
  });
}

Report Carried::send(Parcel parcel) {
  const std::size_t before = reports.size();
  carrier->send(std::move(parcel));
  if (!loop.turn_until([&] { return reports.size() > before; })) throw std::runtime_error("no report came");
  return reports.back();
}

}  // namespace told::carriers::tests
