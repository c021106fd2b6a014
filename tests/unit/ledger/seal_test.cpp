#include "ledger/seal.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "ledger/key_ring.hpp"
#include "ledger/merkle.hpp"
#include "world.hpp"

namespace told::ledger {
namespace {

TEST(Seal, EqualEventsHaveEqualPrintsAndEachDifferenceShows) {
  const Place place;
  Ledger ledger{place.options()};
  const auto& seal = ledger.seal();
  const auto base = seal.prints(*an_event("e1", "s1"));
  const auto again = seal.prints(*an_event("e1", "s1"));
  EXPECT_EQ(base.identity, again.identity);
  EXPECT_EQ(base.subject, again.subject);
  EXPECT_EQ(base.content, again.content);

  const auto other_id = seal.prints(*an_event("e2", "s1"));
  EXPECT_NE(base.identity, other_id.identity);
  EXPECT_EQ(base.subject, other_id.subject);
  auto other_content = an_event("e1", "s1");
  other_content->mutable_child_missing()->mutable_child()->mutable_name()->set_given("Amaru");
  EXPECT_EQ(base.identity, seal.prints(*other_content).identity);
  EXPECT_NE(base.content, seal.prints(*other_content).content);
}

TEST(Seal, SourceAndIdCannotBeShiftedIntoEachOther) {
  const Place place;
  Ledger ledger{place.options()};
  auto a = an_event("bc", "s");
  a->set_source("a");
  auto b = an_event("c", "s");
  b->set_source("ab");
  EXPECT_NE(ledger.seal().prints(*a).identity, ledger.seal().prints(*b).identity);
}

TEST(Seal, APreventReferralNeverSharesACaseWithTheChildsOtherEvents) {
  const Place place;
  Ledger ledger{place.options()};
  auto prevent = an_event("e1", "s1");
  prevent->mutable_prevent_section36()->set_police_case_ref("X");
  EXPECT_NE(ledger.seal().prints(*prevent).subject, ledger.seal().prints(*an_event("e1", "s1")).subject);
}

TEST(Seal, AWithdrawalHasTheSubjectOfEitherStreamSinceItDoesNotSayWhich) {
  const Place place;
  Ledger ledger{place.options()};
  auto withdrawal = an_event("e2", "s1");
  withdrawal->mutable_event_withdrawn()->set_supersedes("e1");
  auto prevent = an_event("e1", "s1");
  prevent->mutable_prevent_section36()->set_police_case_ref("X");
  const core::EventPrints prints = ledger.seal().prints(*withdrawal);
  EXPECT_EQ(prints.subject, ledger.seal().prints(*an_event("e1", "s1")).subject);
  EXPECT_EQ(prints.subject_in_prevent, ledger.seal().prints(*prevent).subject);
  EXPECT_EQ(ledger.seal().prints(*an_event("e1", "s1")).subject_in_prevent, core::Fingerprint{});
}

TEST(Seal, AnExerciseNeverSharesACaseWithTheRealChildOfTheSameReference) {
  const Place place;
  Ledger ledger{place.options()};
  auto exercise = an_event("e1", "s1");
  exercise->set_status(v1::STATUS_EXERCISE);
  auto real = an_event("e1", "s1");
  real->set_status(v1::STATUS_ACTUAL);
  EXPECT_NE(ledger.seal().prints(*exercise).subject, ledger.seal().prints(*real).subject);
}

TEST(Seal, PrintsOutliveARestartAndAreAnothersUnderAnotherMasterKey) {
  const Place here, there;
  const auto first = Ledger{here.options()}.seal().prints(*an_event("e1", "s1"));
  EXPECT_EQ(first.subject, Ledger{here.options()}.seal().prints(*an_event("e1", "s1")).subject);
  auto options = there.options();
  options.master_key = MasterKey::from_hex(std::string(64, 'f'));
  EXPECT_NE(first.subject, Ledger{options}.seal().prints(*an_event("e1", "s1")).subject);
}

TEST(Seal, ABodyMovedToAnotherEntryDoesNotOpen) {
  const Place place;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  auto entry = *ledger.reader()->entry(2);
  entry.set_index(1);
  EXPECT_THROW((void)ledger.seal().open(entry), StoreFailed);
  entry.set_index(2);
  (*entry.mutable_sealed())[30] ^= 1;
  EXPECT_THROW((void)ledger.seal().open(entry), StoreFailed);
  entry.set_sealed("short");
  EXPECT_THROW((void)ledger.seal().open(entry), StoreFailed);
}

// A reader holds the log of changes, in which the page with the key still stands as it was.
TEST(Seal, AKeyThatMayStillBeInTheLogOfChangesIsNotSaidToBeGone) {
  const Place place;
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
  auto held = ledger.reader();
  const auto said = complaint([&] { ledger.destroy_key(1); });
  EXPECT_NE(said.find("then do it again"), std::string::npos) << said;
  held.reset();
  EXPECT_EQ(complaint([&] { ledger.destroy_key(1); }), "");
  std::vector<core::Entry> later;
  later.push_back(acknowledged(3, 1, 1, "Officer A"));
  commit_well(ledger, std::move(later));  // the ledger goes on
}

TEST(Seal, ADestroyedKeyErasesThePersonAndLeavesEveryProofStanding) {
  const Place place;
  std::vector<std::string> leaves;
  {
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
    std::vector<core::Entry> other;
    other.push_back(accepted(3, 3));
    commit_well(ledger, std::move(other));
    leaves = leaves_of(ledger);
    const auto note = ledger.checkpoint_now();
    ledger.destroy_key(1);
    const auto reader = ledger.reader();
    EXPECT_FALSE(reader->body(*reader->entry(1)));
    EXPECT_FALSE(reader->body(*reader->entry(2)));
    EXPECT_TRUE(reader->body(*reader->entry(3)));
    EXPECT_EQ(ledger.checkpoint_now(), note);

    // What the case hears later is sealed under a new key; what was erased stays so.
    std::vector<core::Entry> later;
    later.push_back(acknowledged(4, 1, 1, "Officer A"));
    commit_well(ledger, std::move(later));
  }
  Ledger ledger{place.options()};
  const auto reader = ledger.reader();
  EXPECT_FALSE(reader->body(*reader->entry(1)));
  EXPECT_EQ(reader->body(*reader->entry(4))->person().name(), "Officer A");
  auto now = leaves_of(ledger);
  now.pop_back();
  EXPECT_EQ(now, leaves);
  std::vector<Hash> hashes;
  for (const auto& leaf : leaves_of(ledger)) hashes.push_back(leaf_hash(leaf));
  const auto checkpoint = verify_note(ledger.checkpoint(), place.key().verifier_text(), nullptr);
  for (std::uint64_t i = 0; i < hashes.size(); ++i)
    EXPECT_TRUE(verify_inclusion(hashes[i], i, checkpoint->size, inclusion_proof(i, hashes), checkpoint->root));
}

TEST(Seal, KeyRowsThatWereExchangedAreNoticed) {
  const Place place;
  {
    Ledger ledger{place.options()};
    commit_well(ledger, a_small_story());
    std::vector<core::Entry> other;
    other.push_back(accepted(3, 3));
    commit_well(ledger, std::move(other));
  }
  place.tamper("ledger.db",
               "UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE case_number = 3) WHERE case_number = 1");
  Ledger ledger{place.options()};
  const auto reader = ledger.reader();
  EXPECT_THROW((void)reader->body(*reader->entry(1)), StoreFailed);
}

TEST(KeyRing, ForgetsTheLeastRecentlyUsed) {
  KeyRing ring{MasterKey::from_hex(a_hex_key), 3};
  CaseKey key;
  for (core::CaseNumber c = 1; c <= 3; ++c) {
    key.since = c;
    ring.keep(c, key);
  }
  EXPECT_TRUE(ring.find(1, key));
  key.since = 4;
  ring.keep(4, key);
  EXPECT_FALSE(ring.find(2, key));
  EXPECT_TRUE(ring.find(1, key));
  EXPECT_EQ(key.since, 1u);
  ring.forget(1);
  EXPECT_FALSE(ring.find(1, key));
  for (core::CaseNumber c = 5; c <= 50; ++c) ring.keep(c, key);
  EXPECT_TRUE(ring.find(50, key));
  EXPECT_TRUE(ring.find(48, key));
  EXPECT_FALSE(ring.find(47, key));
}

TEST(MasterKey, SaysWhatIsWrongWithItsFile) {
  const Place place;
  const auto path = place.file("master.key");
  EXPECT_NE(complaint([&] { (void)MasterKey::from_file(path); }).find(path), std::string::npos);
  std::ofstream{path} << a_hex_key << "\n";
  ::chmod(path.c_str(), 0644);
  EXPECT_NE(complaint([&] { (void)MasterKey::from_file(path); }).find("chmod 600"), std::string::npos);
  ::chmod(path.c_str(), 0600);
  EXPECT_EQ(MasterKey::from_file(path).data()[31], 0x1F);
  std::ofstream{path} << "0011\n";
  EXPECT_NE(complaint([&] { (void)MasterKey::from_file(path); }).find("64 hexadecimal"), std::string::npos);
}

}  // namespace
}  // namespace told::ledger
