// What a power cut leaves of a store, at every moment of a recorded run, and whether told can live with it.
//
//   power_cut RECORD BASE OWED MASTER_KEY LOG_KEY ORIGIN SCRATCH IMAGES SEED [EVERY FIRST]
//
// RECORD is strike's. BASE is the store before it. OWED has lines of TIME and SIZE: by that time somebody had heard
// something of told that stands in the first SIZE entries of the ledger: an answer to a publisher or to an
// acknowledgement, a delivery, a checkpoint. At each call IMAGES stores are made: of what was written since the last
// sync of a file nothing, all, a beginning, or any part is there, each write whole or any of its 512-byte sectors; of
// what was done to the directory since its last sync a beginning. Each is opened as told opens it. It must open, have
// the first SIZE entries, and be the beginning of the ledger as it was in the end (BASE/../whole, a line of hex for
// each leaf's hash).
//
// With EVERY FIRST: the calls FIRST, FIRST + EVERY, ... Prints images tried, unreadable, short, contradicting. Exit: 0,
// or 1.
#include <sodium.h>
#include <sysexits.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "ledger/merkle.hpp"
#include "path/recovery.hpp"

namespace {

using namespace told;
namespace fs = std::filesystem;

constexpr std::size_t sector = 512;
constexpr std::string_view store = "store";

std::string from_hex(const std::string& hex) {
  std::string out(hex.size() / 2, '\0');
  std::size_t length = 0;
  sodium_hex2bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), hex.data(), hex.size(), nullptr, &length,
                 nullptr);
  return out;
}

std::string read_file(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

struct Op {
  std::int64_t time = 0;
  std::string call, file;  // of the store; empty: the store's directory itself
  std::uint64_t number = 0;
  std::string bytes;
};

/// A write, or a size, that may be lost.
struct Change {
  std::uint64_t at = 0;
  std::string bytes;
  bool sizes = false;
};

void write_into(std::string& content, std::uint64_t at, std::string_view bytes) {
  if (content.size() < at + bytes.size()) content.resize(at + bytes.size());
  content.replace(at, bytes.size(), bytes);
}

void make(std::string& content, const Change& change) {
  if (change.sizes)
    content.resize(change.at);
  else
    write_into(content, change.at, change.bytes);
}

/// Each sector of it, or not.
void make_torn(std::string& content, const Change& change, std::mt19937_64& random) {
  if (change.sizes && random() % 2 == 0) make(content, change);
  for (std::size_t from = 0; from < change.bytes.size();) {
    const std::size_t part = std::min(change.bytes.size() - from, sector - (change.at + from) % sector);
    if (random() % 2 == 0) write_into(content, change.at + from, std::string_view{change.bytes}.substr(from, part));
    from += part;
  }
}

/// The store's directory: what is durable of it, and what has been done since.
class Disk {
 public:
  explicit Disk(const fs::path& base) {
    for (const auto& each : fs::directory_iterator{base})
      if (each.is_regular_file()) durable_names_[each.path().filename().string()] = new_file(read_file(each.path()));
    names_ = durable_names_;
  }

  void apply(const Op& op) {
    const bool syncs = op.call == "fsync" || op.call == "fdatasync";
    if (op.file.empty()) {
      if (syncs) durable_names_ = names_, done_.clear();
    } else if (op.call == "open") {
      if (op.number != 0 && !names_.contains(op.file)) enter(op.file, new_file({}));
    } else if (op.call == "unlink") {
      enter(op.file, nobody);
    } else if (op.call == "rename") {
      enter(op.bytes, names_.at(op.file));
      enter(op.file, nobody);
    } else if (const auto found = names_.find(op.file); found != names_.end()) {
      File& file = files_[found->second];
      if (op.call == "pwrite64") file.pending.push_back({op.number, op.bytes, false});
      if (op.call == "ftruncate") file.pending.push_back({op.number, {}, true});
      if (syncs) sync(found->first, found->second);
    }
  }

  /// How many writes and names would be lost if nothing more were done.
  [[nodiscard]] std::size_t pending() const {
    std::size_t n = done_.size();
    for (const auto& [name, id] : names_) n += files_[id].pending.size();
    return n;
  }

  /// Image 0 has nothing of what is not durable, image 1 all of it.
  void image(const fs::path& directory, std::mt19937_64& random, std::uint64_t which) const {
    fs::remove_all(directory);
    fs::create_directory(directory);
    fs::permissions(directory, fs::perms::owner_all);
    const std::uint64_t mode = which < 2 ? which : 2 + random() % 3;
    std::map<std::string, std::size_t> names = durable_names_;
    const std::size_t done = mode == 0 ? 0 : mode == 1 ? done_.size() : random() % (done_.size() + 1);
    for (std::size_t i = 0; i < done; ++i) put(names, done_[i].first, done_[i].second);
    for (const auto& [name, id] : names) {
      std::string content = files_[id].content;
      const auto& changes = files_[id].pending;
      const std::size_t beginning = random() % (changes.size() + 1);
      for (std::size_t i = 0; i < changes.size(); ++i) {
        if (mode == 1 || (mode == 2 && i < beginning) || (mode == 3 && random() % 2 == 0)) make(content, changes[i]);
        if (mode == 4) make_torn(content, changes[i], random);
      }
      std::ofstream{directory / name, std::ios::binary} << content;
    }
  }

 private:
  static constexpr std::size_t nobody = ~std::size_t{0};
  struct File {
    std::string content;  ///< durable
    std::vector<Change> pending;
  };

  std::size_t new_file(std::string content) {
    files_.push_back({std::move(content), {}});
    return files_.size() - 1;
  }
  static void put(std::map<std::string, std::size_t>& names, const std::string& name, std::size_t id) {
    if (id == nobody)
      names.erase(name);
    else
      names[name] = id;
  }
  void enter(const std::string& name, std::size_t id) {
    put(names_, name, id);
    done_.emplace_back(name, id);
  }
  /// A file system that makes a new file's bytes durable makes its name so too.
  void sync(const std::string& name, std::size_t id) {
    for (const Change& change : files_[id].pending) make(files_[id].content, change);
    files_[id].pending.clear();
    durable_names_[name] = id;
  }

  std::vector<File> files_;
  std::map<std::string, std::size_t> durable_names_, names_;
  std::vector<std::pair<std::string, std::size_t>> done_;  ///< to the directory since its last sync
};

std::vector<Op> read_record(const char* path) {
  std::vector<Op> all;
  std::ifstream in{path};
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields{line};
    std::string time, name, number, hex;
    Op op;
    std::getline(fields, time, '\t');
    std::getline(fields, op.call, '\t');
    std::getline(fields, name, '\t');
    std::getline(fields, number, '\t');
    std::getline(fields, hex, '\t');
    // The log's index is made anew by whoever opens the store after a crash.
    if (!name.starts_with(store) || name.ends_with("-shm")) continue;
    op.time = std::stoll(time);
    op.file = name.size() > store.size() ? name.substr(store.size() + 1) : "";
    op.number = std::stoull(number);
    op.bytes = from_hex(hex);
    all.push_back(std::move(op));
  }
  return all;
}

