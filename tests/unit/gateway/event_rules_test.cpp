// Every rule about events: a good one passes, and each bad one is refused by its own code at its own field.
#include "core/event_rules.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace told::core {
namespace {

const Instant now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}};

v1::Event good() {
  v1::Event e;
  e.set_id("e-1");
  e.set_source("tilbury");
  e.set_type("told.child.missing.v1");
  e.set_subject("TIL/000417");
  e.mutable_time()->set_seconds(1795000000);
  e.set_status(v1::STATUS_ACTUAL);
  e.set_site("tilbury");
  auto& missing = *e.mutable_child_missing();
  missing.mutable_child()->mutable_name()->set_given("Child A");
  missing.mutable_child()->mutable_dob()->set_value("2010-03-05");
  missing.mutable_child()->add_nationality("AF");
  missing.mutable_child()->mutable_social_worker()->set_phone("+441632960001");
  missing.mutable_missing()->mutable_last_seen_at()->set_seconds(1794990000);
  missing.mutable_missing()->set_clothing("blue coat, ‘T’ on the back");
  return e;
}

struct Case {
  const char* says;
  std::function<void(v1::Event&)> spoil;
  const char* code;
  const char* field;
};

class EachRule : public ::testing::TestWithParam<Case> {};

TEST_P(EachRule, RefusesByItsOwnCodeAndField) {
  v1::Event event = good();
  GetParam().spoil(event);
  const auto problem = check_event(event, now);
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->code(), GetParam().code);
  EXPECT_EQ(problem->field(), GetParam().field);
  EXPECT_FALSE(problem->reason().empty());
  EXPECT_FALSE(problem->mend().empty());
  EXPECT_EQ(problem->reason().find("SECRET"), std::string::npos) << "a reason repeats a field's content";
}

v1::Child& child(v1::Event& e) { return *e.mutable_child_missing()->mutable_child(); }
v1::Missing& missing(v1::Event& e) { return *e.mutable_child_missing()->mutable_missing(); }

