// A correction and a withdrawal: each recipient learns what was wrong in what it was told, and no more.
#include "agencies/amendment.hpp"

#include <gtest/gtest.h>

#include "agencies/readable.hpp"

namespace told::agencies {
namespace {

v1::Event a_missing_child() {
  v1::Event e;
  v1::ChildMissing& data = *e.mutable_child_missing();
  data.mutable_child()->mutable_name()->set_given("child A");
  data.mutable_child()->mutable_name()->set_family("B");
  data.mutable_child()->add_aliases("A.");
  data.mutable_child()->set_ethnicity("as stated");
  data.mutable_missing()->set_clothing("blue coat");
  data.mutable_missing()->mutable_last_seen_at()->set_seconds(1'795'000'000);
  data.mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
  return e;
}

v1::Event corrected(const v1::Event& earlier) {
  v1::Event e;
  e.mutable_event_corrected()->set_supersedes("TIL-0002");
  e.mutable_event_corrected()->set_reason("the coat is green");
  v1::ChildMissing& data = *e.mutable_event_corrected()->mutable_child_missing();
  data = earlier.child_missing();
  data.mutable_missing()->set_clothing("green coat");
  data.mutable_child()->set_ethnicity("another");
  data.mutable_child()->mutable_name()->clear_family();
  data.mutable_child()->add_aliases("A. B.");
  data.mutable_missing()->mutable_last_seen_at()->set_seconds(1'795'000'600);
  data.mutable_risk()->set_grade(v1::RISK_GRADE_MEDIUM);
  data.mutable_child()->mutable_needs()->set_medical(true);
  return e;
}

v1::Delivery told_by(const std::vector<std::string>& fields, const char* agency,
                     const v1::Event& correcting = corrected(a_missing_child())) {
  v1::Delivery d;
  word_correction(a_missing_child(), correcting, "N-1G2G", FieldList("child.missing", fields), *Registry().find(agency),
                  d);
  return d;
}

std::vector<std::string> changed(const v1::Delivery& d) {
  return {d.correction().changed().begin(), d.correction().changed().end()};
}

TEST(ACorrection, NamesTheNotificationAndWhatChangedAndSaysAllOfItAnew) {
  const v1::Delivery d = told_by({"child", "missing", "risk"}, "police");
  EXPECT_EQ(d.correction().notification(), "N-1G2G");
  EXPECT_EQ(d.SerializeAsString().find("the coat is green"), std::string::npos) << "that may say more than their list";
  EXPECT_EQ(changed(d),
            (std::vector<std::string>{"child.name.family", "child.aliases", "child.ethnicity", "child.needs.medical",
                                      "missing.last_seen_at", "missing.clothing", "risk.grade"}));
  EXPECT_EQ(d.police_missing().missing().clothing(), "green coat");
  EXPECT_EQ(d.police_missing().child().name().given(), "child A");
}

TEST(ACorrection, TellsEachRecipientOfItsOwnFieldsOnly) {
  const v1::Delivery d = told_by({"child.name", "missing.last_seen_at"}, "home_office");
  EXPECT_EQ(changed(d), (std::vector<std::string>{"child.name.family", "missing.last_seen_at"}));
  EXPECT_EQ(d.SerializeAsString().find("coat"), std::string::npos);
  EXPECT_FALSE(d.home_office_missing().has_risk());
}

TEST(ACorrection, OfNothingThatARecipientSeesSaysThatNothingOfItChanged) {
  const v1::Delivery d = told_by({"child.name.given"}, "generic");
  EXPECT_TRUE(changed(d).empty());
  EXPECT_EQ(d.generic().event().child_missing().child().name().given(), "child A");
}

TEST(ACorrection, TellsWhoKnewTheFactAloneNoMoreThanTheFact) {
  v1::Event correcting = corrected(a_missing_child());
  correcting.mutable_event_corrected()->mutable_time()->set_seconds(1'795'000'000);
  const v1::Delivery d = told_by({}, "generic", correcting);
  EXPECT_EQ(d.correction().notification(), "N-1G2G");
  EXPECT_EQ(d.correction().time().seconds(), 1'795'000'000);
  EXPECT_EQ(d.message_case(), v1::Delivery::MESSAGE_NOT_SET);
}

TEST(ACorrection, CanBeReadAloud) {
  v1::Delivery d = told_by({"missing.clothing"}, "police");
  d.set_kind(v1::NOTIFICATION_KIND_CORRECTION);
  const std::string text = readable(d);
  EXPECT_EQ(text.find("CORRECTION"), 0U) << text;
  EXPECT_NE(text.find("Notification: N-1G2G"), std::string::npos) << text;
  EXPECT_NE(text.find("Changed: missing.clothing"), std::string::npos) << text;
  EXPECT_NE(text.find("Clothing: green coat"), std::string::npos) << text;
}

TEST(AWithdrawal, AsksToDeleteAndToSayThatItIsDoneAndCarriesNothingElse) {
  v1::Delivery d;
  word_withdrawal("N-1G2G", d);
  d.set_kind(v1::NOTIFICATION_KIND_WITHDRAWAL);
  EXPECT_EQ(d.withdrawal().notification(), "N-1G2G");
  EXPECT_NE(readable(d).find("Delete all that you received"), std::string::npos) << readable(d);
}

TEST(TheSameChild, IsSaidByReferencesAlone) {
  v1::Delivery d;
  word_same_child("C-4", {"C-4", "C-9"}, d);
  d.set_kind(v1::NOTIFICATION_KIND_SAME_CHILD);
  const std::string text = readable(d);
  EXPECT_EQ(text.find("THE SAME CHILD"), 0U) << text;
  EXPECT_NE(text.find("Case refs: C-4, C-9"), std::string::npos) << text;
  EXPECT_NE(text.find("Goes on as: C-4"), std::string::npos) << text;
}

TEST(AnotherChild, IsSaidByReferencesAlone) {
  v1::Delivery d;
  word_another_child("N-1G2G", "C-4", "C-9", d);
  d.set_kind(v1::NOTIFICATION_KIND_ANOTHER_CHILD);
  const std::string text = readable(d);
  EXPECT_EQ(text.find("ANOTHER CHILD"), 0U) << text;
  EXPECT_NE(text.find("Notification: N-1G2G"), std::string::npos) << text;
  EXPECT_NE(text.find("Told as: C-4"), std::string::npos) << text;
}

}  // namespace
}  // namespace told::agencies
