#include "ledger/case_names.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace told::ledger {
namespace {

constexpr unsigned case_bits = 36;
constexpr unsigned tag_bits = 18;
constexpr unsigned half_bits = (case_bits + tag_bits) / 2;
constexpr unsigned rounds = 10;

constexpr std::uint64_t low(unsigned bits, std::uint64_t n) { return n & ((std::uint64_t{1} << bits) - 1); }

enum HashedAs : std::uint8_t { party_tag = 1, permutation = 2 };

static_assert(CaseNames::key_bytes == crypto_shorthash_KEYBYTES);

}  // namespace

CaseNames::CaseNames(const unsigned char* key) { std::copy_n(key, key_bytes, key_.begin()); }

CaseNames::~CaseNames() { sodium_memzero(key_.data(), key_.size()); }

std::uint64_t CaseNames::hash(std::string_view bytes) const {
  std::uint64_t out = 0;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&out), reinterpret_cast<const unsigned char*>(bytes.data()),
                   bytes.size(), key_.data());
  return out;
}

std::uint64_t CaseNames::tag_of(std::string_view party) const {
  std::string in(1, static_cast<char>(party_tag));
  return low(tag_bits, hash(in.append(party)));
}

std::uint64_t CaseNames::round(unsigned number, std::uint64_t half) const {
  std::array<char, 2 + sizeof half> in{static_cast<char>(permutation), static_cast<char>(number)};
  std::memcpy(in.data() + 2, &half, sizeof half);
  return low(half_bits, hash({in.data(), in.size()}));
}

std::string CaseNames::name(core::CaseNumber c, std::string_view party) const {
  if (c >> case_bits != 0)
    throw std::length_error("case " + std::to_string(c) + " has no reference for " + std::string(party) +
                            ": the ledger has outgrown its references");
  const std::uint64_t plain = c << tag_bits | tag_of(party);
  std::uint64_t left = plain >> half_bits, right = low(half_bits, plain);
  for (unsigned n = 0; n < rounds; ++n) {
    left ^= round(n, right);
    std::swap(left, right);
  }
  return core::to_reference(core::Named::partys_case, left << half_bits | right);
}

std::optional<core::CaseNumber> CaseNames::read(std::string_view text, core::ReferenceProblem* problem) const {
  const auto first = text.find_first_not_of(" -");
  if (first == std::string_view::npos || (text[first] != 'R' && text[first] != 'r'))
    return core::from_reference(core::Named::case_, text, problem);
  const auto number = core::from_reference(core::Named::partys_case, text, problem);
  if (!number) return std::nullopt;
  if (*number >> (case_bits + tag_bits) != 0) {
    if (problem != nullptr)
      *problem = {core::ReferenceProblem::Code::too_long, "the reference is too long; look at the reference again"};
    return std::nullopt;
  }
  std::uint64_t left = *number >> half_bits, right = low(half_bits, *number);
  for (unsigned n = rounds; n-- > 0;) {
    std::swap(left, right);
    left ^= round(n, right);
  }
  return (left << half_bits | right) >> tag_bits;
}

}  // namespace told::ledger
