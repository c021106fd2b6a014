#pragma once
// The keyed checksum of the projection's rows: a row that was altered is not believed.
#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/key_ring.hpp"

namespace told::ledger {

class RowChecksum {
 public:
  explicit RowChecksum(const KeyRing& ring);

  /// `table` tells the tables apart: 'e' events, 'k' known, 'c' cases.
  [[nodiscard]] std::uint64_t of(char table, std::string_view key, std::uint64_t a, std::uint64_t b,
                                 std::string_view value) const;
  [[nodiscard]] std::uint64_t of_event(std::uint64_t entry, std::uint64_t open, std::string_view state) const {
    return of('e', {}, entry, open, state);
  }

 private:
  std::string key_;
};

}  // namespace told::ledger