const std::vector<Case> cases{
    {"NoId", [](auto& e) { e.clear_id(); }, "missing_field", "id"},
    {"IdWithSpace", [](auto& e) { e.set_id("e 1"); }, "bad_form", "id"},
    {"IdTooLong", [](auto& e) { e.set_id(std::string(65, 'a')); }, "bad_form", "id"},
    {"NoSource", [](auto& e) { e.clear_source(); }, "missing_field", "source"},
    {"NoSubject", [](auto& e) { e.clear_subject(); }, "missing_field", "subject"},
    {"SubjectWithHash", [](auto& e) { e.set_subject("TIL#417"); }, "bad_form", "subject"},
    {"SubjectIsAName", [](auto& e) { e.set_subject("amina-k"); }, "personal_subject", "subject"},
    {"SubjectHasASpace", [](auto& e) { e.set_subject("SECRET 7"); }, "personal_subject", "subject"},
    {"SubjectHasADateOfBirth", [](auto& e) { e.set_subject("k-2009-05-17"); }, "personal_subject", "subject"},
    {"NoType", [](auto& e) { e.clear_type(); }, "missing_field", "type"},
    {"UnknownType", [](auto& e) { e.set_type("told.child.moved.v1"); }, "unknown_type", "type"},
    {"TypeOfAnotherMember", [](auto& e) { e.set_type("told.child.arrived.v1"); }, "type_mismatch", "type"},
    {"NoData", [](auto& e) { e.clear_data(); }, "missing_field", "child_missing"},
    {"NoTime", [](auto& e) { e.clear_time(); }, "missing_field", "time"},
    {"TimeAhead", [](auto& e) { e.mutable_time()->set_seconds(to_us(now) / 1000000 + 301); }, "time_in_future", "time"},
    {"TimeOf1970", [](auto& e) { e.mutable_time()->set_seconds(0); }, "time_before_1990", "time"},
    {"TimeWithBadNanos", [](auto& e) { e.mutable_time()->set_nanos(-1); }, "bad_form", "time"},
    {"InnerTimeAhead", [](auto& e) { missing(e).mutable_noticed_at()->set_seconds(253402300799); }, "time_in_future",
     "child_missing.missing.noticed_at"},
    {"NoStatus", [](auto& e) { e.clear_status(); }, "missing_field", "status"},
    {"UnknownStatus", [](auto& e) { e.set_status(static_cast<v1::Status>(9)); }, "unknown_value", "status"},
    {"UnknownSex", [](auto& e) { child(e).set_sex(static_cast<v1::Sex>(9)); }, "unknown_value",
     "child_missing.child.sex"},
    {"LineEnd", [](auto& e) { missing(e).set_clothing("SECRET\ncoat"); }, "control_character",
     "child_missing.missing.clothing"},
    {"C1", [](auto& e) { missing(e).set_clothing("a\xC2\x85z"); }, "control_character",
     "child_missing.missing.clothing"},
    {"RightToLeftOverride", [](auto& e) { child(e).mutable_name()->set_family("SECRET\xE2\x80\xAEz"); },
     "hidden_character", "child_missing.child.name.family"},
    {"ZeroWidthInAList", [](auto& e) { child(e).add_aliases("a"), child(e).add_aliases("a\xE2\x80\x8Bz"); },
     "hidden_character", "child_missing.child.aliases[1]"},
    {"LongName", [](auto& e) { child(e).mutable_name()->set_given(std::string(201, 'a')); }, "too_long",
     "child_missing.child.name.given"},
    {"LongText", [](auto& e) { missing(e).set_clothing(std::string(4001, 'a')); }, "too_long",
     "child_missing.missing.clothing"},
    {"LongList",
     [](auto& e) {
       for (int i = 0; i < 33; ++i) child(e).add_aliases("a");
     },
     "too_many", "child_missing.child.aliases"},
    {"LargeEvent",
     [](auto& e) {
       for (int i = 0; i < 20; ++i) child(e).add_aliases(std::string(2000, 'a'));
     },
     "too_large", ""},
    {"NeitherSeenNorReported", [](auto& e) { missing(e).clear_last_seen_at(); }, "missing_field",
     "child_missing.missing.last_seen_at"},
    {"DobOfAnotherShape", [](auto& e) { child(e).mutable_dob()->set_value("5/3/2010"); }, "bad_form",
     "child_missing.child.dob.value"},
    {"DobOfNoDay", [](auto& e) { child(e).mutable_dob()->set_value("2010-02-30"); }, "bad_form",
     "child_missing.child.dob.value"},
    {"DobAhead", [](auto& e) { child(e).mutable_dob()->set_value("2030-01-01"); }, "bad_form",
     "child_missing.child.dob.value"},
    {"NationalityInWords", [](auto& e) { child(e).set_nationality(0, "Afghan"); }, "bad_form",
     "child_missing.child.nationality[0]"},
    {"PhoneWithSpaces", [](auto& e) { missing(e).set_phone("01632 960001"); }, "bad_form",
     "child_missing.missing.phone"},
    {"UnknownFieldDeep", [](auto& e) { child(e).GetReflection()->MutableUnknownFields(&child(e))->AddVarint(900, 1); },
     "unknown_field", "child_missing.child"},
    {"LocatedWithoutTime",
     [](auto& e) { e.set_type("told.child.located.v1"), e.mutable_child_located()->mutable_located(); },
     "missing_field", "child_located.located.at"},
    {"PreventWithoutReference", [](auto& e) { e.set_type("told.prevent.section36.v1"), e.mutable_prevent_section36(); },
     "missing_field", "prevent_section36.police_case_ref"},
};

INSTANTIATE_TEST_SUITE_P(Events, EachRule, ::testing::ValuesIn(cases),
                         [](const auto& one) { return std::string{one.param.says}; });

TEST(EventRules, AGoodEventPasses) { EXPECT_FALSE(check_event(good(), now).has_value()); }

TEST(EventRules, AClockThatIsAFewMinutesAheadPasses) {
  v1::Event e = good();
  e.mutable_time()->set_seconds(to_us(now) / 1000000 + 300);
  EXPECT_FALSE(check_event(e, now).has_value());
}

TEST(EventRules, NamesInAnyScriptPass) {
  v1::Event e = good();
  child(e).mutable_name()->set_given("عائشة");
  child(e).mutable_name()->set_family("Nguyễn 阮 🙂");
  EXPECT_FALSE(check_event(e, now).has_value());
}

TEST(EventRules, RegistersReferencesAreNotTakenForPeople) {
  for (const char* ok : {"TIL/000417", "case-7", "C-7K3-M9Q4", "TH-2026-0412", "tilbury-1", "S000123456", "99999999",
                         "20091745", "120090517"})
    EXPECT_EQ(why_subject_is_personal(ok), nullptr) << ok;
  for (const char* bad : {"amina", "amina-k", "child a 1", "a@b.c1", "2009-05-17", "17052009", "20090517",
                          "x17/05/2009", "17.05.2009-k", "mohammadkhanahmadi1"})
    EXPECT_NE(why_subject_is_personal(bad), nullptr) << bad;
}

TEST(EventRules, ShortTypesAreWhatConfigurationsSay) {
  EXPECT_EQ(published_type("told.child.arrived.v1"), "child.arrived");
  EXPECT_EQ(published_type("told.prevent.section36.v1"), "prevent.section36");
  EXPECT_EQ(published_type("told.child.moved.v1"), "");
}

}  // namespace
}  // namespace told::core
