// What cannot be said of whose case something is, and what is said of it that is nobody's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/on_duty.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Not;

/// The trainees hear of exercises.
std::shared_ptr<Policy> policy_with_trainees() {
  auto policy = policy_with_rotas();
  policy->recipients.push_back({"training", "training", "generic", "zmq_queue", true});
  for (const char* when : {"child.missing", "child.located", "child.arrived"}) {
    Rule rule = policy->rules[4];
    rule.number = static_cast<std::uint32_t>(policy->rules.size() + 1);
    rule.when = when;
    rule.who = "training";
    policy->rules.push_back(rule);
  }
  return policy;
}

void is_an_exercise(v1::Event& event) { event.set_status(v1::STATUS_EXERCISE); }

struct SaidOfTwo {
  World world{policy_with_trainees()};
  SaidOfTwo() {
    everybody_connects(world);
    world.connect("training");
  }
  EntryIndex happened(const std::string& type, const std::string& child,
                      const std::function<void(v1::Event&)>& fill = {}) {
    EXPECT_EQ(world.happens(type, child, fill).verdict(), v1::VERDICT_ACCEPTED) << type;
    return world.last_event();
  }
  std::string refusal(Command c) {
    const std::size_t before = world.ledger().size();
    world.perform(std::move(c));
    if (world.acted().recorded()) return "";
    EXPECT_EQ(world.ledger().size(), before) << "nothing is recorded of it";
    return world.acted().problem().code();
  }
  std::string move(EntryIndex event, CaseNumber to = 0) {
    return refusal(MoveEvent{1, event, to, who_keeps_out, "another name was meant"});
  }
  std::string join(CaseNumber one, CaseNumber other) {
    return refusal(JoinCases{1, one, other, who_keeps_out, "the same fingerprints"});
  }
  const State& state() { return world.engine().state(); }
};

TEST(TheSameChild, IsNeverOneOfAnExerciseAndOneThatIsReal) {
  SaidOfTwo s;
  const CaseNumber real = s.happened("child.arrived", "T-1");
  const CaseNumber played = s.happened("child.arrived", "T-2", is_an_exercise);
  EXPECT_EQ(s.join(real, played), "other_status");
  EXPECT_EQ(s.join(played, real), "other_status");
  EXPECT_EQ(s.move(real, played), "other_status");
}

TEST(TheSameChild, IsNotSaidOfACaseThatIsNotThereNorWhereSomethingOfItIsNotAtHand) {
  SaidOfTwo s;
  const CaseNumber one = s.happened("child.arrived", "T-1");
  const CaseNumber other = s.happened("child.arrived", "T-2");
  EXPECT_EQ(s.join(1, other), "unknown_case");
  EXPECT_EQ(s.world.acted().problem().reason(), "there is no case " + to_reference(Named::case_, 1));
  JoinCases order{1, one, other, who_keeps_out, "the same fingerprints"};
  order.not_at_hand = true;
  EXPECT_EQ(s.refusal(order), "not_at_hand");
}

TEST(TheSameChild, IsToldToWhoeverWasToldOfACorrectionOfWhatStands) {
  SaidOfTwo s;
  const CaseNumber one = s.happened("child.arrived", "T-1");
  for (const char* who : {"police", "home_office"}) s.world.acknowledge(s.world.last_of(who), who);
  s.world.correct(s.world.last_id(), [](v1::EventCorrected& c) { c.mutable_child_arrived(); });
  s.world.acknowledge(s.world.last_of("home_office"), "home_office");
  s.world.advance(15min);  // about the correction the duty manager is called
  const CaseNumber other = s.happened("child.located", "T-2");
  (void)s.world.newly_told();
  EXPECT_EQ(s.join(one, other), "");
  EXPECT_EQ(s.world.newly_told(), (Names{"police", "home_office", "duty_manager"}));
}

TEST(AnotherChild, IsNotSaidOfWhatWasNotPublishedOrWasWithdrawnOrIsOfThatCaseAlready) {
  SaidOfTwo s;
  const CaseNumber c = s.happened("child.arrived", "T-1");
  const EntryIndex again = s.happened("child.arrived", "T-1");
  const std::string again_id = s.world.last_id();
  s.world.perform(RaiseAlarm{"worker_silent", "home_office"});
  EXPECT_EQ(s.move(s.state().open_alarm("worker_silent", "home_office"), 0), "unknown_event");
  EXPECT_EQ(s.move(4711, 0), "unknown_event");
  EXPECT_EQ(s.move(again, c), "nothing_changes");
  s.world.withdraw(again_id);
  EXPECT_EQ(s.move(again), "withdrawn_already");
  MoveEvent order{1, c, 0, who_keeps_out, "another name was meant"};
  order.not_at_hand = true;
  EXPECT_EQ(s.refusal(order), "not_at_hand");
}

