#pragma once
// The Merkle tree over the ledger's leaves, as in RFC 6962 section 2.1: SHA-256, leaf H(00 || bytes), node H(01 || l ||
// r). Pure functions and one small value; no I/O. Safe from any thread.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ledger/checkpoint.hpp"

namespace told::ledger {

[[nodiscard]] Hash leaf_hash(std::string_view leaf);
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);
/// The root of no leaves: SHA-256 of nothing.
[[nodiscard]] Hash empty_root();

/// The right edge of a growing tree: the roots of its perfect subtrees, the largest first. Adding a leaf costs about
/// two hashes and no allocation; the root costs one hash for each set bit of the size.
class Frontier {
 public:
  void add(const Hash& leaf);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] Hash root() const;

  /// The subtrees' roots, largest first: as many as `size()` has bits set.
  [[nodiscard]] std::span<const Hash> subtrees() const { return {subtrees_.data(), count_}; }
  /// What subtrees() gave for that size; nullopt where their number does not fit it.
  [[nodiscard]] static std::optional<Frontier> of(std::uint64_t size, std::span<const Hash> subtrees);

 private:
  std::array<Hash, 64> subtrees_{};
  std::size_t count_ = 0;
  std::uint64_t size_ = 0;
};

/// The root over these leaf hashes.
[[nodiscard]] Hash root_of(std::span<const Hash> leaves);

/// PATH(index, leaves) of RFC 6962 section 2.1.1: the hashes that lead from the leaf to the root, lowest first.
/// `index` must be below the number of leaves (std::out_of_range).
[[nodiscard]] std::vector<Hash> inclusion_proof(std::uint64_t index, std::span<const Hash> leaves);
/// Whether the leaf with that hash stands at `index` in the tree of `size` leaves with that root.
[[nodiscard]] bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                    std::span<const Hash> proof, const Hash& root);

/// PROOF(old_size, leaves) of RFC 6962 section 2.1.2: that the tree of the first `old_size` leaves is a prefix of the
/// tree of all of them. Empty where the sizes are equal or `old_size` is 0. `old_size` beyond: std::out_of_range.
[[nodiscard]] std::vector<Hash> consistency_proof(std::uint64_t old_size, std::span<const Hash> leaves);
/// Whether the tree of `size` leaves with `root` begins with the tree of `old_size` leaves with `old_root`.
[[nodiscard]] bool verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t size,
                                      const Hash& root, std::span<const Hash> proof);

}  // namespace told::ledger
