#include "ledger/ledger.hpp"

#include <atomic>
#include <chrono>
#include <limits>
#include <mutex>
#include <optional>

#include "ledger/body_seal.hpp"
#include "ledger/directory_ground.hpp"
#include "ledger/identity.hpp"
#include "ledger/leaf_press.hpp"
#include "ledger/merkle.hpp"
#include "ledger/projection.hpp"
#include "ledger/purge.hpp"
#include "ledger/secret_file.hpp"
#include "ledger/snapshot.hpp"

namespace told::ledger {
namespace {

/// A checkpoint in a delivery is at most this much older than the newest one under load.
constexpr auto signature_may_wait = std::chrono::milliseconds{20};

// The durable tree. Copied whole under the lock (2 KiB), so that signing and projecting never hold a commit up.
struct Tree {
  Frontier frontier;
  Hash tip{};  // hash of the last leaf
};

Options checked(Options o) {
  need_sodium();
  if (o.signing_key.name().empty()) throw StoreFailed("the ledger needs a signing key: none was given");
  return o;
}

}  // namespace

class Ledger::Impl {
 public:
  Impl(Options options, std::unique_ptr<Ground> ground, Backstage& backstage);

  void commit(std::vector<core::Entry> group, std::function<void(Committed&&)> done);
  void project(ProjectionStep step);
  core::EntryIndex restore(core::State& state, const core::State::PolicyReader& read_policy);
  std::string checkpoint() const;
  std::string checkpoint_now();
  void destroy_key(core::CaseNumber c);
  std::vector<std::string> warnings() const;
  Figures figures() const;

  std::unique_ptr<Reader> reader() const { return std::make_unique<Snapshot>(*ground_, *store_, *seal_, damage_met_); }
  std::uint64_t damage_met() const { return damage_met_; }
  const Seal& seal() const { return *seal_; }
  core::EntryIndex size() const { return size_.load(std::memory_order_acquire); }
  Room room() { return ground_->room(); }
  void settle_projection() { projection_->settle(); }
  core::EntryIndex projected() const { return projection_->written(); }
  std::optional<v1::EventRow> row(core::EntryIndex event);
  bool rows_complete();

 private:
  struct Group {
    std::vector<core::Entry> entries;
    std::function<void(Committed&&)> done;
  };
  void need_its_end() const;
  bool agrees(const ProjectionPosition& position) const;
  Tree grown(Tree tree) const;
  void warn(std::string sentence);
  [[nodiscard]] Background::Time::duration turn(bool waited);
  void write(Group group);
  void make_durable(const std::vector<core::Entry>& entries);
  void upkeep(bool quiet);
  bool waits_for_us();
  Tree tree() const;

  const Options options_;
  Backstage& backstage_;
  mutable std::mutex mutex_;  // of what follows up to the rooms' parts; never held during I/O or a signature
  std::vector<std::string> warnings_;
  Tree tree_;
  Figures figures_;
  Background::Time signed_{};  // the ledger's thread only
  std::string note_;
  std::optional<core::EntryIndex> note_size_;
  std::optional<Group> waiting_;
  std::atomic<core::EntryIndex> size_{0};
  mutable std::atomic<std::uint64_t> damage_met_{0};

