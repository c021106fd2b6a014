#pragma once
// What a program did to its files, to be done again in parts: as a power cut would leave it.
//
// A line of the file for each call, its fields with tabs between:
//   TIME CALL NAME NUMBER BYTES
// TIME is the wall clock in nanoseconds when the call was let go; NUMBER the place of a pwrite64, the size of an
// ftruncate, 1 for an opening that makes the file; BYTES in hex what is written, or of a rename the new name.
#include <sys/types.h>

#include <fstream>
#include <string>

#include "strike/calls.hpp"

namespace strike {

class Record {
 public:
  explicit Record(const std::string& path) : out_{path} {}

  /// Writes the call down; a sync is held up before.
  void write(pid_t thread, const Call& call, const std::string& name, const user_regs_struct& registers);

 private:
  std::ofstream out_;
};

}  // namespace strike
