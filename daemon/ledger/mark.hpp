#pragma once
// How far the ledger had come, in a file of its own: so that a ledger that lost its end is noticed.
//
// SQLite takes a log of changes for cut off where its checksums stop to agree, which is right after a crash and wrong
// where a bit has rotted: everything after it would be forgotten without a word. The same goes for a ledger.db that was
// put back from an older copy. The mark is written after each group without a flush of its own, so it may lag behind
// and is never ahead of what is durable: a ledger that is shorter than its mark has lost entries.
#include <cstdint>
#include <optional>
#include <string>

namespace told::ledger {

class Mark {
 public:
  /// Opens or makes the file at `path`.
  explicit Mark(const std::string& path);
  ~Mark();
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;

  /// What was last set, by whichever run; nullopt where nothing was, or where it cannot be read.
  [[nodiscard]] std::optional<std::uint64_t> read() const;
  /// A mark that cannot be written stays as it was: it says less, and nothing wrong.
  void set(std::uint64_t entries) noexcept;

 private:
  int fd_ = -1;
};

}  // namespace told::ledger
