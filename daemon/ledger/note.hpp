#pragma once
// Signed notes (C2SP signed-note), at the level of text and signature lines; what the text means is checkpoint.hpp's.
//
//   <text, ends in a newline>
//   <empty line>
//   — <name> base64(<4 bytes of key id> || <64 bytes of Ed25519 signature over the text>)
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace told::ledger {

/// Key id: the first 4 bytes of SHA-256(name || "\n" || 0x01 || public key).
using KeyId = std::array<unsigned char, 4>;
using PublicKey = std::array<unsigned char, 32>;

struct VerifierKey {
  std::string name;
  PublicKey key{};
  [[nodiscard]] KeyId id() const;
  [[nodiscard]] std::string text() const;  ///< "<name>+<key id in hex>+<base64(0x01 || key)>"
  /// nullopt and a sentence where the text is not such a key, or its id is not its own.
  [[nodiscard]] static std::optional<VerifierKey> from_text(std::string_view text, std::string* problem);
};

/// Not empty, no space, no plus sign, no control character: what the format asks of a key's name.
[[nodiscard]] bool note_name_ok(std::string_view name);

/// `text` with one signature line. `secret` is libsodium's 64 bytes of Ed25519 secret key.
[[nodiscard]] std::string sign_note(std::string_view text, const VerifierKey& key, const unsigned char* secret);

/// The text of a note that bears a good signature of that key. Other keys' signatures are passed over, as the format
/// asks; a bad one of this key is not. nullopt and a sentence otherwise.
[[nodiscard]] std::optional<std::string> open_note(std::string_view note, std::string_view verifier_text,
                                                   std::string* problem);

// Base64 with padding, the only form notes use; nullopt where it is not exactly that.
[[nodiscard]] std::string to_base64(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace told::ledger
