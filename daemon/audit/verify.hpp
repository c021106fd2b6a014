#pragma once
// Checks an export offline: needs the file, and the signer's verifier key from somewhere the exporter does not control.
// Proves that every entry shown is, to the byte, in the ledger that was signed, at the place it claims; that a complete
// export leaves nothing out (what it does not show stands in it as a hash); and, given an older checkpoint, that
// nothing before it has changed since. tests/checker/verify_export.py checks the same and shares no code with this.
#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

namespace told::audit {

struct VerifyOptions {
  std::string verifier_key;      ///< text form; empty: the one in the file, which only its maker vouches for
  std::string since_checkpoint;  ///< an older signed note; needs a complete export; empty: none
  std::function<void(std::uint64_t done, std::uint64_t of)> progress;  ///< may be unset; called about a hundred times
  /// Where more are found the rest is not read: something is wrong from there on, and a million times over says no
  /// more.
  std::uint64_t faults_max = 1000;
};

/// What is wrong and where.
struct Fault {
  std::uint64_t line = 0;  ///< from 1; 0: the file as a whole
  std::string sentence;
};

struct Verdict {
  std::vector<Fault> faults;  ///< at most `faults_kept`, the first ones
  std::uint64_t faults_in_all = 0;
  std::vector<std::string> notices;  ///< what holds, but less than one might think
  std::string sentence;              ///< "VERIFIED: 1,234 entries of ..., signed by ..." or "NOT VERIFIED: ..."
  std::uint64_t entries = 0;
  std::uint64_t withheld = 0;  ///< of these: not shown, being of the other stream
  [[nodiscard]] bool verified() const { return faults_in_all == 0; }
};

inline constexpr std::size_t faults_kept = 20;
/// A line longer than this is refused unread: an entry is at most a few times 64 KiB.
inline constexpr std::size_t line_bytes_max = 1U << 20U;

/// Reads to the end or to the first fault after which nothing can be said. Memory: one line.
[[nodiscard]] Verdict verify(std::istream& in, const VerifyOptions& options);

/// "1,234,567"
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace told::audit
