#pragma once
// Disk space held back: when the disk fills up, publishers are refused while acknowledgements and escalations go on in
// what the reserve gives free.
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "ledger/ground.hpp"

namespace told::ledger {

/// Safe from any thread. Fails softly: a reserve that cannot be taken is one that was given up.
class Reserve {
 public:
  /// How many bytes are free for us.
  using Free = std::function<std::uint64_t()>;

  /// Takes `bytes` in the file at `path` if the file system has more than twice as much free; 0 holds nothing back.
  /// `free` is statvfs of the path's directory unless given.
  Reserve(std::string path, std::uint64_t bytes, Free free = {});

  /// Looks at the file system: gives the reserve up when less than its size is free, and takes it again when more than
  /// three times its size is (so that it does not swing to and fro).
  Room look();
  /// Gives it up at once: a write found the disk full.
  void release();

 private:
  void take();
  void give_up();

  const std::string path_;
  const std::uint64_t bytes_;
  const Free free_;
  std::mutex mutex_;
  bool held_ = false;
};

}  // namespace told::ledger
