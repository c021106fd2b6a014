#include "board/actions.hpp"

#include <gtest/gtest.h>

#include "audit/json.hpp"
#include "told/v1/api.pb.h"

namespace told::board {
namespace {

const core::Instant now = core::from_us(1'795'000'000'000'000);
const Hand hand{1000, (1ULL << 63U) | 5, now};
const core::State empty;

std::string detail(const Action& action) {
  const auto* response = std::get_if<Response>(&action);
  if (!response) return "";
  v1::ProblemDetails problem;
  EXPECT_EQ(audit::from_json(response->body, &problem), "");
  EXPECT_EQ(problem.status(), response->status);
  return problem.detail();
}

TEST(Actions, AnAcknowledgementNamesThePersonAndWhoseLoginItCameBy) {
  auto action =
      acknowledge(empty, {7, 1}, R"({"person":"A. Sergeant","role":"control room","note":"on its way"})", hand);
  ASSERT_TRUE(std::holds_alternative<core::Command>(action)) << detail(action);
  const auto& ack = std::get<core::Acknowledge>(std::get<core::Command>(action));
  EXPECT_EQ(ack.notification, (core::NotificationId{7, 1}));
  EXPECT_EQ(ack.by.name, "A. Sergeant");
  EXPECT_EQ(ack.by.means, v1::MEANS_LOCAL);
  EXPECT_EQ(ack.by.via, "local:uid=1000");
  EXPECT_EQ(ack.by.recipient, "");
  EXPECT_EQ(ack.said, now);
  EXPECT_EQ(ack.reply_to, hand.reply_to);
}

TEST(Actions, ACallIsByTelephoneAndSaysWhoRang) {
  auto action = call(empty, {7, 1}, R"({"told_person":"A. Sergeant","told_role":"desk","by":"B. Manager"})", hand);
  ASSERT_TRUE(std::holds_alternative<core::Command>(action)) << detail(action);
  const auto& ack = std::get<core::Acknowledge>(std::get<core::Command>(action));
  EXPECT_EQ(ack.by.means, v1::MEANS_TELEPHONE);
  EXPECT_EQ(ack.by.recorded_by, "B. Manager");
}

TEST(Actions, EverythingThatIsMissingIsSaidAtOnce) {
  const auto text = detail(acknowledge(empty, {7, 1}, "{}", hand));
  EXPECT_NE(text.find("`person` is missing"), std::string::npos) << text;
  EXPECT_NE(text.find("`role` is missing"), std::string::npos) << text;
}

TEST(Actions, WhatIsTooLongOrControlsATerminalIsRefused) {
  const std::string json = R"({"person":")" + std::string(129, 'x') + R"(","role":"a\u001bb"})";
  const auto text = detail(acknowledge(empty, {7, 1}, json, hand));
  EXPECT_NE(text.find("longer than 128"), std::string::npos) << text;
  EXPECT_NE(text.find("`role` holds control characters"), std::string::npos) << text;
}

// It would be sealed, and nobody could ever open it again.
TEST(Actions, AReasonThatIsNotUtf8IsRefused) {
  const Request request{"GET", "/v1/cases/C-1", {}, {}, 0, {{"told-reason", "caf\xE9"}}};
  EXPECT_NE(detail(read_case(2, v1::READING_CASE, request, hand)).find("`Told-Reason` is not UTF-8"),
            std::string::npos);
}

TEST(Actions, LengthIsCountedInCharactersNotBytes) {
  std::string name;
  for (int i = 0; i < 128; ++i) name += "\xC3\xA9";
  auto action = acknowledge(empty, {7, 1}, R"({"person":")" + name + R"(","role":"r"})", hand);
  EXPECT_TRUE(std::holds_alternative<core::Command>(action)) << detail(action);
}

TEST(Actions, ATimeInTheFutureIsRefused) {
  const auto text =
      detail(acknowledge(empty, {7, 1}, R"({"person":"A","role":"r","said_at":"2027-01-01T00:00:00Z"})", hand));
  EXPECT_NE(text.find("future"), std::string::npos) << text;
}

TEST(Actions, AnUnknownFieldIsRefusedAndNothingOfItIsRepeated) {
  const auto text = detail(acknowledge(empty, {7, 1}, R"({"person":"A","role":"r","secretword":"x"})", hand));
  EXPECT_NE(text.find("does not have"), std::string::npos) << text;
  EXPECT_EQ(text.find("secretword"), std::string::npos);
}

TEST(Actions, AStandDownAndAClosedAlarmNeedAReason) {
  EXPECT_NE(detail(stand_down(2, R"({"person":"A","role":"r"})", hand)).find("`reason` is missing"), std::string::npos);
  EXPECT_NE(detail(close_alarm(2, R"({"person":"A","role":"r","note":" "})", hand)).find("`note` is missing"),
            std::string::npos);
}

TEST(Actions, ABodyIsNotKeptOutOfACaseSinceNobodyThereWouldBeTold) {
  core::State state;
  auto policy = std::make_shared<core::Policy>();
  policy->version = 1;
  policy->recipients.push_back({"police", "Police", "generic", "zmq_queue"});
  policy->recipients.push_back({"manager", "Manager", "generic", "zmq_queue"});
  policy->recipients.back().person = true;
  state.restore_policy(policy);
  const auto asked = [&](const std::string& words) {
    return screen(state, 2, R"({"person":"A","role":"r","reason":"why",)" + words + "}", hand);
  };
  EXPECT_NE(detail(asked(R"("recipient":"police")")).find("is a body"), std::string::npos);
  EXPECT_TRUE(std::holds_alternative<core::Command>(asked(R"("recipient":"manager")")));
  EXPECT_TRUE(std::holds_alternative<core::Command>(asked(R"("recipient":"police","lifted":true)")))
      << "of an older told";
}

TEST(Actions, WhatTheEngineRefusedBecomesAProblemWithTheMend) {
  v1::AcknowledgementResult result;
  result.mutable_problem()->set_code("unknown_notification");
  result.mutable_problem()->set_reason("there is no such notification");
  result.mutable_problem()->set_mend("look again");
  const auto response = action_response("N-1", result);
  EXPECT_EQ(response.status, 404);
  EXPECT_NE(response.body.find("look again"), std::string::npos);
}

}  // namespace
}  // namespace told::board
