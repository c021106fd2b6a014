// What people say of something that is not there, or not at hand, or is so already: refused, and nothing changes.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

const Actor who_orders{"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""};

TEST(AnAnswer, OfSomethingThatNeverWasIsRefusedAndRecordsNoAnswer) {
  World world;
  world.connect("police");
  world.missing("T-1");
  const NotificationId nothing{4711, 0};
  EXPECT_EQ(world.record_call(nothing).problem().reason(), "there is no such notification");
  EXPECT_EQ(world.acknowledge(nothing, "police").problem().reason(), "there is no such notification of yours");
  world.decline(nothing, "police");
  EXPECT_EQ(world.acted().problem().code(), "unknown_notification");
  EXPECT_FALSE(world.acted().recorded());
  EXPECT_EQ(world.count(v1::LedgerEntry::kAcknowledged), 0U);
  EXPECT_EQ(world.count(v1::LedgerEntry::kDeclined), 0U);
  EXPECT_TRUE(world.look(world.last_of("police")).open());
}

TEST(AnAnswer, OfWhatIsAtHandCountsThoughSomethingElseIsNot) {
  World world;
  world.connect("police");
  world.missing("T-1");
  Acknowledge answer;
  answer.reply_to = 1;
  answer.notification = world.last_of("police");
  answer.by = {"Officer A", "duty officer", "", v1::MEANS_QUEUE, "police", "police"};
  answer.said = world.now();
  answer.not_at_hand = true;
  world.perform(answer);
  EXPECT_TRUE(world.acted().recorded());
  EXPECT_FALSE(world.look(answer.notification).open());
}

TEST(AStandDown, OfACaseThatIsNotWhollyAtHandIsRefusedAndTheSearchGoesOn) {
  World world;
  for (const char* who : {"police", "home_office", "duty_manager"}) world.connect(who);
  world.missing("T-1");
  const CaseNumber c = world.last_event();
  OrderStandDown order{1, c, who_orders, "found at home"};
  order.not_at_hand = true;
  world.perform(order);
  EXPECT_EQ(world.acted().problem().code(), "not_at_hand");
  EXPECT_EQ(world.count(v1::LedgerEntry::kStandDownOrdered), 0U);
  EXPECT_TRUE(world.engine().state().event(c)->episode_open);
  (void)world.newly_told();
  world.advance(15min);
  EXPECT_EQ(world.newly_told(), Names{"duty_manager"});
}

TEST(AScreen, ThatIsThereAlreadyOrIsNotThereIsRefused) {
  World world;
  world.connect("police");
  world.missing("T-1");
  const CaseNumber c = world.last_event();
  const auto order = [&](bool lifted) {
    world.perform(OrderScreen{1, c, "police", lifted, who_orders, "why"});
    return world.acted();
  };
  const v1::AcknowledgementResult none = order(true);
  EXPECT_EQ(none.problem().code(), "nothing_changes");
  EXPECT_EQ(none.problem().reason(), "this recipient is not kept out of the case");
  EXPECT_TRUE(order(false).recorded());
  const v1::AcknowledgementResult twice = order(false);
  EXPECT_EQ(twice.problem().code(), "nothing_changes");
  EXPECT_EQ(twice.problem().reason(), "this recipient is kept out of the case already");
  EXPECT_EQ(world.count(v1::LedgerEntry::kScreenOrdered), 1U);
  EXPECT_TRUE(order(true).recorded());
  EXPECT_FALSE(world.engine().state().screened(c, "police"));
}

}  // namespace
}  // namespace told::core::test