  std::unique_ptr<Ground> ground_;
  KeyRing ring_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<BodySeal> seal_;
  std::unique_ptr<Projection> projection_;
  std::unique_ptr<LeafPress> press_;
  std::mutex rows_mutex_;  // of the three that follow
  std::unique_ptr<RowReader> rows_;
  bool rows_read_ = true;  // the last time
  bool said_unreadable_ = false;
  std::exception_ptr failed_;               // the ledger's thread's own
  std::unique_ptr<Background> background_;  // goes first
};

Ledger::Impl::Impl(Options options, std::unique_ptr<Ground> ground, Backstage& backstage)
    : options_{checked(std::move(options))},
      backstage_{backstage},
      ground_{std::move(ground)},
      ring_{options_.master_key} {
  for (auto& sentence : ground_->warnings()) warn(std::move(sentence));
  store_ = ground_->open_store();
  need_its_end();
  claim(*store_, {options_.origin, options_.signing_key.verifier_text(), ring_.check_value()});
  seal_ = std::make_unique<BodySeal>(ring_, store_->key_reader());
  press_ = std::make_unique<LeafPress>(ring_, *store_);

  Tree tree;
  projection_ = std::make_unique<Projection>(
      *ground_, ring_, backstage_,
      [this, &tree](const ProjectionPosition& p) {
        tree = {p.frontier, p.tip};
        return agrees(p);
      },
      [this](std::string sentence) { warn(std::move(sentence)); });
  if (projection_->frontier().size() == 0) tree = {};
  tree_ = grown(tree);
  size_ = tree_.frontier.size();
  ground_->mark(size_);
  (void)checkpoint_now();
  background_ = backstage_.begin([this](bool waited) { return turn(waited); });
}

void Ledger::Impl::need_its_end() const {
  const auto had = ground_->marked();
  if (!had || *had <= store_->size()) return;
  throw StoreFailed("ledger.db has " + std::to_string(store_->size()) + " entries and had " + std::to_string(*had) +
                    " (the file `mark` beside it says so): its end is lost. Keep all files of the store as they are, " +
                    "and restore the newest backup. Where this ledger.db is a backup put back on purpose, delete " +
                    "`mark`: what came after the backup then counts as never said, and the checkpoints that agencies " +
                    "hold show it");
}

bool Ledger::Impl::agrees(const ProjectionPosition& p) const {
  const auto size = p.frontier.size();
  if (p.watermark > size || size > store_->size()) return false;
  if (size == 0) return true;
  bool same = false;
  store_->reader()->leaves(size - 1, size, [&](core::EntryIndex, std::string_view leaf) {
    same = leaf_hash(leaf) == p.tip;
    return false;
  });
  return same;
}

Tree Ledger::Impl::grown(Tree tree) const {
  const auto reader = store_->reader();
  reader->leaves(tree.frontier.size(), reader->size(), [&tree](core::EntryIndex, std::string_view leaf) {
    tree.tip = leaf_hash(leaf);
    tree.frontier.add(tree.tip);
    return true;
  });
  return tree;
}

void Ledger::Impl::warn(std::string sentence) {
  const std::lock_guard lock{mutex_};
  warnings_.push_back(std::move(sentence));
}

std::vector<std::string> Ledger::Impl::warnings() const {
  const std::lock_guard lock{mutex_};
  return warnings_;
}

Tree Ledger::Impl::tree() const {
  const std::lock_guard lock{mutex_};
  return tree_;
}

void Ledger::Impl::commit(std::vector<core::Entry> group, std::function<void(Committed&&)> done) {
  {
    const std::lock_guard lock{mutex_};
    if (waiting_) throw std::logic_error("a group was handed to the ledger before the last one was done");
    waiting_ = Group{std::move(group), std::move(done)};
  }
  background_->wake();
}

Background::Time::duration Ledger::Impl::turn(bool waited) {
  std::unique_lock lock{mutex_};
  if (waiting_) {
    auto group = std::move(*waiting_);
    waiting_.reset();
    lock.unlock();
    write(std::move(group));
    return Background::Time::duration::zero();
  }
  lock.unlock();
  if (waited && !failed_) upkeep(true);
  return !failed_ && store_->restless() ? quiet_after : Background::Time::duration::max();
}

void Ledger::Impl::write(Group group) {
  Committed out;
  try {
    if (failed_) std::rethrow_exception(failed_);
    make_durable(group.entries);
  } catch (const StoreFailed&) {
    failed_ = std::current_exception();
  } catch (const std::exception& e) {
    failed_ = std::make_exception_ptr(StoreFailed(std::string{"the ledger failed: "} + e.what()));
  }
  out.failure = failed_;
  out.size = size();
  out.entries = std::move(group.entries);
  group.done(std::move(out));
  // Whoever waits for the group has their answer: now what nobody waits for.
  if (!failed_) upkeep(false);
}

void Ledger::Impl::make_durable(const std::vector<core::Entry>& entries) {
  if (entries.empty()) return;
  const auto begun = backstage_.now();
  auto pressed = press_->press(entries, tree_.frontier);  // only this thread changes tree_
  const auto purges = purges_of(entries, *store_, *seal_, ring_);
  for (const auto& purge : purges.too_old)
    warn("the event of entry " + std::to_string(purge) +
         " was withdrawn, but was recorded by a told that gave no event a key of its own: its content goes when its "
         "case's key is destroyed");
  pressed.batch.purges = purges.purges;
  static_cast<void>(ground_->room());  // SQLite mostly meets a full disk in COMMIT, which is too late
  try {
    store_->append(pressed.batch);
  } catch (const StoreFull&) {
    ground_->give_up_reserve();
    store_->append(pressed.batch);
  }
  ground_->mark(pressed.frontier.size());
  const auto tip = leaf_hash(pressed.batch.leaves.back());
  const std::chrono::duration<double> took = backstage_.now() - begun;
  const std::lock_guard lock{mutex_};
  tree_ = {pressed.frontier, tip};
  size_.store(tree_.frontier.size(), std::memory_order_release);
  ++figures_.groups;
  figures_.entries += entries.size();
  figures_.last_commit_seconds = took.count();
  figures_.commit_seconds += took.count();
}

void Ledger::Impl::upkeep(bool quiet) {
  try {
    // Where the next group waits already it goes first, and one signature serves for both; but none is put off for
    // long.
    if (!waits_for_us() || backstage_.now() - signed_ > signature_may_wait) {
      (void)checkpoint_now();
      signed_ = backstage_.now();
    }
    store_->tidy(quiet, backstage_.now());
  } catch (const std::exception& e) {
    // The log of changes keeps what could not be moved; but a disk that fails here is not to be trusted with a commit.
    warn(e.what());
    failed_ = std::make_exception_ptr(StoreFailed(e.what()));
  }
}

bool Ledger::Impl::waits_for_us() {
  const std::lock_guard lock{mutex_};
  return waiting_.has_value();
}

void Ledger::Impl::project(ProjectionStep step) {
  const auto now = tree();
  projection_->add(std::move(step), now.frontier, now.tip);
}

core::EntryIndex Ledger::Impl::restore(core::State& state, const core::State::PolicyReader& read_policy) {
  const auto snapshot = reader();
  return projection_->restore(state, [&](core::EntryIndex index) -> core::PolicyPtr {
    const auto entry = snapshot->entry(index);
    if (!entry || !entry->has_policy_adopted())
      throw StoreFailed("projection.db is damaged: it names entry " + std::to_string(index) + " as a policy");
    auto policy = read_policy(entry->policy_adopted());
    if (!policy) throw StoreFailed("the policy in entry " + std::to_string(index) + " cannot be read");
    policy->version = entry->policy_adopted().version();
    return policy;
  });
}

std::optional<v1::EventRow> Ledger::Impl::row(core::EntryIndex event) {
  const std::lock_guard one{rows_mutex_};
  try {
    rows_read_ = false;
    if (!rows_) rows_ = ground_->row_reader(ring_);
    auto row = rows_->row(event);
    rows_read_ = true;
    return row;
  } catch (const StoreFailed& failed) {
    rows_.reset();
    if (!std::exchange(said_unreadable_, true)) warn(failed.what());
    return std::nullopt;
  }
}

bool Ledger::Impl::rows_complete() {
  const std::lock_guard one{rows_mutex_};
  return rows_read_ && projected() != std::numeric_limits<core::EntryIndex>::max();
}

std::string Ledger::Impl::checkpoint() const {
  const std::lock_guard lock{mutex_};
  return note_;
}

std::string Ledger::Impl::checkpoint_now() {
  Tree now;
  {
    const std::lock_guard lock{mutex_};
    if (note_size_ == tree_.frontier.size()) return note_;
    now = tree_;
  }
  auto note = options_.signing_key.sign({options_.origin, now.frontier.size(), now.frontier.root()});
  const std::lock_guard lock{mutex_};
  if (!note_size_ || *note_size_ < now.frontier.size()) {
    note_size_ = now.frontier.size();
    note_ = note;
  }
  return note;
}

void Ledger::Impl::destroy_key(core::CaseNumber c) {
  background_->call([this, c] {
    if (failed_) std::rethrow_exception(failed_);
    store_->destroy_key(c);
    ring_.forget(c);
  });
}

Ledger::Figures Ledger::Impl::figures() const {
  const std::lock_guard lock{mutex_};
  return figures_;
}

namespace {

std::unique_ptr<Ground> directory_of(const Options& options) {
  return ground_in(options.directory, options.reserve_bytes, options.log_room_bytes);
}

}  // namespace

Ledger::Ledger(Options options) : Ledger{options, directory_of(options), threads()} {}
Ledger::Ledger(Options options, std::unique_ptr<Ground> ground, Backstage& backstage)
    : impl_{std::make_unique<Impl>(std::move(options), std::move(ground), backstage)} {}
Ledger::~Ledger() = default;
core::EntryIndex Ledger::size() const { return impl_->size(); }
void Ledger::commit(std::vector<core::Entry> group, std::function<void(Committed&&)> done) {
  impl_->commit(std::move(group), std::move(done));
}
void Ledger::project(ProjectionStep step) { impl_->project(std::move(step)); }
void Ledger::settle_projection() { impl_->settle_projection(); }
std::optional<v1::EventRow> Ledger::row(core::EntryIndex event) { return impl_->row(event); }
bool Ledger::rows_complete() { return impl_->rows_complete(); }
core::EntryIndex Ledger::projected() const { return impl_->projected(); }
core::EntryIndex Ledger::restore(core::State& state, const core::State::PolicyReader& read_policy) {
  return impl_->restore(state, read_policy);
}
std::string Ledger::checkpoint() const { return impl_->checkpoint(); }
std::string Ledger::checkpoint_now() { return impl_->checkpoint_now(); }
std::unique_ptr<Reader> Ledger::reader() const { return impl_->reader(); }
std::uint64_t Ledger::damage_met() const { return impl_->damage_met(); }
const Seal& Ledger::seal() const { return impl_->seal(); }
void Ledger::destroy_key(core::CaseNumber c) { impl_->destroy_key(c); }
std::vector<std::string> Ledger::warnings() const { return impl_->warnings(); }
Room Ledger::room() { return impl_->room(); }
Ledger::Figures Ledger::figures() const { return impl_->figures(); }

}  // namespace told::ledger
