// A parcel as a CloudEvent.
#include "carriers/cloud_event.hpp"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

namespace told::carriers {
namespace {

using testing::HasSubstr;
using testing::Not;

Parcel parcel() {
  Parcel p;
  p.recipient = "mash.duty";
  p.attempt = 3;
  p.checkpoint = "told.council.test/ledger\n7\nroot\n\n\u2014 name signature\n";
  p.link = "https://told.council.test/a/token";
  p.delivery.set_notification("N-7K3-M9Q4");
  p.delivery.set_attempt(3);
  p.delivery.set_call(2);
  p.delivery.set_kind(v1::NOTIFICATION_KIND_STAND_DOWN);
  p.delivery.set_case_ref("R-123-456");
  p.delivery.set_event_type("child.located");
  p.delivery.mutable_event_time()->set_seconds(1'767'225'600);
  return p;
}

google::protobuf::Struct read(const std::string& text) {
  google::protobuf::Struct event;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text, &event).ok()) << text;
  return event;
}

TEST(CloudEvent, SaysWhatItIsAboutInItsAttributes) {
  const auto event = read(cloud_event(parcel(), "told.council.test/ledger"));
  const auto text = [&](const char* name) { return event.fields().at(name).string_value(); };
  EXPECT_EQ(text("specversion"), "1.0");
  EXPECT_EQ(text("id"), "N-7K3-M9Q4:2");
  EXPECT_EQ(text("source"), "//told.council.test/ledger");
  EXPECT_EQ(text("type"), "told.notification.stand_down.v1");
  EXPECT_EQ(text("subject"), "R-123-456");
  EXPECT_EQ(text("time"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(text("toldlink"), "https://told.council.test/a/token");
  EXPECT_EQ(event.fields().at("toldattempt").number_value(), 3);
  EXPECT_EQ(event.fields().at("toldcall").number_value(), 2);
}

TEST(CloudEvent, CarriesTheWordsOfTheQueue) {
  const Parcel p = parcel();
  const auto event = read(cloud_event(p, "told.council.test/ledger"));
  std::string data;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(event.fields().at("data"), &data).ok());
  v1::ServiceFrame frame;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(data, &frame).ok());
  ASSERT_EQ(frame.deliveries_size(), 1);
  EXPECT_EQ(frame.deliveries(0).SerializeAsString(), p.delivery.SerializeAsString());
  EXPECT_EQ(frame.checkpoint(), p.checkpoint);
}

TEST(CloudEvent, LeavesOutWhatThereIsNot) {
  Parcel p = parcel();
  p.link.clear();
  p.delivery.clear_case_ref();
  p.delivery.clear_event_time();
  const std::string text = cloud_event(p, "told.council.test/ledger");
  EXPECT_THAT(text, Not(HasSubstr("toldlink")));
  EXPECT_THAT(text, Not(HasSubstr("subject")));
  EXPECT_THAT(text, Not(HasSubstr("\"time\"")));
}

TEST(CloudEvent, ItsIdIsTheCallsAndNotTheAttempts) {
  Parcel p = parcel();
  p.delivery.set_attempt(4);
  EXPECT_EQ(call_id(p.delivery), call_id(parcel().delivery));
  p.delivery.set_call(3);
  EXPECT_NE(call_id(p.delivery), call_id(parcel().delivery));
}

}  // namespace
}  // namespace told::carriers
