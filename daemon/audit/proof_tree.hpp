#pragma once
// Inclusion paths for many entries of one tree (RFC 6962): ledger/merkle.hpp hashes the whole tree anew for each path.
#include <cstdint>
#include <vector>

#include "ledger/checkpoint.hpp"

namespace told::audit {

/// Every hash of a tree: about 64 bytes for each leaf. For choosing paths after the last leaf is known.
class ProofTree {
 public:
  void add(const ledger::Hash& leaf);
  [[nodiscard]] std::uint64_t size() const { return levels_.empty() ? 0 : levels_.front().size(); }
  /// The inclusion path of leaf `index` < size(), lowest sibling first.
  [[nodiscard]] std::vector<ledger::Hash> path(std::uint64_t index) const;

 private:
  [[nodiscard]] ledger::Hash range(std::uint64_t first, std::uint64_t end) const;
  void path(std::uint64_t index, std::uint64_t first, std::uint64_t end, std::vector<ledger::Hash>& out) const;
  std::vector<std::vector<ledger::Hash>> levels_;  ///< [0] the leaves; complete subtrees only
};

}  // namespace told::audit
