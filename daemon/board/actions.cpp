#include "board/actions.hpp"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <chrono>

#include "audit/clock.hpp"
#include "audit/json.hpp"
#include "board/problem.hpp"
#include "core/event_rules.hpp"
#include "core/reference.hpp"
#include "told/v1/api.pb.h"

namespace told::board {
namespace {

using namespace std::chrono_literals;

/// Clocks on one machine agree; a person's "just now" may still be rounded up.
constexpr auto future_allowed = 60s;

/// The earliest moment that a request may speak of, and what that moment is.
struct Since {
  core::Instant at{};
  const char* words = "";
};

/// Gathers everything that is wrong with a request.
class Complaints {
 public:
  void text(const char* field, const std::string& value, std::size_t characters_max, bool needed) {
    if (needed && core::says_nothing(value)) add(std::string("`") + field + "` is missing: give it");
    const char* code = core::why_text_is_refused(value, characters_max);
    if (code == nullptr) return;
    if (std::string_view{code} == "too_long")
      add(std::string("`") + field + "` is longer than " + std::to_string(characters_max) + " characters: shorten it");
    else if (std::string_view{code} == "not_utf8")
      add(std::string("`") + field + "` is not UTF-8: send it as UTF-8");
    else
      add(std::string("`") + field + "` holds control characters or invisible ones: take them out");
  }

  /// When a person says that it was. Absent means now. People say it to the minute: the one in which it could first be
  /// is taken as the moment.
  core::Instant said_at(bool given, const google::protobuf::Timestamp& at, core::Instant now, const Since& since) {
    if (!given) return now;
    const auto said = core::from_us(google::protobuf::util::TimeUtil::TimestampToMicroseconds(at));
    const std::string mend = "look at the day and the hour, or leave it out for now, and say in the note when it was";
    if (said > now + future_allowed) add("`said_at` (" + audit::full_time(said) + ") lies in the future: " + mend);
    if (said < std::chrono::floor<std::chrono::minutes>(since.at))
      add("`said_at` (" + audit::full_time(said) + ") lies before " + since.words + " (" + audit::full_time(since.at) +
          "): " + mend);
    return std::max(said, since.at);
  }

  /// 0 where it is no reference of a case.
  core::CaseNumber case_number(const ledger::CaseNames& names, const char* field, const std::string& reference) {
    core::ReferenceProblem wrong;
    const auto number = names.read(reference, &wrong);
    if (!number) add(std::string("`") + field + "`: " + wrong.sentence);
    return number.value_or(0);
  }

  void add(const std::string& sentence) { sentences_ += (sentences_.empty() ? "" : "; ") + sentence; }
  [[nodiscard]] bool any() const { return !sentences_.empty(); }
  [[nodiscard]] Response response() const { return problem(400, sentences_); }

