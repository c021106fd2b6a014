#include "loading.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace told::config::test {

Directory::Directory() {
  std::string name = (std::filesystem::temp_directory_path() / "told_config_XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no directory for the test");
  path_ = name;
}

Directory::~Directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Directory::write(const std::string& name, const std::string& text) const {
  const auto path = path_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream{path, std::ios::binary} << text;
  return path.string();
}

std::string public_key(int number) {
  std::ostringstream digits;
  digits << number;
  return std::string(40 - digits.str().size(), 'a') + digits.str();
}

std::string right_policy() {
  std::string text = R"(name = "test"
sites = ["tilbury", "purfleet"]
not_told = ["child.placed", "child.age_enquiry", "child.missing_risk_changed", "child.nrm_referred", "child.nts_referred", "child.transferred", "interpreter.unavailable", "prevent.referral", "case.closed"]
[[recipient]]
name = "police"
title = "Police control room"
agency = "police"
carrier = "zmq_queue"

[[recipient]]
name = "panel"
title = "Channel panel"
agency = "channel_panel"
carrier = "zmq_queue"

[[recipient]]
name = "duty"
title = "Duty manager"
agency = "generic"
carrier = "zmq_queue"

[[recipient]]
name = "team"
title = "Team manager"
agency = "generic"
carrier = "zmq_queue"

[[ladder]]
name = "steps"
repeat_last = "30 min"
[[ladder.rung]]
after = "15 min"
who = ["duty"]
[[ladder.rung]]
after = "1 h"
who = ["team"]

[fields]
found = ["child.name", "located"]

[[tell]]
when = "child.arrived"
who = "police"
fields = ["child.name.given"]
within = "20 min"
ladder = "steps"
basis = "law"
source = "guidance"

[[tell]]
when = "child.missing"
who = "police"
fields = ["child", "planning_form_ref"]
within = { high = "15 min", other = "30 min" }
ladder = { high = "steps", other = "steps" }
basis = "law"
source = "guidance"

[[tell]]
when = "child.located"
who = "police"
fields = "found"
within = "40 min"
ladder = "steps"
basis = "law"
source = "guidance"

[[tell]]
when = "prevent.section36"
who = "panel"
fields = ["prevent"]
within = "1 day"
ladder = "steps"
basis = "law"
source = "guidance"

[stand_down]
within = "35 min"
ladder = "steps"

[delivery]
attempts_before_alarm = 7
)";
  for (const char* alarm : {"worker_silent", "publisher_silent", "nobody_was_told", "limbo", "storage_low",
                            "clock_stepped", "delivery_failing"}) {
    text += "\n[[tell]]\nwhen = \"alarm." + std::string{alarm} +
            "\"\nwho = \"duty\"\nwithin = \"25 min\"\nladder = \"steps\"\n";
  }
  return text;
}

std::string whole_policy() {
  return changed_once(right_policy(), "basis = \"law\"",
                      "basis = \"law\"\npurpose = \"to find the child\"\n"
                      "agreement = { ref = \"ISA-2026-04\", review_by = 2027-04-01 }");
}

std::string right_service() {
  return R"(origin = "told.example/test"
policy_file = "policy.toml"
log_level = "debug"

[store]
directory = "store"
reserve = "2 MiB"

[keys]
master = "credential:master.key"
signing = "/etc/told/log.key"
curve = "keys/curve.key"

[gateway]
publishers_endpoint = "tcp://127.0.0.1:7710"
agencies_endpoint = "tcp://*:7711"
worker_heartbeat = "2 s"

[board]
socket = "/run/told/board.sock"

[[publisher]]
name = "port.tilbury"
public_key = ")" +
         public_key(1) + R"("
may_publish = ["child.arrived", "child.missing"]
sites = ["tilbury"]
heartbeat = "5 min"

[[agency]]
recipient = "police"
public_key = ")" +
         public_key(2) + R"("

[[agency]]
recipient = "panel"
public_key = ")" +
         public_key(3) + R"("

[[agency]]
recipient = "duty"
public_key = ")" +
         public_key(4) + R"("

[[agency]]
recipient = "team"
public_key = ")" +
         public_key(5) + "\"\n";
}

std::string changed_once(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("the right file has no: " + from);
  return text.replace(at, from.size(), to);
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
  std::string result;
  std::size_t done = 0;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, done)) {
    result += text.substr(done, at - done) + to;
    done = at + from.size();
  }
  if (done == 0) throw std::logic_error("the right file has no: " + from);
  return result + text.substr(done);
}

std::vector<std::string> lines(const std::vector<Problem>& problems) {
  std::vector<std::string> all;
  for (const auto& problem : problems) all.push_back(problem.to_string());
  return all;
}

Loaded<Service> load(const std::string& told_toml) {
  const Directory directory;
  return load_service(directory.write("told.toml", told_toml));
}

void PrintTo(const Break& b, std::ostream* out) { *out << b.rule; }

}  // namespace told::config::test
