#include "memory_disk.hpp"

#include <algorithm>

namespace told::sim {
namespace {

using ledger::StoreFailed;

/// The newest steps of the projection that a power cut may take back.
constexpr std::size_t steps_unflushed_most = 64;

class MemoryReader final : public ledger::StoreReader {
 public:
  explicit MemoryReader(MemoryDisk& disk) : disk_{disk}, size_{disk.store.leaves.size()} {}
  core::EntryIndex size() override { return size_; }
  void leaves(core::EntryIndex first, core::EntryIndex end,
              const std::function<bool(core::EntryIndex, std::string_view)>& each) override {
    if (disk_.unreadable()) throw StoreFailed("the disk cannot be read");
    for (auto n = first; n < end; ++n) {
      if (n >= size_) throw StoreFailed("entry " + std::to_string(n) + " is missing");
      if (!each(n, disk_.store.leaves[n])) return;
    }
  }

 private:
  MemoryDisk& disk_;
  core::EntryIndex size_;
};

std::optional<ledger::StoredKey> key_of(const StoreFiles& files, core::CaseNumber c) {
  const auto found = files.keys.find(c);
  return found == files.keys.end() ? std::nullopt : std::optional{found->second};
}

class MemoryKeys final : public ledger::KeyReader {
 public:
  explicit MemoryKeys(const StoreFiles& files) : files_{files} {}
  std::optional<ledger::StoredKey> key(core::CaseNumber c) override { return key_of(files_, c); }
  std::optional<ledger::StoredBodyKey> body_key(core::EntryIndex entry) override {
    const auto found = files_.body_keys.find(entry);
    if (found == files_.body_keys.end()) return std::nullopt;
    return ledger::StoredBodyKey{found->second.wrapped, found->second.prints};
  }

 private:
  const StoreFiles& files_;
};

class MemoryStore final : public ledger::Store {
 public:
  explicit MemoryStore(MemoryDisk& disk) : disk_{disk}, files_{disk.store} {}
  core::EntryIndex size() override { return files_.leaves.size(); }

  void append(const ledger::Batch& batch) override {
    if (batch.first != files_.leaves.size()) throw StoreFailed("leaves were handed in out of order");
    // Before the commit, and after it: what failed may be durable all the same.
    if (disk_.strikes()) throw StoreFailed("told is dead");
    if (disk_.trouble.full) {
      ++disk_.harm.full;
      throw ledger::StoreFull("the disk is full");
    }
    for (const auto leaf : batch.leaves) files_.leaves.emplace_back(leaf);
    for (const auto c : batch.erased) files_.keys[c].wrapped.clear();
    for (const auto& key : batch.keys) {
      ledger::StoredKey& stored = files_.keys[key.case_number];
      if (stored.wrapped.empty()) stored = key.key;
    }
    for (const auto& key : batch.body_keys)
      files_.body_keys[key.entry] = {key.amends, std::string{key.wrapped_view()}, {}};
    for (const auto& purge : batch.purges) {
      files_.body_keys[purge.entry].wrapped.clear();
      files_.body_keys[purge.entry].prints = purge.prints;
    }
    if (disk_.strikes()) throw StoreFailed("told is dead");
  }

  std::optional<ledger::StoredKey> key(core::CaseNumber c) override { return key_of(files_, c); }
  void destroy_key(core::CaseNumber c) override { files_.keys[c].wrapped.clear(); }
  std::vector<core::EntryIndex> bodies_about(core::EntryIndex event) override {
    std::vector<core::EntryIndex> all;
    for (auto each = files_.body_keys.lower_bound(event); each != files_.body_keys.end(); ++each)
      if (each->first == event || (each->second.amends == event && event != 0)) all.push_back(each->first);
    return all;
  }
  void tidy(bool, Time) override {}
  bool restless() const override { return false; }
  std::string fact(std::string_view name) override {
    const auto found = files_.facts.find(name);
    return found == files_.facts.end() ? std::string{} : found->second;
  }
  void set_facts(std::span<const std::pair<std::string, std::string>> facts) override {
    if (disk_.strikes()) throw StoreFailed("told is dead");
    for (const auto& [name, value] : facts) files_.facts[name] = value;
  }
  std::unique_ptr<ledger::StoreReader> reader() const override { return std::make_unique<MemoryReader>(disk_); }
  std::unique_ptr<ledger::KeyReader> key_reader() const override { return std::make_unique<MemoryKeys>(files_); }

