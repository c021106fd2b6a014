#pragma once
// Callbacks: how told knows that an answer is the recipient's own. Signed as told's calls are (Standard Webhooks), with
// a key of the recipient's.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carriers/encoding.hpp"

namespace told::carriers {

/// A key that proves: `whsec_` and base64 of 24 to 64 bytes (HMAC-SHA256, which both sides know), or `whpk_` and base64
/// of the 32 bytes of an ed25519 public key. Wiped when it goes.
class ProvingKey {
 public:
  /// `text`: the key as its file says it. Throws std::runtime_error with the mend, without the key.
  explicit ProvingKey(std::string_view text);
  ~ProvingKey();
  ProvingKey(const ProvingKey&) = delete;
  ProvingKey& operator=(const ProvingKey&) = delete;
  ProvingKey(ProvingKey&&) noexcept = default;
  ProvingKey& operator=(ProvingKey&&) = delete;

  /// Whether this one signature ("v1,..." or "v1a,...") is of that content, by this key.
  [[nodiscard]] bool proves(std::string_view signature, std::string_view content) const;

 private:
  enum class Is : std::uint8_t { hmac, ed25519 };
  Is is_ = Is::hmac;
  Bytes bytes_;
};

/// A call's clock may be off by so much: an older one may be somebody's who overheard it.
inline constexpr std::int64_t callback_window_seconds = 5 * 60;

/// What is wrong with a call, in a sentence with the mend; nullopt where one of `keys` signed it within the window.
/// `headers` by their names in small letters; `now` in seconds of UTC; the window, in whole minutes, to both sides.
[[nodiscard]] std::optional<std::string> why_not_proved(const std::vector<ProvingKey>& keys,
                                                        const std::map<std::string, std::string>& headers,
                                                        std::string_view body, std::int64_t now,
                                                        std::int64_t window_seconds = callback_window_seconds);

}  // namespace told::carriers
