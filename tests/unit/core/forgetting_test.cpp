// Closed events are forgotten beyond a bound, and recalled when somebody speaks of one.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

constexpr std::size_t kept = 2;

/// Two events, told to the police and the Home Office and closed by their acknowledgements. Gives the first one's
/// index.
EntryIndex an_episode_and_its_end(World& world, const std::string& subject) {
  (void)world.newly_received();
  const EntryIndex missing = world.engine().state().next_index();
  world.missing(subject);
  world.located(subject);
  for (const Received& r : world.newly_received()) world.acknowledge(r.id, r.recipient);
  return missing;
}

struct Forgetful : testing::Test {
  Forgetful() {
    for (const char* who : {"police", "home_office"}) world.connect(who);
    first = an_episode_and_its_end(world, "T-1");
    row = state().row(*state().event(first));
    an_episode_and_its_end(world, "T-2");
  }
  State& state() { return world.engine().state_for_restore(); }
  /// What the shell does when the projection has everything on the disk.
  void project() {
    (void)state().take_changes();
    state().projected(state().next_index());
  }

  World world{small_policy(), kept};
  EntryIndex first = 0;
  v1::EventRow row;
};

TEST_F(Forgetful, AClosedEventStaysUntilItsRowCanBeRead) {
  EXPECT_EQ(state().events().size(), 4U);
  (void)state().take_changes();  // taken, and not yet written
  an_episode_and_its_end(world, "T-3");
  EXPECT_EQ(state().events().size(), 6U);
  project();
  EXPECT_EQ(state().events().size(), kept);
}

TEST_F(Forgetful, AnAcknowledgementOfARecalledEventIsRecordedAsARepeat) {
  project();
  ASSERT_EQ(state().event(first), nullptr);
  EXPECT_EQ(world.acknowledge({first, 0}, "police").problem().code(), "unknown_notification");

  world.perform(Recall{row});
  const v1::AcknowledgementResult result = world.acknowledge({first, 0}, "police");
  EXPECT_TRUE(result.recorded());
  EXPECT_TRUE(result.repeated());
  EXPECT_EQ(world.ledger().back().event(), first);
  EXPECT_TRUE(world.ledger().back().acknowledged().repeated());
  EXPECT_EQ(state().take_changes().at(first), (std::vector<EntryIndex>{world.ledger().back().index()}));
}

TEST_F(Forgetful, ARecalledEventIsStillNobodyElses) {
  project();
  world.perform(Recall{row});
  EXPECT_EQ(world.acknowledge({first, 0}, "home_office").problem().code(), "unknown_notification");
}

TEST_F(Forgetful, ARecalledEventIsForgottenAgain) {
  project();
  world.perform(Recall{row});
  an_episode_and_its_end(world, "T-3");
  project();
  EXPECT_EQ(state().events().size(), kept);
  EXPECT_EQ(state().event(first), nullptr);
}

// The police were to be chased once more when they answered, and that timer is still set when they say hours, or here
// minutes, later that the child is not theirs.
TEST_F(Forgetful, ATimerThatWasVoidStaysVoidWhenItsEventComesBack) {
  for (const char* who : {"duty_manager", "team_manager"}) world.connect(who);
  world.happens("child.arrived", "T-5");
  const EntryIndex arrived = world.last_event();
  const NotificationId police = world.last_of("police");
  world.advance(16min);  // the duty manager is called
  for (const char* who : {"police", "home_office"}) world.acknowledge(world.last_of(who), who);
  ASSERT_FALSE(state().event(arrived)->anything_open());
  row = state().row(*state().event(arrived));
  an_episode_and_its_end(world, "T-6");
  project();
  ASSERT_EQ(state().event(arrived), nullptr);

  world.perform(Recall{row});
  world.decline(police, "police");
  const Instant next = world.look(police).next;
  const std::size_t climbed = world.count(v1::LedgerEntry::kEscalated);
  ASSERT_GT(next, world.now() + 15min);
  world.advance(next - world.now() - 1s);
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), climbed);
  world.advance(2s);
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), climbed + 1);
}

TEST_F(Forgetful, HowOftenItWasRepeatedIsNotForgotten) {
  for (int i = 0; i < 2 * repeats_kept; ++i) world.acknowledge({first, 0}, "police");
  row = state().row(*state().event(first));
  project();
  world.perform(Recall{row});
  const std::size_t entries = world.ledger().size();
  EXPECT_TRUE(world.acknowledge({first, 0}, "police").recorded());
  EXPECT_EQ(world.ledger().size(), entries);
}

TEST_F(Forgetful, ARowThatSaysOpenIsAnOldOneAndIsNotBelieved) {
  project();
  row.set_open(true);
  row.mutable_notifications(0)->set_state(v1::NOTIFICATION_STATE_OPEN);
  world.perform(Recall{row});
  EXPECT_EQ(state().event(first), nullptr);
  EXPECT_EQ(state().open_notifications(), 0U);
}

// It is among those that are forgotten next, and what has come back would be in its place.
TEST_F(Forgetful, WhatIsRecalledPushesNothingOutThatTheSameCommandIsAbout) {
  project();
  const auto known = [&] {
    std::vector<EntryIndex> all;
    for (const auto& [index, event] : state().events()) all.push_back(index);
    return all;
  };
  const std::vector<EntryIndex> before = known();
  ASSERT_EQ(before.size(), kept);
  for (EntryIndex more = 0; more < 2 * kept; ++more) {
    v1::EventRow other = row;
    other.set_index(row.index() + more);
    world.perform(Recall{other});
  }
  for (const EntryIndex each : before) EXPECT_NE(state().event(each), nullptr);
  project();
  EXPECT_EQ(state().events().size(), kept);
}

// One of its corrections is closed with it; the others are closed already, and the next of them is to be forgotten.
TEST_F(Forgetful, TheEndOfASearchForgetsNothingAndTouchesNoCorrectionThatIsClosed) {
  for (const bool withdrawn : {false, true}) {
    const std::string child = withdrawn ? "T-8" : "T-9";
    world.missing(child);
    const EntryIndex missing = world.last_event();
    const std::string id = world.last_id();
    const auto corrected = [&] {
      world.correct(
          id, [](v1::EventCorrected& c) { c.mutable_child_missing(); }, child);
      return world.last_event();
    };
    const EntryIndex unanswered = corrected();
    const EntryIndex answered = corrected();
    for (const char* who : {"police", "home_office"}) world.acknowledge(world.last_of(who), who);
    (void)corrected();
    for (const char* who : {"police", "home_office"}) world.acknowledge(world.last_of(who), who);
    project();
    ASSERT_EQ(state().corrections_of(missing).size(), 3U);
    withdrawn ? world.withdraw(id, child) : world.located(child);
    EXPECT_FALSE(state().event(unanswered)->anything_open());
    EXPECT_FALSE(state().take_changes().contains(answered));
    EXPECT_NE(state().event(answered), nullptr);
    EXPECT_EQ(state().corrections_of(missing).front(), unanswered);
    project();
    EXPECT_EQ(state().event(answered), nullptr);
  }
}

TEST_F(Forgetful, WhatIsInMemoryIsNotReplacedByItsRow) {
  row.mutable_notifications(0)->set_recipient("panel");
  world.perform(Recall{row});
  EXPECT_EQ(state().row(*state().event(first)).notifications(0).recipient(), "police");
}

}  // namespace
}  // namespace told::core::test
