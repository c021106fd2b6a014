// Whoever is kept out of a case, or let into it again: what they have in hand by then, and what they had not.
#include <gtest/gtest.h>

#include "core/on_duty.hpp"

namespace told::core::test {
namespace {

void screens(World& world, CaseNumber c, const std::string& who, bool lifted = false) {
  world.perform(OrderScreen{1, c, who, lifted, who_keeps_out, "an allegation"});
  ASSERT_TRUE(world.acted().recorded());
}

/// A child has arrived, and police and the Home Office know.
struct Screened : World {
  explicit Screened(std::shared_ptr<Policy> policy = policy_with_clocks()) : World(std::move(policy)) {
    everybody_connects(*this);
    connect("service_manager");
    happens("child.arrived", "T-1");
    c = last_event();
    for (const NotificationId id : engine().state().obligations(c))
      if (look(id).rule == 1) report = id;
    for (const char* who : {"police", "home_office"}) acknowledge(last_of(who), who);
    (void)newly_told();
  }
  v1::AcknowledgementResult taken_on_by_telephone(NotificationId id) { return record_call(id); }
  CaseNumber c = 0;
  NotificationId report;
};

TEST(WhoeverIsLetIn, IsNotRemindedOfWhatWasDoneMeanwhile) {
  Screened world;
  screens(world, world.c, "team_manager");
  world.done(world.report);
  (void)world.newly_told();
  screens(world, world.c, "team_manager", true);
  EXPECT_EQ(world.newly_told(), Names{});
  EXPECT_EQ(world.look(world.report).state, v1::NOTIFICATION_STATE_DONE);
}

TEST(WhoeverIsLetIn, IsNotRemindedOfWhatSomebodyHasTakenOnForThem) {
  Screened world;
  screens(world, world.c, "team_manager");
  world.advance(5h);  // it would be time to remind them
  ASSERT_GT(world.look(world.report).rung, 0);
  EXPECT_TRUE(world.taken_on_by_telephone(world.report).recorded());
  ASSERT_TRUE(world.look(world.report).open());
  (void)world.newly_told();
  screens(world, world.c, "team_manager", true);
  EXPECT_EQ(world.newly_told(), Names{});
  EXPECT_TRUE(world.engine().limbo().empty());
}

TEST(WhoeverIsLetIn, HearsOnceThatItIsAnsweredAndIsAskedNothing) {
  World world;
  everybody_connects(world);
  world.missing("T-1");
  const CaseNumber c = world.last_event();
  world.acknowledge({c, 1}, "home_office");
  world.advance(15min);
  world.disconnect("duty_manager");
  screens(world, c, "duty_manager");
  world.acknowledge({c, 0}, "police");
  (void)world.newly_received();
  screens(world, c, "duty_manager", true);
  world.connect("duty_manager");
  const auto received = world.newly_received();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].kind, v1::NOTIFICATION_KIND_ANSWERED);
  EXPECT_FALSE(world.look(received[0].id).asks_acknowledgement());
  EXPECT_TRUE(world.engine().limbo().empty());
}

TEST(WhoeverIsKeptOut, LosesNothingThatWasDoneByThen) {
  Screened world;
  world.done(world.report);
  (void)world.newly_told();
  screens(world, world.c, "team_manager");
  EXPECT_EQ(world.look(world.report).state, v1::NOTIFICATION_STATE_DONE);
  EXPECT_EQ(world.newly_told(), Names{});
  EXPECT_TRUE(world.ledger().back().screen_ordered().open_again().empty());
}

TEST(WhoeverIsKeptOut, HadNothingInHandOfWhatAPersonToldSomebodyInTheirStead) {
  World world;
  everybody_connects(world);
  world.missing("T-1");
  const CaseNumber c = world.last_event();
  world.acknowledge({c, 1}, "home_office");
  screens(world, c, "police");
  world.happens("child.arrived", "T-1");
  const NotificationId arrival{world.last_event(), 0};
  ASSERT_TRUE(world.look(arrival).nobody_there());
  world.acknowledge(world.last_of("home_office"), "home_office");
  world.record_call(arrival);
  ASSERT_FALSE(world.look(arrival).open());
  screens(world, c, "police", true);
  screens(world, c, "police");
  EXPECT_FALSE(world.look(arrival).open()) << "who was told by telephone has it still";
  EXPECT_TRUE(world.engine().limbo().empty());
}

TEST(WhoeverIsKeptOut, OfACaseThatWasErasedHasNothingOfItInHandAndNobodyIsCalled) {
  auto p = policy_with_clocks();
  p->clocks.resize(1);
  Clock& kept = p->clocks[0];
  kept.name = "kept";
  kept.starts = "case.closed";
  kept.stopped_by = {};
  kept.retention = true;
  World world{p};
  everybody_connects(world);
  world.happens("child.arrived", "T-1");
  const CaseNumber c = world.last_event();
  const NotificationId police = world.last_of("police");
  for (const char* who : {"police", "home_office"}) world.acknowledge(world.last_of(who), who);
  world.happens("case.closed", "T-1");
  world.perform(EraseCase{1, c, who_keeps_out, "kept long enough"});
  ASSERT_TRUE(world.acted().recorded()) << world.acted().problem().code();
  (void)world.newly_told();
  screens(world, c, "police");
  EXPECT_FALSE(world.look(police).open());
  EXPECT_EQ(world.newly_told(), Names{});
  EXPECT_EQ(world.count(v1::LedgerEntry::kEscalated), 0U);
}

TEST(ADutyAtTheEndOfItsLadder, ThatWhoeverIsKeptOutHadTakenOnGoesOnWhenItWouldHave) {
  Screened world;
  world.advance(11h);
  ASSERT_EQ(world.look(world.report).rung, 3U) << "the last: the service manager was called";
  world.acknowledge(world.report, "team_manager");
  const Instant next = world.look(world.report).next;
  screens(world, world.c, "team_manager");
  EXPECT_EQ(world.look(world.report).next, next);
  (void)world.newly_told();
  world.advance(next - world.now());
  EXPECT_TRUE(world.newly_told().contains("service_manager"));
  EXPECT_TRUE(world.engine().limbo().empty());
}

}  // namespace
}  // namespace told::core::test
