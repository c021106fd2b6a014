// Quotas: who counts follows what stands of each child, and the notice follows the figure.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

const Actor who_knows_them{"Manager B", "service manager", "", v1::MEANS_LOCAL, "local", ""};

std::shared_ptr<Policy> policy_with_places(std::uint32_t places) {
  auto policy = small_policy();
  policy->quotas = {{"places", "child.arrived", {"child.transferred"}, places}};
  policy->not_told = {"child.transferred"};
  return policy;
}

google::protobuf::Timestamp in_seconds(Instant at) {
  google::protobuf::Timestamp out;
  out.set_seconds(std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count());
  return out;
}

struct Council {
  World world;
  explicit Council(std::uint32_t places) : world(policy_with_places(places)) {}
  EntryIndex arrived(const char* child) {
    world.happens("child.arrived", child);
    return world.last_event();
  }
  EntryIndex transferred(const char* child) {
    world.happens("child.transferred", child);
    return world.last_event();
  }
  [[nodiscard]] std::size_t counted() { return world.engine().state().counted("told.child.arrived.v1").size(); }
  [[nodiscard]] bool counts(EntryIndex c) {
    return world.engine().state().counted("told.child.arrived.v1").contains(world.engine().state().goes_on_as(c));
  }
  [[nodiscard]] bool crossed() { return world.engine().state().open_alarm("quota", "places") != 0; }
};

TEST(AQuota, CountsAChildAgainWhoseTransferIsWithdrawn) {
  for (const int restarted : {0, 1, 2}) {
    Council council{1};
    council.arrived("T-1");
    council.arrived("T-2");
    EXPECT_TRUE(council.crossed());
    council.world.advance(1h);
    council.transferred("T-1");
    EXPECT_FALSE(council.crossed());
    (void)council.world.restart_as(restarted);
    council.world.withdraw(council.world.last_id());
    EXPECT_TRUE(council.crossed()) << "they are here still";
    (void)council.world.restart_as(restarted);
    EXPECT_EQ(council.counted(), 2U) << "restarted " << restarted;
    council.transferred("T-1");
    EXPECT_FALSE(council.crossed());
  }
}

TEST(AQuota, DoesNotCountAChildAgainOfWhomAnotherTransferStands) {
  Council council{0};
  council.arrived("T-1");
  council.world.advance(1h);
  council.transferred("T-1");
  council.transferred("T-1");
  council.world.withdraw(council.world.last_id());
  EXPECT_EQ(council.counted(), 0U);
}

TEST(AQuota, CountsTheChildWhoseTransferWasAnothers) {
  for (const int restarted : {0, 1, 2}) {
    Council council{1};
    const EntryIndex one = council.arrived("T-1");
    const EntryIndex other = council.arrived("T-2");
    council.world.advance(1h);
    const EntryIndex transfer = council.transferred("T-1");
    (void)council.world.restart_as(restarted);
    council.world.perform(MoveEvent{1, transfer, other, who_knows_them, "the brother"});
    EXPECT_TRUE(council.world.acted().recorded());
    (void)council.world.restart_as(restarted);
    EXPECT_TRUE(council.counts(one)) << "restarted " << restarted;
    EXPECT_FALSE(council.counts(other)) << "restarted " << restarted;
  }
}

TEST(AQuota, CountsBothChildrenOfWhomOneWasTakenForTheOther) {
  for (const bool first : {true, false}) {  // the report by which the child counted, or a later one
    Council council{1};
    const EntryIndex one = council.arrived("T-1");
    const EntryIndex again = council.arrived("T-1");
    council.world.perform(MoveEvent{1, first ? one : again, 0, who_knows_them, "the brother"});
    EXPECT_TRUE(council.world.acted().recorded());
    EXPECT_EQ(council.counted(), 2U);
    EXPECT_TRUE(council.crossed());
  }
}

TEST(AQuota, CountsAChildAgainWhoseTransferWasOfAnEarlierStay) {
  Council council{0};
  const auto before = in_seconds(council.world.now() - 48h);
  council.arrived("T-1");
  council.world.advance(1h);
  council.transferred("T-1");
  EXPECT_FALSE(council.crossed());
  council.world.correct(council.world.last_id(), [&](v1::EventCorrected& c) {
    c.mutable_child_transferred();
    *c.mutable_time() = before;
  });
  EXPECT_TRUE(council.crossed());
}

