#pragma once
// Standard Webhooks (https://www.standardwebhooks.com): how a recipient knows that a call is told's, and whole.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "carriers/encoding.hpp"

namespace told::carriers {

/// A key that signs: `whsec_` and base64 of 24 to 64 bytes (HMAC-SHA256, which both sides know), or `whsk_` and base64
/// of an ed25519 seed (32 bytes) or secret key (64; the recipient knows the public half alone). Wiped when it goes.
class SigningKey {
 public:
  /// `text`: the key as its file says it. Throws std::runtime_error with the mend, without the key.
  explicit SigningKey(std::string_view text);
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  SigningKey(SigningKey&&) noexcept = default;
  SigningKey& operator=(SigningKey&&) = delete;

  /// "v1,..." or "v1a,...", of what is signed, byte for byte.
  [[nodiscard]] std::string sign(std::string_view content) const;

 private:
  enum class Is : std::uint8_t { hmac, ed25519 };
  Is is_ = Is::hmac;
  Bytes bytes_;
};

/// What is signed: the id, the seconds and the body, with a full stop between them.
[[nodiscard]] std::string signed_content(std::string_view id, std::int64_t seconds, std::string_view body);
/// The bytes of a key that both sides know: what stands after `whsec_`. Throws std::runtime_error with the mend.
[[nodiscard]] Bytes shared_key(std::string_view base64);
/// The value of `webhook-signature`: one for each key, so that a recipient may change over from one to the next at its
/// own pace. `id` has no full stop in it; `seconds` is what `webhook-timestamp` says.
[[nodiscard]] std::string signatures(const std::vector<SigningKey>& keys, std::string_view id, std::int64_t seconds,
                                     std::string_view body);

}  // namespace told::carriers