class PowerCut {
 public:
  explicit PowerCut(char** argv)
      : ops_{read_record(argv[1])},
        disk_{argv[2]},
        scratch_{argv[7]},
        images_{std::stoull(argv[8])},
        random_{std::stoull(argv[9])} {
    std::ifstream owed{argv[3]};
    for (std::int64_t time = 0, size = 0; owed >> time >> size;) owed_.emplace_back(time, size);
    std::ifstream whole{fs::path{argv[2]}.parent_path() / "whole"};
    for (std::string line; std::getline(whole, line);) whole_.push_back(from_hex(line));
    options_.master_key = ledger::MasterKey::from_file(argv[4]);
    options_.signing_key = ledger::SigningKey::from_file(argv[5]);
    options_.origin = argv[6];
    options_.reserve_bytes = options_.log_room_bytes = 0;
    options_.directory = (scratch_ / "store").string();
  }

  bool run(std::size_t every, std::size_t first) {
    for (std::size_t i = 0; i < ops_.size(); ++i) {
      if (i % every == first) at(i);
      disk_.apply(ops_[i]);
    }
    std::printf("%llu %llu %llu %llu\n", tried_, unreadable_, short_, contradicting_);
    return unreadable_ + short_ + contradicting_ == 0;
  }

 private:
  /// The power goes when this call is about to be made.
  void at(std::size_t i) {
    const std::uint64_t images = disk_.pending() == 0 ? 1 : images_;
    for (std::uint64_t which = 0; which < images; ++which) {
      disk_.image(options_.directory, random_, which);
      ++tried_;
      try {
        open(i);
      } catch (const std::exception& e) {
        ++unreadable_;
        std::printf("UNREADABLE: call %zu (%s %s), image %llu: %s\n", i, ops_[i].call.c_str(), ops_[i].file.c_str(),
                    static_cast<unsigned long long>(which), e.what());
        fs::remove_all(scratch_ / "unreadable");
        disk_.image(scratch_ / "unreadable", random_, which);
      }
    }
  }

  void open(std::size_t i) {
    ledger::Ledger ledger{options_};
    core::Engine engine;
    (void)path::recover(engine, ledger, nullptr);
    std::int64_t owed = 0;
    for (const auto& [time, size] : owed_)
      if (time <= ops_[i].time) owed = std::max(owed, size);
    if (static_cast<std::int64_t>(ledger.size()) < owed) {
      ++short_;
      std::printf("SHORT: call %zu (%s %s): %llu entries, and somebody had heard of %lld\n", i, ops_[i].call.c_str(),
                  ops_[i].file.c_str(), static_cast<unsigned long long>(ledger.size()), static_cast<long long>(owed));
    }
    const auto reader = ledger.reader();
    reader->leaves(0, reader->size(), [&](core::EntryIndex n, std::string_view leaf) {
      const auto hash = ledger::leaf_hash(leaf);
      const bool same =
          n < whole_.size() && whole_[n] == std::string_view{reinterpret_cast<const char*>(hash.data()), hash.size()};
      if (!same) ++contradicting_;
      return same;
    });
  }

  std::vector<Op> ops_;
  Disk disk_;
  fs::path scratch_;
  std::uint64_t images_;
  std::mt19937_64 random_;
  std::vector<std::pair<std::int64_t, std::int64_t>> owed_;
  std::vector<std::string> whole_;
  ledger::Options options_;
  unsigned long long tried_ = 0, unreadable_ = 0, short_ = 0, contradicting_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if ((argc != 10 && argc != 12) || sodium_init() < 0) {
    std::fprintf(stderr,
                 "usage: power_cut RECORD BASE OWED MASTER_KEY LOG_KEY ORIGIN SCRATCH IMAGES SEED [EVERY FIRST]\n");
    return EX_USAGE;
  }
  const std::size_t every = argc == 12 ? std::stoull(argv[10]) : 1;
  return PowerCut{argv}.run(every, argc == 12 ? std::stoull(argv[11]) : 0) ? 0 : 1;
}
