#pragma once
// The names of cases. The house has one reference for a case (`C-…`). Each agency and each publisher is given another
// (`R-…`), of its own and opaque: two of them cannot tell from their references that they speak of the same child, nor
// how many cases there are. Whoever has the key reads a case's number back from any of them: nothing is stored.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/reference.hpp"

namespace told::ledger {

/// Safe from any thread.
///
/// The number in an `R-…` is a keyed permutation of 54 bits (a Feistel network over SipHash-2-4) of the case's number
/// (36 bits: it is an entry's index) and a keyed tag of the party's name (18 bits). Of twenty parties two share a tag,
/// and so their references, in one ledger out of 1,400: that discloses what they would learn by asking each other, and
/// confuses nothing.
class CaseNames {
 public:
  static constexpr std::size_t key_bytes = 16;
  explicit CaseNames(const unsigned char* key);
  ~CaseNames();
  CaseNames(const CaseNames&) = delete;
  CaseNames& operator=(const CaseNames&) = delete;

  /// `party`: as named in the policy or the configuration. Throws std::length_error for a case beyond 36 bits.
  [[nodiscard]] std::string name(core::CaseNumber c, std::string_view party) const;
  /// The case of a `C-…` or of anybody's `R-…`; nullopt where it was mistyped, with `problem` saying how.
  [[nodiscard]] std::optional<core::CaseNumber> read(std::string_view text,
                                                     core::ReferenceProblem* problem = nullptr) const;

 private:
  [[nodiscard]] std::uint64_t hash(std::string_view bytes) const;
  [[nodiscard]] std::uint64_t tag_of(std::string_view party) const;
  [[nodiscard]] std::uint64_t round(unsigned number, std::uint64_t half) const;

  std::array<unsigned char, key_bytes> key_{};
};

}  // namespace told::ledger
