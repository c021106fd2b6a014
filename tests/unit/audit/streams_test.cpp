// Whoever may look at one stream of the ledger sees nothing of the other, and everybody can prove what they see.
#include "audit/streams.hpp"

#include <gtest/gtest.h>

#include "audit/json.hpp"
#include "world.hpp"

namespace told::audit {
namespace {

using testing::World;
using Indices = std::vector<core::EntryIndex>;

/// To the story of a missing child (0 to 6): a referral to the Channel panel (7), its acknowledgement (8), that it is
/// another person's (9), what came of that (10), an alarm about the referral (11) and one about the child (12), and
/// the end of each (13, 14); last a drill of the panel's exercise desk (15), and that it was answered (16).
class TwoStreams : public ::testing::Test {
 protected:
  TwoStreams() {
    testing::tell_a_story(world);
    auto& referral = *world.add(7, 7).mutable_event_accepted();
    referral.set_type("told.prevent.section36.v1");
    referral.set_status(v1::STATUS_ACTUAL);
    referral.set_opens_case(true);
    world.add(7, 7).mutable_acknowledged();
    auto& moved = *world.add(9, 9).mutable_identity_changed();
    moved.set_moved_event(7);
    moved.set_from_case(7);
    world.add(9, 7).mutable_escalated();
    alarm(core::NotificationId{7, 0});
    alarm(core::NotificationId{2, 0});
    world.add(0, 11).mutable_alarm_cleared();
    world.add(0, 12).mutable_alarm_cleared();
    auto& drill = *world.add(0, 15).mutable_drill_started();
    drill.set_drill("panel");
    drill.set_prevent(true);
    world.add(0, 15).mutable_acknowledged();
    world.seal();
  }
  void alarm(core::NotificationId about) {
    auto& raised = *world.add(0, world.entries.size()).mutable_alarm_raised();
    raised.set_code("nobody_was_told");
    raised.set_notification(about.number());
  }
  Indices shown(Sees sees) {
    Streams streams;
    Indices out;
    for (const v1::LedgerEntry& entry : world.entries)
      if (streams.shows(sees, entry)) out.push_back(entry.index());
    return out;
  }
  World world;
};

TEST_F(TwoStreams, AreToldApartFromTheLedgerAlone) {
  EXPECT_EQ(shown(Sees::safeguarding), (Indices{0, 1, 2, 3, 4, 5, 6, 12, 14}));
  EXPECT_EQ(shown(Sees::prevent), (Indices{0, 1, 6, 7, 8, 9, 10, 11, 13, 15, 16}));
  EXPECT_EQ(shown(Sees::everything).size(), world.entries.size());
}

TEST_F(TwoStreams, OneOfThemExportedIsProvedWholeAndShowsNothingOfTheOther) {
  auto options = world.options();
  options.sees = Sees::safeguarding;
  const std::string text = world.jsonl(options);
  EXPECT_EQ(text.find("prevent"), std::string::npos);
  const Verdict verdict = world.verified(text);
  EXPECT_TRUE(verdict.verified()) << verdict.sentence;
  EXPECT_EQ(verdict.withheld, world.entries.size() - shown(Sees::safeguarding).size());
  EXPECT_EQ(world.csv(options).find("prevent"), std::string::npos);
}

TEST_F(TwoStreams, AChoiceOfOneOfThemLeavesTheOtherOut) {
  auto options = world.options();
  options.sees = Sees::safeguarding;
  options.choice.since = core::from_us(world.entries[3].time_us());
  const std::string text = world.jsonl(options);
  EXPECT_EQ(text.find("prevent"), std::string::npos);
  EXPECT_TRUE(world.verified(text).verified()) << world.verified(text).sentence;
}

TEST_F(TwoStreams, WhatIsWithheldCannotBeExchanged) {
  auto options = world.options();
  options.sees = Sees::safeguarding;
  std::istringstream lines(world.jsonl(options));
  std::string changed;
  for (std::string line; std::getline(lines, line);) {
    v1::ExportLine entry;
    if (from_json(line, &entry).empty() && !entry.withheld().empty()) {
      std::string hash = entry.withheld();
      hash[0] = static_cast<char>(hash[0] ^ 1);
      entry.set_withheld(hash);
      line = to_json(entry);
    }
    changed += line + "\n";
  }
  EXPECT_FALSE(world.verified(changed).verified());
}

}  // namespace
}  // namespace told::audit
