#include "file_disk.hpp"

#include <algorithm>

#include "ledger/sqlite/projection_file.hpp"
#include "ledger/sqlite/projection_readers.hpp"
#include "ledger/sqlite/sqlite_store.hpp"
#include "vfs.hpp"

namespace told::sim {
namespace {

std::uint64_t disks_made = 0;

constexpr std::size_t log_room_bytes = 256 * 1024;

/// The real store; what it says is durable is noted.
class WatchedStore final : public ledger::Store {
 public:
  WatchedStore(FileDisk& disk, std::unique_ptr<ledger::Store> store) : disk_{disk}, store_{std::move(store)} {
    disk_.appended(store_->size());
  }
  core::EntryIndex size() override { return store_->size(); }
  void append(const ledger::Batch& batch) override {
    store_->append(batch);
    disk_.appended(store_->size());
  }
  std::optional<ledger::StoredKey> key(core::CaseNumber c) override { return store_->key(c); }
  void destroy_key(core::CaseNumber c) override { store_->destroy_key(c); }
  std::vector<core::EntryIndex> bodies_about(core::EntryIndex event) override { return store_->bodies_about(event); }
  void tidy(bool quiet, Time now) override { store_->tidy(quiet, now); }
  bool restless() const override { return store_->restless(); }
  std::string fact(std::string_view name) override { return store_->fact(name); }
  void set_facts(std::span<const std::pair<std::string, std::string>> facts) override { store_->set_facts(facts); }
  std::unique_ptr<ledger::StoreReader> reader() const override { return store_->reader(); }
  std::unique_ptr<ledger::KeyReader> key_reader() const override { return store_->key_reader(); }

 private:
  FileDisk& disk_;
  std::unique_ptr<ledger::Store> store_;
};

}  // namespace

class FileGround final : public ledger::Ground {
 public:
  explicit FileGround(FileDisk& disk) : disk_{disk} {}

  std::unique_ptr<ledger::Store> open_store() override {
    auto store = ledger::open_sqlite_store(path("ledger.db"), [this] { make_log_room(); });
    if (disk_.alive()) disk_.files.flush_names();
    return std::make_unique<WatchedStore>(disk_, std::move(store));
  }
  std::unique_ptr<ledger::ProjectionStore> open_projection(const ledger::KeyRing& ring) override {
    return std::make_unique<ledger::ProjectionFile>(path("projection.db"), ring);
  }
  void set_projection_aside() override { disk_.lose_projection(); }
  std::unique_ptr<ledger::RowReader> row_reader(const ledger::KeyRing& ring) const override {
    return ledger::read_rows(path("projection.db"), ring);
  }
  std::unique_ptr<ledger::ProjectionSnapshot> projection_snapshot() const override {
    return ledger::snapshot_of(path("projection.db"));
  }
  ledger::Room room() override { return disk_.room(); }
  void give_up_reserve() override { disk_.give_up_reserve(); }
  [[nodiscard]] std::optional<core::EntryIndex> marked() const override { return disk_.mark; }
  void mark(core::EntryIndex entries) noexcept override {
    if (disk_.alive()) disk_.mark = entries;
  }
  std::vector<std::string> warnings() const override { return {}; }

 private:
  [[nodiscard]] std::string path(const char* name) const { return disk_.directory() + "/" + name; }

  /// As ledger/sqlite/log_room.cpp: zeros behind the last frame, flushed.
  void make_log_room() {
    const FilePtr log = disk_.files.find("ledger.db-wal");
    if (!log || !disk_.alive() || log->content.size() >= log_room_bytes) return;
    const std::vector<unsigned char> zeros(log_room_bytes - log->content.size());
    log->write(log->content.size(), zeros.data(), zeros.size());
    log->flush();
  }

  FileDisk& disk_;
};

FileDisk::FileDisk(Machine* machine) : machine_{machine}, directory_{"disk" + std::to_string(++disks_made)} {
  mount(directory_, this);
}

FileDisk::~FileDisk() { mount(directory_, nullptr); }

std::unique_ptr<ledger::Ground> FileDisk::ground() { return std::make_unique<FileGround>(*this); }

bool FileDisk::alive() const { return machine_ == nullptr || !machine_->dead(); }

FileDisk::Strike FileDisk::strikes() {
  if (!alive()) return Strike::dead;
  ++strikes_;
  if (trouble.until < 0 || --trouble.until >= 0) return Strike::none;
  if (trouble.fails) {
    ++harm.failures;
    return Strike::fails;
  }
  machine_->die(trouble.death);
  return Strike::dies;
}

std::size_t FileDisk::done_of(std::size_t bytes) {
  const Dice dice{strikes_};
  const auto most = static_cast<std::int64_t>((bytes + sector_bytes - 1) / sector_bytes);
  return std::min(bytes, static_cast<std::size_t>(dice.between(0, most, "sectors")) * sector_bytes);
}

void FileDisk::cut_power(const Dice& dice) {
  lose_mark(dice);
  files.lose(dice, harm);
}

std::unique_ptr<Disk> FileDisk::copy() const {
  auto other = std::make_unique<FileDisk>(nullptr);
  other->files = files.copied();
  return other;
}

void FileDisk::lose_projection() {
  for (const char* part : {"projection.db", "projection.db-wal", "projection.db-shm"})
    files.rename(part, std::string{"damaged "} + part);
}

void FileDisk::rot_projection(const Dice& dice) {
  const FilePtr file = files.find("projection.db");
  if (!file || file->content.empty()) return;
  for (std::uint64_t i = 0; i < 3; ++i) {
    const auto at =
        static_cast<std::size_t>(dice.between(0, static_cast<std::int64_t>(file->content.size()) - 1, "byte", i));
    const auto bit = static_cast<unsigned char>(1U << (dice.roll("bit", i) % 8U));
    file->content[at] ^= bit;
    if (at < file->platter.size()) file->platter[at] ^= bit;
    ++harm.rotten_bits;
  }
}

}  // namespace told::sim
