// An event with more than 256 notifications: each one is known by its own number, whatever is done to it.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

/// 300 desks more are told of an arrival: what is owed for it, and the calls, are beyond the first 256 notifications.
struct ToldToMany {
  static constexpr int desks = 300;
  static std::string desk(int i) { return "desk." + std::to_string(i); }
  static std::shared_ptr<Policy> policy() {
    auto p = policy_with_clocks();
    for (int i = 0; i < desks; ++i) {
      p->recipients.push_back({desk(i), desk(i), "generic", "zmq_queue", false});
      Rule r = p->rules.front();
      r.number = static_cast<std::uint32_t>(p->rules.size() + 1);
      r.who = desk(i);
      p->rules.push_back(r);
    }
    return p;
  }
  World world{policy()};
  NotificationId report;
  NotificationId silent;  ///< the last desk's: nobody there answers
  ToldToMany() {
    everybody_connects();
    world.happens("child.arrived", "T-1");
    for (const NotificationId id : world.engine().state().obligations(world.last_event()))
      if (world.look(id).rule == 1) report = id;
    silent = world.last_of(desk(desks - 1));
    for (int i = 0; i < desks - 1; ++i) world.acknowledge(world.last_of(desk(i)), desk(i));
    for (const char* who : {"police", "home_office"}) world.acknowledge(world.last_of(who), who);
    (void)world.newly_told();
  }
  void everybody_connects() {
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager", "service_manager"})
      world.connect(who);
    for (int i = 0; i < desks; ++i) world.connect(desk(i));
  }
  void restart_as(int restarted) {
    if (world.restart_as(restarted)) everybody_connects();
  }
};

TEST(AnEventOf300Notifications, KeepsEachOneApartAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    ToldToMany t;
    ASSERT_EQ(t.silent.slot, 301);
    ASSERT_GT(t.report.slot, t.silent.slot);
    EXPECT_EQ(t.world.engine().state().obligations(t.report.event).size(), 2U);
    t.restart_as(restarted);
    t.world.advance(15min);
    EXPECT_EQ(t.world.newly_told(), Names{"duty_manager"});
    const NotificationId call = t.world.last_of("duty_manager");
    t.restart_as(restarted);
    EXPECT_EQ(t.world.look(call).about_slot, t.silent.slot);
    EXPECT_TRUE(t.world.acknowledge(t.silent, ToldToMany::desk(ToldToMany::desks - 1)).recorded());
    EXPECT_EQ(t.world.newly_told(), Names{"duty_manager"}) << "that it is answered";
    EXPECT_EQ(t.world.look(t.world.last_of("duty_manager")).about_slot, t.silent.slot);
    EXPECT_FALSE(t.world.look(call).open());
    t.world.advance(1h);
    EXPECT_EQ(t.world.newly_told(), Names{}) << "nobody is silent";
  }
}

TEST(AnEventOf300Notifications, IsOwedAgainWhatWasStoppedOfItAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    ToldToMany t;
    t.world.acknowledge(t.silent, ToldToMany::desk(ToldToMany::desks - 1));
    const Instant deadline = t.world.look(t.report).deadline;
    t.world.advance(1h);
    t.world.happens("child.nts_referred", "T-1");
    const std::string referred = t.world.last_id();
    ASSERT_EQ(t.world.look(t.report).state, v1::NOTIFICATION_STATE_DONE);
    t.restart_as(restarted);
    const auto taken_back = t.world.withdraw(referred);
    EXPECT_EQ(taken_back.verdict(), v1::VERDICT_ACCEPTED);
    t.restart_as(restarted);
    EXPECT_TRUE(t.world.look(t.report).open());
    EXPECT_EQ(t.world.look(t.report).deadline, deadline);
    t.world.advance(1s);
    EXPECT_EQ(t.world.newly_told(), Names{"team_manager"}) << "who believes that it is done";
    EXPECT_EQ(t.world.last_of("team_manager"), t.report);
    t.world.advance(9h);
    EXPECT_EQ(t.world.newly_told(), Names{"duty_manager"}) << "at the deadline";
    EXPECT_TRUE(t.world.done(t.report).recorded());
    EXPECT_EQ(t.world.newly_told(), Names{"duty_manager"});
    EXPECT_TRUE(t.world.engine().limbo().empty());
  }
}

}  // namespace
}  // namespace told::core::test