 private:
  std::string sentences_;
};

core::Actor actor(const Hand& hand, v1::Means means, std::string name, std::string role, std::string recorded_by) {
  core::Actor by;
  by.name = std::move(name);
  by.role = std::move(role);
  by.recorded_by = std::move(recorded_by);
  by.means = means;
  by.via = "local:uid=" + std::to_string(hand.uid);
  return by;
}

Since told_since(const core::State& state, core::NotificationId id) {
  const auto* n = state.notification(id);
  return {n ? n->made : core::Instant{}, "they were to be told"};
}

/// A duty may have been done before told heard of what it is owed for, and no earlier than that happened.
Since owed_since(const core::State& state, core::NotificationId id) {
  const auto* n = state.notification(id);
  if (n == nullptr || !n->is(v1::NOTIFICATION_KIND_OBLIGATION)) return told_since(state, id);
  return {std::min(n->from, n->made), "what it is owed for"};
}

/// The request, or the problem in reading it.
template <class Message>
std::variant<Message, Response> read(const std::string& json) {
  Message message;
  const auto why = audit::from_json(json, &message);
  if (why.empty()) return message;
  return problem(400, "the body: " + why + "; daemon/board/openapi.yaml describes it");
}

/// A request in which a named person orders something and says why: the command that `make` makes of it, unless
/// somebody complains.
template <class Message, class Make>
Action order(const std::string& json, const Hand& hand, Make make) {
  auto request = read<Message>(json);
  if (auto* wrong = std::get_if<Response>(&request)) return std::move(*wrong);
  const auto& asked = std::get<Message>(request);

  Complaints complaints;
  complaints.text("person", asked.person(), name_characters_max, true);
  complaints.text("role", asked.role(), name_characters_max, true);
  complaints.text("reason", asked.reason(), note_characters_max, true);
  core::Command command = make(asked, complaints, actor(hand, v1::MEANS_LOCAL, asked.person(), asked.role(), {}));
  if (complaints.any()) return complaints.response();
  return command;
}

}  // namespace

Action acknowledge(const core::State& state, core::NotificationId id, const std::string& json, Hand hand) {
  auto request = read<v1::AcknowledgeRequest>(json);
  if (auto* wrong = std::get_if<Response>(&request)) return std::move(*wrong);
  auto& asked = std::get<v1::AcknowledgeRequest>(request);

  Complaints complaints;
  complaints.text("person", asked.person(), name_characters_max, true);
  complaints.text("role", asked.role(), name_characters_max, true);
  complaints.text("recorded_by", asked.recorded_by(), name_characters_max, false);
  complaints.text("note", asked.note(), note_characters_max, false);
  const auto said = complaints.said_at(asked.has_said_at(), asked.said_at(), hand.now,
                                       asked.done() ? owed_since(state, id) : told_since(state, id));
  if (complaints.any()) return complaints.response();
  return core::Command(core::Acknowledge{
      hand.reply_to, id, actor(hand, v1::MEANS_LOCAL, asked.person(), asked.role(), asked.recorded_by()), said,
      asked.note(), asked.done(), asked.ends()});
}

Action call(const core::State& state, core::NotificationId id, const std::string& json, Hand hand) {
  auto request = read<v1::CallRequest>(json);
  if (auto* wrong = std::get_if<Response>(&request)) return std::move(*wrong);
  auto& asked = std::get<v1::CallRequest>(request);

  Complaints complaints;
  complaints.text("told_person", asked.told_person(), name_characters_max, true);
  complaints.text("told_role", asked.told_role(), name_characters_max, true);
  complaints.text("by", asked.by(), name_characters_max, true);
  complaints.text("note", asked.note(), note_characters_max, false);
  const auto said = complaints.said_at(asked.has_said_at(), asked.said_at(), hand.now, told_since(state, id));
  if (complaints.any()) return complaints.response();
  return core::Command(core::Acknowledge{
      hand.reply_to, id, actor(hand, v1::MEANS_TELEPHONE, asked.told_person(), asked.told_role(), asked.by()), said,
      asked.note()});
}

Action stand_down(core::CaseNumber c, const std::string& json, Hand hand) {
  return order<v1::StandDownRequest>(json, hand, [&](const auto& asked, Complaints&, core::Actor by) {
    return core::OrderStandDown{hand.reply_to, c, std::move(by), asked.reason()};
  });
}

Action screen(const core::State& state, core::CaseNumber c, const std::string& json, Hand hand) {
  return order<v1::ScreenRequest>(json, hand, [&](const auto& asked, Complaints& complaints, core::Actor by) {
    const core::Recipient* who = state.policy() ? state.policy()->recipient(asked.recipient()) : nullptr;
    if (!asked.lifted() && who == nullptr)
      complaints.add("recipient: the policy in force has no such recipient: toldctl ways lists them by name");
    else if (!asked.lifted() && !who->person)
      complaints.add("recipient: " + asked.recipient() +
                     " is a body, and nobody there would be told of this child any more; only somebody who has "
                     "person = true in the policy is kept out of a case. Ask the body to keep its own member out");
    return core::OrderScreen{hand.reply_to, c, asked.recipient(), asked.lifted(), std::move(by), asked.reason()};
  });
}

Action hold(core::CaseNumber c, const std::string& json, Hand hand) {
  return order<v1::HoldRequest>(json, hand, [&](const auto& asked, Complaints&, core::Actor by) {
    return core::OrderHold{hand.reply_to, c, asked.lifted(), std::move(by), asked.reason()};
  });
}

Action erase(core::CaseNumber c, const std::string& json, Hand hand) {
  return order<v1::EraseRequest>(json, hand, [&](const auto& asked, Complaints&, core::Actor by) {
    return core::EraseCase{hand.reply_to, c, std::move(by), asked.reason()};
  });
}

Action read_disclosures(core::CaseNumber c, const std::string& json, Hand hand, bool& content) {
  return order<v1::DisclosuresRequest>(json, hand, [&](const auto& asked, Complaints&, core::Actor by) {
    content = asked.content();
    return core::NoteReading{c, content ? v1::READING_CONTENT : v1::READING_DISCLOSURES, std::move(by), asked.reason()};
  });
}

Action read_case(core::CaseNumber c, v1::Reading what, const Request& request, Hand hand) {
  const std::string& reason = request.header("told-reason");
  Complaints complaints;
  complaints.text("Told-Reason", reason, note_characters_max, false);
  if (complaints.any()) return complaints.response();
  return core::Command(core::NoteReading{c, what, actor(hand, v1::MEANS_LOCAL, {}, {}, {}), reason});
}

Action same_child(const ledger::CaseNames& names, core::CaseNumber c, const std::string& json, Hand hand) {
  return order<v1::SameChildRequest>(json, hand, [&](const auto& asked, Complaints& complaints, core::Actor by) {
    const core::CaseNumber other = complaints.case_number(names, "other_case", asked.other_case());
    return core::JoinCases{hand.reply_to, c, other, std::move(by), asked.reason()};
  });
}

Action another_child(const ledger::CaseNames& names, core::EntryIndex event, const std::string& json, Hand hand) {
  return order<v1::AnotherChildRequest>(json, hand, [&](const auto& asked, Complaints& complaints, core::Actor by) {
    const core::CaseNumber to =
        asked.case_ref().empty() ? 0 : complaints.case_number(names, "case_ref", asked.case_ref());
    return core::MoveEvent{hand.reply_to, event, to, std::move(by), asked.reason()};
  });
}

Action close_alarm(core::EntryIndex alarm, const std::string& json, Hand hand) {
  auto request = read<v1::CloseAlarmRequest>(json);
  if (auto* wrong = std::get_if<Response>(&request)) return std::move(*wrong);
  auto& asked = std::get<v1::CloseAlarmRequest>(request);

  Complaints complaints;
  complaints.text("person", asked.person(), name_characters_max, true);
  complaints.text("role", asked.role(), name_characters_max, true);
  complaints.text("note", asked.note(), note_characters_max, true);
  if (complaints.any()) return complaints.response();
  return core::Command(core::CloseAlarm{hand.reply_to, alarm,
                                        actor(hand, v1::MEANS_LOCAL, asked.person(), asked.role(), {}), asked.note()});
}

Response action_response(const std::string& reference, const v1::AcknowledgementResult& result) {
  if (!result.recorded()) {
    const auto& why = result.problem();
    const bool unknown = why.code().starts_with("unknown_") || why.code() == "no_open_alarm";
    const int status = unknown ? 404 : why.code() == "retry" ? 503 : 409;
    return problem(status, why.reason() + (why.mend().empty() ? "" : ": " + why.mend()));
  }
  v1::ActionReport report;
  report.set_reference(reference);
  report.set_recorded(true);
  report.set_late(result.late());
  report.set_repeated(result.repeated());
  std::string sentence = "Recorded";
  if (result.repeated())
    sentence += "; it had been answered or had ended before, so it changes nothing";
  else if (result.late())
    sentence += " as LATE: the time allowed was over";
  if (!result.case_ref().empty()) {
    report.set_case_ref(result.case_ref());
    sentence += "; it goes on in case " + result.case_ref();
  }
  report.set_sentence(sentence);
  return {200, "application/json", audit::to_whole_json(report) + "\n"};
}

}  // namespace told::board
