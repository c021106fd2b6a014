#pragma once
// A real ledger in a directory of its own, an engine recovered from it, and the one path between them.
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "config/config.hpp"
#include "digest/digest.hpp"
#include "loop/asio_loop.hpp"
#include "path/one_path.hpp"
#include "path/recovery.hpp"

namespace told::path::test {

inline const char* const policy_text = R"(
name = "test"
sites = ["tilbury"]
not_told = ["child.placed", "child.age_enquiry", "child.missing_risk_changed", "child.nrm_referred",
            "child.nts_referred", "child.transferred", "interpreter.unavailable", "prevent.referral", "case.closed"]
[[recipient]]
name = "police"
title = "Police"
agency = "police"
carrier = "zmq_queue"
[[recipient]]
name = "panel"
title = "Panel"
agency = "channel_panel"
carrier = "zmq_queue"
[[recipient]]
name = "duty_manager"
title = "Duty manager"
agency = "generic"
carrier = "zmq_queue"
[[recipient]]
name = "team_manager"
title = "Team manager"
agency = "generic"
carrier = "zmq_queue"
[[ladder]]
name = "manager"
repeat_last = "30 min"
[[ladder.rung]]
after = "10 min"
who = ["team_manager"]
[[ladder]]
name = "usual"
repeat_last = "30 min"
[[ladder.rung]]
after = "10 min"
who = ["duty_manager"]
[fields]
all = ["child.name"]
[[tell]]
when = "child.missing"
who = "police"
fields = "all"
within = "30 min"
ladder = "usual"
basis = "test"
source = "test"
[[tell]]
when = "child.arrived"
who = "police"
fields = "all"
within = "30 min"
ladder = "usual"
basis = "test"
source = "test"
[[tell]]
when = "child.located"
who = "police"
fields = "all"
within = "30 min"
ladder = "usual"
basis = "test"
source = "test"
[[tell]]
when = "prevent.section36"
who = "panel"
fields = "all"
within = "30 min"
ladder = "usual"
basis = "test"
source = "test"
)";

inline std::string whole_policy_text() {
  std::string text = policy_text;
  for (const char* code : {"worker_silent", "publisher_silent", "nobody_was_told", "limbo", "storage_low",
                           "ledger_damaged", "clock_stepped", "delivery_failing"})
    text += std::string("[[tell]]\nwhen = \"alarm.") + code +
            "\"\nwho = \"duty_manager\"\nwithin = \"30 min\"\nladder = \"manager\"\n";
  return text + "[stand_down]\nwithin = \"30 min\"\nladder = \"manager\"\n";
}

/// The same, and a duty of the team manager's; whoever is late with it is called about. `clock`: the rest of it in
/// TOML.
inline std::string policy_text_with_a_clock(const std::string& clock) {
  return whole_policy_text() + R"(
[[ladder]]
name = "late"
repeat_last = "1 h"
[[ladder.rung]]
after = "at the deadline"
who = ["duty_manager"]
[[tell]]
when = "alarm.duty_not_done"
who = "duty_manager"
within = "30 min"
ladder = "manager"
[[clock]]
who = "team_manager"
warn = "at half"
ladder = "late"
source = "test"
)" + clock;
}

/// A directory that goes with the test.
struct Directory {
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "told-path-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Directory() { std::filesystem::remove_all(path); }
  std::string path;
};

/// The inside of a daemon, without its sockets.
struct Daemon {
  explicit Daemon(const std::string& directory, std::size_t closed_kept = core::closed_events_kept)
      : engine(closed_kept),
        ledger(options(directory)),
        recovered(recover(engine, ledger, nullptr)),
        path(rooms_loop, engine, ledger, [this] { return now; }) {
    path.release_to({[this](core::Effect&& e) { effects.push_back(std::move(e)); },
                     [this](std::span<const core::Entry> entries) { durable += entries.size(); }, nullptr,
                     [this](std::exception_ptr) { failed = true; }, nullptr});
    path.submit(core::Start{"test", "test/ledger"});
    if (!engine.state().policy()) adopt(whole_policy_text());
    settle();
  }

  void adopt(const std::string& text) {
    auto loaded = config::parse_policy(text, "test");
    if (!loaded.ok()) throw std::logic_error(loaded.problems.front().to_string());
    auto policy = std::make_shared<core::Policy>(std::move(loaded.value));
    path.submit(core::AdoptPolicy{0, policy, digest::of_policy(policy->text, policy->attachments)});
  }
  /// The police's worker is connected, and takes whatever comes.
  void connect_police() {
    path.submit(core::OpenSession{"police", 1});
    path.submit(core::Offer{"police", 1, 1000});
  }

  static ledger::Options options(const std::string& directory) {
    ledger::Options o;
    o.directory = directory + "/store";
    o.origin = "test/ledger";
    static const ledger::SigningKey key = ledger::SigningKey::generate("test/ledger");
    o.signing_key = key;
    o.master_key = ledger::MasterKey::from_hex(std::string(64, '7'));
    o.reserve_bytes = 1 << 20;
    o.log_room_bytes = 1 << 20;
    return o;
  }

