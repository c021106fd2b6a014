#pragma once
// A disk of files, and the real SQLite on it, through a file system of our own (vfs.cpp).
#include <memory>
#include <string>

#include "disk.hpp"
#include "files.hpp"

namespace told::sim {

class FileDisk final : public Disk {
 public:
  /// `machine` null: a copy, which nobody is to die on.
  explicit FileDisk(Machine* machine);
  ~FileDisk() override;
  [[nodiscard]] core::EntryIndex durable() const override { return durable_; }
  [[nodiscard]] std::unique_ptr<ledger::Ground> ground() override;
  void cut_power(const Dice& dice) override;
  [[nodiscard]] std::unique_ptr<Disk> copy() const override;
  void lose_projection() override;
  void rot_projection(const Dice& dice) override;

  /// Before something is written, cut, flushed or removed.
  enum class Strike : std::uint8_t {
    none,
    fails,  ///< with EIO; nothing was done
    dies,   ///< told dies by it: a part of it may be done
    dead    ///< told is dead: nothing is done
  };
  [[nodiscard]] Strike strikes();
  /// How much of what killed told was done.
  [[nodiscard]] std::size_t done_of(std::size_t bytes);
  [[nodiscard]] bool alive() const;

  Files files;
  /// A connection that may write has the ledger open already: a second one must never be.
  int writers = 0;
  bool second_writer = false;
  [[nodiscard]] const std::string& directory() const { return directory_; }
  void appended(core::EntryIndex size) { durable_ = size; }

 private:
  Machine* machine_;
  std::string directory_;
  core::EntryIndex durable_ = 0;
  std::uint64_t strikes_ = 0;
};

/// Makes SQLite use simulated disks. Once for the process, before any of its databases is opened.
void take_over_sqlite();
/// SQLite's own random numbers begin anew, from the world's.
void forget_sqlites_chance();

}  // namespace told::sim
