#include "digest/digest.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstdint>
#include <stdexcept>

namespace told::digest {

std::string sha256(std::string_view bytes) {
  // Found once: SHA256() looks it up by its name in every call, which costs as much as a short text's digest.
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  if (method == nullptr || EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()),
                                      nullptr, method, nullptr) != 1)
    throw std::runtime_error("OpenSSL has no SHA-256 here: the installation is damaged");
  return digest;
}

std::string short_version(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char c : sha256(bytes).substr(0, 8)) {
    const auto byte = static_cast<unsigned char>(c);
    hex += digits[byte >> 4U];
    hex += digits[byte & 15U];
  }
  return hex;
}

std::string of_policy(const std::string& text, const std::map<std::string, std::string>& attachments) {
  std::string all = text;
  for (const auto& [name, attached] : attachments) {
    all += '\0';
    all += name;
    all += '\0';
    for (int shift = 56; shift >= 0; shift -= 8) all += static_cast<char>(std::uint64_t{attached.size()} >> shift);
    all += attached;
  }
  return sha256(all);
}

}  // namespace told::digest