TEST(AQuota, DoesNotCountAChildWhoseTransferWasReportedFirst) {
  Council council{0};
  const auto before = in_seconds(council.world.now() - 1h);
  council.transferred("T-1");
  council.world.happens("child.arrived", "T-1", [&](v1::Event& e) { *e.mutable_time() = before; });
  EXPECT_EQ(council.counted(), 0U);
  council.world.advance(1h);
  council.arrived("T-1");
  EXPECT_TRUE(council.crossed()) << "came back";
}

TEST(AQuota, IsCrossedAtOnceWhereAnotherPolicyHasASmallerFigure) {
  Council council{2};
  council.arrived("T-1");
  council.arrived("T-2");
  EXPECT_FALSE(council.crossed());
  council.world.perform(AdoptPolicy{0, policy_with_places(1), std::string(32, 'y')});
  EXPECT_TRUE(council.crossed());
  council.world.perform(AdoptPolicy{0, policy_with_places(2), std::string(32, 'z')});
  EXPECT_FALSE(council.crossed());
}

TEST(AQuota, CountsAChildStillWhoseArrivalWasReportedTwiceAndOnceInError) {
  auto policy = small_policy();
  policy->quotas = {{"places", "child.arrived", {"case.closed"}, 1}};
  World world{policy};
  world.happens("child.arrived", "T-1", [](v1::Event& e) { e.mutable_child_arrived(); });
  const std::string first = world.last_id();
  world.happens("child.arrived", "T-1", [](v1::Event& e) { e.mutable_child_arrived(); });
  const std::string second = world.last_id();
  world.happens("child.arrived", "T-2", [](v1::Event& e) { e.mutable_child_arrived(); });
  EXPECT_NE(world.engine().state().open_alarm("quota", "places"), 0U);
  world.withdraw(first);
  EXPECT_NE(world.engine().state().open_alarm("quota", "places"), 0U) << "two children are there";
  world.withdraw(second);
  EXPECT_EQ(world.engine().state().open_alarm("quota", "places"), 0U);
}

TEST(AQuota, CountsAChildStillOfWhomTheEndOfAnEarlierStayIsReportedLate) {
  auto policy = policy_with_clocks();
  policy->quotas = {{"places", "child.arrived", {"case.closed"}, 0}};
  World world{policy};
  const auto earlier = [](v1::Event& e) { e.mutable_time()->set_seconds(1'700'000'000); };
  const auto between = [](v1::Event& e) { e.mutable_time()->set_seconds(1'700'100'000); };
  world.happens("child.arrived", "T-1");
  world.happens("case.closed", "T-1", between);
  EXPECT_NE(world.engine().state().open_alarm("quota", "places"), 0U);
  world.happens("child.arrived", "T-2", earlier);
  world.happens("child.arrived", "T-2");  // the case counts by the first
  world.happens("case.closed", "T-1");
  world.happens("case.closed", "T-2", between);
  EXPECT_NE(world.engine().state().open_alarm("quota", "places"), 0U) << "came back since";
  world.happens("case.closed", "T-2");
  EXPECT_EQ(world.engine().state().open_alarm("quota", "places"), 0U);
}

TEST(AQuota, CrossedIsANoticeThatRefusesNothingAndEndsWhenTheCountFalls) {
  auto policy = policy_with_clocks();
  policy->quotas = {{"places", "child.arrived", {"child.transferred", "case.closed"}, 2}};
  World world{policy};
  for (const char* child : {"T-1", "T-2"}) world.happens("child.arrived", child);
  world.happens("child.arrived", "T-2");  // a case counts once
  EXPECT_EQ(world.engine().state().open_alarm("quota", "places"), 0U);
  EXPECT_EQ(world.happens("child.arrived", "T-3").verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_NE(world.engine().state().open_alarm("quota", "places"), 0U);
  for (const bool through_projection : {false, true}) {
    world.restart(through_projection);
    EXPECT_EQ(world.engine().state().counted("told.child.arrived.v1").size(), 3U);
  }
  world.happens("child.transferred", "T-1");
  EXPECT_EQ(world.engine().state().open_alarm("quota", "places"), 0U);
}

}  // namespace
}  // namespace told::core::test
