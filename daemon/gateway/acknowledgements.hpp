#pragma once
// The rules for what an agency's person says: an acknowledgement, or "not ours". Pure.
#include <optional>
#include <string>

#include "core/command.hpp"
#include "core/time.hpp"
#include "told/v1/gateway.pb.h"

namespace told::gateway {

inline constexpr std::size_t person_characters_max = 128;
inline constexpr std::size_t note_characters_max = 1'000;

/// Fills in `into` (but for reply_to), or says what is wrong. `recipient`: whose worker said so.
[[nodiscard]] std::optional<v1::Problem> read_acknowledgement(const v1::Acknowledgement& words,
                                                              const std::string& recipient, core::Instant now,
                                                              core::Acknowledge& into);
[[nodiscard]] std::optional<v1::Problem> read_refusal(const v1::Refusal& words, const std::string& recipient,
                                                      core::Decline& into);

}  // namespace told::gateway
