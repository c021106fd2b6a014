#include "ledger/checkpoint.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <vector>

#include "ledger/note.hpp"
#include "ledger/secret_file.hpp"

namespace told::ledger {
namespace {

constexpr std::string_view prefix = "PRIVATE+KEY+";

VerifierKey verifier_of(const std::string& name, const unsigned char* secret) {
  VerifierKey out;
  out.name = name;
  crypto_sign_ed25519_sk_to_pk(out.key.data(), secret);
  return out;
}

std::string hex(const KeyId& id) {
  char out[2 * sizeof(KeyId) + 1];
  sodium_bin2hex(out, sizeof out, id.data(), id.size());
  return out;
}

const unsigned char* need(const std::shared_ptr<unsigned char>& secret) {
  if (!secret) throw std::logic_error("a signing key was used that was never made or read");
  return secret.get();
}

std::nullopt_t fail(std::string* problem, std::string sentence) {
  if (problem != nullptr) *problem = std::move(sentence);
  return std::nullopt;
}

}  // namespace

SigningKey SigningKey::generate(const std::string& name) {
  if (!note_name_ok(name)) throw std::runtime_error("a signing key's name must not be empty or hold a space or a plus");
  SigningKey out;
  out.name_ = name;
  out.secret_ = locked_bytes(crypto_sign_SECRETKEYBYTES);
  unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
  crypto_sign_keypair(public_key, out.secret_.get());
  return out;
}

SigningKey SigningKey::from_text(std::string_view text) {
  need_sodium();
  const std::runtime_error unreadable("the signing key must read PRIVATE+KEY+<name>+<hash>+<key>, on one line");
  if (text.substr(0, prefix.size()) != prefix) throw unreadable;
  text.remove_prefix(prefix.size());
  const auto first = text.find('+');
  const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos || !note_name_ok(text.substr(0, first))) throw unreadable;
  auto data = from_base64(text.substr(second + 1));
  if (!data || data->size() != 1 + crypto_sign_SEEDBYTES || data->front() != 0x01) throw unreadable;
  SigningKey out;
  out.name_ = text.substr(0, first);
  out.secret_ = locked_bytes(crypto_sign_SECRETKEYBYTES);
  unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
  crypto_sign_seed_keypair(public_key, out.secret_.get(), reinterpret_cast<const unsigned char*>(data->data()) + 1);
  sodium_memzero(data->data(), data->size());
  if (text.substr(first + 1, second - first - 1) != hex(verifier_of(out.name_, out.secret_.get()).id()))
    throw std::runtime_error("the signing key's hash does not agree with its name and key: a character was changed");
  return out;
}

SigningKey SigningKey::from_file(const std::string& path) {
  auto line = read_secret_line(path, "the signing key");
  auto out = from_text(line);
  sodium_memzero(line.data(), line.size());
  return out;
}

std::string SigningKey::private_text() const {
  const auto* secret = need(secret_);
  unsigned char data[1 + crypto_sign_SEEDBYTES] = {0x01};
  crypto_sign_ed25519_sk_to_seed(data + 1, secret);
  auto out = std::string{prefix} + name_ + "+" + hex(verifier_of(name_, secret).id()) + "+" +
             to_base64({reinterpret_cast<const char*>(data), sizeof data});
  sodium_memzero(data, sizeof data);
  return out;
}

std::string SigningKey::verifier_text() const { return verifier_of(name_, need(secret_)).text(); }

std::string SigningKey::sign(const Checkpoint& c) const {
  const auto* secret = need(secret_);
  const auto text = c.origin + "\n" + std::to_string(c.size) + "\n" +
                    to_base64({reinterpret_cast<const char*>(c.root.data()), c.root.size()}) + "\n";
  return sign_note(text, verifier_of(name_, secret), secret);
}

std::optional<Checkpoint> verify_note(std::string_view note, std::string_view verifier_text, std::string* problem) {
  const auto text = open_note(note, verifier_text, problem);
  if (!text) return std::nullopt;
  std::vector<std::string_view> lines;
  for (std::string_view rest = *text; !rest.empty(); rest.remove_prefix(lines.back().size() + 1))
    lines.push_back(rest.substr(0, rest.find('\n')));
  // C2SP tlog-checkpoint: further lines are extensions; none may be empty, and we pass over them.
  if (lines.size() < 3 || std::any_of(lines.begin(), lines.end(), [](auto line) { return line.empty(); }))
    return fail(problem, "the note is no checkpoint: it must have an origin, a size and a root, one a line");
  Checkpoint out;
  out.origin = lines[0];
  const auto* end = lines[1].data() + lines[1].size();
  const auto [stop, error] = std::from_chars(lines[1].data(), end, out.size);
  if (error != std::errc{} || stop != end || (lines[1].size() > 1 && lines[1].front() == '0'))
    return fail(problem, "the checkpoint's size is not a decimal number");
  const auto root = from_base64(lines[2]);
  if (!root || root->size() != out.root.size()) return fail(problem, "the checkpoint's root is not 32 bytes of base64");
  std::copy(root->begin(), root->end(), out.root.begin());
  return out;
}

}  // namespace told::ledger
