#include "ledger/note.hpp"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <stdexcept>

namespace told::ledger {
namespace {

constexpr char ed25519 = 0x01;
constexpr std::string_view dash = "\xE2\x80\x94 ";  // U+2014 and a space open a signature line
constexpr std::size_t note_bytes_max = 1'000'000;   // as in Go's sumdb/note
constexpr int signatures_max = 100;                 // the same

std::nullopt_t fail(std::string* problem, std::string sentence) {
  if (problem != nullptr) *problem = std::move(sentence);
  return std::nullopt;
}

std::string_view view(const unsigned char* p, std::size_t n) { return {reinterpret_cast<const char*>(p), n}; }

std::string hex(const KeyId& id) {
  char out[2 * sizeof(KeyId) + 1];
  sodium_bin2hex(out, sizeof out, id.data(), id.size());
  return out;
}

const unsigned char* bytes(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

}  // namespace

std::string to_base64(std::string_view in) {
  std::string out(sodium_base64_ENCODED_LEN(in.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes(in), in.size(), sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // libsodium's terminating zero
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr,
                        &length, &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  out.resize(length);
  // libsodium reads some bytes above 0x7F as letters: one text alone stands for these bytes.
  if (to_base64(out) != text) return std::nullopt;
  return out;
}

bool note_name_ok(std::string_view name) {
  return !name.empty() && std::none_of(name.begin(), name.end(), [](char c) {
    return c == '+' || static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
  });
}

KeyId VerifierKey::id() const {
  std::string in = name + "\n" + ed25519;
  in.append(view(key.data(), key.size()));
  unsigned char digest[32];
  if (EVP_Digest(in.data(), in.size(), digest, nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL's SHA-256 failed");
  KeyId out;
  std::copy_n(digest, out.size(), out.begin());
  return out;
}

std::string VerifierKey::text() const {
  std::string data(1, ed25519);
  data.append(view(key.data(), key.size()));
  return name + "+" + hex(id()) + "+" + to_base64(data);
}

std::optional<VerifierKey> VerifierKey::from_text(std::string_view text, std::string* problem) {
  const auto first = text.find('+');
  const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);  // base64 may hold more
  if (second == std::string_view::npos) return fail(problem, "a verifier key reads <name>+<hash>+<key>");
  VerifierKey out;
  out.name = text.substr(0, first);
  if (!note_name_ok(out.name)) return fail(problem, "the verifier key's name is empty or holds a space");
  const auto data = from_base64(text.substr(second + 1));
  if (!data || data->size() != 1 + out.key.size() || data->front() != ed25519)
    return fail(problem, "the verifier key is not an Ed25519 key (type 0x01, 32 bytes, base64)");
  std::copy(data->begin() + 1, data->end(), out.key.begin());
  if (text.substr(first + 1, second - first - 1) != hex(out.id()))
    return fail(problem, "the verifier key's hash does not agree with its name and key");
  return out;
}

std::string sign_note(std::string_view text, const VerifierKey& key, const unsigned char* secret) {
  unsigned char signature[4 + crypto_sign_BYTES];
  const auto id = key.id();
  std::copy(id.begin(), id.end(), signature);
  crypto_sign_detached(signature + id.size(), nullptr, bytes(text), text.size(), secret);
  std::string out{text};
  out.append("\n").append(dash).append(key.name).append(" ").append(to_base64(view(signature, sizeof signature)));
  out.append("\n");
  return out;
}

std::optional<std::string> open_note(std::string_view note, std::string_view verifier_text, std::string* problem) {
  const auto key = VerifierKey::from_text(verifier_text, problem);
  if (!key) return std::nullopt;
  if (note.size() > note_bytes_max) return fail(problem, "the note is larger than 1,000,000 bytes");
  if (std::any_of(note.begin(), note.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }))
    return fail(problem, "the note holds control characters");
  const auto gap = note.rfind("\n\n");
  if (gap == std::string_view::npos || note.back() != '\n') return fail(problem, "the note has no signature");
  const auto text = note.substr(0, gap + 1);
  auto lines = note.substr(gap + 2);
  if (lines.empty()) return fail(problem, "the note has no signature");

  const auto id = key->id();
  bool good = false;
  for (int n = 0; !lines.empty(); ++n) {
    const auto end = lines.find('\n');
    auto line = lines.substr(0, end);
    lines.remove_prefix(end + 1);
    if (n >= signatures_max) return fail(problem, "the note has more than 100 signatures");
    if (line.substr(0, dash.size()) != dash) return fail(problem, "a signature line does not begin with a dash");
    line.remove_prefix(dash.size());
    const auto space = line.find(' ');
    if (space == std::string_view::npos) return fail(problem, "a signature line has no signature");
    const auto name = line.substr(0, space);
    const auto signature = from_base64(line.substr(space + 1));
    if (!note_name_ok(name) || !signature || signature->size() < id.size() + 1)
      return fail(problem, "a signature line reads: dash, name, base64");
    if (name != key->name || !std::equal(id.begin(), id.end(), bytes(*signature))) continue;
    if (signature->size() != id.size() + crypto_sign_BYTES ||
        crypto_sign_verify_detached(bytes(*signature) + id.size(), bytes(text), text.size(), key->key.data()) != 0)
      return fail(problem, "the signature of " + key->name + " is not good: the note was altered");
    good = true;
  }
  if (!good) return fail(problem, "the note bears no signature of " + key->name);
  return std::string{text};
}

}  // namespace told::ledger
