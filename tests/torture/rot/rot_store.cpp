// Flips bits in a store that told left behind, and looks whether told notices.
//
//   rot_store STORE MASTER_KEY LOG_KEY ORIGIN SCRATCH SEED OPENINGS
//
//   pages   each page of ledger.db and projection.db, three bits, one at a time: is the page refused when it is read?
//   log     each frame of ledger.db's log of changes, three bits: is the ledger refused? (SQLite forgets what follows)
//   whole   OPENINGS bits anywhere in the store's files: the store is opened as told opens it, and everything in it is
//           read, as it would be for the board and an export
//
// A line for each: tried, noticed, harmless (everything read is as before), silent (it is not, and nobody said so).
// STORE is a copy made for this: the room that is written ahead in its log of changes is cut off. SCRATCH is an empty
// directory, on a file system in memory. Exit: 0, or 1 where anything was silent.
#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "digest/digest.hpp"
#include "ledger/sqlite/checked_pages.hpp"
#include "ledger/sqlite/projection_file.hpp"
#include "path/recovery.hpp"

namespace {

using namespace told;
namespace fs = std::filesystem;

constexpr int bits_a_place = 3;
constexpr std::uint64_t log_header_bytes = 32, frame_header_bytes = 24;
constexpr std::uint64_t frame_bytes = frame_header_bytes + ledger::page_bytes;

struct Count {
  std::uint64_t tried = 0, noticed = 0, harmless = 0, silent = 0;
};

void print(const char* what, const Count& c) {
  std::printf("%-28s%10llu tried%10llu noticed%10llu harmless%6llu silent\n", what,
              static_cast<unsigned long long>(c.tried), static_cast<unsigned long long>(c.noticed),
              static_cast<unsigned long long>(c.harmless), static_cast<unsigned long long>(c.silent));
  std::fflush(stdout);
}

std::string read_file(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void flip(const fs::path& file, std::uint64_t bit) {
  std::fstream f{file, std::ios::in | std::ios::out | std::ios::binary};
  char byte = 0;
  f.seekg(static_cast<std::streamoff>(bit / 8)).get(byte);
  f.seekp(static_cast<std::streamoff>(bit / 8)).put(static_cast<char>(byte ^ (1 << (bit % 8))));
}

class Rot {
 public:
  Rot(char** argv)
      : store_{argv[1]}, scratch_{argv[5]}, random_{std::stoull(argv[6])}, openings_{std::stoull(argv[7])} {
    options_.origin = argv[4];
    options_.master_key = ledger::MasterKey::from_file(argv[2]);
    options_.signing_key = ledger::SigningKey::from_file(argv[3]);
    options_.reserve_bytes = 0;
    options_.log_room_bytes = 0;
    options_.directory = (scratch_ / "store").string();
    count_frames();
    copy();
    said_ = everything();
  }

  bool run() {
    for (const char* file : {"ledger.db", "projection.db"}) pages(file);
    log();
    whole();
    return silent_;
  }

 private:
  void copy() {
    fs::remove_all(options_.directory);
    fs::copy(store_, options_.directory, fs::copy_options::recursive);
  }

  /// What told would ever say out of the store, as a hash. Throws where it notices that something is wrong with it.
  std::string everything() {
    ledger::Ledger ledger{options_};
    core::Engine engine;
    (void)path::recover(engine, ledger, nullptr);
    ledger.settle_projection();
    std::string all = ledger.checkpoint_now();
    const auto reader = ledger.reader();
    for (core::EntryIndex i = 0; i < reader->size(); ++i) {
      const auto entry = reader->entry(i);
      all += entry->SerializeAsString();
      if (const auto body = reader->body(*entry)) all += body->SerializeAsString();
      all += ledger.seal().opening(*entry);
      if (!entry->has_event_accepted()) continue;
      all += reader->purged(i) ? '1' : '0';
      for (const auto each : reader->trail(i)) all += std::to_string(each) + ",";
      for (const auto each : reader->events_of(entry->case_number())) all += std::to_string(each) + ";";
      if (all.size() > (1U << 20U)) all = digest::sha256(all);
    }
    std::map<core::EntryIndex, std::string> open;
    for (const auto& [index, event] : engine.state().events())
      if (const auto row = engine.state().row(event); ledger::row_open(row)) open[index] = row.SerializeAsString();
    for (const auto& [index, row] : open) all += row;
    all += std::to_string(engine.state().open_notifications()) + " " + std::to_string(core::to_us(engine.next_due())) +
           " " + std::to_string(engine.limbo().size());
    return digest::sha256(all);
  }

  /// After a bit was flipped in the copy.
  void judge(Count& count, const std::string& where) {
    ++count.tried;
    try {
      if (everything() == said_) {
        ++count.harmless;
      } else {
        silence(count, where);
      }
    } catch (const std::exception&) {
      ++count.noticed;
    }
  }

  void silence(Count& count, const std::string& where) {
    ++count.silent;
    silent_ = true;
    std::printf("SILENT: %s\n", where.c_str());
  }

  std::uint64_t any(std::uint64_t below) { return std::uniform_int_distribution<std::uint64_t>{0, below - 1}(random_); }

  // --- pages ---

  /// One bit in each page at once, and each page is read by itself: as many cases as there are pages, in one copy.
  void pages(const char* name) {
    Count count;
    const std::string good = read_file(store_ / name);
    const std::uint64_t pages = good.size() / ledger::page_bytes;
    for (int round = 0; round < bits_a_place; ++round) {
      std::string bad = good;
      // The first page says whether there are checksums at all: what becomes of it is seen by opening the whole.
      for (std::uint64_t page = 1; page < pages; ++page) {
        const auto bit = any(ledger::page_bytes * 8);
        char& byte = bad[page * ledger::page_bytes + bit / 8];
        byte = static_cast<char>(byte ^ (1 << (bit % 8)));
      }
      const fs::path file = scratch_ / name;
      std::ofstream{file, std::ios::binary} << bad;
      read_each(file, pages, count);
      fs::remove(file);
    }
    print((std::string{"pages of "} + name).c_str(), count);
    first_page(name);
  }

  void read_each(const fs::path& file, std::uint64_t pages, Count& count) {
    sqlite3* db = nullptr;
    sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, ledger::CheckedPages{}.name());
    sqlite3_file* opened = nullptr;
    sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &opened);
    std::string page(ledger::page_bytes, '\0');
    for (std::uint64_t n = 1; n < pages; ++n) {
      ++count.tried;
      const auto at = static_cast<sqlite3_int64>(n * ledger::page_bytes);
      if (opened->pMethods->xRead(opened, page.data(), ledger::page_bytes, at) != SQLITE_OK)
        ++count.noticed;
      else
        silence(count, file.filename().string() + ", page " + std::to_string(n + 1));
    }
    sqlite3_close(db);
  }

