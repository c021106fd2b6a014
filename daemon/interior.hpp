#pragma once
// The interior: the rooms that need no socket, wired to one another. A command goes in; what was decided becomes
// durable; then it is worded and handed to a carrier, or answered to whoever asked. The house puts sockets around it
// (house.cpp); a simulation puts peers of its own there (tests/sim).
#include <exception>
#include <functional>
#include <memory>
#include <span>

#include "answers/answers.hpp"
#include "audit/sight.hpp"
#include "audit/words.hpp"
#include "core/engine.hpp"
#include "dispatch/dispatch.hpp"
#include "dispatch/postponed.hpp"
#include "ledger/ledger.hpp"
#include "loop/loop.hpp"
#include "path/clock.hpp"
#include "path/one_path.hpp"
#include "path/recovery.hpp"
#include "upkeep.hpp"

namespace told {

/// What goes out of the interior, for what is durable alone; all on the loop's thread, and each may be unset.
struct Outside {
  std::function<void(const core::ReplyPublished&)> published;  ///< with the publisher's own reference of the case
  std::function<void(const core::ReplyActed&)> acted;          ///< but what Answers asked for
  std::function<void(const core::DropSession&)> drop;
  std::function<void(std::span<const core::Entry>)> committed;  ///< a group, before what it causes
  std::function<void(const std::string& note)> checkpoint;      ///< the newest
  std::function<void()> flush;                                  ///< after all that a group causes
  std::function<void(std::exception_ptr)> failed;               ///< the store failed: the process must end
};

class Interior {
 public:
  /// Recovers the engine from the ledger. All outlive it. `progress` and `read_policy` as in path/recovery.hpp,
  /// `closed_kept` as in core/engine.hpp. Throws ledger::StoreFailed.
  Interior(loop::Loop& loop, path::MachineClocks& machine, ledger::Ledger& ledger, const path::Progress& progress,
           const core::State::PolicyReader& read_policy = path::read_policy,
           std::size_t closed_kept = core::closed_events_kept);
  Interior(const Interior&) = delete;
  Interior& operator=(const Interior&) = delete;

  void give_out(Outside outside) { outside_ = std::move(outside); }

  /// The start, and the policy where it is not the one in force.
  void begin(core::Start start, core::Policy policy);
  void adopt(core::Policy policy);
  /// From now on deadlines fall due, steps of the wall clock are told, and upkeep is done.
  void serve();
  /// Decides no more, but that told stops; calls `done` when all of it is released. What was not answered is said again
  /// after the next start.
  void close(std::function<void()> done);

  void submit(core::Command command);
  /// Calls `done` once all that was submitted before is durable; never where told closes first, since what is submitted
  /// then is not decided.
  void when_durable(std::function<void()> done);
  [[nodiscard]] std::function<void(core::Command)> door() {
    return [this](core::Command command) { submit(std::move(command)); };
  }
  [[nodiscard]] std::function<core::Instant()> now() const {
    return [this] { return clock_.now(); };
  }

  [[nodiscard]] std::function<core::Instant()> latest() const {
    return [this] { return clock_.latest(); };
  }

  [[nodiscard]] const core::Engine& engine() const { return engine_; }
  [[nodiscard]] const path::Recovered& recovered() const { return recovered_; }
  [[nodiscard]] path::OnePath& path() { return path_; }
  [[nodiscard]] path::Clock& clock() { return clock_; }
  [[nodiscard]] dispatch::Dispatch& dispatch() { return dispatch_; }
  [[nodiscard]] answers::Answers& answers() { return answers_; }
  [[nodiscard]] Upkeep& upkeep() { return upkeep_; }

 private:
  void release(core::Effect&& effect);
  void durable(std::span<const core::Entry> entries);
  /// It was withdrawn in the same group, or what it corrects was.
  [[nodiscard]] bool was_withdrawn(const v1::LedgerEntry& head) const;
  void log(const v1::LedgerEntry& head) const;
  void after_group();
  [[nodiscard]] std::shared_ptr<const v1::Event> read_event(core::EntryIndex index);
  [[nodiscard]] const ledger::CaseNames& case_names() const { return ledger_.seal().case_names(); }

  ledger::Ledger& ledger_;
  core::Engine engine_;
  path::Recovered recovered_;
  path::Clock clock_;
  path::OnePath path_;
  dispatch::Dispatch dispatch_;
  dispatch::Postponed postponed_;
  answers::Answers answers_;
  Upkeep upkeep_;
  Outside outside_;
  std::unique_ptr<ledger::Reader> reader_;
  audit::Glossary glossary_;
  audit::Sight sight_;  ///< of whoever reads the log
  bool closing_ = false;
};

}  // namespace told
