#pragma once
// Room for SQLite's log of changes, written ahead of its use.
#include <cstdint>
#include <string>

namespace told::ledger {

/// Lengthens the log of changes of the open database at `path` to `bytes` with zeros, durably, where the disk has four
/// times as much free; does nothing where it is that long already. A commit then overwrites blocks that exist, and its
/// fdatasync need not wait for the file system to record a longer file: measured on ext4, half the time at the median
/// and at the 99th percentile. SQLite ignores what lies behind the last frame that it wrote. Never throws: a log
/// without room is slower and nothing else.
void make_log_room(const std::string& path, std::uint64_t bytes) noexcept;

}  // namespace told::ledger
