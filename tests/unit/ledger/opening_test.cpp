#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "ledger/merkle.hpp"
#include "world.hpp"

namespace told::ledger {
namespace {

TEST(Opening, AWrongMasterKeyIsRefusedInOneClearSentence) {
  const Place place;
  with_a_small_story(place);
  auto options = place.options();
  options.master_key = MasterKey::from_hex(std::string(64, 'a'));
  const auto said = complaint([&] { Ledger{options}; });
  EXPECT_NE(said.find("the master key is not the one this ledger was begun with"), std::string::npos) << said;
  EXPECT_EQ(Ledger{place.options()}.size(), 3u);
}

TEST(Opening, AnotherSigningKeyOrOriginIsRefused) {
  const Place place;
  with_a_small_story(place);
  auto options = place.options();
  options.signing_key = SigningKey::generate(an_origin);
  EXPECT_NE(complaint([&] { Ledger{options}; }).find("witnesses would not believe"), std::string::npos);
  options = place.options();
  options.origin = "another.example/ledger";
  EXPECT_NE(complaint([&] { Ledger{options}; }).find("origin"), std::string::npos);
}

TEST(Opening, MissingKeysAreRefusedBeforeAnythingIsMade) {
  const Place place;
  auto options = place.options();
  options.signing_key = {};
  EXPECT_NE(complaint([&] { Ledger{options}; }).find("signing key"), std::string::npos);
  options = place.options();
  options.master_key = {};
  EXPECT_NE(complaint([&] { Ledger{options}; }).find("master key"), std::string::npos);
}

TEST(Opening, ASecondProcessIsRefusedAndToldWhoHasIt) {
  const Place place;
  const Ledger ledger{place.options()};
  const auto first = std::to_string(::getpid());
  const pid_t child = ::fork();
  if (child == 0) {
    const auto said = complaint([&] { Ledger{place.options()}; });
    ::_exit(said.find("another told (process " + first + ")") != std::string::npos ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Opening, TheDirectoryAndItsFilesAreTheOwnersAloneWhateverTheUmask) {
  const Place place;
  const auto before = ::umask(0);
  with_a_small_story(place);
  Ledger ledger{place.options()};
  ::umask(before);
  for (const auto* name : {"", "ledger.db", "ledger.db-wal", "ledger.db-shm", "projection.db", "lock", "reserve"}) {
    struct stat s {};
    ASSERT_EQ(::stat(place.stored(name).c_str(), &s), 0) << name;
    EXPECT_EQ(s.st_mode & 0077, 0u) << name;
  }
}

TEST(Opening, AnOpenDirectoryIsClosedAndSaidSo) {
  const Place place;
  ASSERT_EQ(::mkdir(place.stored("").c_str(), 0755), 0);
  const Ledger ledger{place.options()};
  const auto warnings = ledger.warnings();
  EXPECT_NE(std::find_if(warnings.begin(), warnings.end(),
                         [](const auto& w) { return w.find("was open to others") != std::string::npos; }),
            warnings.end());
}

TEST(Opening, ANewerSchemaIsRefusedInOneClearSentence) {
  const Place place;
  with_a_small_story(place);
  place.tamper("ledger.db", "PRAGMA user_version = 99");
  const auto said = complaint([&] { Ledger{place.options()}; });
  EXPECT_NE(said.find("was written by a newer told (its schema is 99"), std::string::npos) << said;
}

TEST(Opening, AFileThatIsNoLedgerIsRefusedAndLeftAlone) {
  const Place place;
  ASSERT_EQ(::mkdir(place.stored("").c_str(), 0700), 0);
  const std::string not_a_ledger(8192, 'x');
  std::ofstream{place.stored("ledger.db")} << not_a_ledger;
  EXPECT_NE(complaint([&] { Ledger{place.options()}; }), "");
  std::ifstream in{place.stored("ledger.db")};
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>{in}, {}), not_a_ledger);
}

TEST(Opening, AFlippedByteInALeafContradictsTheCheckpoint) {
  const Place place;
  std::string note;
  {
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
    note = ledger.checkpoint_now();
  }
  place.tamper("ledger.db", "UPDATE entries SET leaf = CAST(replace(leaf, 'ev-1', 'ev-2') AS BLOB) WHERE n = 1");
  Ledger ledger{place.options()};
  const auto before = verify_note(note, place.key().verifier_text(), nullptr);
  std::vector<Hash> hashes;
  for (const auto& leaf : leaves_of(ledger)) hashes.push_back(leaf_hash(leaf));
  ASSERT_TRUE(before);
  EXPECT_EQ(before->size, hashes.size());
  EXPECT_NE(before->root, root_of(hashes));
}

TEST(Opening, AMissingEntryIsRefused) {
  const Place place;
  with_a_small_story(place);
  place.tamper("ledger.db", "DELETE FROM entries WHERE n = 1");
  const auto said = complaint([&] { Ledger{place.options()}; });
  EXPECT_NE(said.find("entry 1 is missing"), std::string::npos) << said;
}

}  // namespace
}  // namespace told::ledger
