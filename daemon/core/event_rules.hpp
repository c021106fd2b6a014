#pragma once
// The rules that every event must keep before it may become a fact, whoever publishes it and however it came.
// Pure: the same event and the same `now` give the same answer. A problem never repeats what a field holds, since it
// is logged, kept in the ledger's head and shown to people who need not know.
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/time.hpp"
#include "told/v1/event.pb.h"
#include "told/v1/gateway.pb.h"

namespace told::core {

/// How far ahead of our clock a publisher's may be before its times are refused: a clock that is not kept by NTP
/// drifts by seconds a day; five minutes is a clock that nobody keeps.
inline constexpr std::chrono::minutes clock_tolerance{5};
/// How far ahead a time may lie that is agreed beforehand (nts.transfer_at): further is a slip of the year.
inline constexpr std::chrono::days plan_ahead_max{366};

/// The code of the one problem that goes by the clock, and not by the event alone: what was good when it was recorded
/// may have it later, where the clock was put back.
inline constexpr char ahead_of_the_clock[] = "time_in_future";

/// Bounds; characters are Unicode code points.
inline constexpr std::size_t reference_characters_max =
    64;                                                   ///< id, source, subject, correlation, causation, supersedes
inline constexpr std::size_t name_characters_max = 200;   ///< everything that is not named below
inline constexpr std::size_t uri_characters_max = 1'000;  ///< photo.ref, planning_form_ref, rationale_ref, uucr_ref
inline constexpr std::size_t free_text_characters_max = 4'000;  ///< circumstances, concern, clothing and their like
inline constexpr int list_length_max = 32;
inline constexpr std::size_t event_bytes_max = 32 * 1024;

/// What is wrong with the event, the first thing found; nullopt where nothing is.
///
/// The codes: `too_large`, `unknown_type`, `type_mismatch`, `unknown_field`, `unknown_value`, `missing_field`,
/// `bad_form`, `too_long`, `too_many`, `control_character`, `hidden_character`, `personal_subject`, `time_in_future`,
/// `time_before_1990`. The gateway's README has them as a table.
[[nodiscard]] std::optional<v1::Problem> check_event(const v1::Event& event, Instant now);

/// Why `text` may not stand in a subject, or nullptr. The rule is a net for mistakes, not a lock against malice:
/// a space or `@`; anything date-like (2009-05-17, 17/05/2009, 20090517, 17052009, of a day from 1990 on);
/// the number of a British mobile telephone (07… or 447…);
/// no digit at all (names have none, registers' numbers do); a word of more than 12 letters.
[[nodiscard]] const char* why_subject_is_personal(std::string_view subject);

/// The check of one string that a person will read, by itself: UTF-8, no control characters, nothing invisible, at most
/// `characters_max` code points. Returns the code of the problem, or nullptr.
[[nodiscard]] const char* why_text_is_refused(std::string_view text, std::size_t characters_max);

/// Whether a reader would see nothing: it is empty, or only spaces, invisible characters and blank letters. A person
/// of such a name is nobody.
[[nodiscard]] bool says_nothing(std::string_view text);

}  // namespace told::core
