#include "audit/opening.hpp"

#include <sodium.h>

#include <array>
#include <cstring>
#include <string>

namespace told::audit {
namespace {

constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::optional<v1::Body> open_with(std::string_view opening, const v1::LedgerEntry& entry) {
  const std::string& sealed = entry.sealed();
  if (opening.size() != crypto_aead_chacha20poly1305_ietf_KEYBYTES || sealed.size() < nonce_bytes + tag_bytes)
    return std::nullopt;

  std::array<unsigned char, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> nonce{};
  std::memcpy(nonce.data() + 4, sealed.data() + 16, 8);
  std::array<unsigned char, 8> index{};
  for (std::size_t i = 0; i < index.size(); ++i) index[i] = static_cast<unsigned char>(entry.index() >> (56 - 8 * i));

  std::string plain(sealed.size() - nonce_bytes - tag_bytes, '\0');
  if (crypto_aead_chacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr,
                                                bytes(sealed) + nonce_bytes, sealed.size() - nonce_bytes, index.data(),
                                                index.size(), nonce.data(), bytes(opening)) != 0)
    return std::nullopt;
  v1::Body body;
  if (!body.ParseFromString(plain)) return std::nullopt;
  return body;
}

}  // namespace told::audit
