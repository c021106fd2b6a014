// Two things are owed once while a child stays, and reports differ in which of them they begin.
#include <gtest/gtest.h>

#include "core/two_duties.hpp"

namespace told::core::test {
namespace {

TEST(WhatACorrectionMadeOwed, IsOwedByTheEarlierTimeOfAnotherReportForAsLongAsThatStandsAlsoAfterARestart) {
  for (const int restarted : {0, 1, 2}) {
    TwoDuties s;
    const EntryIndex first = s.arrives();
    const Instant came = s.world.now();
    s.has_grounds(s.world.last_id());
    const EntryIndex correction = s.world.last_event();
    s.world.advance(1h);
    s.arrives_with_grounds(3h);
    const std::string second_id = s.world.last_id();
    (void)s.world.restart_as(restarted);
    EXPECT_EQ(s.owed_by(first, referral_owed), Events{correction});
    EXPECT_EQ(s.due(first, referral_owed), came - 2h + 10h);
    s.world.withdraw(second_id);
    EXPECT_EQ(s.owed_by(first, referral_owed), Events{correction});
    EXPECT_EQ(s.due(first, referral_owed), came + 10h);
    EXPECT_EQ(s.due(first, report_owed), came + 10h);
    EXPECT_TRUE(s.world.engine().limbo().empty());
  }
}

TEST(WhatACorrectionMadeOwed, IsOwedFromTheTimeThatALaterCorrectionSays) {
  TwoDuties s;
  const EntryIndex first = s.arrives();
  const std::string id = s.world.last_id();
  const Instant came = s.world.now();
  s.has_grounds(id);
  const EntryIndex correction = s.world.last_event();
  s.has_grounds(id, came - 1h);
  EXPECT_EQ(s.owed_by(first, referral_owed), Events{correction});
  EXPECT_EQ(s.due(first, referral_owed), came - 1h + 10h);
  EXPECT_EQ(s.due(first, report_owed), came - 1h + 10h);
}

TEST(WhatACorrectionMadeOwed, IsOwedNoMoreWhereTheReportIsWithdrawnAndWhatThatLeftToAnotherStaysOwed) {
  for (const int restarted : {0, 1, 2}) {
    TwoDuties s;
    const EntryIndex first = s.arrives();
    const Instant came = s.world.now();
    s.world.advance(1h);
    s.arrives();
    const std::string second_id = s.world.last_id();
    s.has_grounds(second_id);
    ASSERT_EQ(s.owed(first, referral_owed).size(), 1U);
    (void)s.world.restart_as(restarted);
    s.world.withdraw(second_id);
    EXPECT_TRUE(s.owed(first, referral_owed).empty());
    EXPECT_EQ(s.owed_by(first, report_owed), Events{first});
    EXPECT_EQ(s.due(first, report_owed), came + 10h);
  }
}

TEST(WhatACorrectionMadeOwed, StaysAsItIsWhereItsReportIsForgottenAndEndsWithTheCaseAllTheSame) {
  TwoDuties s{0};
  const EntryIndex first = s.arrives();
  const Instant came = s.world.now();
  s.has_grounds(s.world.last_id());
  const EntryIndex correction = s.world.last_event();
  s.world.advance(1h);
  const EntryIndex second = s.arrives_with_grounds(3h);
  const std::string second_id = s.world.last_id();
  s.is_over_with(first);
  s.forget();
  ASSERT_EQ(s.world.engine().state().event(first), nullptr);
  s.world.withdraw(second_id);
  EXPECT_EQ(s.owed_by(second, referral_owed), Events{correction});
  EXPECT_EQ(s.due(second, referral_owed), came - 2h + 10h) << "when it was itself is not at hand";
  s.reported("case.closed");
  EXPECT_TRUE(s.owed(second, referral_owed).empty());
}

TEST(TheFirstReport, ThatIsWithdrawnLeavesWhatItOwedToTheNextThatOwesSomethingElseAlready) {
  TwoDuties s;
  s.arrives();
  const std::string first_id = s.world.last_id();
  s.world.advance(1h);
  const EntryIndex second = s.arrives_with_grounds();
  const Instant came = s.world.now();
  ASSERT_EQ(s.owed_by(second, referral_owed), Events{second});
  s.world.withdraw(first_id);
  EXPECT_EQ(s.owed_by(second, report_owed), Events{second});
  EXPECT_EQ(s.due(second, report_owed), came + 10h);
  EXPECT_EQ(s.owed_by(second, referral_owed), Events{second}) << "once";
}

TEST(TheFirstReport, ThatIsWithdrawnLeavesEachThingThatItOwedToTheNextThatHadLeftItThat) {
  for (const int restarted : {0, 1, 2})
    for (const bool next_has_grounds : {false, true}) {
      TwoDuties s;
      s.arrives_with_grounds();
      const std::string first_id = s.world.last_id();
      s.world.advance(1h);
      const EntryIndex second = next_has_grounds ? s.arrives_with_grounds() : s.arrives();
      s.world.advance(1h);
      const EntryIndex third = s.arrives_with_grounds();
      ASSERT_EQ(s.owed(third, report_owed).size() + s.owed(third, referral_owed).size(), 2U);
      (void)s.world.restart_as(restarted);
      s.world.withdraw(first_id);
      (void)s.world.restart_as(restarted);
      EXPECT_EQ(s.owed_by(third, report_owed), Events{second});
      EXPECT_EQ(s.owed_by(third, referral_owed), Events{next_has_grounds ? second : third});
      EXPECT_TRUE(s.world.engine().limbo().empty());
    }
}

TEST(AReport, ThatIsCorrectedLeavesToAnotherOnlyWhatItWouldHaveBegunItself) {
  for (const int restarted : {0, 1, 2}) {
    TwoDuties s;
    s.arrives_with_grounds();
    const std::string first_id = s.world.last_id();
    s.world.advance(1h);
    const EntryIndex second = s.arrives();
    s.arrived_at(s.world.last_id(), s.world.now() - 10min);
    (void)s.world.restart_as(restarted);
    s.world.withdraw(first_id);
    EXPECT_EQ(s.owed_by(second, report_owed), Events{second});
    EXPECT_TRUE(s.owed(second, referral_owed).empty()) << "nobody says that there are grounds";
  }
}

TEST(AReport, ThatIsWithdrawnChangesNothingOfWhatAnotherOwesThoughWhatItLeftIsForgotten) {
  TwoDuties s{0};
  const EntryIndex first = s.arrives();
  s.world.advance(1h);
  const EntryIndex second = s.arrives_with_grounds();
  const Instant came = s.world.now();
  s.world.advance(1h);
  s.arrives(90min);
  const std::string third_id = s.world.last_id();
  s.is_over_with(first);
  s.forget();
  ASSERT_EQ(s.world.engine().state().event(first), nullptr);
  EXPECT_EQ(s.world.withdraw(third_id).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(s.owed_by(second, referral_owed), Events{second});
  EXPECT_EQ(s.due(second, referral_owed), came + 10h);
  EXPECT_TRUE(s.owed(second, report_owed).empty()) << "it was done";
}

TEST(AReportOfAnotherChild, IsOwedWhatItHadLeftToOneThatIsKnownAndNotWhatItHadLeftToOneThatIsForgotten) {
  TwoDuties s{0};
  const EntryIndex first = s.arrives();
  s.world.advance(1h);
  s.arrives_with_grounds();
  s.world.advance(1h);
  const EntryIndex third = s.arrives_with_grounds();
  s.is_over_with(first);
  s.forget();
  ASSERT_EQ(s.world.engine().state().event(first), nullptr);
  s.another_child(third);
  EXPECT_EQ(s.owed_by(third, referral_owed), Events{third});
  EXPECT_TRUE(s.owed(third, report_owed).empty());
}

TEST(AReportSinceAChildHadLeft, IsOwedWhatItHadLeftToOneThatIsKnownAndNotWhatItHadLeftToOneThatIsForgotten) {
  TwoDuties s{0};
  const EntryIndex first = s.arrives();
  s.world.advance(1h);
  const EntryIndex second = s.arrives_with_grounds();
  s.world.advance(4h);
  const EntryIndex back = s.arrives_with_grounds();
  s.is_over_with(first);
  s.forget();
  ASSERT_EQ(s.world.engine().state().event(first), nullptr);
  s.reported("child.transferred", 2h);
  EXPECT_EQ(s.owed_by(back, referral_owed), (Events{second, back}));
  EXPECT_TRUE(s.owed(back, report_owed).empty());
}

}  // namespace
}  // namespace told::core::test
