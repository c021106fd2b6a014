#include "audit/export.hpp"

#include <gtest/gtest.h>

#include "audit/json.hpp"
#include "audit/proof_tree.hpp"
#include "core/reference.hpp"
#include "world.hpp"

namespace told::audit {
namespace {

using testing::World;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

class Export : public ::testing::Test {
 protected:
  Export() { testing::tell_a_story(world); }
  World world;
};

TEST_F(Export, EveryEntryIsThereToTheByte) {
  const auto all = lines_of(world.jsonl(world.options()));
  ASSERT_EQ(all.size(), 1 + world.entries.size());
  for (std::size_t i = 0; i < world.entries.size(); ++i) {
    v1::ExportLine line;
    ASSERT_EQ(from_json(all[i + 1], &line), "");
    EXPECT_EQ(line.leaf(), world.entries[i].SerializeAsString());
  }
}

TEST_F(Export, WhatAnEventSaysAboutAChildIsNeverInIt) {
  const auto text = world.jsonl(world.options());
  EXPECT_EQ(text.find("Invented"), std::string::npos);
  EXPECT_NE(text.find("A. Sergeant"), std::string::npos);
  v1::ExportLine event;
  ASSERT_EQ(from_json(lines_of(text)[3], &event), "");
  EXPECT_FALSE(event.has_said());
}

TEST_F(Export, ABodyThatHoldsAnEventIsNeverGivenAnOpening) {
  world.bodies[4]->mutable_event()->set_id("e-1");
  world.seal();
  v1::ExportLine line;
  ASSERT_EQ(from_json(lines_of(world.jsonl(world.options()))[5], &line), "");
  EXPECT_EQ(line.said().name(), "A. Sergeant");
  EXPECT_TRUE(line.said().opening().empty());
}

TEST_F(Export, AnAgencysExportHasWhatConcernsItAndNothingElse) {
  auto options = world.options();
  options.choice.agency = "home_office";
  const auto all = lines_of(world.jsonl(options));
  ASSERT_EQ(all.size(), 3U);  // the header, the event that made its duty, its escalation
  EXPECT_NE(all[2].find("escalated"), std::string::npos);
  EXPECT_TRUE(world.verified(world.jsonl(options)).verified());
}

TEST_F(Export, ACasesExportLeavesOutWhatIsAboutNoCase) {
  auto options = world.options();
  options.choice.case_number = 2;
  EXPECT_EQ(lines_of(world.jsonl(options)).size(), 5U);
}

TEST_F(Export, ACasesExportHasWhatWasRecordedOfAnEventBeforeItCameHere) {
  auto& corrected = *world.add(2, 8).mutable_event_accepted();  // of the first case still
  corrected.set_amends(2);
  world.entries.back().set_event(7);
  auto& moved = *world.add(8, 8).mutable_identity_changed();
  moved.set_moved_event(2);
  moved.set_from_case(2);
  world.add(2, 0).mutable_clock_stepped();  // of the first case, and not of the event
  world.seal();
  auto options = world.options();
  options.choice.case_number = 8;
  EXPECT_EQ(lines_of(world.jsonl(options)).size(), 2U);
  options.choice.moved_here = {2};
  const auto text = world.jsonl(options);
  EXPECT_EQ(lines_of(text).size(), 7U);  // the header, the event and its three, its correction, the order
  v1::ExportHeader header;
  ASSERT_EQ(from_json(lines_of(text)[0], &header), "");
  ASSERT_EQ(header.filter().moved_here_size(), 2);
  EXPECT_EQ(header.filter().moved_here(0), core::to_reference(core::Named::event, 2));
  EXPECT_EQ(header.filter().moved_here(1), core::to_reference(core::Named::event, 7));
  EXPECT_TRUE(world.verified(text).verified()) << world.verified(text).sentence;
}

TEST_F(Export, WhatWasPurgedIsSaidSoAtTheEventAndAtItsWithdrawal) {
  auto& withdrawal = *world.add(2, 7).mutable_event_accepted();
  withdrawal.set_amends(2);
  withdrawal.set_withdraws(true);
  world.seal();
  const auto purged = [&](std::size_t entry) {
    v1::ExportLine line;
    EXPECT_EQ(from_json(lines_of(world.jsonl(world.options()))[entry + 1], &line), "");
    return line.purged();
  };
  EXPECT_FALSE(purged(2));
  EXPECT_FALSE(purged(7));
  world.destroyed = {2};
  EXPECT_TRUE(purged(2));
  EXPECT_TRUE(purged(7));
  EXPECT_FALSE(purged(4));
}

TEST_F(Export, TimesChooseFromSinceUpToUntil) {
  auto options = world.options();
  options.choice.since = core::from_us(world.entries[3].time_us());
  options.choice.until = core::from_us(world.entries[5].time_us());
  EXPECT_EQ(lines_of(world.jsonl(options)).size(), 3U);
}

TEST_F(Export, ALedgerWhoseCheckpointDoesNotVerifyIsNotExported) {
  auto options = world.options();
  options.verifier_key = ledger::SigningKey::generate("ledger.example.org").verifier_text();
  EXPECT_THROW((void)world.jsonl(options), ExportFailed);
  EXPECT_THROW((void)world.csv(options), ExportFailed);
}

TEST_F(Export, OnlyTheEntriesUnderTheCheckpointAreExported) {
  auto options = world.options();
  options.checkpoint = world.checkpoint(3);
  const auto text = world.jsonl(options);
  EXPECT_EQ(lines_of(text).size(), 4U);
  EXPECT_TRUE(world.verified(text).verified());
}

TEST_F(Export, TheTableSaysWhoWasToldWhenAndWhoAnswered) {
  const auto rows = lines_of(world.csv(world.options()));
  ASSERT_EQ(rows.size(), 4U);  // the columns, police, the Home Office, the duty manager
  EXPECT_NE(rows[1].find("police.control_room"), std::string::npos);
  EXPECT_NE(rows[1].find("A. Sergeant,control room,,their own system,,,acknowledged,"), std::string::npos) << rows[1];
  EXPECT_NE(rows[2].find("council.duty_manager,open,"), std::string::npos) << rows[2];
}

TEST_F(Export, TheTableOfOneAgencyHasItsRowsOnly) {
  auto options = world.options();
  options.choice.agency = "police";
  EXPECT_EQ(lines_of(world.csv(options)).size(), 2U);
}

TEST_F(Export, AFormulaInANameIsMadeText) {
  world.bodies[4]->mutable_person()->set_name("=cmd|' /C calc'!A0");
  world.seal();
  EXPECT_NE(world.csv(world.options()).find(",'=cmd|"), std::string::npos);
}

TEST_F(Export, AnExportThatNobodyWantsAnyMoreEnds) {
  int pieces = 0;
  export_jsonl(world, world.options(), [&](std::string_view) { return ++pieces < 3; });
  EXPECT_EQ(pieces, 3);
}

TEST(ProofTree, EveryPathOfEverySmallTreeLeadsToItsRoot) {
  for (std::uint64_t size = 1; size <= 70; ++size) {
    ProofTree tree;
    ledger::Frontier frontier;
    std::vector<ledger::Hash> leaves;
    for (std::uint64_t i = 0; i < size; ++i) {
      leaves.push_back(ledger::leaf_hash(std::to_string(i)));
      tree.add(leaves.back());
      frontier.add(leaves.back());
    }
    for (std::uint64_t i = 0; i < size; ++i)
      ASSERT_TRUE(ledger::verify_inclusion(leaves[i], i, size, tree.path(i), frontier.root())) << i << " of " << size;
  }
}

}  // namespace
}  // namespace told::audit
