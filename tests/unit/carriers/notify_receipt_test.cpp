#include "carriers/notify/receipt.hpp"

#include <gtest/gtest.h>

namespace told::carriers {
namespace {

constexpr core::NotificationId id{123'456, 7};
const std::string token(40, 'x');

TEST(AReferenceAtNotify, SaysWhichAttemptAtWhichNotificationByWhoseWay) {
  const std::string text = to_text({id, 12, "police.control_room"});
  const auto read = read_notify_reference(text);
  ASSERT_TRUE(read.has_value()) << text;
  EXPECT_EQ(read->notification, id);
  EXPECT_EQ(read->attempt, 12U);
  EXPECT_EQ(read->recipient, "police.control_room");
}

TEST(AReferenceAtNotify, ThatToldDidNotWriteIsNobodys) {
  const std::string good = to_text({id, 1, "duty_manager"});
  for (const std::string& other : std::vector<std::string>{
           "", "invoice 12", good.substr(0, good.find('.')), good.substr(0, good.rfind('.')),
           good.substr(0, good.rfind('.') + 1), "X" + good, std::string{"N-7K3.1.duty_manager"},
           good.substr(0, good.find('.')) + ".one.duty_manager", good.substr(0, good.find('.')) + ".-1.duty_manager",
           good.substr(0, good.find('.')) + ".99999999999.duty_manager"})
    EXPECT_FALSE(read_notify_reference(other).has_value()) << other;
}

TEST(ADeliveryReceipt, IsProvedByTheTokenAndByNothingElse) {
  EXPECT_TRUE(bears({{"authorization", "Bearer " + token}}, token));
  for (const std::string& wrong :
       std::vector<std::string>{"", token, "Bearer ", "Bearer " + token + "x", "Bearer " + token.substr(1),
                                "Basic " + token, "Bearer " + std::string(40, 'y')})
    EXPECT_FALSE(bears({{"authorization", wrong}}, token)) << wrong;
  EXPECT_FALSE(bears({}, token));
}

TEST(ADeliveryReceipt, IsReadAsNotifysDocumentationWritesIt) {
  const auto receipt = read_notify_receipt(
      R"({"id": "740e5834-3a29-46b4-9a6f-16142fde533a", "reference": "N-1.1.a", "to": "07700900003",
          "status": "temporary-failure", "created_at": "2017-05-14T12:15:30.000000Z", "completed_at": null,
          "sent_at": "2017-05-14T12:15:30.000000Z", "notification_type": "sms",
          "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a", "template_version": 1})");
  ASSERT_TRUE(receipt.has_value());
  EXPECT_EQ(receipt->reference, "N-1.1.a");
  EXPECT_EQ(receipt->status, "temporary-failure");
  EXPECT_EQ(read_notify_receipt(R"({"reference": null, "status": "delivered"})")->reference, "");
  for (const char* none : {"", "delivered", "[]", "{}", R"({"status": 1})", R"({"reference": "N-1.1.a"})"})
    EXPECT_FALSE(read_notify_receipt(none).has_value()) << none;
}

TEST(ADeliveryReceipt, EndsTheAttemptLate) {
  EXPECT_EQ(receipt_verdict("delivered")->outcome, v1::OUTCOME_DELIVERED);
  EXPECT_EQ(receipt_verdict("permanent-failure")->outcome, v1::OUTCOME_REFUSED);
  EXPECT_EQ(receipt_verdict("temporary-failure")->outcome, v1::OUTCOME_DEFERRED);
  EXPECT_EQ(receipt_verdict("technical-failure")->outcome, v1::OUTCOME_DEFERRED);
  for (const char* status : {"delivered", "permanent-failure", "temporary-failure", "technical-failure"}) {
    EXPECT_TRUE(receipt_verdict(status)->late) << status;
    EXPECT_FALSE(receipt_verdict(status)->hopeless) << "another channel may reach them";
    EXPECT_EQ(receipt_verdict(status)->problem.empty(), std::string{status} == "delivered") << status;
  }
  for (const char* status : {"", "sending", "created", "received"}) EXPECT_FALSE(receipt_verdict(status).has_value());
}

}  // namespace
}  // namespace told::carriers
