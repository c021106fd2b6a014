#include "loading.hpp"

#include <gmock/gmock.h>

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "config/lint.hpp"

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

std::string alarm_rule(const std::string& alarm) {
  return "\n[[tell]]\nwhen = \"alarm." + alarm + "\"\nwho = \"duty\"\nwithin = \"25 min\"\nladder = \"steps\"\n";
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
ladder = "sealed"
basis = "law"
source = "guidance"

[stand_down]
within = "35 min"
ladder = "steps"

[delivery]
attempts_before_alarm = 7

[[recipient]]
name = "prevent_lead"
title = "Prevent lead"
agency = "generic"
carrier = "zmq_queue"
prevent = true

[[ladder]]
name = "sealed"
repeat_last = "12 h"
[[ladder.rung]]
after = "20 h"
who = ["prevent_lead"]

[[ladder]]
name = "sealed_ways"
repeat_last = "12 h"
[[ladder.rung]]
after = "20 h"
who = ["panel"]
)";
  for (const char* alarm : {"worker_silent", "publisher_silent", "nobody_was_told", "limbo", "storage_low",
                            "ledger_damaged", "clock_stepped", "delivery_failing"}) {
    text += alarm_rule(alarm);
  }
  return text +
         "\n[[tell]]\nwhen = \"alarm.nobody_was_told\"\nwho = \"panel\"\nwithin = \"1 day\"\nladder = \"sealed\"\n"
         "\n[[tell]]\nwhen = \"alarm.delivery_failing\"\nwho = \"prevent_lead\"\nwithin = \"1 day\"\n"
         "ladder = \"sealed_ways\"\n";
}

std::string whole_policy() {
  std::string text =
      changed_once(right_policy(), "agency = \"police\"\ncarrier = \"zmq_queue\"\n",
                   "agency = \"police\"\ncarrier = \"zmq_queue\"\n"
                   "second_channel = { carrier = \"smtp\", after_failures = 3, after = \"5 min\" }\n"
                   "form_by_mail = { as = \"clear\", agreement = { ref = \"ISA-9\", review_by = 2027-04-01 } }\n");
  text = changed_once(text, "basis = \"law\"",
                      "basis = \"law\"\npurpose = \"to find the child\"\n"
                      "agreement = { ref = \"ISA-2026-04\", review_by = 2027-04-01 }");
  for (const char* alarm : {"duty_not_done", "nobody_on_duty", "calendar_horizon", "quota"}) text += alarm_rule(alarm);
  text += R"(
[subject_access]
third_party = ["placement.carer"]
policing = ["risk"]

[calendar]
zone = "Europe/London"
close = "16:30"
bank_holidays = "holidays.json"
closures = [2026-12-29, { date = 2026-12-30, title = "Offices closed" }]
horizon_warning_days = 90

[[ladder]]
name = "duties"
repeat_last = "12 h"
[[ladder.rung]]
after = "80 %"
who = ["manager_on_duty"]
[[ladder.rung]]
after = "at the deadline"
who = ["team"]
[[ladder.rung]]
after = "deadline + 1 working day"
who = ["manager_on_duty", "team"]
quorum = 2

[[rota]]
name = "manager_on_duty"
weekly = [
  { days = "weekdays", from = "09:00", to = "17:00", who = ["duty"], from_date = 2026-01-05, until_date = 2026-12-31 },
  { days = ["sat", "sun"], from = "22:00", to = "06:00", who = ["duty", "team"] },
]
otherwise = ["team"]
[[rota.override]]
from = 2026-12-24T09:00:00
to = 2026-12-28T09:00:00
who = []
reason = "Christmas"

[[clock]]
name = "uucr"
starts = "child.arrived"
duty = "UUCR to the team manager"
who = "manager_on_duty"
due = "close of next working day"
warn = "at half"
stopped_by = "child.located"
ladder = "duties"
source = "guidance"

[[clock]]
name = "visit"
starts = "child.arrived"
sites = ["tilbury"]
duty = "Visit the child"
who = "team"
due = "48 h"
warn = "24 h"
ladder = "duties"
every = "1 week"
until = ["child.located"]
basis = "law"
source = "guidance"

[[quota]]
name = "uasc"
counts = "child.arrived"
until = ["child.located"]
figure = 44

[[recipient]]
name = "exercise"
title = "The exercise desk"
agency = "generic"
carrier = "zmq_queue"
exercise_only = true

[[recipient]]
name = "exercise_manager"
title = "The exercise manager"
agency = "generic"
carrier = "zmq_queue"
exercise_only = true

[[ladder]]
name = "exercise"
repeat_last = "30 min"
[[ladder.rung]]
after = "10 min"
who = ["exercise_manager"]

[[drill]]
name = "police"
days = ["wed", "weekends"]
at = "10:30"
who = "exercise"
within = "30 min"
ladder = "exercise"
)";
  return text;
}