 private:
  MemoryDisk& disk_;
  StoreFiles& files_;
};

v1::EventRow row_of(const std::string& state) {
  v1::EventRow row;
  row.ParseFromString(state);
  return row;
}

class MemoryProjection final : public ledger::ProjectionStore {
 public:
  explicit MemoryProjection(MemoryDisk& disk) : disk_{disk}, files_{disk.projection} {
    if (files_.rotten) throw StoreFailed("projection.db is damaged");
  }
  std::optional<ledger::ProjectionPosition> position() override { return files_.position; }
  void write(const ledger::ProjectionStep& step, const ledger::Frontier& frontier, const ledger::Hash& tip) override {
    if (files_.position && files_.position->watermark == step.watermark) return;
    if (disk_.strikes()) throw StoreFailed("told is dead");
    files_.apply(step, frontier, tip);
    disk_.steps.push_back({step, frontier, tip});
    if (disk_.steps.size() > steps_unflushed_most) {
      disk_.flushed.apply(disk_.steps.front().step, disk_.steps.front().frontier, disk_.steps.front().tip);
      disk_.steps.pop_front();
    }
    if (disk_.strikes()) throw StoreFailed("told is dead");
  }
  void tidy(bool) override {}
  bool restless() const override { return false; }

  void restore(core::State& state, const ledger::ProjectionPosition& position, const PolicyOf& policy) override {
    std::vector<core::PolicyPtr> policies;
    for (const auto entry : files_.policies) policies.push_back(policy(entry));
    for (auto& each : policies) state.restore_policy(std::move(each));
    for (const auto& [subject, c] : files_.cases) state.restore_case(subject, c);
    for (const auto& [identity, known] : files_.known) state.restore_known(identity, known);
    std::vector<core::EntryIndex> closed;
    for (const auto& [entry, row] : files_.rows) {
      if (row.open)
        state.restore(row_of(row.state));
      else
        closed.push_back(entry);
    }
    const std::size_t kept = std::min(closed.size(), state.closed_kept());
    for (auto each = closed.end() - static_cast<std::ptrdiff_t>(kept); each != closed.end(); ++each)
      state.restore(row_of(files_.rows.at(*each).state));
    state.restore_position(position.watermark, position.last_time);
  }

 private:
  MemoryDisk& disk_;
  ProjectionFiles& files_;
};

class MemoryRows final : public ledger::RowReader {
 public:
  explicit MemoryRows(const ProjectionFiles& files) : files_{files} {}
  std::optional<v1::EventRow> row(core::EntryIndex event) override {
    const auto found = files_.rows.find(event);
    return found == files_.rows.end() ? std::nullopt : std::optional{row_of(found->second.state)};
  }

 private:
  const ProjectionFiles& files_;
};

/// As it is, where a real one is as it was: nothing is written while somebody reads, in one thread.
class MemorySnapshot final : public ledger::ProjectionSnapshot {
 public:
  explicit MemorySnapshot(const ProjectionFiles& files) : files_{files} {}
  std::vector<core::EntryIndex> events_of(core::CaseNumber c) override {
    std::vector<core::EntryIndex> all;
    for (const auto& [entry, row] : files_.rows)
      if (row.case_number == c) all.push_back(entry);
    return all;
  }
  std::vector<core::EntryIndex> that_amend(core::EntryIndex event) override {
    std::vector<core::EntryIndex> all;
    for (const auto& [entry, row] : files_.rows)
      if (row.amends == event && event != 0) all.push_back(entry);
    return all;
  }
  std::vector<core::EntryIndex> trail(core::EntryIndex event) override {
    const auto found = files_.rows.find(event);
    return found == files_.rows.end() ? std::vector<core::EntryIndex>{} : found->second.trail;
  }

