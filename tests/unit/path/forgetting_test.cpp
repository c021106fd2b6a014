// What is said of an event that told has forgotten is recorded, and shown with its case.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "store_in_a_directory.hpp"

namespace told::path::test {
namespace {

constexpr std::size_t closed_kept = 2;

v1::AcknowledgementResult answer(const Daemon& run) { return last<core::ReplyActed>(run).result; }

/// The police are told of arrivals, have each and acknowledge it: closed events. Gives the first notification.
core::NotificationId arrivals(Daemon& run, int count, int from = 0) {
  run.connect_police();
  core::NotificationId first;
  for (int i = from; i < from + count; ++i) {
    run.path.submit(run.arrived(std::to_string(i), "T-" + std::to_string(i)));
    run.settle();
    const core::NotificationId told = is_acknowledged(run);
    if (i == from) first = told;
  }
  return first;
}

bool trail_has(Daemon& run, core::EntryIndex event, core::EntryIndex entry) {
  const auto trail = run.ledger.reader()->trail(event);
  return std::find(trail.begin(), trail.end(), entry) != trail.end();
}

TEST(AnAcknowledgementOfAForgottenEvent, IsRecordedAsARepeatAndStandsInItsTrail) {
  const Directory directory;
  Daemon run(directory.path, closed_kept);
  const core::NotificationId first = arrivals(run, 5);
  project(run);
  ASSERT_EQ(run.engine.state().event(first.event), nullptr);

  run.path.submit(acknowledgement(run, first, "police"));
  const core::EntryIndex said = run.engine.state().next_index() - 1;
  run.settle();
  EXPECT_TRUE(answer(run).recorded()) << answer(run).ShortDebugString();
  EXPECT_TRUE(answer(run).repeated());
  project(run);
  EXPECT_TRUE(trail_has(run, first.event, said));
}

TEST(AnAnswerByALink, IsRecordedAsTheRecipientsHoweverLongItIsForgotten) {
  const Directory directory;
  Daemon run(directory.path, closed_kept);
  const core::NotificationId first = arrivals(run, 5);
  project(run);
  ASSERT_EQ(run.engine.state().event(first.event), nullptr);
  core::Acknowledge by_link = acknowledgement(run, first, "");
  by_link.by.means = v1::MEANS_LINK;
  run.path.submit(by_link);
  const core::EntryIndex said = run.engine.state().next_index() - 1;
  run.settle();
  const auto entry = run.ledger.reader()->entry(said);
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->acknowledged().via(), "police");
  EXPECT_TRUE(entry->acknowledged().repeated());
}

// Whoever had acknowledged it leaves it with nobody: it is open again, also for a start that finds its row closed.
TEST(ARefusalOfAForgottenEvent, OpensItAgainAlsoForTheNextStart) {
  for (const bool projected : {false, true}) {
    const Directory directory;
    core::NotificationId first;
    {
      Daemon run(directory.path, closed_kept);
      first = arrivals(run, 5);
      project(run);
      ASSERT_EQ(run.engine.state().event(first.event), nullptr);
      run.path.submit(core::Decline{1, first, acknowledgement(run, first, "police").by, "not ours"});
      run.settle();
      EXPECT_TRUE(answer(run).recorded());
      EXPECT_FALSE(answer(run).repeated());
      if (projected) project(run);
    }
    const Daemon again(directory.path, closed_kept);
    const core::Notification* n = again.engine.state().notification(first);
    ASSERT_NE(n, nullptr);
    EXPECT_EQ(n->state, v1::NOTIFICATION_STATE_DECLINED);
    EXPECT_NE(n->next, core::Instant{}) << "somebody is called still";
  }
}

TEST(AForgottenEventThatSomebodyHadAccepted, IsOpenAgainOnceTheyAreKeptOutOfItsCaseAlsoForTheNextStart) {
  for (const bool projected : {false, true}) {
    const Directory directory;
    core::NotificationId first;
    {
      Daemon run(directory.path, closed_kept);
      first = arrivals(run, 5);
      project(run);
      ASSERT_EQ(run.engine.state().event(first.event), nullptr);
      const core::CaseNumber c = run.ledger.reader()->entry(first.event)->case_number();
      run.path.submit(core::OrderScreen{1, c, "police", false, acknowledgement(run, first, "police").by, "why"});
      run.settle();
      EXPECT_TRUE(answer(run).recorded());
      if (projected) project(run);
    }
    const Daemon again(directory.path, closed_kept);
    const core::Notification* n = again.engine.state().notification(first);
    ASSERT_NE(n, nullptr);
    EXPECT_TRUE(n->open());
    EXPECT_NE(n->next, core::Instant{}) << "somebody is called";
  }
}

TEST(AReceiptOfAForgottenEvent, IsRecordedOnce) {
  const Directory directory;
  Daemon run(directory.path, closed_kept);
  run.path.submit(core::OpenSession{"police", 1});
  run.path.submit(core::Offer{"police", 1, 1});
  run.path.submit(run.arrived("sent", "T-100"));
  run.settle();
  const core::Transmit told = last<core::Transmit>(run);
  const auto ends = [&](v1::Outcome outcome) {
    return core::EndAttempt{told.notification, told.attempt, outcome, "police", "notify", "", ""};
  };
  run.path.submit(ends(v1::OUTCOME_SENT));
  run.path.submit(acknowledgement(run, told.notification, "police"));
  run.settle();
  arrivals(run, 5);
  project(run);
  ASSERT_EQ(run.engine.state().event(told.notification.event), nullptr);

  const core::EntryIndex before = run.engine.state().next_index();
  for (const v1::Outcome outcome : {v1::OUTCOME_DEFERRED, v1::OUTCOME_DELIVERED, v1::OUTCOME_DELIVERED})
    run.path.submit(ends(outcome));
  run.settle();
  EXPECT_EQ(run.engine.state().next_index(), before + 1);
  project(run);
  EXPECT_TRUE(trail_has(run, told.notification.event, before));
}

TEST(AForgottenEvent, IsAsUnknownToOthersAsOneThatNeverWas) {
  const Directory directory;
  Daemon run(directory.path, closed_kept);
  const core::NotificationId first = arrivals(run, 5);
  project(run);
  std::vector<std::string> answers;
  for (const core::NotificationId id : {first, core::NotificationId{1'000'000, 0}, core::NotificationId{1, 0}}) {
    run.path.submit(acknowledgement(run, id, "panel"));
    run.settle();
    v1::AcknowledgementResult result = answer(run);
    result.clear_notification();
    answers.push_back(result.ShortDebugString());
    EXPECT_EQ(result.problem().code(), "unknown_notification");
  }
  EXPECT_EQ(answers, std::vector<std::string>(3, answers.front()));
}

TEST(ACorrectionOfAForgottenEvent, IsTakenAndIsThereAfterARestart) {
  const Directory directory;
  core::NotificationId first;
  core::EntryIndex said = 0;
  {
    Daemon run(directory.path, closed_kept);
    first = arrivals(run, 5);
    project(run);
    ASSERT_EQ(run.engine.state().event(first.event), nullptr);
    run.path.submit(run.withdrawal("w-1", "0"));
    said = run.engine.state().event(first.event) == nullptr ? 0 : run.engine.state().event(first.event)->touched;
    run.settle();
    EXPECT_EQ(run.last_result().verdict(), v1::VERDICT_ACCEPTED) << run.last_result().ShortDebugString();
  }
  Daemon again(directory.path, closed_kept);
  again.ledger.settle_projection();
  EXPECT_TRUE(trail_has(again, first.event, said));
}

/// An event that is forgotten, where the projection cannot be read.
core::NotificationId forgotten_beyond_recall(const Directory& directory, Daemon& run) {
  const core::NotificationId first = arrivals(run, 5);
  project(run);
  EXPECT_EQ(run.engine.state().event(first.event), nullptr);
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(directory.path + "/store/projection.db" + part);
  std::ofstream{directory.path + "/store/projection.db"} << std::string(5000, 'x');
  return first;
}

TEST(AnAcknowledgementOfAForgottenEvent, IsNotSaidToBeAboutNothingWhereTheProjectionCannotBeRead) {
  const Directory directory;
  Daemon run(directory.path, closed_kept);
  const core::NotificationId first = forgotten_beyond_recall(directory, run);

  run.path.submit(acknowledgement(run, first, "police"));
  run.settle();
  EXPECT_EQ(answer(run).problem().code(), "not_at_hand");
  run.path.submit(acknowledgement(run, {1'000'000, 0}, "police"));
  run.settle();
  EXPECT_EQ(answer(run).problem().code(), "unknown_notification");
}

// Whoever was told of what cannot be read would not be told that it is another child's.
TEST(AnOrderAboutAForgottenEvent, IsRefusedWhereTheProjectionCannotBeRead) {
  const Directory directory;
  Daemon run(directory.path, closed_kept);
  const core::NotificationId first = forgotten_beyond_recall(directory, run);

  const core::Actor manager{"Manager A", "duty manager", "", v1::MEANS_LOCAL, "local", ""};
  const core::EntryIndex before = run.engine.state().next_index();
  run.path.submit(core::MoveEvent{1, first.event, 0, manager, "it was another child"});
  run.settle();
  EXPECT_EQ(answer(run).problem().code(), "not_at_hand");
  EXPECT_EQ(run.engine.state().next_index(), before);
}

// All of a case is recalled for what is said of one event of it: more than is remembered.
TEST(ACaseThatIsForgotten, IsInMemoryWholeForWhatIsSaidOfItsOldestEvent) {
  const Directory directory;
  Daemon run(directory.path, closed_kept);
  run.connect_police();
  core::EntryIndex oldest = 0;
  for (int i = 0; i < 5; ++i) {
    run.path.submit(run.arrived(std::to_string(i), "T-0"));
    run.settle();
    const core::NotificationId told = is_acknowledged(run);
    if (i == 0) oldest = told.event;
  }
  arrivals(run, 5, 5);
  project(run);
  ASSERT_EQ(run.engine.state().event(oldest), nullptr);
  run.path.submit(run.withdrawal("w-1", "0"));
  EXPECT_TRUE(run.engine.state().event(oldest)->withdrawn);
  run.settle();
  EXPECT_EQ(run.last_result().verdict(), v1::VERDICT_ACCEPTED) << run.last_result().ShortDebugString();
}

TEST(WhatIsOwedSinceASearchWasEndedByHand, IsNotOwedTwiceHoweverLongThatIsForgotten) {
  const Directory directory;
  Daemon run(directory.path, closed_kept);
  run.adopt(policy_text_with_a_clock(R"(
name = "talk"
starts = "child.located"
duty = "talk with the child"
due = "72 h"
)"));
  run.connect_police();
  run.path.submit(run.missing("m-1", "T-9"));
  run.settle();
  const core::NotificationId missing = is_acknowledged(run);
  run.path.submit(core::OrderStandDown{1, missing.event, acknowledgement(run, {}, "police").by, "found"});
  run.settle();
  const std::vector<core::NotificationId> owed = run.engine.state().obligations(missing.event);
  ASSERT_EQ(owed.size(), 1U);
  const core::EntryIndex by_hand = owed.front().event;
  (void)is_acknowledged(run);
  core::Acknowledge done = acknowledgement(run, owed.front(), "");
  done.done = true;
  run.path.submit(done);
  arrivals(run, 5);
  project(run);
  ASSERT_EQ(run.engine.state().event(by_hand), nullptr);

  run.path.submit(run.located("l-1", "T-9"));
  run.settle();
  EXPECT_TRUE(run.engine.state().obligations(missing.event).empty());
}

TEST(WhatIsOwedOnceWhileAChildStays, IsNotOwedTwiceHoweverLongItsFirstReportIsForgotten) {
  const Directory directory;
  Daemon run(directory.path, closed_kept);
  run.adopt(policy_text_with_a_clock(R"(
name = "record"
starts = "child.arrived"
once_a_stay = true
duty = "a record of the child"
due = "10 h"
)"));
  run.connect_police();
  run.path.submit(run.arrived("a-1", "T-9"));
  run.settle();
  const core::EntryIndex first = is_acknowledged(run).event;
  core::Acknowledge done = acknowledgement(run, run.engine.state().obligations(first).at(0), "");
  done.done = true;
  run.path.submit(done);
  for (const char* other : {"1", "2", "3", "4"}) run.path.submit(run.closed(std::string("c-") + other, other));
  project(run);
  ASSERT_EQ(run.engine.state().event(first), nullptr);

  run.now += std::chrono::hours{1};
  run.path.submit(run.arrived("a-2", "T-9"));
  run.settle();
  EXPECT_TRUE(run.engine.state().obligations(first).empty());
}

TEST(WhatEndedADutyBeforeItWasReportedAsOwed, EndsItHoweverLongThatIsForgottenAlsoForTheNextStart) {
  const Directory directory;
  core::EntryIndex missing = 0;
  {
    Daemon run(directory.path, closed_kept);
    run.adopt(policy_text_with_a_clock(R"(
name = "ask"
starts = "child.missing"
duty = "ask after the child"
due = "72 h"
)"));
    run.path.submit(run.closed("c-1", "T-9"));
    const core::EntryIndex closed = run.engine.state().next_index() - 1;
    run.settle();
    arrivals(run, 5);
    project(run);
    ASSERT_EQ(run.engine.state().event(closed), nullptr);

    run.path.submit(run.missing("m-1", "T-9"));
    missing = run.engine.state().next_index() - 1;
    run.settle();
    EXPECT_TRUE(run.engine.state().obligations(closed).empty());
  }
  const Daemon again(directory.path, closed_kept);
  ASSERT_NE(again.engine.state().event(missing), nullptr);
  EXPECT_TRUE(again.engine.state().obligations(again.engine.state().event(missing)->case_number).empty());
}

// The search goes on, so the report of it is at hand; its correction is closed as soon as everybody has answered.
// What corrects an event that is another child's is recorded in the case that it was in till then.
TEST(WhoeverWasToldByACorrectionThatIsForgotten, HearsOfTheEndAllTheSame) {
  for (const auto& [by_hand, moved] : {std::pair{false, false}, {true, false}, {false, true}, {true, true}}) {
    const Directory directory;
    Daemon run(directory.path, closed_kept);
    run.adopt(whole_policy_text() + R"(
[[tell]]
when = "child.missing"
who = "team_manager"
only_if = 'placement.county == "Kent"'
fields = "all"
within = "30 min"
ladder = "usual"
basis = "test"
source = "test"
)");
    run.connect_police();
    run.path.submit(core::OpenSession{"team_manager", 2});
    run.path.submit(core::Offer{"team_manager", 2, 1000});
    run.path.submit(run.missing("m-1", "T-9"));
    run.path.submit(run.placed_elsewhere("c-1", "m-1", "T-9"));
    run.settle();
    const core::EntryIndex correction = run.engine.state().next_index() - 1;
    ASSERT_EQ(run.engine.state().event(correction)->notifications.size(), 2U);
    for (const core::Slot slot : {core::Slot{0}, core::Slot{1}}) {
      const core::NotificationId id{correction, slot};
      const std::string who = run.engine.state().recipient_name(run.engine.state().notification(id)->recipient);
      run.path.submit(core::EndAttempt{id, 1, v1::OUTCOME_DELIVERED, who, "zmq_queue", "receipt", ""});
      run.path.submit(acknowledgement(run, id, who));
    }
    const core::CaseNumber other = arrivals(run, 1).event;
    const core::Actor by = acknowledgement(run, {}, "police").by;
    if (moved) {
      ASSERT_TRUE(ordered(run, core::MoveEvent{1, correction - 1, other, by, "a brother"}).recorded());
    }
    arrivals(run, 5, 1);
    project(run);
    ASSERT_EQ(run.engine.state().event(correction), nullptr);

    if (by_hand)
      run.path.submit(core::OrderStandDown{1, moved ? other : correction - 1, by, "found"});
    else
      run.path.submit(run.located("l-1", moved ? "T-0" : "T-9"));
    run.settle();
    const core::Event& end = *run.engine.state().event(run.engine.state().next_index() - 1);
    std::vector<std::string> told;
    for (const core::Notification& n : end.notifications)
      told.push_back(run.engine.state().recipient_name(n.recipient));
    EXPECT_NE(std::find(told.begin(), told.end(), "team_manager"), told.end())
        << (by_hand ? "by hand" : "reported") << (moved ? ", moved" : "");
  }
}

TEST(WhatIsSaidOfAForgottenEvent, IsInItsTrailAfterARestartThatHadToReplayIt) {
  const Directory directory;
  core::NotificationId first;
  core::EntryIndex said = 0;
  {
    Daemon run(directory.path, closed_kept);
    first = arrivals(run, 5);
    project(run);
    run.path.submit(acknowledgement(run, first, "police"));
    said = run.engine.state().next_index() - 1;
    run.settle();  // durable, and not projected: a power cut now
  }
  Daemon again(directory.path, closed_kept);
  ASSERT_GT(again.recovered.replayed, 0U);
  again.ledger.settle_projection();
  EXPECT_TRUE(trail_has(again, first.event, said));
}

}  // namespace
}  // namespace told::path::test
