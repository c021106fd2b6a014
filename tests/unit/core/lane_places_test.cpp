// A lane by itself: which place in it something has.
#include "core/lane.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace told::core::test {
namespace {

/// The events of what waits, in the order in which it would go.
std::vector<EntryIndex> goes_in_order(Lane lane) {
  std::vector<EntryIndex> all;
  for (; lane.waiting() > 0; lane.drop_next()) all.push_back(lane.next().id().event);
  return all;
}

TEST(ALane, KnowsTheChannelOfNoSessionButItsOwn) {
  Lane lane;
  lane.open(1, 7);
  EXPECT_EQ(lane.channel_of(7), std::optional<Channel>{1});
  EXPECT_EQ(lane.channel_of(8), std::nullopt);
  EXPECT_EQ(lane.channel_of(0), std::nullopt) << "nobody is there on the first";
}

TEST(ALane, PutsWhatIsRefusedAndAboutNoCaseBehindWhateverWaitsAndMovesNothingElse) {
  Lane lane;
  lane.open(0, 1);
  lane.offer(0, 1, false);
  const NotificationId refused{1, 0};
  lane.launch(0, {refused, 0}, true);
  lane.wait({NotificationId{2, 0}, 0}, true);
  lane.wait({NotificationId{3, 0}, 30}, false);
  EXPECT_TRUE(lane.landed(refused, Lane::Landed::last));
  EXPECT_EQ(goes_in_order(lane), (std::vector<EntryIndex>{2, 3, 1}));
}

TEST(ALane, TellsAnEarlierCallFromTheOneThatStandsWhateverElseIsCalledAgain) {
  const NotificationId one{1, 0};
  const NotificationId other{2, 0};
  Lane lane;
  lane.open(0, 1);
  lane.offer(0, 9, false);
  lane.launch(0, {one, 10}, true);
  lane.begun_anew(one);
  lane.launch(0, {one, 10}, true);
  lane.launch(0, {other, 20}, true);
  lane.begun_anew(other);
  EXPECT_FALSE(lane.landed(other, Lane::Landed::done)) << "it is to be told again, and does not go yet";
  EXPECT_TRUE(lane.landed(other, Lane::Landed::done, true));
  EXPECT_TRUE(lane.landed(one, Lane::Landed::done));
  EXPECT_TRUE(lane.landed(one, Lane::Landed::done, true));
  EXPECT_TRUE(lane.in_flight().empty());
}

TEST(ALane, PutsRemindersOfTwoCasesThatAreOneChildsInOrderAndMakesNoneUrgent) {
  Lane lane;
  lane.wait({NotificationId{5, 0}, 10}, false);
  lane.wait({NotificationId{3, 0}, 20}, false);
  lane.wait({NotificationId{9, 0}, 30}, false);
  lane.wait({NotificationId{4, 0}, 20}, false);
  lane.regroup([](NotificationId id) { return Place{id.event == 9 ? CaseNumber{30} : CaseNumber{10}, id.event}; });
  EXPECT_FALSE(lane.next_is_urgent());
  EXPECT_EQ(goes_in_order(lane), (std::vector<EntryIndex>{3, 4, 9, 5})) << "another child's keeps its place";
}

TEST(Lanes, HaveNoneForARecipientForWhomNothingEverWaited) {
  Lanes lanes;
  lanes.of(1).wait({NotificationId{1, 0}, 10}, true);
  ASSERT_NE(lanes.find(1), nullptr);
  EXPECT_EQ(lanes.find(1)->waiting(), 1U);
  EXPECT_EQ(lanes.find(2), nullptr);
}

}  // namespace
}  // namespace told::core::test
