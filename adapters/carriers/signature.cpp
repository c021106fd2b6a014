#include "carriers/signature.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace told::carriers {
namespace {

constexpr std::string_view shared_prefix = "whsec_";
constexpr std::string_view secret_prefix = "whsk_";
constexpr std::size_t shared_bytes_min = 24;
constexpr std::size_t shared_bytes_max = 64;

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

Bytes shared_key(std::string_view base64) {
  Bytes bytes = from_base64(base64);
  if (bytes.size() < shared_bytes_min || bytes.size() > shared_bytes_max)
    throw std::runtime_error(
        "after whsec_ must stand 24 to 64 bytes in base64: make one with `echo whsec_$(openssl rand -base64 32)`");
  return bytes;
}

std::string signed_content(std::string_view id, std::int64_t seconds, std::string_view body) {
  std::string content(id);
  content += '.';
  content += std::to_string(seconds);
  content += '.';
  return content += body;
}

SigningKey::SigningKey(std::string_view text) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium could not start: is there no source of random numbers?");
  if (text.substr(0, shared_prefix.size()) == shared_prefix) {
    bytes_ = shared_key(text.substr(shared_prefix.size()));
    return;
  }
  if (text.substr(0, secret_prefix.size()) != secret_prefix)
    throw std::runtime_error("a webhook's key begins with whsec_ (HMAC) or whsk_ (ed25519)");
  is_ = Is::ed25519;
  bytes_ = from_base64(text.substr(secret_prefix.size()));
  if (bytes_.size() == crypto_sign_SEEDBYTES) {
    Bytes secret(crypto_sign_SECRETKEYBYTES);
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> ours{};
    crypto_sign_seed_keypair(ours.data(), secret.data(), bytes_.data());
    sodium_memzero(bytes_.data(), bytes_.size());
    bytes_ = std::move(secret);
  }
  if (bytes_.size() != crypto_sign_SECRETKEYBYTES)
    throw std::runtime_error(
        "after whsk_ must stand the 32 bytes of an ed25519 seed in base64, or the 64 of a secret "
        "key: make one with `echo whsk_$(openssl rand -base64 32)`");
}

SigningKey::~SigningKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

std::string SigningKey::sign(std::string_view content) const {
  if (is_ == Is::ed25519) {
    Bytes signature(crypto_sign_BYTES);
    crypto_sign_detached(signature.data(), nullptr, raw(content), content.size(), bytes_.data());
    return "v1a," + base64(signature);
  }
  return "v1," + base64(hmac_sha256(bytes_, content));
}

std::string signatures(const std::vector<SigningKey>& keys, std::string_view id, std::int64_t seconds,
                       std::string_view body) {
  const std::string content = signed_content(id, seconds, body);
  std::string all;
  for (const SigningKey& key : keys) {
    if (!all.empty()) all += ' ';
    all += key.sign(content);
  }
  return all;
}

}  // namespace told::carriers