TEST(AMissingReport, ThatIsOverIsMovedOnlyWhereThatChildWasFoundAfterwardsInEarnest) {
  SaidOfTwo s;
  const auto hours_ago = [&](int hours) {
    return [&s, hours](v1::Event& e) {
      e.mutable_time()->set_seconds(to_us(s.world.now() - std::chrono::hours{hours}) / 1'000'000);
    };
  };
  const CaseNumber other = s.happened("child.arrived", "T-2");
  const EntryIndex missing = s.happened("child.missing", "T-1", hours_ago(5));
  s.happened("child.located", "T-1", hours_ago(4));
  EXPECT_EQ(s.move(missing, other), "would_fall_silent");
  s.happened("child.located", "T-2", hours_ago(6));
  EXPECT_EQ(s.move(missing, other), "would_fall_silent") << "found before";
  s.happened("child.located", "T-2", hours_ago(3));
  s.world.withdraw(s.world.last_id(), "T-2");
  EXPECT_EQ(s.move(missing, other), "would_fall_silent") << "not found after all";
  s.happened("child.located", "T-2", [&](v1::Event& e) {
    hours_ago(2)(e);
    is_an_exercise(e);
  });
  EXPECT_EQ(s.move(missing, other), "would_fall_silent") << "found in an exercise";

  const CaseNumber third = s.happened("child.arrived", "T-3");
  s.happened("child.located", "T-3", hours_ago(1));
  EXPECT_EQ(s.move(missing, third), "");
  EXPECT_FALSE(s.state().event(missing)->episode_open);
  EXPECT_EQ(s.state().case_of(*s.state().event(missing)), third);
}

TEST(AReport, ThatAChildIsFoundEndsNothingWhereItGoesAndNobodyIsMissing) {
  SaidOfTwo s;
  const CaseNumber other = s.happened("child.arrived", "T-2");
  s.happened("child.arrived", "T-1");
  const EntryIndex found = s.happened("child.located", "T-1");
  (void)s.world.newly_told();
  EXPECT_EQ(s.move(found, other), "");
  EXPECT_EQ(s.world.ledger().back().identity_changed().ends_episode(), 0U);
  EXPECT_EQ(s.world.newly_told(), Names{"police"}) << "who were told of it";
}

TEST(AReport, ThatIsMovedTakesItsOwnCorrectionsWithItAndNoOther) {
  SaidOfTwo s;
  const CaseNumber c = s.happened("child.arrived", "T-1");
  s.world.correct(s.world.last_id(), [](v1::EventCorrected& e) { e.mutable_child_arrived(); });
  const EntryIndex stays = s.world.last_event();
  const EntryIndex goes = s.happened("child.missing", "T-1");
  s.world.correct(s.world.last_id(), [](v1::EventCorrected& e) { e.mutable_child_missing(); });
  const EntryIndex goes_too = s.world.last_event();
  const CaseNumber to = s.happened("child.arrived", "T-2");
  s.world.perform(OrderScreen{1, to, "police", false, who_keeps_out, "an allegation"});
  s.world.acknowledge({stays, 0}, "police");
  s.world.acknowledge({goes, 0}, "police");
  EXPECT_EQ(s.move(goes, to), "");
  EXPECT_EQ(s.state().case_of(*s.state().event(goes_too)), to);
  EXPECT_EQ(s.state().case_of(*s.state().event(stays)), c);
  EXPECT_TRUE(s.world.look({goes, 0}).open()) << "it is in the hands of nobody who is kept out of that child's case";
  EXPECT_FALSE(s.world.look({stays, 0}).open());
}

TEST(AReport, ThatWasMovedAndCorrectedSinceIsOfThatCaseInWhateverOrderTheRowsComeBack) {
  for (const int restarted : {0, 1, 2}) {
    SaidOfTwo s;
    s.happened("child.arrived", "T-1");
    const std::string id = s.world.last_id();
    const EntryIndex moved = s.world.last_event();
    s.happened("child.missing", "T-1");
    const CaseNumber to = s.happened("child.arrived", "T-2");
    EXPECT_EQ(s.move(moved, to), "");
    s.world.correct(id, [](v1::EventCorrected& e) { e.mutable_child_arrived(); });
    const EntryIndex correction = s.world.last_event();
    (void)s.world.restart_as(restarted);
    for (const EntryIndex each : {moved, correction}) EXPECT_EQ(s.state().case_of(*s.state().event(each)), to);
    EXPECT_THAT(s.state().events_of(moved), Not(Contains(correction)));
  }
}

}  // namespace
}  // namespace told::core::test
