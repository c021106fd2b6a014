// A time that is corrected may make something owed that had ended: it is refused, or nobody would hear of it. What is
// withdrawn and published anew is owed by its own time.
#include <gtest/gtest.h>

#include "core/stay.hpp"

namespace told::core::test {
namespace {

std::shared_ptr<Policy> policy_of_what_a_referral_ends() {
  auto p = policy_of_stays();
  for (Clock& c : p->clocks) c.stopped_by = {"child.nts_referred"};
  return p;
}

TEST(ATimeThatIsCorrected, MakesNothingOwedThatTheEventHadEndedUnseen) {
  for (const std::string type : {"child.nts_referred", "case.closed"}) {
    Stay s(policy_of_what_a_referral_ends());
    const EntryIndex first = s.arrives();
    const Instant came = s.world.now();
    s.world.advance(2h);
    s.reported(type);
    const std::string end = s.world.last_id();
    const auto at = [&](Instant time) {
      return s.world.correct(end, [&](v1::EventCorrected& c) {
        if (type == "case.closed")
          c.mutable_case_closed();
        else
          c.mutable_child_nts_referred();
        c.mutable_time()->set_seconds(to_us(time) / 1'000'000);
      });
    };
    EXPECT_EQ(at(came + 1h).verdict(), v1::VERDICT_ACCEPTED) << type;
    const v1::PublishResult refused = at(came - 24h);
    EXPECT_EQ(refused.problem().code(), "would_fall_silent") << type;
    EXPECT_EQ(refused.problem().field(), "event_corrected.time") << type;
    // As the mend says.
    EXPECT_EQ(s.world.withdraw(end).verdict(), v1::VERDICT_ACCEPTED) << type;
    s.reported(type, 26h);
    EXPECT_EQ(s.owed(first).size(), 1U) << type;
    EXPECT_EQ(s.owed(first, 2).size(), 1U) << type;
  }
}

TEST(ATimeThatIsCorrected, IsTakenWhereAnotherEventEndedItAsWell) {
  Stay s(policy_of_what_a_referral_ends());
  s.arrives();
  const Instant came = s.world.now();
  s.world.advance(2h);
  s.reported("child.nts_referred");
  const std::string end = s.world.last_id();
  s.reported("child.nts_referred");
  const auto result = s.world.correct(end, [&](v1::EventCorrected& c) {
    c.mutable_child_nts_referred();
    c.mutable_time()->set_seconds(to_us(came - 24h) / 1'000'000);
  });
  EXPECT_EQ(result.verdict(), v1::VERDICT_ACCEPTED);
}

TEST(ATimeThatIsCorrected, OfWhatBeganADutyMakesNothingOwedThatHadEndedUnseen) {
  for (const std::string type : {"child.nts_referred", "case.closed"}) {
    Stay s(policy_of_what_a_referral_ends());
    s.arrives();
    const std::string id = s.world.last_id();
    const Instant came = s.world.now();
    s.world.advance(2h);
    s.reported(type);
    s.world.advance(3h);
    const auto at = [&](Instant time) {
      return s.world.correct(id, [&](v1::EventCorrected& c) {
        c.mutable_child_arrived();
        c.mutable_time()->set_seconds(to_us(time) / 1'000'000);
      });
    };
    EXPECT_EQ(at(came + 1h).verdict(), v1::VERDICT_ACCEPTED) << type;
    EXPECT_EQ(at(came + 4h).problem().code(), "would_fall_silent") << type;
    EXPECT_EQ(s.world.withdraw(id).verdict(), v1::VERDICT_ACCEPTED) << type;
    const EntryIndex again = s.reported("child.arrived", 1h);
    EXPECT_EQ(s.owed(again).size(), 1U) << type;
  }
}

TEST(ATimeThatIsCorrected, LeavesDoneWhatAPersonHasDone) {
  Stay s(policy_of_what_a_referral_ends());
  const EntryIndex first = s.arrives();
  const std::string id = s.world.last_id();
  const Instant came = s.world.now();
  s.world.advance(2h);
  s.world.done(s.owed(first).front());
  s.world.done(s.owed(first, 2).front());
  s.world.advance(3h);
  s.arrived_at(id, came + 4h);
  EXPECT_TRUE(s.owed(first).empty());
}

TEST(ATimeThatIsCorrected, IsTakenWhereWhatItHadEndedIsWithdrawnOrAnotherChilds) {
  for (const bool moved : {false, true}) {
    Stay s(policy_of_what_a_referral_ends());
    const EntryIndex first = s.arrives();
    const std::string arrival = s.world.last_id();
    const Instant came = s.world.now();
    s.world.advance(2h);
    s.reported("child.nts_referred");
    const std::string end = s.world.last_id();
    if (moved)
      s.another_child(first);
    else
      s.world.withdraw(arrival);
    const auto result = s.world.correct(end, [&](v1::EventCorrected& c) {
      c.mutable_child_nts_referred();
      c.mutable_time()->set_seconds(to_us(came - 24h) / 1'000'000);
    });
    EXPECT_EQ(result.verdict(), v1::VERDICT_ACCEPTED) << moved;
  }
}

// Of a later round, and of what follows something that was done, the beginning is none of the arrival's.
TEST(ATimeThatIsCorrected, OfWhatBeganADutyIsTakenWhereOnlyALaterRoundAndWhatFollowsHaveEnded) {
  auto policy = policy_with_clocks();
  Clock follows = policy->clocks[0];
  follows.number = 3;
  follows.name = "follows";
  follows.starts = "";
  follows.after = "report";
  follows.stopped_by = {};
  policy->clocks.push_back(follows);
  Stay s(policy);
  const EntryIndex first = s.arrives();
  const std::string id = s.world.last_id();
  const Instant came = s.world.now();
  s.world.done(s.owed(first, 1).front());
  s.world.done(s.owed(first, 2).front());
  s.world.advance(2h);
  s.reported("case.closed");
  ASSERT_TRUE(s.owed(first, 2).empty() && s.owed(first, 3).empty());
  s.world.advance(3h);
  const auto result = s.world.correct(id, [&](v1::EventCorrected& c) {
    c.mutable_child_arrived();
    c.mutable_time()->set_seconds(to_us(came + 4h) / 1'000'000);
  });
  EXPECT_EQ(result.verdict(), v1::VERDICT_ACCEPTED);
}

TEST(ATimeThatIsCorrected, IsTakenWhereALaterRoundOfWhatItHadEndedIsDone) {
  auto policy = policy_with_clocks();
  policy->clocks[0].stopped_by = {};
  policy->clocks[1].stopped_by = {"child.nts_referred"};
  Stay s(policy);
  const EntryIndex first = s.arrives();
  const Instant came = s.world.now();
  s.world.advance(2h);
  s.reported("child.nts_referred");
  const std::string end = s.world.last_id();
  const auto before_it_came = [&] {
    return s.world.correct(end, [&](v1::EventCorrected& c) {
      c.mutable_child_nts_referred();
      c.mutable_time()->set_seconds(to_us(came - 24h) / 1'000'000);
    });
  };
  EXPECT_EQ(before_it_came().problem().code(), "would_fall_silent");
  s.world.advance(24h);
  s.world.done(s.owed(first, 2).front());
  const v1::PublishResult taken = before_it_came();
  EXPECT_EQ(taken.verdict(), v1::VERDICT_ACCEPTED) << taken.ShortDebugString();
}

TEST(ATimeThatIsCorrected, EndsWhatWasOwedByThenThoughTheEventOwesSomethingItself) {
  const auto policy = policy_with_clocks();
  Clock write_up = policy->clocks.front();  // the report, which a referral ends
  write_up.number = 3;
  write_up.name = "write_up";
  write_up.starts = "child.nts_referred";
  write_up.stopped_by = {};
  policy->clocks.push_back(write_up);
  World world{policy};
  const auto ago = [&](Duration before) { return to_us(world.now() - before) / 1'000'000; };
  world.happens("child.nts_referred", "T-1", [&](v1::Event& e) { e.mutable_time()->set_seconds(ago(3h)); });
  const std::string referral = world.last_id();
  world.happens("child.arrived", "T-1", [&](v1::Event& e) { e.mutable_time()->set_seconds(ago(2h)); });
  const EntryIndex arrival = world.last_event();
  const State& state = world.engine().state();
  const auto owed_of_the_arrival = [&] {
    const auto owed = state.obligations(state.case_of(*state.event(arrival)));
    return std::count_if(owed.begin(), owed.end(), [&](NotificationId id) { return id.event == arrival; });
  };
  ASSERT_EQ(owed_of_the_arrival(), 2) << "a report and visits";
  const auto corrected = world.correct(referral, [&](v1::EventCorrected& c) {
    c.mutable_child_nts_referred();
    c.mutable_time()->set_seconds(ago(1h));
  });
  ASSERT_EQ(corrected.verdict(), v1::VERDICT_ACCEPTED) << corrected.DebugString();
  EXPECT_EQ(owed_of_the_arrival(), 1) << "visits";
}

}  // namespace
}  // namespace told::core::test
