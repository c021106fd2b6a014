#include "ledger/projection.hpp"

#include <chrono>
#include <limits>

namespace told::ledger {
namespace {

// A step is what a second or so of work changed: beyond this many the memory they hold matters more than a quick start.
constexpr std::size_t waiting_max = 4096;
constexpr std::size_t waiting_max_while_failing = 256;
constexpr std::chrono::seconds try_again_after{1};

}  // namespace

Projection::Projection(std::string path, const KeyRing& ring, const Agrees& agrees, Warn warn)
    : path_{std::move(path)}, ring_{ring}, warn_{std::move(warn)} {
  try {
    open(agrees);
  } catch (const StoreFailed& e) {
    begin_anew(e.what());
  }
  thread_ = std::thread{[this] { run(); }};
}

Projection::~Projection() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Projection::open(const Agrees& agrees) {
  file_ = std::make_unique<ProjectionFile>(path_, ring_);
  const auto position = file_->position();
  if (!position) return;
  if (!agrees(*position))
    throw StoreFailed(path_ + " is ahead of ledger.db, which was restored from an older backup or replaced");
  position_ = *position;
  written_ = position_.watermark;
}

void Projection::begin_anew(const std::string& why) {
  file_.reset();
  set_aside(path_);
  warn_(why + "; it is set aside as projection.db.damaged and made again from the ledger");
  file_ = std::make_unique<ProjectionFile>(path_, ring_);
  position_ = {};
  written_ = 0;
}

core::EntryIndex Projection::restore(core::State& state, const ProjectionFile::PolicyOf& policy) {
  if (position_.watermark == 0) return 0;
  try {
    file_->restore(state, position_, policy);
  } catch (const StoreFailed& e) {
    begin_anew(e.what());
    return 0;
  }
  return position_.watermark;
}

void Projection::add(ProjectionStep step, const Frontier& frontier, const Hash& tip) {
  const std::lock_guard lock{mutex_};
  if (given_up_) return;
  queue_.push_back({std::move(step), frontier, tip});
  if (queue_.size() > (last_failure_.empty() ? waiting_max : waiting_max_while_failing)) {
    // What is on the disk stays true up to its watermark, and the next start goes on from there.
    given_up_ = true;
    written_ = std::numeric_limits<core::EntryIndex>::max();
    queue_.clear();
    warn_("projection.db could not be written for too long (" +
          (last_failure_.empty() ? std::string{"the disk is too slow"} : last_failure_) +
          "): the board's lists stand still until told is started again");
  }
  changed_.notify_all();
}

void Projection::settle() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return queue_.empty() || !last_failure_.empty(); });
  if (given_up_ || !queue_.empty()) throw StoreFailed("projection.db cannot be written: " + last_failure_);
}

void Projection::tidy(bool quiet) {
  try {
    file_->tidy(quiet);
  } catch (const StoreFailed& e) {
    warn_(e.what());  // the steps are written; if the disk is failing, the next one will say so
  }
}

void Projection::run() {
  std::unique_lock lock{mutex_};
  bool wrote = false;  // until then restore() may put another file in this one's place
  for (;;) {
    const auto something = [this] { return stopping_ || !queue_.empty(); };
    if (wrote && file_->restless() && !changed_.wait_for(lock, quiet_after, something)) {
      lock.unlock();
      tidy(true);
      lock.lock();
    }
    changed_.wait(lock, something);
    if (queue_.empty()) return;
    // Steps are added at the end only, so the front stays where it is while the lock is open; add() may clear the queue
    // only when a failure was noted, and that is noted below.
    auto step = std::move(queue_.front());
    wrote = true;
    lock.unlock();
    std::string failure;
    try {
      file_->write(step.step, step.frontier, step.tip);
    } catch (const std::exception& e) {
      failure = e.what();
    }
    if (failure.empty()) tidy(false);
    lock.lock();
    last_failure_ = failure;
    if (failure.empty()) {
      if (!given_up_) written_ = step.step.watermark;
      if (!queue_.empty()) queue_.pop_front();
    } else if (!queue_.empty()) {
      queue_.front() = std::move(step);
      changed_.notify_all();
      if (stopping_) return;
      changed_.wait_for(lock, try_again_after, [this] { return stopping_; });
      continue;
    }
    changed_.notify_all();
  }
}

}  // namespace told::ledger
