// Nothing is sent, answered or shown that a power cut could take back.
#include <gtest/gtest.h>

#include "store_in_a_directory.hpp"

namespace told::path::test {
namespace {

TEST(AReceipt, IsReleasedOnlyWhenItsEntryIsInTheStore) {
  const Directory directory;
  Daemon run(directory.path);
  bool answered = false;
  run.path.release_to({[&](core::Effect&& effect) {
                         if (std::holds_alternative<core::ReplyPublished>(effect)) {
                           answered = true;
                           // A reader of its own sees the file as another process would.
                           const auto reader = run.ledger.reader();
                           const auto entry = reader->entry(reader->size() - 1);
                           ASSERT_TRUE(entry);
                           EXPECT_EQ(entry->event_accepted().id(), "1");
                         }
                       },
                       nullptr, nullptr, nullptr, nullptr});
  run.path.submit(run.missing("1", "T-1"));
  EXPECT_FALSE(answered);
  run.settle();
  EXPECT_TRUE(answered);
}

TEST(AnAnswerThatNeedsNoEntry, WaitsForWhatItRestsOn) {
  const Directory directory;
  Daemon run(directory.path);
  run.path.submit(run.missing("1", "T-1"));
  run.path.submit(run.missing("1", "T-1"));  // a duplicate: no entry of its own
  run.settle();
  std::vector<v1::Verdict> verdicts;
  for (const core::Effect& effect : run.effects)
    if (const auto* reply = std::get_if<core::ReplyPublished>(&effect)) verdicts.push_back(reply->result.verdict());
  EXPECT_EQ(verdicts, (std::vector{v1::VERDICT_ACCEPTED, v1::VERDICT_DUPLICATE}));
}

TEST(AnAnswerThatNeedsNoEntry, ComesAfterThoseThatWereDecidedBeforeIt) {
  const Directory directory;
  Daemon run(directory.path);
  run.path.submit(run.missing("1", "T-1"));
  while (run.path.committing_for() == run.path.committing_for().zero()) run.loop.poll_one();
  run.path.submit(run.missing("1", "T-1"));
  run.settle();
  std::vector<v1::Verdict> verdicts;
  for (const core::Effect& effect : run.effects)
    if (const auto* reply = std::get_if<core::ReplyPublished>(&effect)) verdicts.push_back(reply->result.verdict());
  EXPECT_EQ(verdicts, (std::vector{v1::VERDICT_ACCEPTED, v1::VERDICT_DUPLICATE}));
}

// The stop order closes the sockets when the path is idle: the last answers must have gone out by then.
TEST(WhoeverWaitsForIdleness, HearsOfItAfterTheLastAnswer) {
  const Directory directory;
  Daemon run(directory.path);
  bool answered = false;
  run.path.submit(run.missing("1", "T-1"));
  run.path.when_idle([&] {
    for (const core::Effect& effect : run.effects)
      if (std::holds_alternative<core::ReplyPublished>(effect)) answered = true;
  });
  run.settle();
  EXPECT_TRUE(answered);
}

TEST(WhatTheEngineSaysNow, IsShownOnlyWhenItIsDurable) {
  const Directory directory;
  Daemon run(directory.path);
  bool shown = false;
  run.path.submit(run.missing("1", "T-1"));
  const core::EntryIndex decided = run.engine.state().next_index();
  run.path.when_durable([&] {
    shown = true;
    EXPECT_GE(run.ledger.size(), decided);
  });
  EXPECT_FALSE(shown);
  run.settle();
  EXPECT_TRUE(shown);
}

TEST(TheProjection, IsNeverAheadOfTheLedger) {
  const Directory directory;
  Daemon run(directory.path);
  run.path.submit(run.missing("1", "T-1"));
  run.path.project();  // what was decided a moment ago is not durable yet
  run.ledger.settle_projection();
  EXPECT_LE(run.ledger.projected(), run.ledger.size());
  run.settle();
}

TEST(AFailedCommit, IsTheEndAndNothingOfItsGroupIsAnswered) {
  const Directory directory;
  Daemon run(directory.path);
  run.path.submit(run.missing("1", "T-1"));
  run.settle();
  // An engine that knows nothing of this ledger: its first entry is out of order, and the ledger refuses the group.
  core::Engine stranger;
  stranger.finish_replay();
  OnePath path(run.rooms_loop, stranger, run.ledger, [&] { return run.now; });
  bool answered = false;
  bool failed = false;
  path.release_to({[&](core::Effect&&) { answered = true; }, nullptr, nullptr,
                   [&](const std::exception_ptr&) { failed = true; }, nullptr});
  path.submit(core::Start{"test", "test"});
  path.submit(run.missing("2", "T-2"));  // to be asked for again: it has no policy, and no entry
  while (!failed) {
    run.loop.restart();
    run.loop.run_one_for(std::chrono::milliseconds{100});
  }
  EXPECT_FALSE(answered);
}

TEST(CommandsOfOneTurnOfTheLoop, AreMadeDurableTogether) {
  const Directory directory;
  Daemon run(directory.path);
  const auto groups = run.ledger.figures().groups;
  for (int i = 0; i < 100; ++i) run.path.submit(run.missing(std::to_string(i), "T-1"));
  run.settle();
  EXPECT_EQ(run.ledger.figures().groups, groups + 1);
}

TEST(AProbe, IsAnsweredByTheLedgersThreadEvenWhenThereIsNothingToCommit) {
  const Directory directory;
  Daemon run(directory.path);
  bool answered = false;
  run.path.probe([&] { answered = true; });
  run.settle();
  EXPECT_TRUE(answered);
  EXPECT_FALSE(run.failed);
}

}  // namespace
}  // namespace told::path::test
