#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <fstream>

#include "faulty_disk.hpp"
#include "ledger/reserve.hpp"
#include "ledger/sqlite/connection.hpp"
#include "world.hpp"

namespace told::ledger {
namespace {

std::vector<core::Entry> one(core::EntryIndex i) {
  std::vector<core::Entry> g;
  g.push_back(accepted(i, i));
  return g;
}

// 24 MiB: more than SQLite holds back, so that it writes before the commit is attempted.
std::vector<core::Entry> a_huge_group(core::EntryIndex first) {
  std::vector<core::Entry> g;
  for (core::EntryIndex i = first; i < first + 24; ++i) g.push_back(acknowledged(i, 1, 1, std::string(1 << 20, 'x')));
  return g;
}

std::string failure_of(const Ledger::Committed& c) {
  return complaint([&] {
    if (c.failure) std::rethrow_exception(c.failure);
  });
}

TEST(Failure, AFlushThatFailsEndsTheLedgerAndAReopeningRecovers) {
  const Place place;
  {
    const FaultyDisk disk;
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
    FaultyDisk::sync_result = SQLITE_IOERR_FSYNC;
    EXPECT_NE(failure_of(commit(ledger, one(3))), "");
    FaultyDisk::sync_result = SQLITE_OK;
    // The disk seems well again: nobody knows what it holds, so nothing more is accepted.
    EXPECT_NE(failure_of(commit(ledger, one(3))), "");
    EXPECT_EQ(ledger.size(), 3u);
  }
  Ledger ledger{place.options()};
  // Both are honest: the entry may or may not have become durable.
  ASSERT_GE(ledger.size(), 3u);
  ASSERT_LE(ledger.size(), 4u);
  const auto next = ledger.size();
  commit_well(ledger, one(next));
}

TEST(Failure, AWriteThatFailsEndsTheLedger) {
  const Place place;
  const FaultyDisk disk;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  FaultyDisk::write_result = SQLITE_IOERR_WRITE;
  FaultyDisk::writes_to_fail = 1;
  EXPECT_NE(failure_of(commit(ledger, one(3))).find("ledger.db"), std::string::npos);
  EXPECT_NE(failure_of(commit(ledger, one(3))), "");
}

TEST(Failure, AFullDiskInsideTheCommitIsNotTriedAgain) {
  const Place place;
  const FaultyDisk disk;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  FaultyDisk::write_result = SQLITE_FULL;
  FaultyDisk::writes_to_fail = 1;
  EXPECT_NE(failure_of(commit(ledger, one(3))), "");
}

TEST(Failure, AFullDiskBeforeTheCommitGivesTheReserveUpAndTheGroupGoesThrough) {
  const Place place;
  {
    const FaultyDisk disk;
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
    EXPECT_FALSE(ledger.room().low);
    FaultyDisk::write_result = SQLITE_FULL;
    FaultyDisk::writes_to_fail = 1;
    commit_well(ledger, a_huge_group(3));
    EXPECT_EQ(FaultyDisk::writes_to_fail, 0);
    EXPECT_EQ(ledger.size(), 27u);
    EXPECT_EQ(std::filesystem::file_size(place.stored("reserve")), 0u);
  }
  Ledger ledger{place.options()};
  EXPECT_EQ(ledger.size(), 27u);
  EXPECT_EQ(ledger.reader()->body(*ledger.reader()->entry(26))->person().name().size(), 1u << 20);
}

TEST(Failure, AFullDiskTwiceBeforeTheCommitEndsTheLedgerAndNothingOfTheGroupIsThere) {
  const Place place;
  {
    const FaultyDisk disk;
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
    FaultyDisk::write_result = SQLITE_FULL;
    FaultyDisk::writes_to_fail = 1'000'000;
    EXPECT_NE(failure_of(commit(ledger, a_huge_group(3))), "");
    FaultyDisk::writes_to_fail = 0;
  }
  EXPECT_EQ(Ledger{place.options()}.size(), 3u);
}

// The same disk gives the same bytes back a moment later: nothing that was told is lost, and nobody is to be left out.
TEST(Failure, AReadThatTheDiskRefusesIsNoDamageAndTheNextOneGoesThrough) {
  for (const std::string file : {"ledger.db", "ledger.db-wal"}) {
    const Place place;
    const FaultyDisk disk{file};
    auto ledger = std::make_unique<Ledger>(place.options());
    commit_well(*ledger, a_small_story());
    std::vector<core::Entry> long_one;  // over pages that no reader has in memory yet
    long_one.push_back(acknowledged(3, 1, 1, std::string(1 << 16, 'x')));
    commit_well(*ledger, std::move(long_one));
    if (file == "ledger.db") {
      ledger.reset();  // which moves the log of changes into it
      ledger = std::make_unique<Ledger>(place.options());
    }
    const auto reader = ledger->reader();
    FaultyDisk::read_result = SQLITE_IOERR_CORRUPTFS;  // what SQLite's own files answer where Linux answers EIO
    FaultyDisk::reads_to_fail = 1;
    try {
      (void)reader->entry(3);
      ADD_FAILURE() << file << " was read";
    } catch (const StoreFailed& failure) {
      EXPECT_FALSE(failure.damaged()) << failure.what();
    }
    EXPECT_EQ(FaultyDisk::reads_to_fail, 0);
    EXPECT_TRUE(ledger->reader()->entry(3));
  }
}

TEST(Failure, AFileWhoseBeginningCannotBeReadIsNotTakenForOneWithoutChecksums) {
  const Place place;
  {
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
  }
  const FaultyDisk disk{"ledger.db"};
  FaultyDisk::read_result = SQLITE_IOERR_READ;
  FaultyDisk::reads_to_fail = 1;
  EXPECT_NE(complaint([&] { (void)Connection::reading(place.stored("ledger.db")); }), "");
  EXPECT_EQ(FaultyDisk::reads_to_fail, 0);
  EXPECT_TRUE(Connection::reading(place.stored("ledger.db")).checked());
}

TEST(Reserve, IsGivenUpWhenLessThanItselfIsFreeAndTakenAgainAboveThreeTimesAsMuch) {
  const Place place;
  std::uint64_t free = 1000 << 20;
  constexpr std::uint64_t bytes = 4 << 20;
  Reserve reserve{place.file("reserve"), bytes, [&] { return free; }};
  const auto held = [&] {
    struct stat s {};
    return ::stat(place.file("reserve").c_str(), &s) == 0 ? static_cast<std::uint64_t>(s.st_blocks) * 512 : 0;
  };
  EXPECT_FALSE(reserve.look().low);
  EXPECT_GE(held(), bytes);
  free = bytes;
  EXPECT_FALSE(reserve.look().low);
  free = bytes - 1;
  EXPECT_TRUE(reserve.look().low);
  EXPECT_EQ(held(), 0u);
  free = 3 * bytes;  // what it gave free must not count as room again
  EXPECT_TRUE(reserve.look().low);
  free = 3 * bytes + 1;
  EXPECT_FALSE(reserve.look().low);
  EXPECT_GE(held(), bytes);
  reserve.release();
  EXPECT_EQ(held(), 0u);
}

TEST(Reserve, AcknowledgementsGoOnInItsSpaceOnADiskThatIsReallyFull) {
  const Place place;
  const auto disk = place.file("disk");
  ::mkdir(disk.c_str(), 0700);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=24m") != 0)
    GTEST_SKIP() << "mounting a small disk needs root; the rule itself is tested above";
  {
    auto options = place.options();
    options.directory = disk + "/store";
    options.reserve_bytes = 6 << 20;
    Ledger ledger{options};
    commit_well(ledger, a_small_story());
    EXPECT_FALSE(ledger.room().low);
    std::ofstream hog{disk + "/hog", std::ios::binary};
    const std::string block(1 << 16, 'h');
    while (hog.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
    EXPECT_TRUE(ledger.room().low);
    for (core::EntryIndex i = 3; i < 203; ++i) {
      std::vector<core::Entry> g;
      g.push_back(acknowledged(i, 1, 1, "Officer A"));
      commit_well(ledger, std::move(g));
    }
    EXPECT_EQ(ledger.size(), 203u);
    hog.close();
    std::filesystem::remove(disk + "/hog");
    EXPECT_FALSE(ledger.room().low);
  }
  ::umount(disk.c_str());
}

}  // namespace
}  // namespace told::ledger
