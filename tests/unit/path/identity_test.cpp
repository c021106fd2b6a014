// Whose case it is, and what was withdrawn: as true after a restart as before, also of events long forgotten.
#include <gtest/gtest.h>

#include "core/reference.hpp"
#include "store_in_a_directory.hpp"

namespace told::path::test {
namespace {

const core::Actor manager{"Manager B", "service manager", "", v1::MEANS_LOCAL, "local", ""};

core::EntryIndex event_of(const Daemon& run) {
  return *core::from_reference(core::Named::event, run.last_result().receipt());
}

core::EntryIndex arrives(Daemon& run, const std::string& id, const std::string& subject) {
  run.path.submit(run.arrived(id, subject));
  run.settle();
  return event_of(run);
}

TEST(WhoseCaseItIs, IsTheSameFromTheProjectionFromTheLedgerAloneAndFromBoth) {
  for (const int projected : {0, 1, 2}) {
    const Directory directory;
    std::vector<std::string> before;
    core::CaseNumber older = 0, younger = 0, own = 0;
    core::EntryIndex moved = 0;
    {
      Daemon run(directory.path);
      older = arrives(run, "1", "T-1");
      younger = arrives(run, "2", "T-2");
      if (projected != 0) project(run);
      run.path.submit(run.missing("3", "T-2"));
      run.settle();
      moved = event_of(run);
      EXPECT_TRUE(ordered(run, core::JoinCases{1, older, younger, manager, "the same"}).recorded());
      EXPECT_TRUE(ordered(run, core::MoveEvent{1, moved, 0, manager, "a brother"}).recorded());
      own = run.engine.state().case_of(*run.engine.state().event(moved));
      if (projected == 2) project(run);
      run.ledger.settle_projection();
      before = rows_of(run.engine.state());
    }
    Daemon again(directory.path);
    EXPECT_EQ(rows_of(again.engine.state()), before);
    const core::State& state = again.engine.state();
    EXPECT_EQ(state.same_child(younger), (std::vector<core::CaseNumber>{older, younger}));
    EXPECT_EQ(state.open_episodes(own, core::Instant::max()), (std::vector<core::EntryIndex>{moved}));
    EXPECT_TRUE(state.open_episodes(older, core::Instant::max()).empty());
    EXPECT_TRUE(again.engine.limbo().empty());
    again.path.submit(again.missing("3", "T-2"));  // published again: a duplicate, of the case that it goes on in
    again.settle();
    EXPECT_EQ(again.last_result().verdict(), v1::VERDICT_DUPLICATE);
    EXPECT_EQ(last<core::ReplyPublished>(again).case_number, own);
    again.path.submit(again.arrived("4", "T-2"));
    again.settle();
    EXPECT_EQ(last<core::ReplyPublished>(again).case_number, older);
  }
}

TEST(WhoseCaseItIs, CanBeSaidOfEventsThatAreForgotten) {
  constexpr std::size_t kept = 8;
  const Directory directory;
  core::EntryIndex first = 0, second = 0;
  {
    Daemon run(directory.path, kept);
    run.connect_police();
    first = arrives(run, "1", "T-1");
    (void)is_acknowledged(run);
    second = arrives(run, "2", "T-2");
    (void)is_acknowledged(run);
    for (int i = 3; i < 15; ++i) {
      arrives(run, std::to_string(i), "X-" + std::to_string(i));
      (void)is_acknowledged(run);
    }
    project(run);
    ASSERT_EQ(run.engine.state().event(first), nullptr);
    ASSERT_EQ(run.engine.state().event(second), nullptr);
    EXPECT_TRUE(ordered(run, core::JoinCases{1, first, second, manager, "the same"}).recorded());
    EXPECT_EQ(last<core::Transmit>(run).kind, v1::NOTIFICATION_KIND_SAME_CHILD);
    EXPECT_EQ(last<core::Transmit>(run).recipient, "police");
    EXPECT_TRUE(ordered(run, core::MoveEvent{1, second, 0, manager, "they are two after all"}).recorded());
    EXPECT_EQ(last<core::Transmit>(run).kind, v1::NOTIFICATION_KIND_ANOTHER_CHILD);
  }  // durable, and not projected: a power cut now
  Daemon again(directory.path, kept);
  ASSERT_GT(again.recovered.replayed, 0U);
  again.ledger.settle_projection();
  const auto trail = again.ledger.reader()->trail(second);
  EXPECT_GE(trail.size(), 4U);
  EXPECT_EQ(again.engine.state().moved_into(again.engine.state().case_of(second, second)).size(), 1U);
}

// Of what stream two cases are is known by their events, all of them closed and forgotten.
TEST(TwoPreventCasesOfOneChild, AreOfThePreventStreamAlsoAfterACrash) {
  constexpr std::size_t kept = 2;
  const Directory directory;
  core::EntryIndex first = 0, second = 0, joined = 0;
  {
    Daemon run(directory.path, kept);
    run.path.submit(core::OpenSession{"panel", 3});
    run.path.submit(core::Offer{"panel", 3, 1000});
    const auto referred = [&](const std::string& id) {
      run.path.submit(run.section36(id, "T-" + id));
      run.settle();
      const core::Transmit told = last<core::Transmit>(run);
      run.path.submit(core::EndAttempt{told.notification, told.attempt, v1::OUTCOME_DELIVERED, "panel", "zmq_queue",
                                       "receipt", ""});
      run.path.submit(acknowledgement(run, told.notification, "panel"));
      run.settle();
      return told.notification.event;
    };
    first = referred("1");
    second = referred("2");
    for (const char* other : {"3", "4", "5"}) referred(other);
    project(run);
    ASSERT_EQ(run.engine.state().event(first), nullptr);
    ASSERT_EQ(run.engine.state().event(second), nullptr);
    EXPECT_TRUE(ordered(run, core::JoinCases{1, first, second, manager, "the same"}).recorded());
    joined = last<core::Transmit>(run).notification.event;
    ASSERT_TRUE(run.engine.state().event(joined)->prevent);
  }  // durable, and not projected: a power cut now
  const Daemon again(directory.path, kept);
  ASSERT_GT(again.recovered.replayed, 0U);
  EXPECT_TRUE(again.engine.state().event(joined)->prevent);
}

TEST(WhatIsOwedAgain, IsSoWhereTheEventThatStartedItIsForgottenAlsoAfterACrash) {
  constexpr std::size_t kept = 2;
  const Directory directory;
  core::NotificationId report;
  {
    Daemon run(directory.path, kept);
    run.adopt(test::policy_text_with_a_clock(R"(
name = "report"
starts = "child.arrived"
duty = "x"
due = "10 h"
stopped_by = "child.missing"
)"));
    run.connect_police();
    const core::EntryIndex arrived = arrives(run, "1", "T-1");
    report = run.engine.state().obligations(arrived).at(0);
    (void)is_acknowledged(run);
    run.path.submit(run.missing("2", "T-1"));
    for (const std::string other : {"3", "4", "5"}) {  // each arrival is closed by what came after it
      arrives(run, "arrived-" + other, "X-" + other);
      (void)is_acknowledged(run);
      run.path.submit(run.missing("missing-" + other, "X-" + other));
    }
    project(run);
    ASSERT_EQ(run.engine.state().event(arrived), nullptr);
    run.path.submit(run.withdrawal("w-1", "2", "T-1"));
    run.settle();
    ASSERT_NE(run.engine.state().notification(report), nullptr);
    EXPECT_TRUE(run.engine.state().notification(report)->open());
  }  // durable, and not projected: a power cut now
  const Daemon again(directory.path, kept);
  ASSERT_GT(again.recovered.replayed, 0U);
  EXPECT_EQ(again.engine.state().obligations(report.event), (std::vector<core::NotificationId>{report}));
}

TEST(AWithdrawnEvent, IsRecognisedWhenItComesAgainThoughItsContentIsPurgedAlsoAfterARebuild) {
  const Directory directory;
  core::EntryIndex event = 0;
  {
    Daemon run(directory.path);
    event = arrives(run, "1", "T-0");
    run.path.submit(run.withdrawal("w-1", "1"));
    run.settle();
    EXPECT_EQ(run.last_result().verdict(), v1::VERDICT_ACCEPTED);
    const auto reader = run.ledger.reader();
    EXPECT_FALSE(reader->body(*reader->entry(event)));
  }
  for (const char* file : {"projection.db", "projection.db-wal", "projection.db-shm"})
    std::filesystem::remove(directory.path + "/store/" + file);
  Daemon again(directory.path);
  EXPECT_EQ(again.recovered.from_projection, 0U);
  again.path.submit(again.arrived("1", "T-0"));
  again.settle();
  EXPECT_EQ(again.last_result().verdict(), v1::VERDICT_DUPLICATE) << again.last_result().ShortDebugString();
  again.path.submit(again.missing("2", "T-0"));  // and the next report of the child is of the same case
  again.settle();
  EXPECT_EQ(last<core::ReplyPublished>(again).case_number, event);
}

}  // namespace
}  // namespace told::path::test
