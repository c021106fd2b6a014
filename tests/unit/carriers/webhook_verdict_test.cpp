// What each answer of a recipient's web server comes to.
#include "carriers/webhook/verdict.hpp"

#include <gtest/gtest.h>

namespace told::carriers {
namespace {

Report after(int status) {
  Ending ending;
  ending.answered = true;
  ending.sent = true;
  ending.status = status;
  ending.retry_after = std::chrono::seconds{7};
  return webhook_verdict(ending, "hooks.council.test");
}

Report failed(bool sent) {
  Ending ending;
  ending.sent = sent;
  ending.code = "connection_lost";
  ending.problem = "a sentence";
  return webhook_verdict(ending, "hooks.council.test");
}

TEST(WebhookVerdict, OnlyTwoHundredsAreDelivered) {
  for (const int status : {200, 201, 202, 204, 299}) {
    EXPECT_EQ(after(status).outcome, v1::OUTCOME_DELIVERED) << status;
    EXPECT_EQ(after(status).problem, "") << status;
  }
  EXPECT_EQ(after(204).code, "http_204");
}

TEST(WebhookVerdict, TroubleOfTheirsIsDeferredWithThePauseThatTheyAskFor) {
  for (const int status : {408, 425, 429, 500, 502, 503, 504, 599}) {
    EXPECT_EQ(after(status).outcome, v1::OUTCOME_DEFERRED) << status;
    EXPECT_EQ(after(status).retry_after, std::chrono::seconds{7}) << status;
    EXPECT_NE(after(status).problem, "") << status;
    EXPECT_FALSE(after(status).closed) << status;
  }
}

TEST(WebhookVerdict, WhatCanNeverWorkIsRefusedAndSaysWhatToDo) {
  for (const int status : {300, 301, 302, 307, 308, 400, 401, 403, 404, 409, 413, 422, 451}) {
    EXPECT_EQ(after(status).outcome, v1::OUTCOME_REFUSED) << status;
    EXPECT_NE(after(status).problem.find("hooks.council.test"), std::string::npos) << status;
    EXPECT_FALSE(after(status).closed) << status;
  }
  EXPECT_NE(after(302).problem.find("put the right address in url"), std::string::npos);
}

TEST(WebhookVerdict, GoneMeansNeverAgain) {
  EXPECT_EQ(after(410).outcome, v1::OUTCOME_REFUSED);
  EXPECT_TRUE(after(410).closed);
}

TEST(WebhookVerdict, WithoutAnAnswerItDependsOnWhatHadLeft) {
  EXPECT_EQ(failed(false).outcome, v1::OUTCOME_DEFERRED);
  EXPECT_EQ(failed(true).outcome, v1::OUTCOME_UNKNOWN);
  EXPECT_EQ(failed(true).code, "connection_lost");
  EXPECT_EQ(failed(true).problem, "a sentence");
}

}  // namespace
}  // namespace told::carriers
