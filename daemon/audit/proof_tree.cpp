#include "audit/proof_tree.hpp"

#include <bit>

#include "ledger/merkle.hpp"

namespace told::audit {

void ProofTree::add(const ledger::Hash& leaf) {
  if (levels_.empty()) levels_.emplace_back();
  levels_[0].push_back(leaf);
  for (std::size_t level = 0; levels_[level].size() % 2 == 0; ++level) {
    const auto& below = levels_[level];
    const ledger::Hash node = ledger::node_hash(below[below.size() - 2], below.back());
    if (level + 1 == levels_.size()) levels_.emplace_back();
    levels_[level + 1].push_back(node);
  }
}

ledger::Hash ProofTree::range(std::uint64_t first, std::uint64_t end) const {
  const std::uint64_t n = end - first;
  if (std::has_single_bit(n)) {  // subtrees of the right size begin at a multiple of it
    const auto level = static_cast<std::size_t>(std::countr_zero(n));
    return levels_[level][first >> level];
  }
  const std::uint64_t left = std::bit_floor(n);
  return ledger::node_hash(range(first, first + left), range(first + left, end));
}

void ProofTree::path(std::uint64_t index, std::uint64_t first, std::uint64_t end,
                     std::vector<ledger::Hash>& out) const {
  if (end - first <= 1) return;
  const std::uint64_t left = std::bit_ceil(end - first) / 2;
  const std::uint64_t middle = first + left;
  if (index < middle) {
    path(index, first, middle, out);
    out.push_back(range(middle, end));
  } else {
    path(index, middle, end, out);
    out.push_back(range(first, middle));
  }
}

std::vector<ledger::Hash> ProofTree::path(std::uint64_t index) const {
  std::vector<ledger::Hash> out;
  path(index, 0, size(), out);
  return out;
}

}  // namespace told::audit
