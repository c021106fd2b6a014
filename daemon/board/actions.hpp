#pragma once
// What people do on the board, from a request's JSON to a command. Everything wrong is said at once, field by field;
// what a person wrote is never repeated.
#include <cstdint>
#include <string>
#include <variant>

#include "board/http.hpp"
#include "core/command.hpp"
#include "core/state.hpp"
#include "ledger/case_names.hpp"

namespace told::board {

/// Who asks: the local user at the other end of the socket, and the token that the answer comes back under.
struct Hand {
  std::uint32_t uid = 0;
  core::ReplyToken reply_to = 0;
  core::Instant now{};
};

/// A command, or the problem that forbids it.
using Action = std::variant<core::Command, Response>;

/// A person's name or role: 1 to 128 characters; a note: up to 1,000. No control characters.
inline constexpr std::size_t name_characters_max = 128;
inline constexpr std::size_t note_characters_max = 1000;

[[nodiscard]] Action acknowledge(const core::State& state, core::NotificationId id, const std::string& json, Hand hand);
[[nodiscard]] Action call(const core::State& state, core::NotificationId id, const std::string& json, Hand hand);
[[nodiscard]] Action stand_down(core::CaseNumber c, const std::string& json, Hand hand);
[[nodiscard]] Action screen(const core::State& state, core::CaseNumber c, const std::string& json, Hand hand);
[[nodiscard]] Action hold(core::CaseNumber c, const std::string& json, Hand hand);
[[nodiscard]] Action erase(core::CaseNumber c, const std::string& json, Hand hand);
/// Somebody looks at a case's disclosures: the command that records it; `content`: whether with what was said.
[[nodiscard]] Action read_disclosures(core::CaseNumber c, const std::string& json, Hand hand, bool& content);
/// Somebody looks at a case, or takes an export; why, where they say so in the header Told-Reason.
[[nodiscard]] Action read_case(core::CaseNumber c, v1::Reading what, const Request& request, Hand hand);
[[nodiscard]] Action same_child(const ledger::CaseNames& names, core::CaseNumber c, const std::string& json, Hand hand);
[[nodiscard]] Action another_child(const ledger::CaseNames& names, core::EntryIndex event, const std::string& json,
                                   Hand hand);
[[nodiscard]] Action close_alarm(core::EntryIndex alarm, const std::string& json, Hand hand);

/// The answer to an action, from what the engine decided about it.
[[nodiscard]] Response action_response(const std::string& reference, const v1::AcknowledgementResult& result);

}  // namespace told::board
