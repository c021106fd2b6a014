// A disk that forgets: bits that rot in a page, in the log of changes, in the mark; a key that is not there any more.
// tests/torture/rot does it to each page of a large store.
#include <gtest/gtest.h>

#include <fstream>

#include "world.hpp"

namespace told::ledger {
namespace {

std::string all_of(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// What opening the store and reading all of it said.
std::string reading(const Options& options) {
  return complaint([&] {
    Ledger ledger{options};
    const auto reader = ledger.reader();
    for (core::EntryIndex i = 0; i < reader->size(); ++i) (void)reader->body(*reader->entry(i));
  });
}

std::string reading(const Place& place) { return reading(place.options()); }

TEST(APage, ThatHasRottedIsRefusedWhateverItHolds) {
  const Place whole;
  with_a_small_story(whole);
  const auto file = whole.stored("ledger.db");
  const auto pages = std::filesystem::file_size(file) / page_bytes;
  ASSERT_GE(pages, 6u);  // the first, three tables, an index, the facts
  std::size_t noticed = 0;
  for (std::uint64_t page = 0; page < pages; ++page) {
    const auto bit = (page * page_bytes + 37 * page % page_bytes) * 8 + page % 8;
    rot(file, bit);
    const auto said = complaint([&] {
      sqlite3* db = nullptr;
      sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, CheckedPages{}.name());
      const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> closed{db, sqlite3_close};
      // SQLite's own look at every page.
      if (sqlite3_exec(db, "PRAGMA integrity_check", nullptr, nullptr, nullptr) != SQLITE_OK)
        throw StoreFailed(sqlite3_errmsg(db));
    });
    noticed += said.empty() ? 0 : 1;
    rot(file, bit);
  }
  EXPECT_EQ(noticed, pages);
  EXPECT_EQ(reading(whole), "");
}

TEST(APage, WrittenToTheWrongPlaceIsRefused) {
  const Place place;
  with_a_small_story(place);
  const auto bytes = all_of(place.stored("ledger.db"));
  std::fstream file{place.stored("ledger.db"), std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(page_bytes).write(bytes.data() + 2 * page_bytes, page_bytes);
  file.close();
  EXPECT_NE(reading(place).find("does not agree with its checksum"), std::string::npos);
}

TEST(APage, OfALedgerThatSaysItHasNoChecksumsAnyMoreIsNotBelieved) {
  const Place place;
  with_a_small_story(place);
  rot(place.stored("ledger.db"), 20 * 8 + 3);  // 8 bytes kept free in each page become none
  EXPECT_NE(reading(place).find("is damaged"), std::string::npos);
}

// SQLite takes what comes after a rotten frame for cut off, and would begin again before it.
TEST(TheLogOfChanges, ThatHasRottedAnywhereIsNoticed) {
  const Place running;
  Ledger ledger{running.options()};
  commit_well(ledger, a_small_story());
  constexpr std::size_t header = 32, frame = 24 + page_bytes;
  for (const auto at : {std::size_t{9}, header + 5, header + frame + 300, header + 3 * frame + 17}) {
    const Place killed;
    auto options = running.options();
    options.directory = killed.file("store");
    std::filesystem::copy(running.file("store"), options.directory);
    EXPECT_EQ(reading(options), "");
    std::filesystem::remove_all(options.directory);
    std::filesystem::copy(running.file("store"), options.directory);
    rot(killed.stored("ledger.db-wal"), at * 8 + 1);
    EXPECT_NE(reading(options), "") << "byte " << at;
  }
}

// A disk that only fails for a moment must not be taken for it, and it not for such a disk: nobody is told what it
// said.
TEST(Damage, IsSaidToBeForGoodWhereverItStands) {
  const auto for_good = [](const Place& place) {
    try {
      Ledger ledger{place.options()};
      const auto reader = ledger.reader();
      (void)reader->body(*reader->entry(1));
    } catch (const StoreFailed& failure) {
      return failure.damaged();
    }
    return false;
  };
  const Place whole, page, key, body, gone;
  for (const Place* each : {&whole, &page, &key, &body, &gone}) with_a_small_story(*each);
  EXPECT_FALSE(for_good(whole));
  rot(page.stored("ledger.db"), (2 * page_bytes + 100) * 8);
  key.tamper("ledger.db", "UPDATE keys SET wrapped = zeroblob(length(wrapped)) WHERE case_number = 1");
  body.tamper("ledger.db", "UPDATE body_keys SET wrapped = zeroblob(length(wrapped)) WHERE entry = 1");
  gone.tamper("ledger.db", "DELETE FROM keys WHERE case_number = 1");
  for (const Place* each : {&page, &key, &body, &gone}) EXPECT_TRUE(for_good(*each)) << each->stored("");
}

TEST(Damage, ThatAReaderMetIsRememberedForWhoeverLooksAfterTold) {
  const Place place;
  with_a_small_story(place);
  place.tamper("ledger.db", "UPDATE body_keys SET wrapped = zeroblob(length(wrapped)) WHERE entry = 1");
  const Ledger ledger{place.options()};
  const auto reader = ledger.reader();
  const auto entry = reader->entry(1);
  EXPECT_EQ(ledger.damage_met(), 0U);
  EXPECT_THROW((void)reader->body(*entry), StoreFailed);
  EXPECT_EQ(ledger.damage_met(), 1U);
}

TEST(TheMark, NoticesALedgerThatIsShorterThanItWas) {
  const Place place;
  with_a_small_story(place);
  place.tamper("ledger.db", "DELETE FROM entries WHERE n = 2");
  const auto said = reading(place);
  EXPECT_NE(said.find("ledger.db has 2 entries and had 3"), std::string::npos) << said;
  EXPECT_NE(said.find("delete `mark`"), std::string::npos) << said;
  std::filesystem::remove(place.stored("mark"));  // somebody decided
  EXPECT_EQ(reading(place), "");
}

TEST(TheMark, ThatHasRottedOrLagsBehindStopsNobody) {
  const Place place;
  with_a_small_story(place);
  for (std::uint64_t bit = 0; bit < 38 * 8; ++bit) {
    rot(place.stored("mark"), bit);
    ASSERT_EQ(reading(place), "") << bit;  // which writes it anew
  }
  const std::string first = all_of(place.stored("mark"));
  {
    Ledger ledger{place.options()};
    std::vector<core::Entry> more;
    more.push_back(accepted(3, 3));
    commit_well(ledger, std::move(more));
  }
  EXPECT_NE(all_of(place.stored("mark")), first);
  std::ofstream{place.stored("mark")} << first;
  EXPECT_EQ(reading(place), "");
}

TEST(AKey, ThatIsNotThereIsLostAndNotDestroyed) {
  const Place place;
  with_a_small_story(place);
  place.tamper("ledger.db", "DELETE FROM keys WHERE case_number = 1");
  EXPECT_NE(reading(place).find("the key of case 1 is missing"), std::string::npos);
}

}  // namespace
}  // namespace told::ledger
