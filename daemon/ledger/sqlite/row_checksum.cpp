#include "ledger/sqlite/row_checksum.hpp"

#include <sodium.h>

#include <cstring>

namespace told::ledger {

RowChecksum::RowChecksum(const KeyRing& ring) : key_{ring.authenticate("told projection rows")} {
  static_assert(crypto_shorthash_KEYBYTES == 16);
}

std::uint64_t RowChecksum::of(char table, std::string_view key, std::uint64_t a, std::uint64_t b,
                              std::string_view value) const {
  thread_local std::string bytes;
  bytes.assign(1, table);
  append_number(bytes, a);
  append_number(bytes, b);
  bytes.append(key).append(value);
  unsigned char out[crypto_shorthash_BYTES];
  crypto_shorthash(out, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                   reinterpret_cast<const unsigned char*>(key_.data()));
  std::uint64_t n = 0;
  for (const unsigned char c : out) n = (n << 8U) | c;
  return n;
}

}  // namespace told::ledger
