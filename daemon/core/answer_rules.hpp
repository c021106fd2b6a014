#pragma once
// The rules for what an agency's person says, by whichever means it came: an acknowledgement, or "not ours". Pure.
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/command.hpp"
#include "core/time.hpp"
#include "told/v1/gateway.pb.h"

namespace told::core {

inline constexpr std::size_t person_characters_max = 128;
inline constexpr std::size_t note_characters_max = 1'000;

/// Fills in `into` (but for reply_to), or says what is wrong. `recipient`: whose system or person said so, by `means`.
[[nodiscard]] std::optional<v1::Problem> read_acknowledgement(const v1::Acknowledgement& words,
                                                              const std::string& recipient, v1::Means means,
                                                              Instant now, Acknowledge& into);
[[nodiscard]] std::optional<v1::Problem> read_refusal(const v1::Refusal& words, const std::string& recipient,
                                                      v1::Means means, Decline& into);

/// One thing said in a frame: what it becomes, or why it is not taken.
struct Said {
  std::string notification;  ///< as it was said
  std::variant<Acknowledge, Decline, v1::Problem> what;

  [[nodiscard]] v1::Problem* problem() { return std::get_if<v1::Problem>(&what); }
};

/// The frame's acknowledgements, then its refusals, each in its order.
[[nodiscard]] std::vector<Said> read_said(const v1::AgencyFrame& frame, const std::string& recipient, v1::Means means,
                                          Instant now);

/// What is no problem, as a command to be answered under `reply_to`.
[[nodiscard]] Command to_command(Said said, ReplyToken reply_to);

}  // namespace told::core
