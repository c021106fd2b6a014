#include "board/board.hpp"

#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include <sstream>

#include "../until.hpp"
#include "audit/verify.hpp"
#include "core/reference.hpp"
#include "served.hpp"
#include "told/v1/api.pb.h"

namespace told::board {
namespace {

using namespace std::chrono_literals;
using path::test::Daemon;
using testing::body_of;
using testing::get;
using testing::post;
using testing::RawClient;
using testing::unchunked;

const std::string acknowledgement = R"({"person":"A. Sergeant","role":"control room","note":"unit on its way"})";

/// A whole house, without the gateway, with a child missing at Tilbury.
class BoardTest : public ::testing::Test {
 protected:
  static constexpr auto everything = audit::Sees::everything;
  BoardTest() {
    run_.path.submit(run_.missing("1", "T-1"));
    run_.settle();
    event_ = run_.engine.state().next_index() - 1;
    house_.serve();
  }

  void on_loop(std::function<void()> what) { house_.on_loop(std::move(what)); }
  std::string answer(const std::string& request) { return house_.answer(everything, request); }
  std::string police() const { return core::to_reference(core::NotificationId{event_, 0}); }
  std::string the_case() const { return core::to_reference(core::Named::case_, event_); }

  testing::Served house_{everything};
  Daemon& run_ = house_.run;
  const std::string socket_ = house_.socket(everything);
  core::EntryIndex event_ = 0;
};

TEST_F(BoardTest, WhatIsOpenSaysWhoseClockIsRunning) {
  const auto report = body_of<v1::OpenReport>(answer(get("/v1/open")));
  ASSERT_EQ(report.notifications_size(), 1);
  EXPECT_EQ(report.notifications(0).reference(), police());
  EXPECT_EQ(report.notifications(0).title(), "Police");
  EXPECT_EQ(report.notifications(0).time_left(), "30 min left");
  EXPECT_EQ(report.notifications(0).case_ref(), the_case());
  EXPECT_EQ(report.total(), 1U);
}

TEST_F(BoardTest, AListIsThereForProgramsThoughNothingIsInIt) {
  const auto text = answer(get("/v1/open"));
  EXPECT_NE(text.find("\"alarms\":[]"), std::string::npos) << text;
  EXPECT_NE(text.find("\"late\":false"), std::string::npos) << text;
}

TEST_F(BoardTest, WhatIsOpenSaysHowManyRungsTheLadderHas) {
  const auto report = body_of<v1::OpenReport>(answer(get("/v1/open")));
  ASSERT_EQ(report.notifications_size(), 1);
  const auto policy = run_.engine.state().policy();
  EXPECT_EQ(report.notifications(0).rung(), 0U);
  EXPECT_EQ(report.notifications(0).rungs(), policy->ladders.begin()->second.rungs.size());
}

TEST_F(BoardTest, ACaseIsShownByTheReferenceOfANotificationOrOfAnEventInIt) {
  for (const auto& named : {police(), core::to_reference(core::Named::event, event_)})
    EXPECT_EQ(body_of<v1::CaseReport>(answer(get("/v1/cases/" + named))).case_ref(), the_case()) << named;
  for (const auto& named : {core::to_reference(core::NotificationId{event_ + 1000, 0}),
                            core::to_reference(core::Named::event, 0), core::to_reference(core::Named::event, 1)})
    EXPECT_NE(answer(get("/v1/cases/" + named)).find("404"), std::string::npos) << named;
}

// The visit was made at ten to nine, the report of what it is owed for came at nine.
TEST_F(BoardTest, ADutyMayHaveBeenDoneBeforeToldHeardOfWhatItIsOwedFor) {
  core::NotificationId owed;
  on_loop([&] {
    run_.adopt(
        path::test::policy_text_with_a_clock("name = \"visit\"\nstarts = \"child.arrived\"\nduty = \"visit\"\n"
                                             "due = \"48 h\"\n"));
    auto arrived = run_.arrived("a-1", "T-2");
    auto event = std::make_shared<v1::Event>(*arrived.event);
    event->mutable_time()->set_seconds(event->time().seconds() - 3600);
    arrived.event = std::move(event);
    run_.path.submit(std::move(arrived));
    owed = run_.engine.state().obligations(run_.engine.state().next_index() - 1).front();
  });
  const core::Instant made = run_.now;
  const auto done_at = [&](core::Duration before, const char* done) {
    const auto at = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(core::to_us(made - before));
    return answer(post("/v1/notifications/" + core::to_reference(owed) + "/acknowledge",
                       R"({"person":"C. Worker","role":"social worker","done":)" + std::string{done} +
                           R"(,"said_at":")" + google::protobuf::util::TimeUtil::ToString(at) + "\"}"));
  };
  EXPECT_NE(done_at(10min, "false").find("lies before they were to be told"), std::string::npos);
  EXPECT_NE(done_at(2h, "true").find("lies before what it is owed for"), std::string::npos);
  const auto said = done_at(10min, "true");
  EXPECT_NE(said.find("\"recorded\":true"), std::string::npos) << said;
}

TEST_F(BoardTest, WhatAPartysReferenceOfNoCaseStandsForIsNotTold) {
  const std::string theirs = run_.ledger.seal().case_names().name(4711, "police");
  for (const auto& said :
       {answer(get("/v1/cases/" + theirs)),
        answer(post("/v1/cases/" + theirs + "/hold", R"({"person":"A","role":"r","reason":"x"})"))}) {
    EXPECT_NE(said.find("there is no case " + theirs), std::string::npos) << said;
    EXPECT_EQ(said.find(core::to_reference(core::Named::case_, 4711)), std::string::npos) << said;
  }
}

TEST_F(BoardTest, ThePolicyInForceIsShownToTheByteSoThatItCanBeReadAgain) {
  const auto report = body_of<v1::PolicyReport>(answer(get("/v1/policy")));
  EXPECT_EQ(report.version(), 1U);
  EXPECT_EQ(report.text(), path::test::whole_policy_text());
  EXPECT_EQ(report.sha256(), digest::of_policy(path::test::whole_policy_text(), {}));
  EXPECT_EQ(report.attachments_size(), 0);
}

TEST_F(BoardTest, AnAcknowledgementIsAnsweredWhenItIsInTheLedger) {
  const auto text = answer(post("/v1/notifications/" + police() + "/acknowledge", acknowledgement));
  const auto report = body_of<v1::ActionReport>(text);
  EXPECT_TRUE(report.recorded());
  EXPECT_FALSE(report.late());
  const auto reader = run_.ledger.reader();
  const auto entry = reader->entry(reader->size() - 1);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->acknowledged().via(), "local:uid=" + std::to_string(::getuid()));
  EXPECT_EQ(body_of<v1::OpenReport>(answer(get("/v1/open"))).total(), 0U);
}