  void first_page(const char* name) {
    Count count;
    for (int round = 0; round < 8 * bits_a_place; ++round) {
      copy();
      // A bit of SQLite's header each time, where most of what matters stands; then anywhere.
      const auto bit = any(round % 2 == 0 ? 100 * 8 : ledger::page_bytes * 8);
      flip(fs::path{options_.directory} / name, bit);
      judge(count, std::string{name} + ", first page, bit " + std::to_string(bit));
    }
    print((std::string{"first page of "} + name).c_str(), count);
  }

  // --- the log of changes ---

  /// Frames of this log bear its salts (bytes 16 to 24 of its header); what lies behind them is of an earlier one, or
  /// room.
  void count_frames() {
    const std::string log = read_file(store_ / "ledger.db-wal");
    while (log_header_bytes + (frames_ + 1) * frame_bytes <= log.size() &&
           std::memcmp(log.data() + 16, log.data() + log_header_bytes + frames_ * frame_bytes + 8, 8) == 0)
      ++frames_;
    if (frames_ > 0) fs::resize_file(store_ / "ledger.db-wal", log_header_bytes + frames_ * frame_bytes);
  }

  void log() {
    Count count;
    for (std::uint64_t frame = 0; frame <= frames_; ++frame)
      for (int round = 0; round < bits_a_place; ++round) {
        copy();
        const auto bit = frame == 0 ? any(log_header_bytes * 8)
                                    : (log_header_bytes + (frame - 1) * frame_bytes) * 8 + any(frame_bytes * 8);
        flip(fs::path{options_.directory} / "ledger.db-wal", bit);
        judge(count, "ledger.db-wal, bit " + std::to_string(bit));
      }
    print("frames of ledger.db-wal", count);
  }

  // --- anywhere ---

  void whole() {
    Count count;
    std::vector<std::pair<fs::path, std::uint64_t>> files;
    for (const auto& each : fs::directory_iterator{store_})
      if (each.is_regular_file() && each.file_size() > 0 && each.path().extension() != ".db-shm")
        files.emplace_back(each.path().filename(), each.file_size());
    for (std::uint64_t i = 0; i < openings_; ++i) {
      const auto& [file, bytes] = files[any(files.size())];
      copy();
      const auto bit = any(bytes * 8);
      flip(fs::path{options_.directory} / file, bit);
      judge(count, file.string() + ", bit " + std::to_string(bit));
    }
    print("bits anywhere, all read", count);
  }

  fs::path store_, scratch_;
  std::mt19937_64 random_;
  std::uint64_t openings_, frames_ = 0;
  ledger::Options options_;
  std::string said_;
  bool silent_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) {
    std::fprintf(stderr, "usage: rot_store STORE MASTER_KEY LOG_KEY ORIGIN SCRATCH SEED OPENINGS\n");
    return EX_USAGE;
  }
  try {
    return Rot{argv}.run() ? 1 : 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "rot_store: %s\n", e.what());
    return EX_SOFTWARE;
  }
}
