// Withdrawn: what the event said is gone from here, that it was sent stays. And ledgers from before that could be.
#include <gtest/gtest.h>
#include <sodium.h>

#include <chrono>
#include <fstream>

#include "../until.hpp"
#include "by_hand.hpp"
#include "ledger/directory_ground.hpp"
#include "ledger/key_ring.hpp"
#include "world.hpp"

namespace told::ledger {
namespace {

using namespace std::chrono_literals;

core::Entry withdrawn(core::EntryIndex index, core::EntryIndex event, core::CaseNumber c) {
  auto e = accepted(index, c);
  auto said = std::make_shared<v1::Event>(*e.event);
  said->mutable_event_withdrawn()->set_supersedes("ev-" + std::to_string(event));
  e.event = said;
  e.head.mutable_event_accepted()->set_opens_case(false);
  e.head.mutable_event_accepted()->set_amends(event);
  e.head.mutable_event_accepted()->set_withdraws(true);
  return e;
}

core::Entry corrected(core::EntryIndex index, core::EntryIndex event, core::CaseNumber c) {
  auto e = accepted(index, c);
  e.head.mutable_event_accepted()->set_opens_case(false);
  e.head.mutable_event_accepted()->set_amends(event);
  return e;
}

void commit_one(Ledger& ledger, core::Entry entry) {
  std::vector<core::Entry> group;
  group.push_back(std::move(entry));
  commit_well(ledger, std::move(group));
}

std::string blob(const std::string& file, const std::string& sql) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  sqlite3_stmt* s = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &s, nullptr), SQLITE_OK);
  std::string out;
  if (sqlite3_step(s) == SQLITE_ROW)
    out.assign(static_cast<const char*>(sqlite3_column_blob(s, 0)),
               static_cast<std::size_t>(sqlite3_column_bytes(s, 0)));
  sqlite3_finalize(s);
  sqlite3_close(db);
  return out;
}

bool somewhere_in(const std::string& directory, const std::string& bytes) {
  for (const auto& each : std::filesystem::directory_iterator(directory)) {
    std::ifstream in{each.path(), std::ios::binary};
    const std::string all{std::istreambuf_iterator<char>{in}, {}};
    if (all.find(bytes) != std::string::npos) return true;
  }
  return false;
}

constexpr auto key_of_1 = "SELECT wrapped FROM body_keys WHERE entry = 1";

TEST(AWithdrawal, PurgesWhatTheEventAndItsCorrectionsSaidAndNothingElse) {
  const Place place;
  {
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
    commit_one(ledger, corrected(3, 1, 1));
    commit_one(ledger, accepted(4, 1));
    const auto leaves = leaves_of(ledger);
    const auto prints = ledger.seal().prints(*an_event("ev-1", "ref-1"));
    commit_one(ledger, withdrawn(5, 1, 1));

    const auto reader = ledger.reader();
    EXPECT_FALSE(reader->body(*reader->entry(1)));
    EXPECT_FALSE(reader->body(*reader->entry(3)));
    EXPECT_TRUE(ledger.seal().opening(*reader->entry(1)).empty());
    for (const core::EntryIndex each : {1u, 3u}) EXPECT_TRUE(reader->purged(each));
    for (const core::EntryIndex each : {2u, 4u, 5u}) EXPECT_FALSE(reader->purged(each));
    EXPECT_EQ(reader->body(*reader->entry(2))->person().name(), "Officer A");
    EXPECT_EQ(reader->body(*reader->entry(4))->event().id(), "ev-4");
    EXPECT_EQ(reader->body(*reader->entry(5))->event().event_withdrawn().supersedes(), "ev-1");
    const auto kept = ledger.seal().prints_of_purged(*reader->entry(1));
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->identity, prints.identity);
    EXPECT_EQ(kept->subject, prints.subject);
    EXPECT_EQ(kept->content, prints.content);
    EXPECT_FALSE(ledger.seal().prints_of_purged(*reader->entry(4)));
    auto now = leaves_of(ledger);
    now.pop_back();
    EXPECT_EQ(now, leaves);  // every proof stands
  }
  Ledger ledger{place.options()};
  const auto reader = ledger.reader();
  EXPECT_FALSE(reader->body(*reader->entry(1)));
  EXPECT_TRUE(reader->body(*reader->entry(4)));
}

