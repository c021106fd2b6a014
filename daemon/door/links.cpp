#include "door/links.hpp"

#include <sodium.h>

#include <array>
#include <chrono>

namespace told::door {
namespace {

constexpr std::size_t said_bytes = 12;
constexpr std::size_t proof_bytes = 16;
constexpr std::size_t token_bytes = said_bytes + proof_bytes;
constexpr int encoding = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

template <class Number>
void append(std::string& to, Number number) {
  for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8)
    to += static_cast<char>((number >> shift) & 0xFFU);
}

std::uint64_t number_at(const std::string& bytes, std::size_t from, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = from; i < from + count; ++i) number = number << 8U | static_cast<unsigned char>(bytes[i]);
  return number;
}

std::string text_of(const std::string& bytes) {
  std::array<char, sodium_base64_ENCODED_LEN(token_bytes, encoding)> text{};
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    encoding);
  return text.data();
}

std::uint32_t minutes_of(core::Instant t) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::minutes>(t.time_since_epoch()).count());
}

}  // namespace

std::string Links::token(core::NotificationId id, core::Instant expires) const {
  std::string bytes;
  append(bytes, id.number());
  append(bytes, minutes_of(expires));
  bytes += authenticate_(bytes).substr(0, proof_bytes);
  return text_of(bytes);
}

Links::Read Links::read(std::string_view token, core::Instant now) const {
  std::string bytes(token_bytes, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  const int wrong = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), token.data(),
                                      token.size(), nullptr, &length, &end, encoding);
  if (wrong != 0 || length != token_bytes || end != token.data() + token.size()) return {};
  // libsodium reads some bytes above 0x7F as letters (the fuzzer found it): a link is taken only as it was written.
  if (text_of(bytes) != token) return {};
  const std::string said = bytes.substr(0, said_bytes);
  const std::string proof = authenticate_(said).substr(0, proof_bytes);
  if (sodium_memcmp(proof.data(), bytes.data() + said_bytes, proof_bytes) != 0) return {};
  const bool expired = minutes_of(now) >= number_at(bytes, 8, 4);
  return {expired ? Read::Is::expired : Read::Is::good, core::NotificationId::of(number_at(bytes, 0, 8))};
}

}  // namespace told::door