TEST_F(BoardTest, ACallSaysWhoWasToldAndWhoRang) {
  (void)answer(post("/v1/notifications/" + police() + "/call",
                    R"({"told_person":"A. Sergeant","told_role":"desk","by":"B. Manager"})"));
  const auto report = body_of<v1::CaseReport>(answer(get("/v1/cases/" + the_case())));
  ASSERT_GE(report.entries_size(), 2);
  const auto& last = report.entries(report.entries_size() - 1);
  EXPECT_EQ(last.what(), "Police acknowledged, by telephone");
  EXPECT_EQ(last.said().name(), "A. Sergeant");
  EXPECT_EQ(last.said().recorded_by(), "B. Manager");
}

TEST_F(BoardTest, ACaseShowsEveryEntryAndNothingOfTheEvent) {
  const auto text = answer(get("/v1/cases/" + the_case()));
  EXPECT_EQ(text.find("child A"), std::string::npos);
  const auto report = body_of<v1::CaseReport>(text);
  ASSERT_EQ(report.entries_size(), 1);
  EXPECT_EQ(report.entries(0).what().find("Child missing at tilbury, reported by port"), 0U);
}

TEST_F(BoardTest, AnUnknownCaseIsNotFoundAndAMistypedOneIsNotLookedUp) {
  EXPECT_NE(answer(get("/v1/cases/" + core::to_reference(core::Named::case_, 999))).find("404"), std::string::npos);
  auto wrong = the_case();
  wrong.back() = wrong.back() == '7' ? '8' : '7';
  const auto text = answer(get("/v1/cases/" + wrong));
  EXPECT_NE(text.find("HTTP/1.1 400"), std::string::npos);
  EXPECT_NE(text.find("application/problem+json"), std::string::npos);
}

