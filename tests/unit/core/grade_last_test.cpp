// Which of several grades is the last.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

struct GradesOf : World {
  GradesOf()
      : World([] {
          auto policy = small_policy();
          policy->not_told.emplace_back("child.missing_risk_changed");
          return policy;
        }()) {}
  EntryIndex goes_missing(const char* child) {
    missing(child);
    return last_event();
  }
  void grade(const char* child, v1::RiskGrade to, v1::Status status = v1::STATUS_ACTUAL) {
    const auto result = happens("child.missing_risk_changed", child, [&](v1::Event& e) {
      e.set_status(status);
      e.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(to);
    });
    EXPECT_EQ(result.verdict(), v1::VERDICT_ACCEPTED);
  }
  v1::RiskGrade now_graded(EntryIndex missing) { return engine().state().event(missing)->grade; }
};

TEST(AGradeOfTheSameMinute, IsTheOneThatWasReportedLast) {
  for (const int restarted : {0, 1, 2}) {
    GradesOf world;
    const EntryIndex missing = world.goes_missing("T-1");
    world.grade("T-1", v1::RISK_GRADE_HIGH);
    world.grade("T-1", v1::RISK_GRADE_LOW);
    (void)world.restart_as(restarted);
    EXPECT_EQ(world.now_graded(missing), v1::RISK_GRADE_LOW);
  }
}

TEST(AGradeOfTheSameMinute, IsTheOneThatWasReportedLastAlsoOfTwoReferencesThatAreOneChilds) {
  for (const int restarted : {0, 1, 2}) {
    GradesOf world;
    const EntryIndex older = world.goes_missing("T-1");
    const EntryIndex younger = world.goes_missing("T-2");
    world.grade("T-2", v1::RISK_GRADE_HIGH);
    world.grade("T-1", v1::RISK_GRADE_LOW);
    world.perform(JoinCases{1, older, younger, {"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""}, "one child"});
    ASSERT_TRUE(world.acted().recorded());
    (void)world.restart_as(restarted);
    EXPECT_EQ(world.now_graded(older), v1::RISK_GRADE_LOW);
    EXPECT_EQ(world.now_graded(younger), v1::RISK_GRADE_LOW);
  }
}

TEST(AGrade, ThatIsOnlyExercisedIsNotThatOfARealSearch) {
  for (const int restarted : {0, 1, 2}) {
    GradesOf world;
    const EntryIndex missing = world.goes_missing("T-1");
    const Instant deadline = world.look({missing, 0}).deadline;
    world.grade("T-1", v1::RISK_GRADE_HIGH, v1::STATUS_EXERCISE);
    (void)world.restart_as(restarted);
    EXPECT_EQ(world.now_graded(missing), v1::RISK_GRADE_MEDIUM);
    EXPECT_EQ(world.look({missing, 0}).deadline, deadline);
  }
}

}  // namespace
}  // namespace told::core::test
