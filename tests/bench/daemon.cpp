#include "daemon.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "ledger/checkpoint.hpp"

namespace told::bench {
namespace {

using Clock = std::chrono::steady_clock;

std::string free_endpoint() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no free port on the loopback address");
  ::close(fd);
  return "tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

void write_file(const std::filesystem::path& path, const std::string& text, mode_t mode) {
  std::ofstream(path) << text << '\n';
  ::chmod(path.c_str(), mode);
}

std::size_t append(char* data, std::size_t size, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(data, size * count);
  return size * count;
}

}  // namespace

const std::vector<std::string>& four_agencies() {
  static const std::vector<std::string> names{"police", "home_office", "guardians", "council"};
  return names;
}

v1::Event missing_event(std::uint64_t number) {
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  v1::Event e;
  e.set_id("bench-" + std::to_string(number));
  e.set_source("port");
  e.set_type("told.child.missing.v1");
  e.set_subject("B/" + std::to_string(100000 + number % 5000));
  e.mutable_time()->set_seconds(now.count());
  e.set_status(v1::STATUS_ACTUAL);
  e.set_site("tilbury");
  v1::ChildMissing& data = *e.mutable_child_missing();
  data.mutable_child()->mutable_name()->set_given("Child");
  data.mutable_child()->mutable_name()->set_family("A");
  data.mutable_child()->mutable_dob()->set_value("2010-03-05");
  data.mutable_child()->mutable_dob()->set_status(v1::DOB_STATUS_CLAIMED);
  data.mutable_child()->add_nationality("AF");
  data.mutable_child()->set_language("ps");
  data.mutable_child()->mutable_social_worker()->set_name("Worker B");
  data.mutable_child()->mutable_social_worker()->set_phone("+441632960001");
  data.mutable_missing()->mutable_last_seen_at()->set_seconds(now.count() - 3600);
  data.mutable_missing()->set_last_seen_place("outside the college, bus stop");
  data.mutable_missing()->mutable_reported_at()->set_seconds(now.count());
  data.mutable_missing()->set_clothing("blue coat, white trainers");
  data.mutable_risk()->set_grade(v1::RISK_GRADE_MEDIUM);
  data.mutable_risk()->set_police_ref("PP-1");
  return e;
}

Daemon::Daemon(std::string told_program, const std::filesystem::path& where) : told_program_(std::move(told_program)) {
  std::string name = (where / "told-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory below " + where.string());
  directory_ = name;
  publishers_endpoint_ = free_endpoint();
  agencies_endpoint_ = free_endpoint();

  write_file(directory_ / "master.key", std::string(64, '7'), 0600);
  write_file(directory_ / "log.key", ledger::SigningKey::generate("told.example/bench").private_text(), 0600);
  for (const char* who : {"told", "port", "police", "home_office", "guardians", "council", "panel", "prevent_lead",
                          "duty_manager", "team_manager"})
    keys_[who] = gateway::new_curve_key();
  write_file(directory_ / "curve.key", keys_["told"].secret_key, 0600);
  std::ostringstream toml;
  toml << "origin = \"told.example/bench\"\npolicy_file = \"policy.toml\"\nlog_level = \"warning\"\n"
       << "[store]\ndirectory = \"store\"\nreserve = \"1 MiB\"\n"
       << "[keys]\nmaster = \"master.key\"\nsigning = \"log.key\"\ncurve = \"curve.key\"\n"
       << "[gateway]\npublishers_endpoint = \"" << publishers_endpoint_ << "\"\nagencies_endpoint = \""
       << agencies_endpoint_ << "\"\nworker_heartbeat = \"60 s\"\n[board]\nsocket = \"board.sock\"\n"
       << "[[publisher]]\nname = \"port\"\npublic_key = '" << keys_["port"].public_key
       << "'\nmay_publish = [\"child.missing\", \"child.located\"]\nsites = [\"tilbury\"]\n";
  for (const auto& [who, key] : keys_)
    if (who != "told" && who != "port")
      toml << "[[agency]]\nrecipient = \"" << who << "\"\npublic_key = '" << key.public_key << "'\n";
  write_file(directory_ / "told.toml", toml.str(), 0600);
  std::filesystem::copy_file(TOLD_BENCH_POLICY, directory_ / "policy.toml");
}

Daemon::~Daemon() {
  if (pid_ > 0) kill();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

gateway::Address Daemon::publisher() const {
  return {publishers_endpoint_, keys_.at("told").public_key, keys_.at("port").secret_key};
}

gateway::Address Daemon::agency(const std::string& recipient) const {
  return {agencies_endpoint_, keys_.at("told").public_key, keys_.at(recipient).secret_key};
}

double Daemon::start() {
  const auto begin = Clock::now();
  pid_ = ::fork();
  if (pid_ == 0) {
    const std::string config = (directory_ / "told.toml").string();
    ::execl(told_program_.c_str(), "told", "--config", config.c_str(), nullptr);
    ::_exit(127);
  }
  for (;;) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      throw std::runtime_error("told ended at its start, with status " + std::to_string(WEXITSTATUS(status)));
    }
    long http = 0;
    (void)get("/readyz", &http);
    if (http == 200) return std::chrono::duration<double>(Clock::now() - begin).count();
    std::this_thread::yield();
  }
}

void Daemon::kill() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void Daemon::stop() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string Daemon::get(const std::string& path, long* status) const {
  const std::string socket = (directory_ / "board.sock").string();
  const std::string url = "http://told" + path;
  std::string body;
  CURL* curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
  *status = 0;
  if (curl_easy_perform(curl) == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
  curl_easy_cleanup(curl);
  return body;
}

double Daemon::metric(const std::string& name) const {
  long status = 0;
  std::istringstream lines(get("/metrics", &status));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name + " ")) return std::stod(line.substr(name.size() + 1));
  throw std::runtime_error("told's metrics have no " + name);
}

double Daemon::cpu_seconds() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  std::istringstream after(text.substr(text.rfind(')') + 2));
  std::string word;
  for (int i = 0; i < 11; ++i) after >> word;
  double user = 0;
  double system = 0;
  after >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::uint64_t Daemon::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace told::bench
