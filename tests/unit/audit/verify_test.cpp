#include "audit/verify.hpp"

#include <gtest/gtest.h>

#include "audit/json.hpp"
#include "audit/opening.hpp"
#include "digest/digest.hpp"
#include "same_meaning.hpp"
#include "world.hpp"

namespace told::audit {
namespace {

using testing::lines;
using testing::same_meaning;
using testing::World;

std::string joined(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& line : all) out += line;
  return out;
}

class Verify : public ::testing::Test {
 protected:
  Verify() { testing::tell_a_story(world); }
  std::string fault(const std::string& text, const std::string& since = {}) const {
    const auto verdict = world.verified(text, since);
    EXPECT_FALSE(verdict.verified());
    return verdict.sentence;
  }
  World world;
};

TEST_F(Verify, AnExportAsItWasMadeIsVerified) {
  const auto verdict = world.verified(world.jsonl(world.options()));
  EXPECT_EQ(verdict.sentence,
            "VERIFIED: 7 entries, all there are, of ledger.example.org/told, signed by ledger.example.org; 1 names and "
            "notes are proved with them");
  EXPECT_TRUE(verdict.notices.empty());
}

TEST_F(Verify, EveryFlippedByteOfACompleteExportIsDetectedOrHarmless) {
  const auto original = world.jsonl(world.options());
  for (std::size_t at = 0; at < original.size(); ++at)
    for (const char flip : {'\x01', '\x20', '\x40'}) {
      auto changed = original;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      EXPECT_TRUE(!world.verified(changed).verified() || same_meaning(changed, original))
          << "byte " << at << ": " << changed.substr(at, 40);
    }
}

TEST_F(Verify, EveryFlippedByteOfACasesExportIsDetectedOrHarmless) {
  auto options = world.options();
  options.choice.case_number = 2;
  const auto original = world.jsonl(options);
  ASSERT_TRUE(world.verified(original).verified());
  for (std::size_t at = 0; at < original.size(); ++at) {
    auto changed = original;
    changed[at] = static_cast<char>(changed[at] ^ 0x01);
    EXPECT_TRUE(!world.verified(changed).verified() || same_meaning(changed, original))
        << "byte " << at << ": " << changed.substr(at, 40);
  }
}

TEST_F(Verify, AnExportCutOffAnywhereIsDetected) {
  const auto original = world.jsonl(world.options());
  for (std::size_t length = 0; length < original.size(); ++length)
    EXPECT_FALSE(world.verified(original.substr(0, length)).verified()) << length;
}

TEST_F(Verify, AChoiceCutOffBetweenTwoLinesIsDetected) {
  auto options = world.options();
  options.choice.case_number = 2;
  auto all = lines(world.jsonl(options));
  all.pop_back();
  EXPECT_NE(fault(joined(all)).find("lines are missing"), std::string::npos);
}

TEST_F(Verify, TwoLinesExchangedAreDetected) {
  auto all = lines(world.jsonl(world.options()));
  std::swap(all[3], all[4]);
  EXPECT_EQ(fault(joined(all)), "NOT VERIFIED: line 4: entry 3 stands where entry 2 belongs");
}

TEST_F(Verify, ALineLeftOutIsDetected) {
  auto all = lines(world.jsonl(world.options()));
  all.erase(all.begin() + 5);
  (void)fault(joined(all));
}

TEST_F(Verify, APolicyWhoseDigestIsAnothersIsDetected) {
  world.entries[1].mutable_policy_adopted()->set_sha256(digest::sha256("another policy"));
  world.seal();
  EXPECT_EQ(fault(world.jsonl(world.options())),
            "NOT VERIFIED: line 3: entry 1 gives a digest that is not the one of the policy it shows");
}

TEST_F(Verify, AnotherKeyIsDetected) {
  std::istringstream in(world.jsonl(world.options()));
  const auto verdict = verify(in, {ledger::SigningKey::generate("ledger.example.org").verifier_text(), {}, {}});
  EXPECT_FALSE(verdict.verified());
  EXPECT_NE(verdict.sentence.find("signature"), std::string::npos) << verdict.sentence;
}

TEST_F(Verify, ALedgerForgedWithAnotherKeyPassesOnlyWithTheFilesOwnKeyAndThatIsSaidLoudly) {
  World forged;
  testing::tell_a_story(forged);
  const auto text = forged.jsonl(forged.options());
  EXPECT_FALSE(world.verified(text).verified());

  std::istringstream in(text);
  const auto verdict = verify(in, {});
  EXPECT_TRUE(verdict.verified());
  ASSERT_FALSE(verdict.notices.empty());
  EXPECT_NE(verdict.notices[0].find("THE KEY IS THE FILE'S OWN"), std::string::npos);
}

TEST_F(Verify, AnOlderCheckpointOfTheSameHistoryAgrees) {
  for (const std::uint64_t size : {0U, 1U, 3U, 7U}) {
    const auto verdict = world.verified(world.jsonl(world.options()), world.checkpoint(size));
    EXPECT_TRUE(verdict.verified()) << verdict.sentence;
  }
}

TEST_F(Verify, AChangedHistoryIsDetectedWithTheOlderCheckpoint) {
  const auto older = world.checkpoint(4);
  world.entries[1].set_time_us(1);  // whoever holds the signing key writes an entry anew and signs again
  world.seal();
  EXPECT_NE(fault(world.jsonl(world.options()), older).find("HISTORY WAS CHANGED"), std::string::npos);
}

TEST_F(Verify, ALedgerCutShortIsDetectedWithTheOlderCheckpoint) {
  auto options = world.options();
  options.checkpoint = world.checkpoint(5);
  EXPECT_NE(fault(world.jsonl(options), world.checkpoint(7)).find("cut short"), std::string::npos);
}

TEST_F(Verify, AnOlderCheckpointNeedsACompleteExport) {
  auto options = world.options();
  options.choice.case_number = 2;
  EXPECT_NE(fault(world.jsonl(options), world.checkpoint(3)).find("complete export"), std::string::npos);
}

TEST_F(Verify, ANameThatWasNotSealedIsDetected) {
  auto text = world.jsonl(world.options());
  text.replace(text.find("A. Sergeant"), 11, "B. Sergeant");
  EXPECT_NE(fault(text).find("other words of a person than were sealed"), std::string::npos);
}

TEST_F(Verify, NamesWithoutAnOpeningAreSaidToBeTheExportersWord) {
  auto options = world.options();
  options.opening = nullptr;
  const auto verdict = world.verified(world.jsonl(options));
  EXPECT_TRUE(verdict.verified());
  ASSERT_EQ(verdict.notices.size(), 1U);
  EXPECT_NE(verdict.notices[0].find("exporter's word"), std::string::npos);
}

TEST_F(Verify, SaysContentPurgedOnlyOfWhatWasDestroyed) {
  auto& withdrawal = *world.add(2, 7).mutable_event_accepted();
  withdrawal.set_amends(2);
  withdrawal.set_withdraws(true);
  world.seal();
  const auto kept = world.verified(world.jsonl(world.options()));
  ASSERT_EQ(kept.notices.size(), 1U);
  EXPECT_NE(kept.notices[0].find("1 event was withdrawn, and the content was NOT purged"), std::string::npos)
      << kept.notices[0];
  world.destroyed = {2};
  const auto purged = world.verified(world.jsonl(world.options()));
  ASSERT_EQ(purged.notices.size(), 1U);
  EXPECT_NE(purged.notices[0].find("1 event was withdrawn, content purged"), std::string::npos) << purged.notices[0];
}

TEST_F(Verify, IsNotToldThatAnythingElseWasPurged) {
  auto all = lines(world.jsonl(world.options()));
  all[5].insert(all[5].size() - 2, ",\"purged\":true");
  EXPECT_NE(fault(joined(all)).find("holds nothing that a publisher said"), std::string::npos);
}

TEST_F(Verify, AnOpeningOpensOneBodyAndNoOther) {
  v1::Body other = *world.bodies[4];
  world.add(2, 2, &other).mutable_acknowledged();
  world.seal();
  const auto opening = world.keys().opening(world.entries[4]);
  EXPECT_TRUE(open_with(opening, world.entries[4]).has_value());
  EXPECT_FALSE(open_with(opening, world.entries.back()).has_value());
}

TEST_F(Verify, NonsenseIsRefusedAndDoesNotFloodTheReport) {
  EXPECT_FALSE(world.verified("").verified());
  EXPECT_FALSE(world.verified("hello\n").verified());
  auto text = lines(world.jsonl(world.options()))[0];
  for (int i = 0; i < 5000; ++i) text += "{}\n";
  EXPECT_EQ(world.verified(text).faults.size(), faults_kept);
}

TEST_F(Verify, ReadsNoFurtherThanTheFaultsThatItsCallerWants) {
  auto all = lines(world.jsonl(world.options()));
  all[2] = "{}\n";
  all[3] = "{}\n";
  std::istringstream in{joined(all)};
  const auto verdict = verify(in, {world.key.verifier_text(), {}, {}, 0});
  EXPECT_FALSE(verdict.verified());
  EXPECT_EQ(verdict.entries, 2U) << "the first and the spoilt one behind it";
}

TEST(Grouped, LongNumbersAreReadable) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(1234), "1,234");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(999), "999");
}

}  // namespace
}  // namespace told::audit
