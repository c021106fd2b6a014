#include "upkeep.hpp"

#include <utility>

#include "core/reference.hpp"
#include "log/log.hpp"

namespace told {
namespace {

using namespace std::chrono_literals;

constexpr auto projection_every = 250ms;
// What little has changed goes at once. The rows of what 500 events a second change in that time, made together, held
// the loop up for 1 to 2 ms, and with it whichever event came then: the p99 of an event's way was 11 to 20 fdatasyncs,
// and is 10 to 15. But where more events than these have changed, told is under load, and most of them will change
// again in a moment: their rows are made seldom.
constexpr auto little_goes_after = 25ms;
constexpr std::size_t little = 64;

constexpr auto look_at_disk_every = 1s;
constexpr auto reconcile_every = 60s;

}  // namespace

Upkeep::Upkeep(loop::Loop& loop, const core::Engine& engine, ledger::Ledger& ledger, path::OnePath& path,
               const path::Clock& clock, std::function<void(core::Command)> submit)
    : engine_(engine),
      ledger_(ledger),
      path_(path),
      clock_(clock),
      submit_(std::move(submit)),
      projection_timer_(loop.timer()),
      little_timer_(loop.timer()),
      disk_timer_(loop.timer()),
      reconcile_timer_(loop.timer()) {
  log_warnings();
}

void Upkeep::start() {
  projection_timer_->every(projection_every, [this] { path_.project(); });
  disk_timer_->every(look_at_disk_every, [this] {
    look_at_the_disk();
    look_for_damage();
    log_warnings();
  });
  reconcile_timer_->every(reconcile_every, [this] { reconcile(); });
  look_at_the_disk();  // on a disk that is full already, no publisher is accepted in the first second
}

void Upkeep::after_group() {
  look_at_the_disk();
  if (little_waits_ || engine_.state().changed() == 0) return;
  little_waits_ = true;
  little_timer_->after(little_goes_after, [this] {
    little_waits_ = false;
    // A projection that is slow, or whose disk fails, gets its steps seldom: it is given up where too many wait.
    if (engine_.state().changed() <= little && path_.projected()) path_.project();
  });
}

void Upkeep::look_at_the_disk() {
  const ledger::Room room = ledger_.room();
  if (storage_low_ == room.low) return;
  const bool first = !storage_low_;
  storage_low_ = room.low;
  const std::uint64_t free_mib = room.free_bytes >> 20U;
  if (room.low)
    log::warn("the disk is nearly full ({} MiB free): publishers are asked to wait", free_mib);
  else if (!first)
    log::info("the disk has room again ({} MiB free)", free_mib);
  submit_(core::StorageLow{room.low});  // the first time too: an earlier run may have left the alarm open
}

// While the alarm is open nobody is told again; where somebody closed it and the damage is met again, they are.
void Upkeep::look_for_damage() {
  const std::uint64_t met = ledger_.damage_met();
  if (std::exchange(damage_told_, met) == met) return;
  log::critical(
      "a part of the ledger is not what was written and cannot be read. Keep a copy of the store's files as they are; "
      "then stop told, put the newest backup of the whole directory in their place, and start told");
  submit_(core::RaiseAlarm{"ledger_damaged", "told"});
}

void Upkeep::log_warnings() {
  const std::vector<std::string> warnings = ledger_.warnings();
  for (; warnings_logged_ < warnings.size(); ++warnings_logged_) log::warn("{}", warnings[warnings_logged_]);
}

void Upkeep::reconcile() {
  look_at_the_calendar();
  limbo_ = engine_.limbo();
  for (const core::NotificationId id : limbo_) {
    const std::string reference = core::to_reference(id);
    log::critical("notification {} is in limbo: nobody chases it. Tell its recipient by telephone", reference);
    submit_(core::RaiseAlarm{"limbo", reference});
  }
}

void Upkeep::look_at_the_calendar() {
  if (std::optional<core::Command> command = horizon_.look(engine_.state().policy(), clock_.now()))
    submit_(std::move(*command));
}

board::Readiness Upkeep::readiness(bool listening) const {
  const bool writable = path_.committing_for() < commit_may_take && !storage_low_.value_or(false);
  const std::string horizon = core::near_horizon(engine_.state().policy(), clock_.now());
  return {
      {"store_writable", writable,
       writable ? "the ledger takes entries" : "the disk is full or does not answer: make room, look at the disk"},
      {"ledger_readable", ledger_.damage_met() == 0,
       ledger_.damage_met() == 0 ? "no damage was met"
                                 : "a part of the ledger cannot be read: keep the store's files, see the log"},
      {"sockets_bound", listening, "publishers and agencies can connect"},
      {"clock_sane", clock_.sane(),
       clock_.sane() ? "the wall clock agrees with ours"
                     : "the wall clock was changed: set the time service right, then restart told"},
      {"policy_in_force", engine_.state().policy() != nullptr, "a policy is in force"},
      // A calendar that ends soon is a warning and no reason to stop serving: deadlines are early at worst.
      {"calendar_horizon", true,
       horizon.empty() ? "bank holidays are known for long enough"
                       : "warning: bank holidays are known until " + horizon +
                             ": fetch the new calendar from GOV.UK, then systemctl reload told"},
      {"no_limbo", limbo_.empty(), limbo_.empty() ? "every open notification is chased" : "see the log, at once"},
  };
}

}  // namespace told
