#pragma once
// Files on a device with a write-back cache. What is written is in the cache until it is flushed; a power cut leaves
// any part of it on the platter, sector by sector, in any order. A name is there for good once its file or its
// directory was flushed.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dice.hpp"
#include "disk.hpp"

namespace told::sim {

inline constexpr std::size_t sector_bytes = 512;

struct File {
  using Bytes = std::vector<unsigned char>;
  struct Change {
    std::size_t at = 0;
    Bytes bytes;  ///< empty: cut to `at`
    bool cuts = false;
  };
  Bytes content;              ///< as programs see it
  Bytes platter;              ///< as it is without power
  std::vector<Change> dirty;  ///< what leads from the one to the other
  bool named = false;         ///< its name is on the platter

  void write(std::size_t at, const void* bytes, std::size_t n);
  void cut(std::size_t to);
  void flush();
  /// How many changes were lost, and how many torn.
  void lose(const Dice& dice, Harm& harm);

  // --- what SQLite keeps beside it, for as long as somebody has it open ---
  int shared = 0;
  const void* reserved = nullptr;
  const void* pending = nullptr;
  const void* exclusive = nullptr;
  std::vector<std::unique_ptr<unsigned char[]>> shm;
  int shm_users = 0;
  struct ShmLock {
    int shared = 0;
    const void* exclusive = nullptr;
  };
  ShmLock shm_locks[8];
};

using FilePtr = std::shared_ptr<File>;

class Files {
 public:
  [[nodiscard]] FilePtr find(const std::string& name) const;
  [[nodiscard]] FilePtr make(const std::string& name);
  void remove(const std::string& name, bool flushed);
  void rename(const std::string& from, const std::string& to);
  /// The directory is flushed: every name in it is there for good.
  void flush_names();
  /// The power goes.
  void lose(const Dice& dice, Harm& harm);
  [[nodiscard]] Files copied() const;

 private:
  std::map<std::string, FilePtr> files_;
  std::map<std::string, FilePtr> removed_;  ///< names that a power cut may bring back
};

}  // namespace told::sim
