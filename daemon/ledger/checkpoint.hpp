#pragma once
// Checkpoints: the ledger's size and root hash, signed. C2SP signed note with an Ed25519 signature (type 0x01).
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace told::ledger {

using Hash = std::array<unsigned char, 32>;

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
};

/// An Ed25519 key with the name it signs under, in the note format's text forms:
///   PRIVATE+KEY+<name>+<hash>+<keydata>   and   <name>+<hash>+<keydata>
class SigningKey {
 public:
  SigningKey() = default;
  [[nodiscard]] static SigningKey generate(const std::string& name);
  [[nodiscard]] static SigningKey from_text(std::string_view text);    ///< throws std::runtime_error with the mend
  [[nodiscard]] static SigningKey from_file(const std::string& path);  ///< the same; refuses a file others can read
  [[nodiscard]] std::string private_text() const;
  [[nodiscard]] std::string verifier_text() const;
  [[nodiscard]] const std::string& name() const { return name_; }
  /// The whole signed note.
  [[nodiscard]] std::string sign(const Checkpoint& checkpoint) const;

 private:
  std::string name_;
  std::shared_ptr<unsigned char> secret_;  ///< 64 bytes, locked in memory
};

/// Reads a signed note and checks its signature with a verifier key (text form). nullopt and a sentence on failure.
[[nodiscard]] std::optional<Checkpoint> verify_note(std::string_view note, std::string_view verifier_text,
                                                    std::string* problem);

}  // namespace told::ledger