std::string agreed_policy() {
  auto text = changed(right_policy(), "basis = \"law\"",
                      "basis = \"law\"\nagreement = { ref = \"ISA-1\", review_by = 2027-04-01 }");
  text += whole_policy().substr(whole_policy().rfind("\n[[tell]]\nwhen = \"alarm.duty_not_done\""));
  text = changed_once(text, "to = 2026-12-28T09:00:00\nwho = []", "to = 2026-12-28T09:00:00\nwho = [\"duty\"]");
  return changed_once(text, "days = \"weekdays\"", "days = \"working days\"");
}

std::vector<std::string> found_in(const std::string& text, core::Instant now) {
  const auto loaded = parse_whole(text);
  EXPECT_THAT(lines(loaded.problems), testing::IsEmpty()) << "lint is for what loads";
  return lines(lint(loaded.value, now, "policy.toml"));
}

std::string holidays() {
  return R"({
  "england-and-wales": {
    "division": "england-and-wales",
    "events": [
      {"title": "Spring bank holiday", "date": "2026-05-25", "notes": "", "bunting": true},
      {"title": "Summer bank holiday", "date": "2026-08-31", "notes": "", "bunting": true},
      {"title": "Christmas Day", "date": "2026-12-25", "notes": "", "bunting": true},
      {"title": "Boxing Day", "date": "2026-12-28", "notes": "Substitute day", "bunting": true}
    ]
  }
}
)";
}

Loaded<core::Policy> parse_whole(const std::string& text) {
  return parse_policy(text, "policy.toml", {{"holidays.json", holidays()}});
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
         public_key(5) + R"("

[[agency]]
recipient = "prevent_lead"
public_key = ")" +
         public_key(66) + R"("

[watcher]
url_file = "watcher.url"
every = "30 s"
)";
}

std::string whole_service() {
  return right_service() + R"(
[door]
socket = "/run/told-door/door.sock"
public_url = "https://told.council.example"
links_live = "24 h"

[carrier.webhook]
ca_file = "ca.pem"
timeout = "5 s"

[[way]]
recipient = "police"
carrier = "webhook"
rate = 60
url = "https://hooks.police.example/told"
key_files = ["credential:police.key", "keys/next.key"]
)";
}

core::Day day(int year, unsigned month, unsigned of_month) {
  return core::Day{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{of_month}};
}

std::string name_of(const testing::TestParamInfo<Break>& info) { return info.param.rule; }

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

void is_said_alone(const Break& b, const std::vector<Problem>& problems) {
  const auto found = lines(problems);
  ASSERT_EQ(found.size(), 1U) << testing::PrintToString(found);
  EXPECT_GT(problems[0].line, 0);
  EXPECT_GT(problems[0].column, 0);
  for (const auto& fragment : b.says) EXPECT_THAT(found[0], testing::HasSubstr(fragment));
}

void PrintTo(const Break& b, std::ostream* out) { *out << b.rule; }

}  // namespace told::config::test