  /// Runs the loop until everything submitted is released.
  void settle() {
    path.when_idle([this] { loop.stop(); });
    loop.run();
    loop.restart();
  }

  core::Publish missing(const std::string& id, const std::string& subject) const {
    auto event = event_of(id, subject, "told.child.missing.v1");
    event->mutable_child_missing()->mutable_child()->mutable_name()->set_given("child A");
    return published(std::move(event));
  }

  core::Publish arrived(const std::string& id, const std::string& subject) const {
    auto event = event_of(id, subject, "told.child.arrived.v1");
    event->mutable_child_arrived()->mutable_child()->mutable_name()->set_given("child A");
    return published(std::move(event));
  }

  core::Publish closed(const std::string& id, const std::string& subject) const {
    auto event = event_of(id, subject, "told.case.closed.v1");
    event->mutable_case_closed();
    return published(std::move(event));
  }

  core::Publish section36(const std::string& id, const std::string& subject) const {
    auto event = event_of(id, subject, "told.prevent.section36.v1");
    event->mutable_prevent_section36()->mutable_child()->mutable_name()->set_given("person B");
    return published(std::move(event));
  }

  /// Of the event that was published under the id `of`, about the same subject.
  core::Publish withdrawal(const std::string& id, const std::string& of, const std::string& subject = "T-0") const {
    auto event = event_of(id, subject, "told.event.withdrawn.v1");
    event->mutable_event_withdrawn()->set_supersedes(of);
    return published(std::move(event));
  }

  /// Of the missing report that was published under the id `of`: where the child is placed.
  core::Publish placed_elsewhere(const std::string& id, const std::string& of, const std::string& subject) const {
    auto event = event_of(id, subject, "told.event.corrected.v1");
    event->mutable_event_corrected()->set_supersedes(of);
    event->mutable_event_corrected()->mutable_child_missing()->mutable_placement()->set_county("Kent");
    return published(std::move(event));
  }

  core::Publish located(const std::string& id, const std::string& subject) const {
    auto event = event_of(id, subject, "told.child.located.v1");
    event->mutable_child_located();
    return published(std::move(event));
  }

  v1::PublishResult last_result() const {
    for (auto it = effects.rbegin(); it != effects.rend(); ++it)
      if (const auto* reply = std::get_if<core::ReplyPublished>(&*it)) return reply->result;
    return {};
  }

  core::Instant now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 27}};
  boost::asio::io_context loop;
  loop::AsioLoop rooms_loop{loop};
  core::Engine engine;
  ledger::Ledger ledger;
  Recovered recovered;
  OnePath path;
  std::vector<core::Effect> effects;
  std::size_t durable = 0;
  bool failed = false;

 private:
  std::shared_ptr<v1::Event> event_of(const std::string& id, const std::string& subject, const char* type) const {
    auto event = std::make_shared<v1::Event>();
    event->set_id(id);
    event->set_source("port");
    event->set_type(type);
    event->set_subject(subject);
    event->mutable_time()->set_seconds(core::to_us(now) / 1'000'000);
    event->set_status(v1::STATUS_ACTUAL);
    event->set_site("tilbury");
    return event;
  }

  core::Publish published(std::shared_ptr<v1::Event> event) const {
    core::Publish p;
    p.reply_to = 1;
    p.publisher = "port";
    p.prints = ledger.seal().prints(*event);
    p.event = std::move(event);
    return p;
  }
};

/// What the engine knows of every event, in an order of its own.
inline std::vector<std::string> rows_of(const core::State& state) {
  std::vector<std::string> rows;
  for (const auto& [index, event] : state.events()) rows.push_back(state.row(event).ShortDebugString());
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// The newest effect of its kind.
template <class Effect>
const Effect& last(const Daemon& run) {
  for (auto it = run.effects.rbegin(); it != run.effects.rend(); ++it)
    if (const auto* effect = std::get_if<Effect>(&*it)) return *effect;
  throw std::logic_error("there was no such effect");
}

inline core::Acknowledge acknowledgement(const Daemon& run, core::NotificationId id, const std::string& recipient) {
  return {1, id, {"Officer A", "duty officer", "", v1::MEANS_QUEUE, recipient, recipient}, run.now, ""};
}

/// The police have what they were told last, and acknowledge it: it is closed, and soon forgotten.
inline core::NotificationId is_acknowledged(Daemon& run) {
  const core::Transmit told = last<core::Transmit>(run);
  run.path.submit(
      core::EndAttempt{told.notification, told.attempt, v1::OUTCOME_DELIVERED, "police", "zmq_queue", "receipt", ""});
  run.path.submit(acknowledgement(run, told.notification, "police"));
  run.settle();
  return told.notification;
}

/// A manager's order, and what became of it.
inline v1::AcknowledgementResult ordered(Daemon& run, core::Command command) {
  run.path.submit(std::move(command));
  run.settle();
  return last<core::ReplyActed>(run).result;
}

/// The projection has everything, and the engine knows it.
inline void project(Daemon& run) {
  run.settle();
  run.path.project();
  run.ledger.settle_projection();
  run.path.project();
}

}  // namespace told::path::test