TEST(AWithdrawal, InTheGroupOfTheEventPurgesItToo) {
  const Place place;
  Ledger ledger{place.options()};
  auto group = a_small_story();
  group.push_back(corrected(3, 1, 1));
  group.push_back(withdrawn(4, 1, 1));
  commit_well(ledger, std::move(group));
  const auto reader = ledger.reader();
  EXPECT_FALSE(reader->body(*reader->entry(1)));
  EXPECT_FALSE(reader->body(*reader->entry(3)));
  EXPECT_TRUE(ledger.seal().prints_of_purged(*reader->entry(1)));
  EXPECT_TRUE(reader->body(*reader->entry(4)));
}

TEST(AWithdrawal, LeavesNoByteOfTheKeyInAnyFileOnceTheLedgerIsQuiet) {
  const Place place;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  const auto key = blob(place.stored("ledger.db"), key_of_1);
  ASSERT_EQ(key.size(), sealed_overhead + key_bytes);
  ASSERT_TRUE(somewhere_in(place.file("store"), key));
  commit_one(ledger, withdrawn(3, 1, 1));
  EXPECT_TRUE(told::test::until([&] { return !somewhere_in(place.file("store"), key); }));
  commit_one(ledger, accepted(4, 4));  // the ledger goes on
  EXPECT_TRUE(ledger.reader()->body(*ledger.reader()->entry(4)));
}

TEST(AWithdrawal, IsPurgedToTheLastByteWhenAReaderHasEndedThoughNothingIsCommittedAfterIt) {
  const Place place;
  ByHand hand;
  const auto options = place.options();
  Ledger ledger{options, ground_in(options.directory, options.reserve_bytes, options.log_room_bytes), hand};
  commit_well(ledger, a_small_story());
  const auto key = blob(place.stored("ledger.db"), key_of_1);
  auto slow = ledger.reader();
  commit_one(ledger, withdrawn(3, 1, 1));
  hand.pass(3s);  // told tries, and the reader holds it
  EXPECT_TRUE(somewhere_in(place.file("store"), key));
  slow.reset();
  hand.pass(3s);
  EXPECT_FALSE(somewhere_in(place.file("store"), key));
}

// The power goes when the withdrawal is durable and the log of changes still holds the key.
TEST(AWithdrawal, IsPurgedToTheLastByteByTheNextStartWhereACrashCameBetween) {
  const Place place, after_the_crash;
  std::string key;
  {
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
    key = blob(place.stored("ledger.db"), key_of_1);
    commit_one(ledger, withdrawn(3, 1, 1));
    std::filesystem::copy(place.file("store"), after_the_crash.file("store"));
  }
  ASSERT_TRUE(somewhere_in(after_the_crash.file("store"), key));
  auto options = place.options();
  options.directory = after_the_crash.file("store");
  Ledger ledger{options};
  EXPECT_FALSE(somewhere_in(after_the_crash.file("store"), key));
  const auto reader = ledger.reader();
  EXPECT_EQ(reader->size(), 4U);
  EXPECT_FALSE(reader->body(*reader->entry(1)));
}

TEST(ADestroyedCaseKey, TakesTheKeysOfItsEventsAndThePrintsOfThosePurgedWithIt) {
  const Place place;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  commit_one(ledger, withdrawn(3, 1, 1));
  commit_one(ledger, accepted(4, 1));
  ledger.destroy_key(1);
  const auto reader = ledger.reader();
  EXPECT_FALSE(reader->body(*reader->entry(4)));
  EXPECT_FALSE(ledger.seal().prints_of_purged(*reader->entry(1)));
  commit_one(ledger, withdrawn(5, 4, 1));  // nothing is left to purge, and that is no fault
}

