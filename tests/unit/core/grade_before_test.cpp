// A new grade that is said to be of a little before the missing report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;

struct Graded {
  Graded() {
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) world.connect(who);
  }
  void grade(v1::RiskGrade to, Duration ago) {
    world.happens("child.missing_risk_changed", "T-1", [&](v1::Event& e) {
      e.mutable_time()->set_seconds(to_us(world.now() - ago) / 1'000'000);
      e.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(to);
    });
    grade_event = world.last_event();
  }
  [[nodiscard]] const Event& event(EntryIndex index) { return *world.engine().state().event(index); }

  World world{[] {
    auto policy = small_policy();
    policy->not_told.emplace_back("child.missing_risk_changed");
    return policy;
  }()};
  EntryIndex grade_event = 0;
};

TEST(AGradeOfAMinuteBefore, TheMissingReportIsThatSearchsAndEndsWithIt) {
  for (const int restarted : {0, 1, 2}) {
    Graded g;
    g.world.missing("T-1");
    const EntryIndex missing = g.world.last_event();
    g.grade(v1::RISK_GRADE_HIGH, 1min);
    EXPECT_EQ(g.event(missing).grade, v1::RISK_GRADE_HIGH);
    if (g.world.restart_as(restarted)) g.world.connect("police");
    EXPECT_EQ(g.event(missing).grade, v1::RISK_GRADE_HIGH);
    EXPECT_EQ(g.event(g.grade_event).time, g.event(missing).time);
    g.world.located("T-1");
    EXPECT_FALSE(g.event(g.grade_event).episode_open);
  }
}

TEST(AGradeOfAMinuteBefore, IsNotOfASearchThatBeganAfterAnEarlierOneHadEnded) {
  Graded g;
  g.world.missing("T-1");
  g.world.advance(1h);
  g.world.located("T-1");
  g.world.advance(1h);
  g.world.missing("T-1");
  const EntryIndex again = g.world.last_event();
  g.grade(v1::RISK_GRADE_HIGH, 90min);
  EXPECT_EQ(g.event(again).grade, v1::RISK_GRADE_MEDIUM) << "it was said of the search that is over";
}

TEST(AGradeOfAMinuteBefore, IsOfTheSearchThoughAReportOfAnEndWasWithdrawn) {
  Graded g;
  g.world.missing("T-1");
  g.world.advance(1h);
  g.world.located("T-1");
  const std::string end = g.world.last_id();
  g.world.advance(1h);
  g.world.missing("T-1");
  const EntryIndex again = g.world.last_event();
  g.world.withdraw(end);
  g.grade(v1::RISK_GRADE_HIGH, 90min);
  EXPECT_EQ(g.event(again).grade, v1::RISK_GRADE_HIGH);
}

}  // namespace
}  // namespace told::core::test
