// The publishers' conversation on real sockets.
#include "rig.hpp"

namespace told::gateway::testing {
namespace {

TEST(Publishers, AGoodEventIsHandedInAndAnsweredWithItsReceipt) {
  Rig rig;
  Peer tilbury = rig.publisher();
  const auto reply = rig.publish(tilbury, request_of({missing_event()}, 42));
  EXPECT_EQ(reply.request(), 42U);
  ASSERT_EQ(reply.results_size(), 1);
  EXPECT_EQ(reply.results(0).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(reply.results(0).receipt(), "E-TEST");
  const auto published = rig.all<core::Publish>();
  ASSERT_EQ(published.size(), 1U);
  EXPECT_EQ(published[0].publisher, "tilbury");
  EXPECT_TRUE(Gateway::owns(published[0].reply_to));
  EXPECT_EQ(published[0].event->child_missing().child().name().given(), "Child A");
}

TEST(Publishers, ReqSocketsAreServedLikeDealers) {
  Rig rig;
  Peer req = rig.publisher(ZMQ_REQ);
  for (std::uint64_t n = 1; n <= 3; ++n) EXPECT_EQ(rig.publish(req, request_of({missing_event()}, n)).request(), n);
  // A REQ heartbeat is two empty frames.
  EXPECT_EQ(rig.publish(req, v1::PublishRequest{}).results_size(), 0);
}

TEST(Publishers, ADealerMaySendADelimiter) {
  Rig rig;
  Peer dealer = rig.publisher();
  dealer.send({"", request_of({missing_event()}, 7).SerializeAsString()});
  std::vector<std::string> frames;
  ASSERT_TRUE(rig.until([&] {
    Frame frame;
    if (frame.receive(dealer.raw(), ZMQ_DONTWAIT)) frames.emplace_back(frame.bytes());
    return frames.size() == 2;
  }));
  EXPECT_EQ(frames[0], "");
  v1::PublishReply reply;
  ASSERT_TRUE(reply.ParseFromString(frames[1]));
  EXPECT_EQ(reply.request(), 7U);
}

TEST(Publishers, AnEmptyRequestIsAHeartbeatAndIsAnswered) {
  Rig rig;
  Peer tilbury = rig.publisher();
  v1::PublishRequest heartbeat;
  heartbeat.set_request(9);
  const auto reply = rig.publish(tilbury, heartbeat);
  EXPECT_EQ(reply.request(), 9U);
  EXPECT_EQ(reply.results_size(), 0);
  EXPECT_FALSE(reply.has_problem());
  EXPECT_TRUE(rig.all<core::Publish>().empty());
}

TEST(Publishers, ResultsStandInTheOrderOfTheRequest) {
  Rig rig;
  Peer tilbury = rig.publisher();
  std::vector<v1::Event> events;
  for (int i = 0; i < 6; ++i) {
    events.push_back(missing_event("e-" + std::to_string(i)));
    if (i % 2 == 1) events.back().clear_status();
  }
  const auto reply = rig.publish(tilbury, request_of(std::move(events)));
  ASSERT_EQ(reply.results_size(), 6);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(reply.results(i).id(), "e-" + std::to_string(i));
    EXPECT_EQ(reply.results(i).verdict(), i % 2 == 1 ? v1::VERDICT_REFUSED : v1::VERDICT_ACCEPTED);
  }
  EXPECT_EQ(rig.all<core::RecordRefusal>().size(), 3U);
}

TEST(Publishers, RepliesKeepTheOrderOfTheRequestsHoweverTheEngineAnswers) {
  Rig rig;
  rig.answer_publishers = false;
  Peer tilbury = rig.publisher();
  for (std::uint64_t n = 1; n <= 3; ++n) tilbury.send(request_of({missing_event("e-" + std::to_string(n))}, n));
  tilbury.send(request_of({}, 4));  // needs no engine, and waits its turn all the same
  ASSERT_TRUE(rig.wait_for<core::Publish>(3));
  const auto published = rig.all<core::Publish>();
  for (const std::size_t k : {2U, 0U, 1U}) rig.accept(published[k]);
  rig.gateway->flush();
  for (std::uint64_t n = 1; n <= 4; ++n) EXPECT_EQ(rig.hear<v1::PublishReply>(tilbury).request(), n);
}

struct BadFrame {
  const char* says;
  std::vector<std::string> frames;
  const char* code;
};

std::string with_unknown_field() {
  auto request = request_of({});
  request.GetReflection()->MutableUnknownFields(&request)->AddVarint(77, 1);
  return request.SerializeAsString();
}
std::string not_utf8() {
  auto bytes = request_of({missing_event()}).SerializeAsString();
  bytes.replace(bytes.find("Child A"), 1, "\xFF");
  return bytes;
}
std::string too_many() {
  v1::PublishRequest request;
  for (int i = 0; i < 257; ++i) request.add_events();
  return request.SerializeAsString();
}
std::string too_deep() {
  std::string bytes;
  for (int i = 0; i < 40; ++i) bytes = std::string{'\x0A', static_cast<char>(bytes.size())} + bytes;
  return std::string{'\xA2', '\x01', static_cast<char>(bytes.size())} + bytes;
}

TEST(Publishers, EachBadFrameIsRefusedAndTheNextGoodOneIsServed) {
  const auto good = request_of({missing_event()}).SerializeAsString();
  const std::vector<BadFrame> bad{
      {"junk", {"\x01\x02\x03junk"}, "not_readable"}, {"cut short", {good.substr(0, good.size() - 5)}, "not_readable"},
      {"not UTF-8", {not_utf8()}, "not_readable"},    {"unknown field", {with_unknown_field()}, "unknown_field"},
      {"257 events", {too_many()}, "too_many"},       {"three frames", {"", good, "x"}, "bad_framing"},
      {"two payloads", {good, good}, "bad_framing"},
  };
  Rig rig;
  Peer tilbury = rig.publisher();
  std::size_t refusals = 0;
  for (const auto& b : bad) {
    SCOPED_TRACE(b.says);
    tilbury.send(b.frames);
    const auto reply = rig.hear<v1::PublishReply>(tilbury);
    EXPECT_EQ(reply.problem().code(), b.code);
    EXPECT_EQ(rig.all<core::RecordRefusal>().size(), ++refusals);
    EXPECT_EQ(rig.all<core::RecordRefusal>().back().party, "tilbury");
    EXPECT_EQ(rig.publish(tilbury, request_of({missing_event()})).results(0).verdict(), v1::VERDICT_ACCEPTED);
  }
  EXPECT_EQ(rig.gateway->figures().refused_frames, bad.size());
}

// The engine alone knows whether it had the event before the clock was put back.
TEST(Publishers, AnEventWhoseTimeLiesAheadIsHandedInWithTheReasonAgainstIt) {
  Rig rig;
  Peer tilbury = rig.publisher();
  auto ahead = missing_event("e-ahead");
  ahead.mutable_time()->set_seconds(4102444800);  // in 2100
  (void)rig.publish(tilbury, request_of({missing_event(), std::move(ahead)}));
  const auto published = rig.all<core::Publish>();
  ASSERT_EQ(published.size(), 2U);
  EXPECT_EQ(published[0].refused_if_new, nullptr);
  ASSERT_NE(published[1].refused_if_new, nullptr);
  EXPECT_EQ(published[1].refused_if_new->code(), "time_in_future");
  EXPECT_EQ(published[1].refused_if_new->field(), "time");
  EXPECT_TRUE(rig.all<core::RecordRefusal>().empty());
}

TEST(Publishers, AnUnknownFieldInOneEventRefusesThatEventAlone) {
  Rig rig;
  Peer tilbury = rig.publisher();
  auto bad = missing_event("e-2");
  bad.GetReflection()->MutableUnknownFields(&bad)->AddLengthDelimited(99, "x");
  const auto reply = rig.publish(tilbury, request_of({missing_event("e-1"), bad, missing_event("e-3")}));
  EXPECT_EQ(reply.results(0).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(reply.results(1).problem().code(), "unknown_field");
  EXPECT_NE(reply.results(1).problem().reason().find("99"), std::string::npos);
  EXPECT_EQ(reply.results(2).verdict(), v1::VERDICT_ACCEPTED);
}

TEST(Publishers, AMessageNestedTooDeepIsRefused) {
  Rig rig;
  Peer tilbury = rig.publisher();
  tilbury.send({too_deep()});
  EXPECT_TRUE(rig.hear<v1::PublishReply>(tilbury).has_problem());
}

TEST(Publishers, WhatIsNotTheirsIsRefusedByWhatIsWrong) {
  Rig rig;
  auto parties = rig.parties;
  parties.publishers[0].may_publish = {"child.missing"};
  rig.gateway->replace_parties(parties);
  Peer tilbury = rig.publisher();
  auto other_source = missing_event();
  other_source.set_source("dover");
  auto other_type = missing_event();
  other_type.set_type("told.child.arrived.v1");
  other_type.mutable_child_arrived();
  auto other_site = missing_event();
  other_site.set_site("dover");
  const auto reply = rig.publish(tilbury, request_of({other_source, other_type, other_site}));
  EXPECT_EQ(reply.results(0).problem().code(), "not_yours");
  EXPECT_EQ(reply.results(1).problem().code(), "not_allowed_type");
  EXPECT_EQ(reply.results(2).problem().code(), "not_allowed_site");
}

// Else a port could put a Prevent case before a panel by "correcting" one.
TEST(Publishers, MayCorrectOnlyWhatTheyMayReport) {
  Rig rig;
  auto parties = rig.parties;
  parties.publishers[0].may_publish = {"child.missing", "event.corrected"};
  rig.gateway->replace_parties(parties);
  Peer tilbury = rig.publisher();
  auto own = missing_event("e-1");
  const v1::ChildMissing data = own.child_missing();
  own.set_type("told.event.corrected.v1");
  own.mutable_event_corrected()->set_supersedes("e-0");
  own.mutable_event_corrected()->set_reason("the place was wrong");
  auto not_theirs = own;
  not_theirs.set_id("e-2");
  *own.mutable_event_corrected()->mutable_child_missing() = data;
  not_theirs.mutable_event_corrected()->mutable_prevent_section36()->set_police_case_ref("PP-1");
  const auto reply = rig.publish(tilbury, request_of({own, not_theirs}));
  EXPECT_EQ(reply.results(0).verdict(), v1::VERDICT_ACCEPTED) << reply.ShortDebugString();
  EXPECT_EQ(reply.results(1).problem().code(), "not_allowed_type");
  EXPECT_EQ(reply.results(1).problem().field(), "event_corrected.prevent_section36");
}

TEST(Publishers, ARevokedKeyIsRefusedAtOnceThoughItsConnectionLives) {
  Rig rig;
  Peer tilbury = rig.publisher();
  rig.publish(tilbury, request_of({missing_event()}));
  auto parties = rig.parties;
  parties.publishers[0].public_key = KeyPair{}.public_key;
  rig.gateway->replace_parties(parties);
  EXPECT_EQ(rig.publish(tilbury, request_of({missing_event("e-2")})).problem().code(), "revoked");
  parties.publishers.clear();
  rig.gateway->replace_parties(parties);
  EXPECT_EQ(rig.publish(tilbury, request_of({missing_event("e-3")})).problem().code(), "revoked");
  EXPECT_EQ(rig.all<core::Publish>().size(), 1U);
}

TEST(Publishers, AfterStopIntakeTheyAreAskedToRetry) {
  Rig rig;
  Peer tilbury = rig.publisher();
  rig.gateway->stop_intake();
  const auto reply = rig.publish(tilbury, request_of({missing_event()}));
  EXPECT_EQ(reply.results(0).verdict(), v1::VERDICT_RETRY);
  EXPECT_GT(reply.results(0).retry_after_ms(), 0U);
}

TEST(Publishers, BeyondAThousandUnansweredEventsTheyAreAskedToRetry) {
  Rig rig;
  rig.answer_publishers = false;
  Peer tilbury = rig.publisher();
  std::vector<v1::Event> batch(250, missing_event());
  for (std::uint64_t n = 1; n <= 5; ++n) tilbury.send(request_of(batch, n));
  const auto reply = rig.hear<v1::PublishReply>(tilbury);
  EXPECT_EQ(reply.request(), 5U);
  ASSERT_EQ(reply.results_size(), 250);
  EXPECT_EQ(reply.results(249).verdict(), v1::VERDICT_RETRY);
  // Once the others are answered there is room again.
  for (const auto& p : rig.all<core::Publish>()) rig.accept(p);
  rig.gateway->flush();
  rig.answer_publishers = true;
  for (std::uint64_t n = 1; n <= 4; ++n) EXPECT_EQ(rig.hear<v1::PublishReply>(tilbury).request(), n);
  EXPECT_EQ(rig.publish(tilbury, request_of(batch, 6)).results(0).verdict(), v1::VERDICT_ACCEPTED);
}

TEST(Publishers, SilenceRaisesAnAlarmAndAWordClearsIt) {
  Rig rig{quiet_options(), milliseconds{60}};
  Peer tilbury = rig.publisher();
  ASSERT_TRUE(rig.wait_for<core::RaiseAlarm>());
  EXPECT_EQ(rig.all<core::RaiseAlarm>()[0].code, "publisher_silent");
  EXPECT_EQ(rig.all<core::RaiseAlarm>()[0].party, "tilbury");
  rig.publish(tilbury, request_of({}));
  ASSERT_TRUE(rig.wait_for<core::ClearAlarm>());
  EXPECT_EQ(rig.all<core::ClearAlarm>()[0].party, "tilbury");
  EXPECT_TRUE(rig.gateway->figures().connected.contains("tilbury"));
  ASSERT_TRUE(rig.wait_for<core::RaiseAlarm>(2)) << "a second silence is a second alarm";
}

TEST(Publishers, ManyRequestsInTheAirAreAllAnsweredInOrderAndNoWakeUpIsMissed) {
  Rig rig;
  Peer tilbury = rig.publisher();
  constexpr std::uint64_t count = 5000;
  std::uint64_t sent = 0;
  std::uint64_t heard = 0;
  ASSERT_TRUE(rig.until(
      [&] {
        for (int burst = 0; burst < 40 && sent < count && sent - heard < 300; ++burst) {
          ++sent;
          tilbury.send(request_of({missing_event("e-" + std::to_string(sent))}, sent));
        }
        while (const auto bytes = tilbury.try_receive()) {
          v1::PublishReply reply;
          EXPECT_TRUE(reply.ParseFromString(*bytes));
          EXPECT_EQ(reply.request(), ++heard);
        }
        return heard == count;
      },
      milliseconds{30000}));
  EXPECT_EQ(rig.gateway->figures().missed_wakeups, 0U);
}

}  // namespace
}  // namespace told::gateway::testing
