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

Projection::Projection(Ground& ground, const KeyRing& ring, Backstage& backstage, const Agrees& agrees, Warn warn)
    : ground_{ground}, ring_{ring}, warn_{std::move(warn)} {
  try {
    open(agrees);
  } catch (const StoreFailed& e) {
    begin_anew(e.what());
  }
  background_ = backstage.begin([this](bool waited) { return turn(waited); });
}

Projection::~Projection() = default;

void Projection::open(const Agrees& agrees) {
  store_ = ground_.open_projection(ring_);
  const auto position = store_->position();
  if (!position) return;
  if (!agrees(*position))
    throw StoreFailed("projection.db is ahead of ledger.db, which was restored from an older backup or replaced");
  position_ = *position;
  written_ = position_.watermark;
}

void Projection::begin_anew(const std::string& why) {
  store_.reset();
  ground_.set_projection_aside();
  warn_(why + "; it is set aside as projection.db.damaged and made again from the ledger");
  store_ = ground_.open_projection(ring_);
  position_ = {};
  written_ = 0;
}

core::EntryIndex Projection::restore(core::State& state, const ProjectionStore::PolicyOf& policy) {
  if (position_.watermark == 0) return 0;
  try {
    store_->restore(state, position_, policy);
  } catch (const StoreFailed& e) {
    begin_anew(e.what());
    return 0;
  }
  return position_.watermark;
}

void Projection::add(ProjectionStep step, const Frontier& frontier, const Hash& tip) {
  std::unique_lock lock{mutex_};
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
  lock.unlock();
  background_->wake();
}

void Projection::settle() {
  background_->call([this] {
    while (turn(false) == Background::Time::duration::zero()) {
    }
  });
  const std::lock_guard lock{mutex_};
  if (given_up_ || !queue_.empty()) throw StoreFailed("projection.db cannot be written: " + last_failure_);
}

void Projection::tidy(bool quiet) {
  try {
    store_->tidy(quiet);
  } catch (const StoreFailed& e) {
    warn_(e.what());  // the steps are written; if the disk is failing, the next one will say so
  }
}

Background::Time::duration Projection::turn(bool waited) {
  std::unique_lock lock{mutex_};
  if (queue_.empty()) {
    lock.unlock();
    if (!wrote_) return Background::Time::duration::max();
    if (waited) tidy(true);
    return store_->restless() ? quiet_after : Background::Time::duration::max();
  }
  // Steps are added at the end only, so the front stays where it is while the lock is open; add() may clear the queue
  // only when a failure was noted, and that is noted below.
  auto step = std::move(queue_.front());
  wrote_ = true;
  lock.unlock();
  std::string failure;
  try {
    store_->write(step.step, step.frontier, step.tip);
  } catch (const std::exception& e) {
    failure = e.what();
  }
  if (failure.empty()) tidy(false);
  lock.lock();
  last_failure_ = failure;
  if (!failure.empty()) {
    if (!queue_.empty()) queue_.front() = std::move(step);
    return try_again_after;
  }
  if (!given_up_) written_ = step.step.watermark;
  if (!queue_.empty()) queue_.pop_front();
  return Background::Time::duration::zero();
}

}  // namespace told::ledger