TEST(AKeyOfABody, ThatWasExchangedForAnotherIsNoticed) {
  const Place place;
  {
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
    commit_one(ledger, accepted(3, 1));
  }
  place.tamper("ledger.db",
               "UPDATE body_keys SET wrapped = (SELECT wrapped FROM body_keys WHERE entry = 3) WHERE entry = 1");
  Ledger ledger{place.options()};
  const auto reader = ledger.reader();
  EXPECT_THROW((void)reader->body(*reader->entry(1)), StoreFailed);
}

std::string in_hex(const std::string& bytes) {
  std::string out(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  out.pop_back();
  return out;
}

/// A ledger as schema 1 kept it: an event, its body under its case's key.
void an_old_ledger(const Place& place) {
  const KeyRing ring{MasterKey::from_hex(a_hex_key)};
  CaseKey key;
  key.since = 1;
  key.bytes.fill(7);
  const std::array<unsigned char, nonce_bytes> nonce{};
  auto entry = accepted(1, 1);
  v1::Body body;
  *body.mutable_event() = *entry.event;
  const std::string plain = body.SerializeAsString();
  std::string sealed(nonce_bytes + plain.size() + mac_bytes, '\0');
  const auto index = big_endian(1);
  auto* p = reinterpret_cast<unsigned char*>(sealed.data());
  crypto_aead_xchacha20poly1305_ietf_encrypt(p + nonce_bytes, nullptr,
                                             reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
                                             index.data(), index.size(), nullptr, nonce.data(), key.bytes.data());
  entry.head.set_sealed(sealed);
  std::filesystem::create_directory(place.file("store"));
  const auto row = [](const std::string& bytes) { return "x'" + in_hex(bytes) + "'"; };
  place.tamper(
      "ledger.db",
      "PRAGMA journal_mode=WAL;"
      "CREATE TABLE entries (n INTEGER PRIMARY KEY, leaf BLOB NOT NULL) STRICT;"
      "CREATE TABLE keys (case_number INTEGER PRIMARY KEY, since INTEGER NOT NULL, wrapped BLOB NOT NULL) STRICT;"
      "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;"
      "INSERT INTO entries VALUES (0, " +
          row(started(0).head.SerializeAsString()) + "), (1, " + row(entry.head.SerializeAsString()) +
          ");"
          "INSERT INTO keys VALUES (1, 1, " +
          row(ring.wrap(1, key, nonce.data()).wrapped) +
          ");"
          "INSERT INTO meta VALUES ('origin', " +
          row(an_origin) + "), ('verifier', " + row(place.key().verifier_text()) + "), ('master_check', " +
          row(ring.check_value()) +
          ");"
          "PRAGMA application_id=" +
          std::to_string(0x746F6C64) + "; PRAGMA user_version=1;");
}

TEST(ALedgerFromBefore, OpensAndGoesOnWithKeysForEachEventFromNowOn) {
  const Place place;
  an_old_ledger(place);
  Ledger ledger{place.options()};
  {
    const auto reader = ledger.reader();
    EXPECT_EQ(reader->body(*reader->entry(1))->event().id(), "ev-1");
  }
  commit_one(ledger, accepted(2, 1));
  commit_one(ledger, withdrawn(3, 2, 1));
  const auto reader = ledger.reader();
  EXPECT_FALSE(reader->body(*reader->entry(2)));
  EXPECT_TRUE(reader->body(*reader->entry(1)));
}

TEST(ALedgerFromBefore, IsCopiedOnceSoThatItsPagesBearChecksums) {
  const Place place;
  an_old_ledger(place);
  const auto reserved = [&] {
    std::ifstream file{place.stored("ledger.db"), std::ios::binary};
    return file.seekg(20).get();
  };
  ASSERT_EQ(reserved(), 0);
  std::ofstream{place.stored("ledger.db.checked")} << "of a copy that was cut off";
  { const Ledger ledger{place.options()}; }
  EXPECT_EQ(reserved(), page_checksum_bytes);
  EXPECT_FALSE(std::filesystem::exists(place.stored("ledger.db.checked")));
  Ledger again{place.options()};
  EXPECT_EQ(again.size(), 2u);
  const auto reader = again.reader();
  EXPECT_EQ(reader->body(*reader->entry(1))->event().id(), "ev-1");
}

TEST(ALedgerFromBefore, SaysWhereWhatWasWithdrawnCannotBePurgedAlone) {
  const Place place;
  an_old_ledger(place);
  Ledger ledger{place.options()};
  commit_one(ledger, withdrawn(2, 1, 1));
  const auto warnings = ledger.warnings();
  EXPECT_TRUE(std::any_of(warnings.begin(), warnings.end(), [](const std::string& sentence) {
    return sentence.find("the event of entry 1 was withdrawn") != std::string::npos;
  }));
  const auto reader = ledger.reader();
  EXPECT_TRUE(reader->body(*reader->entry(1)));
  EXPECT_FALSE(reader->purged(1));
}

core::Entry erasure(core::EntryIndex index, core::CaseNumber c, std::vector<core::CaseNumber> cases = {},
                    std::vector<core::EntryIndex> events = {}) {
  auto e = started(index);
  e.head.set_case_number(c);
  e.head.set_event(index);
  v1::CaseErased& head = *e.head.mutable_case_erased();
  head.mutable_cases()->Add(cases.begin(), cases.end());
  head.mutable_events()->Add(events.begin(), events.end());
  e.body = std::make_unique<v1::Body>();
  e.body->mutable_person()->set_name("Officer R");
  e.body->set_note("kept long enough");
  return e;
}

TEST(AnErasure, LeavesEveryProofAndNothingOfWhatWasSaidInTheCase) {
  const Place place;
  for (const bool restarted : {false, true}) {
    Ledger ledger{place.options()};
    if (!restarted) {
      commit_well(ledger, a_small_story());
      commit_one(ledger, withdrawn(3, 1, 1));
      commit_one(ledger, accepted(4, 4));
      const auto leaves = leaves_of(ledger);
      commit_one(ledger, erasure(5, 1));
      auto now = leaves_of(ledger);
      now.pop_back();
      EXPECT_EQ(now, leaves);
    }
    const auto reader = ledger.reader();
    for (const core::EntryIndex each : {1u, 2u, 3u}) {
      EXPECT_FALSE(reader->body(*reader->entry(each))) << each;
      EXPECT_TRUE(ledger.seal().opening(*reader->entry(each)).empty()) << each;
    }
    EXPECT_FALSE(ledger.seal().prints_of_purged(*reader->entry(1)));
    EXPECT_EQ(reader->body(*reader->entry(4))->event().id(), "ev-4");
    EXPECT_EQ(reader->body(*reader->entry(5))->note(), "kept long enough");  // under the case's next key
  }
}

TEST(AnErasure, LeavesNoByteOfTheCasesKeyInAnyFileOnceTheLedgerIsQuiet) {
  const Place place;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  const auto key = blob(place.stored("ledger.db"), "SELECT wrapped FROM keys WHERE case_number = 1");
  ASSERT_EQ(key.size(), sealed_overhead + key_bytes);
  ASSERT_TRUE(somewhere_in(place.file("store"), key));
  commit_one(ledger, erasure(3, 1));
  EXPECT_TRUE(told::test::until([&] { return !somewhere_in(place.file("store"), key); }));
}

TEST(AnErasure, IsCompleteAtTheNextStartWhereACrashCameBetween) {
  const Place place, after_the_crash;
  std::string key;
  {
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
    key = blob(place.stored("ledger.db"), "SELECT wrapped FROM keys WHERE case_number = 1");
    commit_one(ledger, erasure(3, 1));
    std::filesystem::copy(place.file("store"), after_the_crash.file("store"));
  }
  ASSERT_TRUE(somewhere_in(after_the_crash.file("store"), key));
  auto options = place.options();
  options.directory = after_the_crash.file("store");
  Ledger ledger{options};
  EXPECT_FALSE(somewhere_in(after_the_crash.file("store"), key));
  const auto reader = ledger.reader();
  EXPECT_FALSE(reader->body(*reader->entry(1)));
  EXPECT_TRUE(reader->body(*reader->entry(3)));
}

TEST(AnErasure, InTheGroupOfTheCaseTakesItToo) {
  const Place place;
  Ledger ledger{place.options()};
  auto group = a_small_story();
  group.push_back(erasure(3, 1));
  group.push_back(acknowledged(4, 1, 1, "Officer B"));
  commit_well(ledger, std::move(group));
  const auto reader = ledger.reader();
  EXPECT_FALSE(reader->body(*reader->entry(1)));
  EXPECT_FALSE(reader->body(*reader->entry(2)));
  EXPECT_TRUE(reader->body(*reader->entry(3)));
  EXPECT_EQ(reader->body(*reader->entry(4))->person().name(), "Officer B");
}

TEST(AnErasure, InTheGroupOfTheChildsOtherCaseLeavesThatOneErasedAndNotDamaged) {
  const Place place;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  std::vector<core::Entry> group;
  group.push_back(accepted(3, 3));
  group.push_back(erasure(4, 1, {3}));
  commit_well(ledger, std::move(group));
  const auto reader = ledger.reader();
  EXPECT_FALSE(reader->body(*reader->entry(3)));
  EXPECT_TRUE(reader->body(*reader->entry(4)));
}

TEST(AnErasure, TakesTheChildsOtherCasesAndTheEventsThatWereMovedThere) {
  const Place place;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  commit_one(ledger, accepted(3, 3));  // the same child's
  commit_one(ledger, accepted(4, 4));  // another child's, with one event that was this one's
  commit_one(ledger, accepted(5, 4));
  commit_one(ledger, corrected(6, 5, 4));
  commit_one(ledger, erasure(7, 1, {3}, {5}));
  const auto reader = ledger.reader();
  for (const core::EntryIndex each : {1u, 2u, 3u, 5u, 6u}) EXPECT_FALSE(reader->body(*reader->entry(each))) << each;
  EXPECT_FALSE(ledger.seal().prints_of_purged(*reader->entry(5)));
  for (const core::EntryIndex each : {4u, 7u}) EXPECT_TRUE(reader->body(*reader->entry(each))) << each;
  commit_one(ledger, accepted(8, 3));  // what comes into that case afterwards has a key
  EXPECT_TRUE(ledger.reader()->body(*ledger.reader()->entry(8)));
}

TEST(AHold, KeepsWhatWasWithdrawnUntilItIsLifted) {
  const Place place;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  auto kept = withdrawn(3, 1, 1);
  kept.head.mutable_event_accepted()->set_keeps_content(true);
  commit_one(ledger, std::move(kept));
  EXPECT_EQ(ledger.reader()->body(*ledger.reader()->entry(1))->event().id(), "ev-1");
  auto lifted = started(4);
  lifted.head.set_case_number(1);
  lifted.head.set_event(4);
  lifted.head.mutable_hold_ordered()->set_lifted(true);
  lifted.head.mutable_hold_ordered()->add_purges(1);
  commit_one(ledger, std::move(lifted));
  const auto reader = ledger.reader();
  EXPECT_FALSE(reader->body(*reader->entry(1)));
  EXPECT_TRUE(ledger.seal().prints_of_purged(*reader->entry(1)));
  EXPECT_TRUE(reader->body(*reader->entry(2)));
}

}  // namespace
}  // namespace told::ledger
