// What is owed once while a child stays, and whose reports those were: another child's, one child's by two references.
#include <gtest/gtest.h>

#include "core/two_duties.hpp"

namespace told::core::test {
namespace {

struct TwoReferences : TwoDuties {
  EntryIndex another_arrives() { return reported("child.arrived", {}, v1::STATUS_ACTUAL, "T-2"); }
  void are_one(EntryIndex one, EntryIndex other) {
    world.perform(JoinCases{1, one, other, who_knows(), "one lorry"});
    ASSERT_TRUE(world.acted().recorded());
  }
};

TEST(OfTwoThatAreOneChilds, OnlyTheOneThatAReportHadBroughtForwardIsReckonedAnewWhenThatIsWithdrawn) {
  TwoReferences s;
  const EntryIndex first = s.arrives();
  const Instant came = s.world.now();
  s.world.advance(30min);
  const EntryIndex other = s.another_arrives();
  s.world.advance(30min);
  s.arrives(3h);
  const std::string earlier = s.world.last_id();
  s.are_one(first, other);
  ASSERT_EQ(s.owed_by(first, report_owed), (Events{first, other}));
  EXPECT_EQ(s.due(first, report_owed), came - 2h + 10h);
  s.world.withdraw(earlier);
  ASSERT_EQ(s.owed_by(first, report_owed), (Events{first, other}));
  EXPECT_EQ(s.due(first, report_owed), came + 10h);
  EXPECT_EQ(s.world.look(s.owed(first, report_owed).at(1)).deadline, came + 30min + 10h);
}

TEST(OfTwoThatAreOneChilds, AReportThatLeftItToBothAndIsOfAnotherChildOwesItOnce) {
  for (const int restarted : {0, 1, 2}) {
    TwoReferences s;
    const EntryIndex first = s.arrives();
    const EntryIndex other = s.another_arrives();
    s.are_one(first, other);
    s.world.advance(1h);
    const EntryIndex third = s.arrives();
    (void)s.world.restart_as(restarted);
    s.another_child(third);
    (void)s.world.restart_as(restarted);
    EXPECT_EQ(s.owed_by(third, report_owed), Events{third});
    EXPECT_EQ(s.owed_by(first, report_owed), (Events{first, other}));
  }
}

TEST(OfThreeReports, TheLastOwesItWhereTheFirstIsOfAnotherChildAndTheSecondNeverWas) {
  for (const int restarted : {0, 1, 2}) {
    TwoReferences s;
    const EntryIndex first = s.arrives();
    s.world.advance(1h);
    const EntryIndex second = s.arrives();
    const std::string second_id = s.world.last_id();
    s.world.advance(1h);
    const EntryIndex third = s.arrives();
    const Instant came = s.world.now();
    s.another_child(first);
    ASSERT_EQ(s.owed_by(third, report_owed), Events{second});
    (void)s.world.restart_as(restarted);
    s.world.withdraw(second_id);
    EXPECT_EQ(s.owed_by(third, report_owed), Events{third});
    EXPECT_EQ(s.due(third, report_owed), came + 10h);
    EXPECT_EQ(s.owed_by(first, report_owed), Events{first});
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(AReportThatIsMoved, BringsForwardWhatThatChildOwesAlready) {
  for (const int restarted : {0, 1, 2}) {
    TwoReferences s;
    s.arrives();
    s.world.advance(1h);
    const EntryIndex second = s.arrives();
    const Instant came = s.world.now();
    s.world.advance(1h);
    const EntryIndex other = s.another_arrives();
    s.another_child(second, other);
    (void)s.world.restart_as(restarted);
    EXPECT_EQ(s.owed_by(other, report_owed), Events{other});
    EXPECT_EQ(s.due(other, report_owed), came + 10h);
  }
}

TEST(AReportThatOwesItSinceTheFirstWasMoved, OwesItOnceThoughTheChildHadLeftBefore) {
  TwoReferences s;
  const EntryIndex first = s.arrives();
  s.world.advance(4h);
  const EntryIndex second = s.arrives();
  s.another_child(first);
  ASSERT_EQ(s.owed_by(second, report_owed), Events{second});
  s.reported("child.transferred", 2h);
  EXPECT_EQ(s.owed_by(second, report_owed), Events{second});
  EXPECT_EQ(s.owed_by(first, report_owed), Events{first});
}

TEST(OfTwoStays, TheSecondReportOfTheLaterOwesItFromItsOwnTime) {
  for (const bool forgotten : {false, true}) {
    TwoDuties s{0};
    const EntryIndex first = s.arrives();
    s.world.advance(1h);
    s.arrives();
    s.world.advance(1h);
    s.is_over_with(first);
    s.reported("child.transferred");
    s.world.advance(1h);
    s.arrives();
    const std::string third_id = s.world.last_id();
    s.world.advance(1h);
    const EntryIndex fourth = s.arrives();
    const Instant came = s.world.now();
    if (forgotten) s.forget();
    ASSERT_EQ(s.world.engine().state().event(first) == nullptr, forgotten);
    s.world.withdraw(third_id);
    EXPECT_EQ(s.owed_by(fourth, report_owed), Events{fourth});
    EXPECT_EQ(s.due(fourth, report_owed), came + 10h);
  }
}

}  // namespace
}  // namespace told::core::test
