#include "agencies/readable.hpp"

#include <gtest/gtest.h>

#include "core/event_types.hpp"

namespace told::agencies {
namespace {

v1::Delivery a_missing_childs_delivery() {
  v1::Delivery d;
  d.set_notification("N-1G2G");
  d.set_attempt(1);
  d.set_kind(v1::NOTIFICATION_KIND_TELL);
  d.set_case_ref("C-006M");
  d.set_event_type("told.child.missing.v1");
  d.mutable_deadline()->set_seconds(1'795'000'000);
  d.set_status(v1::STATUS_ACTUAL);
  d.mutable_police_missing()->mutable_child()->mutable_name()->set_given("child A");
  d.mutable_police_missing()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
  return d;
}

TEST(AHeading, SaysWhatItIsAndByWhenAndNothingPersonal) {
  const std::string text = heading(a_missing_childs_delivery());
  EXPECT_EQ(text.find("A CHILD IS MISSING [N-1G2G, case C-006M] acknowledge by "), 0U) << text;
  EXPECT_EQ(text.find("child A"), std::string::npos);
}

TEST(AHeading, OfAnExerciseBeginsWithTheWord) {
  v1::Delivery d = a_missing_childs_delivery();
  d.set_status(v1::STATUS_EXERCISE);
  EXPECT_TRUE(heading(d).starts_with("EXERCISE EXERCISE EXERCISE"));
}

TEST(AHeading, OfALaterAttemptSaysThatItMayBeKnown) {
  v1::Delivery d = a_missing_childs_delivery();
  d.set_attempt(2);
  EXPECT_NE(heading(d).find("you may have had this already"), std::string::npos);
}

TEST(AHeading, SaysInWordsWhatEachTypeOfEventIs) {
  for (const core::EventType& type : core::event_types()) {
    v1::Delivery d;
    d.set_event_type(type.type);
    EXPECT_EQ(heading(d).find("told."), std::string::npos) << heading(d);
  }
}

TEST(TheReadableForm, NamesEachFieldInWords) {
  const std::string text = readable(a_missing_childs_delivery());
  EXPECT_NE(text.find("Given: child A"), std::string::npos) << text;
  EXPECT_NE(text.find("Grade: high"), std::string::npos) << text;
}

TEST(TheReadableForm, GivesLondonTimeAndItsName) {
  EXPECT_NE(readable(a_missing_childs_delivery()).find(" acknowledge by 11:06:40 on Wed 18 Nov 2026 (GMT)"),
            std::string::npos)
      << readable(a_missing_childs_delivery());
  v1::Delivery summer = a_missing_childs_delivery();
  summer.mutable_deadline()->set_seconds(1'783'000'000);
  EXPECT_NE(readable(summer).find("(BST)"), std::string::npos) << readable(summer);
}

TEST(TheReadableForm, OfACallNamesEverythingThatItIsAbout) {
  v1::Delivery d;
  d.set_kind(v1::NOTIFICATION_KIND_ESCALATION);
  d.mutable_escalation()->set_recipient("Police control room");
  auto& first = *d.mutable_escalation()->add_also_unanswered();
  first.set_recipient("Home Office duty officer");
  first.set_notification("N-2");
  auto& second = *d.mutable_escalation()->add_also_unanswered();
  second.set_recipient("Social work team");
  second.set_duty("Visit to the child");
  EXPECT_NE(readable(d).find("  Also unanswered:\n    Recipient: Home Office duty officer\n    Notification: N-2\n"
                             "  Also unanswered:\n    Recipient: Social work team\n    Duty: Visit to the child\n"),
            std::string::npos)
      << readable(d);
}

}  // namespace
}  // namespace told::agencies
