#include "ledger/merkle.hpp"

#include <openssl/evp.h>

#include <bit>
#include <memory>
#include <stdexcept>

namespace told::ledger {
namespace {

// One digest context for each thread: fetching SHA-256 from OpenSSL's provider for every leaf would cost more than
// hashing it.
class Sha256 {
 public:
  Sha256() : md_{EVP_MD_fetch(nullptr, "SHA256", nullptr)}, context_{EVP_MD_CTX_new()} {
    if (md_ == nullptr || context_ == nullptr || EVP_DigestInit_ex2(context_, md_, nullptr) != 1)
      throw std::runtime_error("OpenSSL has no SHA-256 here");
  }
  ~Sha256() {
    EVP_MD_CTX_free(context_);
    EVP_MD_free(md_);
  }
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Hash of(unsigned char prefix, std::string_view first, std::string_view second) {
    Hash out;
    if (EVP_DigestInit_ex2(context_, nullptr, nullptr) != 1 || EVP_DigestUpdate(context_, &prefix, 1) != 1 ||
        EVP_DigestUpdate(context_, first.data(), first.size()) != 1 ||
        EVP_DigestUpdate(context_, second.data(), second.size()) != 1 ||
        EVP_DigestFinal_ex(context_, out.data(), nullptr) != 1)
      throw std::runtime_error("OpenSSL's SHA-256 failed");
    return out;
  }

 private:
  EVP_MD* md_;
  EVP_MD_CTX* context_;
};

Sha256& sha256() {
  thread_local Sha256 mine;
  return mine;
}

std::string_view bytes_of(const Hash& h) { return {reinterpret_cast<const char*>(h.data()), h.size()}; }

// The largest power of two below n (n > 1): where RFC 6962 splits a tree.
std::uint64_t split(std::uint64_t n) { return std::bit_floor(n - 1); }

void path(std::uint64_t index, std::span<const Hash> leaves, std::vector<Hash>& out) {
  if (leaves.size() <= 1) return;
  const auto k = split(leaves.size());
  if (index < k) {
    path(index, leaves.first(k), out);
    out.push_back(root_of(leaves.subspan(k)));
  } else {
    path(index - k, leaves.subspan(k), out);
    out.push_back(root_of(leaves.first(k)));
  }
}

// SUBPROOF(m, D[n], b): `whole` says that the old tree is exactly this subtree, whose root the verifier has already.
void subproof(std::uint64_t m, std::span<const Hash> leaves, bool whole, std::vector<Hash>& out) {
  if (m == leaves.size()) {
    if (!whole) out.push_back(root_of(leaves));
    return;
  }
  const auto k = split(leaves.size());
  if (m <= k) {
    subproof(m, leaves.first(k), whole, out);
    out.push_back(root_of(leaves.subspan(k)));
  } else {
    subproof(m - k, leaves.subspan(k), false, out);
    out.push_back(root_of(leaves.first(k)));
  }
}

}  // namespace

Hash leaf_hash(std::string_view leaf) { return sha256().of(0x00, leaf, {}); }

Hash node_hash(const Hash& left, const Hash& right) { return sha256().of(0x01, bytes_of(left), bytes_of(right)); }

Hash empty_root() {
  Hash out;
  if (EVP_Digest("", 0, out.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL's SHA-256 failed");
  return out;
}

void Frontier::add(const Hash& leaf) {
  Hash carried = leaf;
  // As in binary addition: every trailing 1 bit of the size is a subtree that the new one completes.
  for (auto n = size_; (n & 1U) != 0; n >>= 1U) carried = node_hash(subtrees_[--count_], carried);
  subtrees_[count_++] = carried;
  ++size_;
}

Hash Frontier::root() const {
  if (count_ == 0) return empty_root();
  Hash root = subtrees_[count_ - 1];
  for (auto i = count_ - 1; i > 0; --i) root = node_hash(subtrees_[i - 1], root);
  return root;
}

std::optional<Frontier> Frontier::of(std::uint64_t size, std::span<const Hash> subtrees) {
  if (static_cast<std::size_t>(std::popcount(size)) != subtrees.size()) return std::nullopt;
  Frontier f;
  std::copy(subtrees.begin(), subtrees.end(), f.subtrees_.begin());
  f.count_ = subtrees.size();
  f.size_ = size;
  return f;
}

Hash root_of(std::span<const Hash> leaves) {
  Frontier f;
  for (const auto& leaf : leaves) f.add(leaf);
  return f.root();
}

std::vector<Hash> inclusion_proof(std::uint64_t index, std::span<const Hash> leaves) {
  if (index >= leaves.size()) throw std::out_of_range("no such leaf in the tree");
  std::vector<Hash> out;
  path(index, leaves, out);
  return out;
}

// RFC 9162 section 2.1.3.2.
bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> proof,
                      const Hash& root) {
  if (index >= size) return false;
  auto fn = index;
  auto sn = size - 1;
  Hash r = leaf;
  for (const auto& p : proof) {
    if (sn == 0) return false;
    if ((fn & 1U) != 0 || fn == sn) {
      r = node_hash(p, r);
      while ((fn & 1U) == 0 && fn != 0) {
        fn >>= 1U;
        sn >>= 1U;
      }
    } else {
      r = node_hash(r, p);
    }
    fn >>= 1U;
    sn >>= 1U;
  }
  return sn == 0 && r == root;
}

std::vector<Hash> consistency_proof(std::uint64_t old_size, std::span<const Hash> leaves) {
  if (old_size > leaves.size()) throw std::out_of_range("the older tree is larger than the newer one");
  std::vector<Hash> out;
  if (old_size != 0 && old_size != leaves.size()) subproof(old_size, leaves, true, out);
  return out;
}

// RFC 9162 section 2.1.4.2.
bool verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t size, const Hash& root,
                        std::span<const Hash> proof) {
  if (old_size > size) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  if (old_size == 0) return proof.empty() && old_root == empty_root();
  if (proof.empty()) return false;

  auto fn = old_size - 1;
  auto sn = size - 1;
  while ((fn & 1U) != 0) {
    fn >>= 1U;
    sn >>= 1U;
  }
  // Where the old tree is perfect its root is the first step, and the proof leaves it out.
  const bool perfect = std::has_single_bit(old_size);
  Hash fr = perfect ? old_root : proof.front();
  Hash sr = fr;
  for (const auto& c : proof.subspan(perfect ? 0 : 1)) {
    if (sn == 0) return false;
    if ((fn & 1U) != 0 || fn == sn) {
      fr = node_hash(c, fr);
      sr = node_hash(c, sr);
      while ((fn & 1U) == 0 && fn != 0) {
        fn >>= 1U;
        sn >>= 1U;
      }
    } else {
      sr = node_hash(sr, c);
    }
    fn >>= 1U;
    sn >>= 1U;
  }
  return sn == 0 && fr == old_root && sr == root;
}

}  // namespace told::ledger
