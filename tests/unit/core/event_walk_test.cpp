// Each field of an event by itself: how long it may be, and what it must look like.
#include "core/event_walk.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "core/event_rules.hpp"
#include "core/event_types.hpp"
#include "core/says_any.hpp"

namespace told::core {
namespace {

constexpr Instant walked_at{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}};

v1::Event to_be_walked() {
  v1::Event e;
  e.set_id("e-1");
  e.set_source("tilbury");
  e.set_type("told.child.missing.v1");
  e.set_subject("TIL/000417");
  e.mutable_time()->set_seconds(to_us(walked_at) / 1'000'000);
  e.set_status(v1::STATUS_ACTUAL);
  e.set_site("tilbury");
  e.mutable_child_missing()->mutable_child()->mutable_name()->set_given("Child A");
  e.mutable_child_missing()->mutable_missing()->mutable_last_seen_at()->set_seconds(to_us(walked_at) / 1'000'000);
  return e;
}

/// "code field" of what is wrong with it; "" for nothing.
std::string found_in(const std::function<void(v1::Event&)>& spoil) {
  v1::Event e = to_be_walked();
  spoil(e);
  const auto problem = check_event(e, walked_at);
  return problem ? problem->code() + " " + problem->field() : "";
}

v1::Child& child_of(v1::Event& e) { return *e.mutable_child_missing()->mutable_child(); }

TEST(AnEventsOwnReferences, HaveRoomForSixtyFourCharactersAndItsOtherTextsForMore) {
  EXPECT_EQ(found_in([](v1::Event& e) { e.set_correlation(std::string(64, 'a')); }), "");
  EXPECT_EQ(found_in([](v1::Event& e) { e.set_correlation(std::string(65, 'a')); }), "too_long correlation");
  EXPECT_EQ(found_in([](v1::Event& e) { e.set_causation(std::string(65, 'a')); }), "too_long causation");
  EXPECT_EQ(found_in([](v1::Event& e) { e.set_lawfulbasis(std::string(65, 'a')); }), "");
  EXPECT_EQ(found_in([](v1::Event& e) { e.set_lawfulbasis(std::string(201, 'a')); }), "too_long lawfulbasis");
}

TEST(AnEventsIdentity, TakesNoSignThatIsNotOfItsAlphabet) {
  EXPECT_EQ(found_in([](v1::Event& e) { e.set_id("e-1{"); }), "bad_form id");
  EXPECT_EQ(found_in([](v1::Event& e) { e.set_source("port of tilbury"); }), "bad_form source");
}

TEST(ANationality, IsTwoCapitalLetters) {
  const auto of = [](const char* code) {
    return found_in([code](v1::Event& e) { child_of(e).add_nationality(code); });
  };
  EXPECT_EQ(of("AF"), "");
  for (const char* bad : {"af", "A1", "AFG", "A~", "1A"})
    EXPECT_EQ(of(bad), "bad_form child_missing.child.nationality[0]");
}

TEST(AText, ThatIsNotUtf8IsRefusedByThatName) {
  EXPECT_EQ(found_in([](v1::Event& e) { child_of(e).mutable_name()->set_given("caf\xE9"); }),
            "not_utf8 child_missing.child.name.given");
}

TEST(ADayOfBirth, IsOfSomebodyWhoMayBeAlive) {
  const auto of = [](const char* day) {
    return found_in([day](v1::Event& e) { child_of(e).mutable_dob()->set_value(day); });
  };
  EXPECT_EQ(of("1900-01-01"), "");
  EXPECT_EQ(of("1899-12-31"), "bad_form child_missing.child.dob.value");
  EXPECT_EQ(of("2026-11-21"), "") << "it is tomorrow already, east of Greenwich";
  EXPECT_EQ(of("2026-11-22"), "bad_form child_missing.child.dob.value");
}

TEST(ATime, HasLessThanAThousandMillionNanoseconds) {
  EXPECT_EQ(found_in([](v1::Event& e) { e.mutable_time()->set_nanos(999'999'999); }), "");
  EXPECT_EQ(found_in([](v1::Event& e) { e.mutable_time()->set_nanos(1'000'000'000); }), "bad_form time");
}

TEST(ACorrection, ThatBringsNothingSaysThatNothingHappened) {
  v1::Event e;
  e.mutable_event_corrected()->set_supersedes("e-0");
  const v1::Event happened = as_happened(e);
  EXPECT_EQ(happened.type(), "");
  EXPECT_EQ(happened.data_case(), v1::Event::DATA_NOT_SET);
  EXPECT_FALSE(says_any(e, {"child.name"})) << "and says nothing to anybody";
}

TEST(AnEvent, SaysSomethingWhereOneOfTheFieldsIsFilledIn) {
  v1::Event e = to_be_walked();
  EXPECT_TRUE(says_any(e, {"child.name"}));
  EXPECT_TRUE(says_any(e, {"located.at", "child.name.given"})) << "the other is a field of another type of event";
  EXPECT_FALSE(says_any(e, {"located.at", "nothing"}));
  EXPECT_FALSE(says_any(e, {"child.aliases"}));
  child_of(e).add_aliases("B");
  EXPECT_TRUE(says_any(e, {"child.aliases"}));
}

}  // namespace
}  // namespace told::core
