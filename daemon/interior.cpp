#include "interior.hpp"

#include <algorithm>
#include <utility>

#include "audit/glossary.hpp"
#include "core/reference.hpp"
#include "digest/digest.hpp"
#include "log/log.hpp"

namespace told {
namespace {

// What a duty manager or IT reads in the log; the traffic of single deliveries is for debugging.
log::Level level_of(const v1::LedgerEntry& entry) {
  switch (entry.head_case()) {
    case v1::LedgerEntry::kAttemptIntended:
    case v1::LedgerEntry::kAttemptEnded:
    case v1::LedgerEntry::kCaseRead:
      return log::Level::debug;
    case v1::LedgerEntry::kEscalated:
    case v1::LedgerEntry::kDeclined:
    case v1::LedgerEntry::kAlarmRaised:
    case v1::LedgerEntry::kClockStepped:
      return log::Level::warn;
    default:
      return log::Level::info;
  }
}

}  // namespace

Interior::Interior(loop::Loop& loop, path::MachineClocks& machine, ledger::Ledger& ledger,
                   const path::Progress& progress, const core::State::PolicyReader& read_policy,
                   std::size_t closed_kept)
    : ledger_(ledger),
      engine_(closed_kept),
      recovered_(path::recover(engine_, ledger_, progress, read_policy)),
      clock_(machine, engine_.state().last_time()),
      path_(loop, engine_, ledger_, now()),
      dispatch_(
          engine_.state(), [this](core::EntryIndex index) { return read_event(index); },
          [this](core::CaseNumber c, const std::string& recipient) { return case_names().name(c, recipient); }, door()),
      postponed_(loop, engine_.state(), dispatch_, [this] { after_group(); }),
      answers_(door(), latest()),
      upkeep_(loop, engine_, ledger_, path_, clock_, door()),
      glossary_(audit::glossary_of(engine_.state())),
      sight_(audit::Sees::safeguarding, engine_.state(), ledger_) {
  path_.release_to({[this](core::Effect&& effect) { release(std::move(effect)); },
                    [this](std::span<const core::Entry> entries) { durable(entries); }, [this] { after_group(); },
                    [this](std::exception_ptr failure) {
                      if (outside_.failed) outside_.failed(std::move(failure));
                    },
                    [this](core::Instant at) { clock_.arm(at); }});
}

void Interior::begin(core::Start start, core::Policy policy) {
  path_.submit(std::move(start));
  adopt(std::move(policy));
}

void Interior::adopt(core::Policy policy) {
  const core::PolicyPtr& in_force = engine_.state().policy();
  if (in_force && in_force->text == policy.text && in_force->attachments == policy.attachments) return;
  auto next = std::make_shared<core::Policy>(std::move(policy));
  const std::string digest = digest::of_policy(next->text, next->attachments);
  path_.submit(core::AdoptPolicy{0, std::move(next), digest});
  for (const auto& [who, open] : engine_.state().open_for_the_unnamed())
    log::warn(
        "the policy does not name {} any more, and {} open notifications are for it: nobody can answer as that, and "
        "their ladders go on. Name it again until they are answered, or record who took them over (toldctl call)",
        who, open);
}

void Interior::serve() {
  clock_.on_due([this] { submit(core::Tick{}); });
  clock_.on_step([this](core::Duration step) {
    log::warn("the wall clock was stepped by {} s; running deadlines go on by the boot clock",
              std::chrono::duration_cast<std::chrono::seconds>(step).count());
    submit(core::StepClock{step});
  });
  clock_.arm(engine_.next_due());
  upkeep_.start();
}

void Interior::close(std::function<void()> done) {
  closing_ = true;
  path_.submit(core::Stop{});
  path_.when_idle(std::move(done));
}

void Interior::submit(core::Command command) {
  if (!closing_) path_.submit(std::move(command));
}

void Interior::when_durable(std::function<void()> done) {
  if (!closing_) path_.when_durable(std::move(done));
}

void Interior::release(core::Effect&& effect) {
  if (auto* transmit = std::get_if<core::Transmit>(&effect)) {
    postponed_.perform(*transmit);
  } else if (auto* published = std::get_if<core::ReplyPublished>(&effect)) {
    if (published->case_number != 0)
      published->result.set_case_ref(case_names().name(published->case_number, published->publisher));
    if (outside_.published) outside_.published(*published);
  } else if (auto* acted = std::get_if<core::ReplyActed>(&effect)) {
    if (answers::Answers::owns(acted->reply_to))
      answers_.reply(*acted);
    else if (outside_.acted)
      outside_.acted(*acted);
  } else if (auto* drop = std::get_if<core::DropSession>(&effect)) {
    if (outside_.drop) outside_.drop(*drop);
  }
}

void Interior::durable(std::span<const core::Entry> entries) {
  const auto destroys = [](const core::Entry& entry) {
    return entry.head.event_accepted().withdraws() || entry.head.has_case_erased() || entry.head.has_hold_ordered();
  };
  if (std::any_of(entries.begin(), entries.end(), destroys)) {
    dispatch_.forget_all();
    reader_.reset();  // a snapshot would keep the destroyed key in SQLite's log of changes
  }
  for (const core::Entry& entry : entries) {
    if (entry.event && !was_withdrawn(entry.head)) dispatch_.remember(entry.head.index(), entry.event);
    log(entry.head);
  }
  if (outside_.committed) outside_.committed(entries);
  const std::string checkpoint = ledger_.checkpoint();
  if (outside_.checkpoint) outside_.checkpoint(checkpoint);
  dispatch_.checkpoint(checkpoint);
}

bool Interior::was_withdrawn(const v1::LedgerEntry& head) const {
  const core::EntryIndex about = head.event_accepted().amends() != 0 ? head.event_accepted().amends() : head.index();
  const core::Event* event = engine_.state().event(about);
  return event != nullptr && event->withdrawn && !head.event_accepted().withdraws();
}

void Interior::log(const v1::LedgerEntry& head) const {
  // Whoever reads the log is not for that a reader of the Prevent stream.
  const auto level = level_of(head);
  if (log::wanted(level) && sight_.entry(head)) log::line(level, "{}", audit::in_words(head, nullptr, glossary_));
}

void Interior::after_group() {
  if (outside_.flush) outside_.flush();
  reader_.reset();  // a snapshot that is kept keeps SQLite's log of changes from being emptied
  upkeep_.after_group();
}

// What the ledger cannot give back any more is not told, and stops nobody else's being told: the attempt is refused,
// which raises an alarm, and its ladder goes on. What only the disk does not give back just now is told later.
std::shared_ptr<const v1::Event> Interior::read_event(core::EntryIndex index) {
  try {
    if (!reader_ || reader_->size() <= index) reader_ = ledger_.reader();
    const auto entry = reader_->entry(index);
    auto body = entry ? reader_->body(*entry) : std::nullopt;
    if (!body || !body->has_event()) return nullptr;
    return std::shared_ptr<const v1::Event>(body->release_event());
  } catch (const ledger::StoreFailed& failure) {
    reader_.reset();
    if (!failure.damaged()) throw dispatch::NotNow(failure.what());
    log::critical("event {} cannot be read, and nobody can be told what it says: {}",
                  core::to_reference(core::Named::event, index), failure.what());
    return nullptr;
  }
}

}  // namespace told