TEST_F(BoardTest, AnUnknownNotificationIsNotFound) {
  const auto reference = core::to_reference(core::NotificationId{event_, 9});
  EXPECT_NE(answer(post("/v1/notifications/" + reference + "/acknowledge", acknowledgement)).find("HTTP/1.1 404"),
            std::string::npos);
}

TEST_F(BoardTest, AnActionThatIsNotConfirmedInTimeHasAnUnknownOutcomeAndSaysWhereToLook) {
  house_.deaf = true;
  const auto text = answer(post("/v1/notifications/" + police() + "/acknowledge", acknowledgement));
  EXPECT_NE(text.find("HTTP/1.1 504"), std::string::npos);
  EXPECT_NE(text.find("look at " + police()), std::string::npos);
}

TEST_F(BoardTest, AStandDownEndsTheEpisodeOnceAndThenHasNothingToEnd) {
  const std::string order = R"({"person":"B. Manager","role":"duty manager","reason":"seen at home"})";
  EXPECT_NE(answer(post("/v1/cases/" + the_case() + "/stand-down", order)).find("HTTP/1.1 200"), std::string::npos);
  EXPECT_NE(answer(post("/v1/cases/" + the_case() + "/stand-down", order)).find("HTTP/1.1 409"), std::string::npos);
}

const std::string whose = R"("person":"B. Manager","role":"service manager","reason":"the same fingerprints"})";

TEST_F(BoardTest, TwoCasesOfTheSameChildAreShownAsOneUnderEitherReference) {
  core::EntryIndex other = 0;
  on_loop([&] {
    other = run_.engine.state().next_index();
    run_.path.submit(run_.missing("2", "T-2"));
  });
  const auto other_case = core::to_reference(core::Named::case_, other);
  const auto path = "/v1/cases/" + other_case + "/same-child";
  const auto order = R"({"other_case":")" + the_case() + "\"," + whose;
  const auto done = body_of<v1::ActionReport>(answer(post(path, order)));
  EXPECT_TRUE(done.recorded());
  EXPECT_EQ(done.case_ref(), the_case());
  EXPECT_NE(done.sentence().find("goes on in case " + the_case()), std::string::npos);
  EXPECT_NE(answer(post(path, order)).find("HTTP/1.1 409"), std::string::npos);
  EXPECT_NE(answer(post(path, R"({"other_case":"C-0",)" + whose)).find("`other_case`: "), std::string::npos);
  EXPECT_NE(answer(post(path, R"({"other_case":")" + core::to_reference(core::Named::case_, 999) + "\"," + whose))
                .find("HTTP/1.1 404"),
            std::string::npos);

  const auto older = body_of<v1::CaseReport>(answer(get("/v1/cases/" + the_case())));
  const auto younger = body_of<v1::CaseReport>(answer(get("/v1/cases/" + other_case)));
  ASSERT_EQ(older.entries_size(), 3);
  EXPECT_EQ(older.same_child(0), other_case);
  EXPECT_EQ(older.goes_on_as(), "");
  EXPECT_EQ(older.entries(1).case_ref(), other_case);
  EXPECT_EQ(older.entries(2).said().note(), "the same fingerprints");
  EXPECT_NE(older.entries(2).what().find("are the same child's"), std::string::npos);
  EXPECT_EQ(younger.entries_size(), 3);
  EXPECT_EQ(younger.goes_on_as(), the_case());
}

