// The search for a missing child: how grave it is, whatever was said of that in which order.
#include <gtest/gtest.h>

#include "core/searched.hpp"

namespace told::core::test {
namespace {

TEST(TheGradeOfASearch, IsTheOneThatHappenedLastInWhateverOrderItIsReported) {
  for (const int restarted : {0, 1, 2}) {
    Searched s;
    s.says("child.missing", "T-1", 30min, v1::RISK_GRADE_LOW);
    const EntryIndex missing = s.world.last_event();
    s.regraded(v1::RISK_GRADE_HIGH, 10min);
    EXPECT_EQ(s.grade_of(missing), v1::RISK_GRADE_HIGH);
    if (s.world.restart_as(restarted)) s.everybody_connects();
    s.regraded(v1::RISK_GRADE_MEDIUM, 20min);  // on its way for longer
    EXPECT_EQ(s.grade_of(missing), v1::RISK_GRADE_HIGH);
    s.regraded(v1::RISK_GRADE_MEDIUM, 5min);
    EXPECT_EQ(s.grade_of(missing), v1::RISK_GRADE_MEDIUM);
  }
}

TEST(TheGradeOfASearch, ThatPoliceGaveBeforeTheReportCameSetsThePaceOfItsNotices) {
  Searched s;
  s.regraded(v1::RISK_GRADE_HIGH, 5min);
  s.says("child.missing", "T-1", 20min, v1::RISK_GRADE_MEDIUM);
  const NotificationId home_office = s.world.last_of("home_office");
  EXPECT_EQ(s.grade_of(home_office.event), v1::RISK_GRADE_HIGH);
  EXPECT_EQ(s.world.look(home_office).deadline, s.world.now() - 20min + 15min);
}

TEST(TheGradeOfASearch, IsTakenBackWithTheReportFromWhoeverHeardOfItAloneAndTheyLearnNothingElse) {
  Searched s;
  s.world.missing("T-1");
  const std::string report = s.world.last_id();
  s.world.advance(1min);
  s.regraded(v1::RISK_GRADE_HIGH);
  const NotificationId heard = s.world.last_of("barnardos");
  s.world.correct(s.world.last_id(), [](v1::EventCorrected& c) {
    c.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(v1::RISK_GRADE_LOW);
  });
  const NotificationId corrected = s.world.last_of("barnardos");
  ASSERT_TRUE(s.world.look(corrected).is(v1::NOTIFICATION_KIND_CORRECTION));
  EXPECT_EQ(s.world.withdraw(report).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_FALSE(s.world.look(heard).open()) << "nobody is chased about a search that never was";
  EXPECT_FALSE(s.world.look(corrected).open()) << "nor about what was said of it wrongly";
  const Notification& told = s.world.look(s.world.last_of("barnardos"));
  EXPECT_TRUE(told.is(v1::NOTIFICATION_KIND_WITHDRAWAL));
  EXPECT_EQ(told.rule, 0U) << "no rule names a field of the report for them";
  const State& state = s.world.engine().state();
  EXPECT_TRUE(state.open_search(state.event(s.world.last_event())->case_number, Instant::max()).empty());
}

TEST(TheGradeOfASearch, IsWhatItWasWhenTheNewOneIsTakenBack) {
  for (const int restarted : {0, 1, 2}) {
    Searched s;
    s.world.missing("T-1", v1::RISK_GRADE_HIGH);
    const NotificationId home_office = s.world.last_of("home_office");
    s.world.advance(1min);
    s.regraded(v1::RISK_GRADE_LOW);
    const std::string id = s.world.last_id();
    EXPECT_EQ(s.grade_of(home_office.event), v1::RISK_GRADE_LOW);
    if (s.world.restart_as(restarted)) s.everybody_connects();
    EXPECT_EQ(s.world.withdraw(id).verdict(), v1::VERDICT_ACCEPTED);
    EXPECT_EQ(s.grade_of(home_office.event), v1::RISK_GRADE_HIGH);
    (void)s.world.newly_told();
    s.world.advance(10min);
    EXPECT_TRUE(s.world.newly_told().contains("team_manager")) << "by the high pace";
  }
}

TEST(TheGradeOfASearch, FollowsACorrectionOfTheNewGradeAndNotOneOfWhatWasBeforeIt) {
  Searched s;
  s.world.missing("T-1", v1::RISK_GRADE_LOW);
  const std::string missing_id = s.world.last_id();
  const NotificationId home_office = s.world.last_of("home_office");
  s.world.advance(1min);
  s.regraded(v1::RISK_GRADE_MEDIUM);
  const std::string grade_id = s.world.last_id();
  s.world.correct(grade_id, [](v1::EventCorrected& c) {
    c.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
  });
  EXPECT_EQ(s.grade_of(home_office.event), v1::RISK_GRADE_HIGH);
  EXPECT_EQ(s.world.look(home_office).deadline, s.world.now() + 15min);
  const NotificationId correction = s.world.last_of("barnardos");
  EXPECT_TRUE(s.world.look(correction).is(v1::NOTIFICATION_KIND_CORRECTION));
  EXPECT_EQ(s.world.look(correction).deadline, s.world.now() + 15min) << "it is as urgent as what it says";
  // A name is put right; the grade was low then.
  s.world.correct(missing_id, [](v1::EventCorrected& c) {
    c.mutable_child_missing()->mutable_risk()->set_grade(v1::RISK_GRADE_LOW);
  });
  EXPECT_EQ(s.grade_of(home_office.event), v1::RISK_GRADE_HIGH);
}

TEST(TheGradeOfASearch, IsOfTheCaseThatAGradeBelongsTo) {
  for (const bool joined : {false, true}) {
    Searched s;
    s.world.missing("T-1", v1::RISK_GRADE_LOW);
    const EntryIndex missing = s.world.last_event();
    s.world.advance(1min);
    s.says("child.missing_risk_changed", "T-2", {}, v1::RISK_GRADE_HIGH);
    const EntryIndex grade = s.world.last_event();
    EXPECT_EQ(s.grade_of(missing), v1::RISK_GRADE_LOW);
    const NotificationId home_office = {missing, 1};
    if (joined)
      s.world.perform(JoinCases{1, missing, grade, somebody_in_charge, "the same child"});
    else
      s.world.perform(MoveEvent{1, grade, missing, somebody_in_charge, "the other brother"});
    EXPECT_EQ(s.grade_of(missing), v1::RISK_GRADE_HIGH);
    EXPECT_EQ(s.world.look(home_office).deadline, s.world.now() + 15min);
    (void)s.world.newly_told();
    s.world.advance(5min);
    EXPECT_TRUE(s.world.newly_told().contains("duty_manager")) << "by the new pace";
    if (joined) continue;
    s.world.perform(MoveEvent{1, grade, 0, somebody_in_charge, "neither of them"});
    EXPECT_EQ(s.grade_of(missing), v1::RISK_GRADE_LOW);
  }
}

}  // namespace
}  // namespace told::core::test
