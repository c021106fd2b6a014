#include <gtest/gtest.h>

#include <thread>

#include "../until.hpp"
#include "ledger/merkle.hpp"
#include "world.hpp"

namespace told::ledger {
namespace {

TEST(Commit, ReopeningGivesTheSameBytesAndTheSameRoot) {
  const Place place;
  std::vector<std::string> leaves;
  std::string note;
  {
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
    EXPECT_EQ(ledger.size(), 3u);
    leaves = leaves_of(ledger);
    note = ledger.checkpoint_now();
  }
  Ledger ledger{place.options()};
  EXPECT_EQ(ledger.size(), 3u);
  EXPECT_EQ(leaves_of(ledger), leaves);
  EXPECT_EQ(ledger.checkpoint(), note);
}

TEST(Commit, ALeafIsTheEntrysOwnSerialisationWithItsSealFilledIn) {
  const Place place;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  for (const auto& leaf : leaves_of(ledger)) {
    v1::LedgerEntry entry;
    ASSERT_TRUE(entry.ParseFromString(leaf));
    EXPECT_EQ(entry.SerializeAsString(), leaf);
  }
  const auto reader = ledger.reader();
  EXPECT_TRUE(reader->entry(0)->sealed().empty());
  const auto said = reader->body(*reader->entry(1));
  ASSERT_TRUE(said);
  EXPECT_EQ(said->SerializeAsString(),
            [] {
              v1::Body b;
              *b.mutable_event() = *an_event("ev-1", "ref-1");
              return b;
            }()
                .SerializeAsString());
  EXPECT_EQ(reader->body(*reader->entry(2))->person().name(), "Officer A");
  EXPECT_FALSE(reader->entry(3));
}

TEST(Commit, NothingThatAPersonSaidStandsInTheFilesInTheClear) {
  const Place place;
  {
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
    for (const auto& leaf : leaves_of(ledger)) {
      for (const auto* name : {"Child A", "Officer A", "on our way", "ref-1"})
        EXPECT_EQ(leaf.find(name), std::string::npos);
    }
  }
}

TEST(Commit, TheCheckpointIsOverTheLeaves) {
  const Place place;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  std::vector<core::Entry> more;
  for (core::EntryIndex i = 3; i < 1003; ++i) more.push_back(accepted(i, i % 3 == 0 ? i : 1));
  commit_well(ledger, std::move(more));
  const auto checkpoint = verify_note(ledger.checkpoint_now(), place.key().verifier_text(), nullptr);
  ASSERT_TRUE(checkpoint);
  std::vector<Hash> hashes;
  for (const auto& leaf : leaves_of(ledger)) hashes.push_back(leaf_hash(leaf));
  EXPECT_EQ(checkpoint->origin, an_origin);
  EXPECT_EQ(checkpoint->size, 1003u);
  EXPECT_EQ(checkpoint->root, root_of(hashes));
}

TEST(Commit, AGroupMayBeHandedInFromWithinTheAnswerToTheLast) {
  const Place place;
  Ledger ledger{place.options()};
  std::promise<core::EntryIndex> size;
  auto one = [](core::EntryIndex i) {
    std::vector<core::Entry> g;
    g.push_back(started(i));
    return g;
  };
  ledger.commit(one(0), [&](Ledger::Committed&& first) {
    EXPECT_EQ(first.entries.size(), 1u);
    ledger.commit(one(1), [&](Ledger::Committed&& second) { size.set_value(second.size); });
  });
  EXPECT_EQ(size.get_future().get(), 2u);
  EXPECT_EQ(ledger.figures().groups, 2u);
}

TEST(Commit, AnEntryOutOfOrderIsRefusedBeforeAnythingIsWritten) {
  const Place place;
  {
    Ledger ledger{place.options()};
    std::vector<core::Entry> gap;
    gap.push_back(started(0));
    gap.push_back(started(2));
    EXPECT_TRUE(commit(ledger, std::move(gap)).failure);
    EXPECT_EQ(ledger.size(), 0u);
  }
  EXPECT_EQ(Ledger{place.options()}.size(), 0u);
}

TEST(Commit, AReaderKeepsItsSnapshotWhileTheLedgerGrows) {
  const Place place;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  const auto before = ledger.reader();
  std::vector<core::Entry> more;
  more.push_back(started(3));
  commit_well(ledger, std::move(more));
  EXPECT_EQ(before->size(), 3u);
  EXPECT_FALSE(before->entry(3));
  EXPECT_EQ(ledger.reader()->size(), 4u);
}

TEST(Commit, ReadersAndCheckpointsFromManyThreadsAgreeWithTheWriter) {
  const Place place;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      while (!stop) {
        const auto reader = ledger.reader();
        EXPECT_EQ(reader->body(*reader->entry(2))->person().name(), "Officer A");
        EXPECT_EQ(reader->entry(reader->size() - 1)->index(), reader->size() - 1);
        const auto note = verify_note(ledger.checkpoint_now(), place.key().verifier_text(), nullptr);
        ASSERT_TRUE(note);
        EXPECT_LE(note->size, ledger.size());
      }
    });
  }
  for (core::EntryIndex i = 3; i < 303; ++i) {
    std::vector<core::Entry> g;
    g.push_back(accepted(i, i));
    commit_well(ledger, std::move(g));
  }
  stop = true;
  for (auto& t : threads) t.join();
}

TEST(Commit, AQuietMomentMovesTheLogOfChangesIntoItsFile) {
  const Place place;
  Ledger ledger{place.options()};
  std::vector<core::Entry> group;
  for (core::EntryIndex i = 0; i < 4000; ++i) group.push_back(accepted(i, i));
  commit_well(ledger, std::move(group));
  constexpr std::uintmax_t all_of_it = 4000 * 200;
  EXPECT_LT(std::filesystem::file_size(place.stored("ledger.db")), all_of_it);
  EXPECT_TRUE(told::test::until([&] { return std::filesystem::file_size(place.stored("ledger.db")) >= all_of_it; }));
}

}  // namespace
}  // namespace told::ledger
