#include "ledger/directory_ground.hpp"

#include "ledger/directory.hpp"
#include "ledger/mark.hpp"
#include "ledger/reserve.hpp"
#include "ledger/sqlite/log_room.hpp"
#include "ledger/sqlite/projection_file.hpp"
#include "ledger/sqlite/projection_readers.hpp"
#include "ledger/sqlite/sqlite_store.hpp"

namespace told::ledger {
namespace {

constexpr auto ledger_file = "ledger.db";
constexpr auto projection_file = "projection.db";

class DirectoryGround final : public Ground {
 public:
  DirectoryGround(const std::string& directory, std::uint64_t reserve_bytes, std::uint64_t log_room_bytes)
      : directory_{directory},
        reserve_{directory_.file("reserve"), reserve_bytes},  // before the store: on a full disk it needs its space
        mark_{directory_.file("mark")},
        log_room_bytes_{log_room_bytes} {
    directory_.make_private(ledger_file);
    directory_.make_private(projection_file);
  }

  [[nodiscard]] std::unique_ptr<Store> open_store() override {
    const auto path = directory_.file(ledger_file);
    auto store = open_sqlite_store(path, [path, bytes = log_room_bytes_] { make_log_room(path, bytes); });
    directory_.sync();
    return store;
  }
  [[nodiscard]] std::unique_ptr<ProjectionStore> open_projection(const KeyRing& ring) override {
    return std::make_unique<ProjectionFile>(directory_.file(projection_file), ring);
  }
  void set_projection_aside() override { set_aside(directory_.file(projection_file)); }

  [[nodiscard]] std::unique_ptr<RowReader> row_reader(const KeyRing& ring) const override {
    return read_rows(directory_.file(projection_file), ring);
  }
  [[nodiscard]] std::unique_ptr<ProjectionSnapshot> projection_snapshot() const override {
    return snapshot_of(directory_.file(projection_file));
  }

  [[nodiscard]] Room room() override { return reserve_.look(); }
  void give_up_reserve() override { reserve_.release(); }

  [[nodiscard]] std::optional<core::EntryIndex> marked() const override { return mark_.read(); }
  void mark(core::EntryIndex entries) noexcept override { mark_.set(entries); }

  [[nodiscard]] std::vector<std::string> warnings() const override {
    std::vector<std::string> all;
    if (!directory_.warning().empty()) all.push_back(directory_.warning());
    if (auto sentence = sqlite_warning(); !sentence.empty()) all.push_back(std::move(sentence));
    return all;
  }

 private:
  Directory directory_;
  Reserve reserve_;
  Mark mark_;
  std::uint64_t log_room_bytes_;
};

}  // namespace

std::unique_ptr<Ground> ground_in(const std::string& directory, std::uint64_t reserve_bytes,
                                  std::uint64_t log_room_bytes) {
  return std::make_unique<DirectoryGround>(directory, reserve_bytes, log_room_bytes);
}

}  // namespace told::ledger