TEST_F(BoardTest, ACorrectionOfAnEventAboutAnotherChildIsShownInTheCaseThatItGoesOnIn) {
  on_loop([this] { run_.path.submit(run_.placed_elsewhere("c-1", "1", "T-1")); });
  const std::string told = core::to_reference(core::NotificationId{event_ + 1, 0});
  (void)answer(post("/v1/notifications/" + told + "/acknowledge", acknowledgement));
  const auto path = "/v1/events/" + core::to_reference(core::Named::event, event_) + "/another-child";
  const auto done = body_of<v1::ActionReport>(answer(post(path, "{" + whose)));
  ASSERT_TRUE(done.recorded());
  on_loop([this] { run_.path.project(); });
  run_.ledger.settle_projection();
  const auto report = body_of<v1::CaseReport>(answer(get("/v1/cases/" + done.case_ref())));
  ASSERT_EQ(report.entries_size(), 4);
  EXPECT_EQ(report.entries(0).event_ref(), core::to_reference(core::Named::event, event_));
  EXPECT_EQ(report.entries(1).case_ref(), the_case());  // the correction, as it was recorded
  EXPECT_EQ(report.entries(2).what().find("Police acknowledged"), 0U) << report.entries(2).what();
}

TEST_F(BoardTest, AnEventAboutAnotherChildIsShownInItsOwnCaseWholeAndInTheOtherAsFarAsItWasThere) {
  const auto path = "/v1/events/" + core::to_reference(core::Named::event, event_) + "/another-child";
  const auto done = body_of<v1::ActionReport>(answer(post(path, "{" + whose)));
  ASSERT_TRUE(done.recorded());
  EXPECT_NE(done.case_ref(), the_case());
  (void)answer(post("/v1/notifications/" + police() + "/acknowledge", acknowledgement));
  on_loop([this] { run_.path.project(); });
  run_.ledger.settle_projection();

  const auto before = body_of<v1::CaseReport>(answer(get("/v1/cases/" + the_case())));
  ASSERT_EQ(before.entries_size(), 2);
  EXPECT_EQ(before.entries(0).event_ref(), core::to_reference(core::Named::event, event_));
  EXPECT_NE(before.entries(1).what().find("was about another child"), std::string::npos);
  const auto joined = body_of<v1::CaseReport>(answer(get("/v1/cases/" + done.case_ref())));
  ASSERT_EQ(joined.entries_size(), 3);
  EXPECT_EQ(joined.entries(0).case_ref(), the_case());
  EXPECT_EQ(joined.entries(2).what().find("Police acknowledged"), 0U);

  const auto exported = unchunked(answer(get("/v1/export?case=" + done.case_ref())));
  EXPECT_EQ(std::count(exported.begin(), exported.end(), '\n'), 4);  // the header, and the same three
}

TEST_F(BoardTest, AWithdrawnEventIsSaidToBePurged) {
  on_loop([this] { run_.path.submit(run_.withdrawal("w-1", "1", "T-1")); });
  const auto report = body_of<v1::CaseReport>(answer(get("/v1/cases/" + the_case())));
  ASSERT_EQ(report.entries_size(), 2);
  EXPECT_TRUE(report.entries(0).purged());
  EXPECT_FALSE(report.entries(0).erased());
  EXPECT_FALSE(report.entries(1).purged());
}

TEST_F(BoardTest, AnAlarmIsShownAndClosedByAPerson) {
  on_loop([this] { run_.path.submit(core::RaiseAlarm{"worker_silent", "police"}); });
  const auto report = body_of<v1::OpenReport>(answer(get("/v1/open")));
  ASSERT_EQ(report.alarms_size(), 1);
  const auto path = "/v1/alarms/" + report.alarms(0).reference() + "/close";
  const std::string closing = R"({"person":"B. Manager","role":"duty manager","note":"rang them"})";
  EXPECT_NE(answer(post(path, closing)).find("HTTP/1.1 200"), std::string::npos);
  EXPECT_NE(answer(post(path, closing)).find("HTTP/1.1 404"), std::string::npos);
}

TEST_F(BoardTest, ThoseWhoWatchHearEachEntryInPlainWordsWithoutNames) {
  RawClient watcher(socket_);
  watcher.say(get("/v1/watch"));
  EXPECT_NE(watcher.until("told is watching").find("text/event-stream"), std::string::npos);
  EXPECT_NE(watcher.until("still here").find("still here"), std::string::npos);
  (void)answer(post("/v1/notifications/" + police() + "/acknowledge", acknowledgement));
  const auto heard = watcher.until("acknowledged");
  EXPECT_NE(heard.find("Police acknowledged"), std::string::npos) << heard;
  EXPECT_EQ(heard.find("A. Sergeant"), std::string::npos);
}