 private:
  const ProjectionFiles& files_;
};

class MemoryGround final : public ledger::Ground {
 public:
  explicit MemoryGround(MemoryDisk& disk) : disk_{disk} {}
  std::unique_ptr<ledger::Store> open_store() override { return std::make_unique<MemoryStore>(disk_); }
  std::unique_ptr<ledger::ProjectionStore> open_projection(const ledger::KeyRing&) override {
    return std::make_unique<MemoryProjection>(disk_);
  }
  void set_projection_aside() override { disk_.lose_projection(); }
  std::unique_ptr<ledger::RowReader> row_reader(const ledger::KeyRing&) const override {
    return std::make_unique<MemoryRows>(disk_.projection);
  }
  std::unique_ptr<ledger::ProjectionSnapshot> projection_snapshot() const override {
    return std::make_unique<MemorySnapshot>(disk_.projection);
  }
  ledger::Room room() override { return disk_.room(); }
  void give_up_reserve() override { disk_.give_up_reserve(); }
  [[nodiscard]] std::optional<core::EntryIndex> marked() const override { return disk_.mark; }
  void mark(core::EntryIndex entries) noexcept override {
    if (!disk_.dead()) disk_.mark = entries;
  }
  std::vector<std::string> warnings() const override { return {}; }

 private:
  MemoryDisk& disk_;
};

}  // namespace

void ProjectionFiles::apply(const ledger::ProjectionStep& step, const ledger::Frontier& frontier,
                            const ledger::Hash& tip) {
  for (const auto& each : step.rows) {
    Row& row = rows[each.row.index()];
    each.row.SerializeToString(&row.state);
    row.trail.insert(row.trail.end(), each.trail.begin(), each.trail.end());
    row.case_number = each.row.case_number();
    row.amends = each.row.amends();
    row.open = ledger::row_open(each.row);
    if (!each.has_prints) continue;
    known[each.prints.identity] = {each.row.index(), each.row.case_number(), each.prints.content};
    if (each.opens_case) cases[each.prints.subject] = each.row.case_number();
  }
  for (const auto c : step.erased_cases) {
    std::erase_if(known, [c](const auto& each) { return each.second.case_number == c; });
    std::erase_if(cases, [c](const auto& each) { return each.second == c; });
  }
  for (const auto event : step.erased_events)
    std::erase_if(known, [event](const auto& each) { return each.second.entry == event; });
  policies.insert(step.policies.begin(), step.policies.end());
  position = ledger::ProjectionPosition{step.watermark, step.last_time, frontier, tip};
}

std::unique_ptr<ledger::Ground> MemoryDisk::ground() { return std::make_unique<MemoryGround>(*this); }

bool MemoryDisk::strikes() {
  if (machine_ == nullptr) return false;
  if (dead()) return true;
  if (trouble.until < 0 || --trouble.until >= 0) return false;
  if (trouble.fails) {
    ++harm.failures;
    throw StoreFailed("the disk failed");
  }
  machine_->die(trouble.death);
  return true;
}

bool MemoryDisk::dead() const { return machine_ != nullptr && machine_->dead(); }

void MemoryDisk::cut_power(const Dice& dice) {
  lose_mark(dice);
  const auto kept = static_cast<std::size_t>(dice.between(0, static_cast<std::int64_t>(steps.size()), "steps kept"));
  harm.lost_writes += steps.size() - kept;
  for (std::size_t i = 0; i < kept; ++i) flushed.apply(steps[i].step, steps[i].frontier, steps[i].tip);
  steps.clear();
  projection = flushed;
}

std::unique_ptr<Disk> MemoryDisk::copy() const {
  auto other = std::make_unique<MemoryDisk>(nullptr);
  other->store = store;
  other->projection = other->flushed = projection;
  return other;
}

void MemoryDisk::lose_projection() {
  projection = flushed = {};
  steps.clear();
}

}  // namespace told::sim
