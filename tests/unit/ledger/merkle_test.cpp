#include "ledger/merkle.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "world.hpp"

namespace told::ledger {
namespace {

// The definition of RFC 6962 section 2.1, word for word.
Hash naive_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return empty_root();
  if (leaves.size() == 1) return leaves[0];
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  return node_hash(naive_root(leaves.first(k)), naive_root(leaves.subspan(k)));
}

std::vector<Hash> some_leaves(std::size_t n) {
  std::vector<Hash> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(leaf_hash("leaf " + std::to_string(i)));
  return out;
}

// The inputs and roots of certificate-transparency's reference test ("merkle_tree_test"), for 1 to 8 leaves.
TEST(Merkle, RootsAreThoseOfTheReferenceImplementation) {
  using std::string_literals::operator""s;
  const std::string inputs[] = {"",
                                "\x00"s,
                                "\x10",
                                "\x20\x21",
                                "\x30\x31",
                                "\x40\x41\x42\x43",
                                "\x50\x51\x52\x53\x54\x55\x56\x57",
                                "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
  const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  EXPECT_EQ(hex(empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Frontier tree;
  for (std::size_t i = 0; i < 8; ++i) {
    tree.add(leaf_hash(inputs[i]));
    EXPECT_EQ(hex(tree.root()), roots[i]) << i + 1 << " leaves";
  }
}

TEST(Merkle, TheFrontierAgreesWithTheDefinitionAndGoesOnFromItsSubtrees) {
  const auto leaves = some_leaves(300);
  Frontier tree;
  for (std::size_t n = 1; n <= leaves.size(); ++n) {
    tree.add(leaves[n - 1]);
    ASSERT_EQ(tree.root(), naive_root(std::span{leaves}.first(n))) << n;
    const auto again = Frontier::of(tree.size(), tree.subtrees());
    ASSERT_TRUE(again);
    tree = *again;
  }
  EXPECT_FALSE(Frontier::of(tree.size() + 1, tree.subtrees().first(1)));
}

TEST(Merkle, EveryInclusionProofVerifiesAndNoOtherLeafDoes) {
  const auto leaves = some_leaves(67);
  for (std::size_t n = 1; n <= leaves.size(); ++n) {
    const auto tree = std::span{leaves}.first(n);
    const auto root = root_of(tree);
    for (std::size_t i = 0; i < n; ++i) {
      auto proof = inclusion_proof(i, tree);
      ASSERT_TRUE(verify_inclusion(leaves[i], i, n, proof, root)) << i << " of " << n;
      ASSERT_FALSE(verify_inclusion(leaf_hash("another"), i, n, proof, root));
      ASSERT_FALSE(verify_inclusion(leaves[i], n, n, proof, root));
      if (n > 1) {
        ASSERT_FALSE(verify_inclusion(leaves[i], (i + 1) % n, n, proof, root)) << i << " of " << n;
        proof[0][0] ^= 1;
        ASSERT_FALSE(verify_inclusion(leaves[i], i, n, proof, root));
        proof[0][0] ^= 1;
        proof.push_back(leaves[0]);
        ASSERT_FALSE(verify_inclusion(leaves[i], i, n, proof, root));
      }
    }
  }
  EXPECT_THROW((void)inclusion_proof(3, std::span{leaves}.first(3)), std::out_of_range);
}

TEST(Merkle, EveryConsistencyProofVerifiesAndARewrittenHistoryHasNone) {
  const auto leaves = some_leaves(67);
  for (std::size_t n = 1; n <= leaves.size(); ++n) {
    const auto tree = std::span{leaves}.first(n);
    const auto root = root_of(tree);
    for (std::size_t old = 0; old <= n; ++old) {
      auto proof = consistency_proof(old, tree);
      const auto old_root = root_of(tree.first(old));
      ASSERT_TRUE(verify_consistency(old, old_root, n, root, proof)) << old << " in " << n;
      ASSERT_FALSE(verify_consistency(old, leaf_hash("rewritten"), n, root, proof)) << old << " in " << n;
      if (!proof.empty()) {
        proof.back()[31] ^= 1;
        ASSERT_FALSE(verify_consistency(old, old_root, n, root, proof));
      }
    }
  }
  EXPECT_THROW((void)consistency_proof(4, std::span{leaves}.first(3)), std::out_of_range);
  EXPECT_FALSE(verify_consistency(4, leaves[0], 3, leaves[0], {}));
}

}  // namespace
}  // namespace told::ledger
