#pragma once
// Rules about single strings, each answering one question.
#include <chrono>
#include <optional>
#include <string_view>

namespace told::core {

/// The day that `YYYY-MM-DD` names; nullopt where it is another shape or no such day.
[[nodiscard]] std::optional<std::chrono::sys_days> day_of(std::string_view text);

/// Whether it is `+`, then 7 to 15 digits of which the first is not 0 (ITU-T E.164 has 15 at most).
[[nodiscard]] bool is_e164(std::string_view text);

/// Whether protobuf will read it again: what is written of people is kept as UTF-8, and text that is not can be sealed
/// and never opened.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace told::core
