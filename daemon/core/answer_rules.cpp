#include "core/answer_rules.hpp"

#include <string_view>

#include "core/event_rules.hpp"
#include "core/problem.hpp"
#include "core/reference.hpp"

namespace told::core {
namespace {

using Found = std::optional<v1::Problem>;

Found check_text(const char* field, const std::string& text, std::size_t characters_max, bool needed) {
  if (text.empty() && !needed) return std::nullopt;
  if (needed && says_nothing(text)) {
    return make_problem("missing_field", field, "this field is needed and is empty",
                        "name the person, the role and, for a refusal, the reason: told records who said so");
  }
  const char* code = why_text_is_refused(text, characters_max);
  if (code == nullptr) return std::nullopt;
  if (std::string_view{code} == "too_long")
    return make_problem(code, field, "at most " + std::to_string(characters_max) + " characters fit here",
                        "shorten it");
  if (std::string_view{code} == "not_utf8")
    return make_problem(code, field, "this is not UTF-8, and could never be read again", "send text as UTF-8");
  return make_problem(code, field, "control characters and invisible characters are not taken", "leave them out");
}

Found read_reference(const std::string& text, NotificationId& into) {
  ReferenceProblem problem{};
  const auto number = from_reference(Named::notification, text, &problem);
  if (!number)
    return make_problem("bad_reference", "notification", problem.sentence,
                        "send the reference exactly as the delivery gave it");
  into = NotificationId::of(*number);
  return std::nullopt;
}

Actor actor(const std::string& person, const std::string& role, const std::string& recipient, v1::Means means) {
  return {person, role, {}, means, recipient, recipient};
}

Found read_time(const google::protobuf::Timestamp& at, Instant now, Instant& into) {
  static constexpr std::int64_t start_of_1990 = 631152000;
  if (at.nanos() < 0 || at.nanos() > 999'999'999)
    return make_problem("bad_form", "at", "a timestamp's nanos are 0 to 999,999,999", "send a valid timestamp");
  if (at.seconds() < start_of_1990)
    return make_problem("time_before_1990", "at", "this lies before 1990: a clock or a unit is wrong",
                        "send seconds of UTC since 1970, or leave it out for now");
  const auto latest = std::chrono::floor<std::chrono::seconds>(now + clock_tolerance).time_since_epoch().count();
  if (at.seconds() > latest)
    return make_problem("time_in_future", "at", "this lies more than 5 minutes ahead of told's clock",
                        "check the clock, or leave it out for now");
  into = from_us(at.seconds() * 1'000'000 + at.nanos() / 1'000);
  return std::nullopt;
}

}  // namespace

Found read_acknowledgement(const v1::Acknowledgement& words, const std::string& recipient, v1::Means means, Instant now,
                           Acknowledge& into) {
  if (auto found = read_reference(words.notification(), into.notification)) return found;
  if (auto found = check_text("person", words.person(), person_characters_max, true)) return found;
  if (auto found = check_text("role", words.role(), person_characters_max, true)) return found;
  if (auto found = check_text("note", words.note(), note_characters_max, false)) return found;
  into.said = now;
  if (words.has_at())
    if (auto found = read_time(words.at(), now, into.said)) return found;
  into.by = actor(words.person(), words.role(), recipient, means);
  into.note = words.note();
  into.done = words.done();
  return std::nullopt;
}

Found read_refusal(const v1::Refusal& words, const std::string& recipient, v1::Means means, Decline& into) {
  if (auto found = read_reference(words.notification(), into.notification)) return found;
  if (auto found = check_text("person", words.person(), person_characters_max, true)) return found;
  if (auto found = check_text("role", words.role(), person_characters_max, true)) return found;
  if (auto found = check_text("reason", words.reason(), note_characters_max, true)) return found;
  into.by = actor(words.person(), words.role(), recipient, means);
  into.reason = words.reason();
  return std::nullopt;
}

std::vector<Said> read_said(const v1::AgencyFrame& frame, const std::string& recipient, v1::Means means, Instant now) {
  std::vector<Said> all;
  const auto add = [&](const std::string& notification, Found problem, auto command) {
    Said& said = all.emplace_back(Said{notification, std::move(command)});
    if (problem) said.what = std::move(*problem);
  };
  for (const v1::Acknowledgement& words : frame.acknowledgements()) {
    Acknowledge command;
    Found problem = read_acknowledgement(words, recipient, means, now, command);
    add(words.notification(), std::move(problem), std::move(command));
  }
  for (const v1::Refusal& words : frame.refusals()) {
    Decline command;
    Found problem = read_refusal(words, recipient, means, command);
    add(words.notification(), std::move(problem), std::move(command));
  }
  return all;
}

Command to_command(Said said, ReplyToken reply_to) {
  if (auto* acknowledge = std::get_if<Acknowledge>(&said.what)) {
    acknowledge->reply_to = reply_to;
    return std::move(*acknowledge);
  }
  auto& decline = std::get<Decline>(said.what);
  decline.reply_to = reply_to;
  return std::move(decline);
}

}  // namespace told::core