TEST_F(BoardTest, AWatcherWhoLeavesIsForgotten) {
  {
    RawClient watcher(socket_);
    watcher.say(get("/v1/watch"));
    (void)watcher.until("told is watching");
  }
  const auto nobody_watches = [&] {
    std::size_t watchers = 1;
    on_loop([&] { watchers = house_.board(everything).figures().watchers; });
    return watchers == 0;
  };
  EXPECT_TRUE(told::test::until(nobody_watches, 2s)) << "the watcher is still there after 2 s";
}

TEST_F(BoardTest, AnExportVerifiesOffline) {
  (void)answer(post("/v1/notifications/" + police() + "/acknowledge", acknowledgement));
  const auto text = answer(get("/v1/export"));
  EXPECT_NE(text.find("application/jsonl"), std::string::npos);
  std::istringstream all(unchunked(text));
  const auto verdict = audit::verify(all, {Daemon::options("").signing_key.verifier_text(), {}, {}});
  EXPECT_TRUE(verdict.verified()) << verdict.sentence;
  EXPECT_EQ(verdict.entries, run_.ledger.size());

  std::istringstream one(unchunked(answer(get("/v1/export?case=" + the_case()))));
  const auto of_case = audit::verify(one, {Daemon::options("").signing_key.verifier_text(), {}, {}});
  EXPECT_TRUE(of_case.verified()) << of_case.sentence;
  EXPECT_EQ(of_case.entries, 2U);
}

TEST_F(BoardTest, TheTableHasTheAcknowledgement) {
  (void)answer(post("/v1/notifications/" + police() + "/acknowledge", acknowledgement));
  const auto table = unchunked(answer(get("/v1/export?format=csv")));
  EXPECT_NE(table.find("Police"), std::string::npos);
  EXPECT_NE(table.find("A. Sergeant,control room"), std::string::npos) << table;
}

TEST_F(BoardTest, AnExportOfNothingKnownIsRefusedByName) {
  EXPECT_NE(answer(get("/v1/export?format=xml")).find("`format` must be"), std::string::npos);
  EXPECT_NE(answer(get("/v1/export?since=yesterday")).find("`since` must be"), std::string::npos);
  EXPECT_NE(answer(get("/v1/export?agency=polise")).find("did you mean \\\"police\\\"?"), std::string::npos);
  const auto no_text = answer(get("/v1/export?agency=%ff"));
  EXPECT_NE(no_text.find("HTTP/1.1 400"), std::string::npos) << no_text;
  EXPECT_NE(no_text.find("application/problem+json"), std::string::npos) << no_text;
  EXPECT_NE(no_text.find("`agency`"), std::string::npos) << no_text;
  EXPECT_NE(answer(get("/v1/export?colour=red")).find("HTTP/1.1 400"), std::string::npos);
}

TEST_F(BoardTest, HealthReadinessMetricsAndCheckpointAreThere) {
  EXPECT_NE(answer(get("/healthz")).find("{\"alive\":true}"), std::string::npos);
  EXPECT_NE(answer(get("/readyz")).find("HTTP/1.1 200"), std::string::npos);
  EXPECT_NE(answer(get("/metrics")).find("told_limbo 0"), std::string::npos);
  EXPECT_NE(answer(get("/v1/checkpoint")).find("test/ledger\n"), std::string::npos);
  house_.ready = false;
  const auto text = answer(get("/readyz"));
  EXPECT_NE(text.find("HTTP/1.1 503"), std::string::npos);
  EXPECT_NE(text.find("make room on the disk"), std::string::npos);
}

TEST(Tokens, TheBoardsAndTheGatewaysNeverMeet) {
  EXPECT_TRUE(Board::owns(1ULL << 63U));
  EXPECT_FALSE(Board::owns((1ULL << 63U) - 1));
}

}  // namespace
}  // namespace told::board
