// Every rule about events: a good one passes, and each bad one is refused by its own code at its own field.
#include "core/event_rules.hpp"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/event_types.hpp"

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

/// Makes the event a good correction of another, for a test to spoil.
v1::EventCorrected& correct(v1::Event& e) {
  const v1::ChildMissing data = e.child_missing();
  e.set_type("told.event.corrected.v1");
  v1::EventCorrected& correction = *e.mutable_event_corrected();
  correction.set_supersedes("e-0");
  correction.set_reason("SECRET");
  *correction.mutable_child_missing() = data;
  return correction;
}

const std::vector<Case> cases{
    {"NoId", [](auto& e) { e.clear_id(); }, "missing_field", "id"},
    {"IdWithSpace", [](auto& e) { e.set_id("e 1"); }, "bad_form", "id"},
    {"IdTooLong", [](auto& e) { e.set_id(std::string(65, 'a')); }, "bad_form", "id"},
    {"NoSource", [](auto& e) { e.clear_source(); }, "missing_field", "source"},
    {"NoSubject", [](auto& e) { e.clear_subject(); }, "missing_field", "subject"},
    {"SubjectWithHash", [](auto& e) { e.set_subject("TIL#417"); }, "bad_form", "subject"},
    {"SubjectIsAName", [](auto& e) { e.set_subject("amina-k"); }, "personal_subject", "subject"},
    {"SubjectHasASpace", [](auto& e) { e.set_subject("SECRET 7"); }, "personal_subject", "subject"},
    {"SubjectIsAMobile", [](auto& e) { e.set_subject("07700900123"); }, "personal_subject", "subject"},
    {"SubjectHasAMobile", [](auto& e) { e.set_subject("K7/447700900123"); }, "personal_subject", "subject"},
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
    {"UriTooLong", [](auto& e) { e.mutable_child_missing()->set_planning_form_ref(std::string(1001, 'a')); },
     "too_long", "child_missing.planning_form_ref"},
    {"ReceivedFarAhead",
     [](auto& e) {
       e.set_type("told.child.nts_referred.v1");
       e.mutable_child_nts_referred()->mutable_nts()->mutable_transfer_at()->set_seconds(to_us(now) / 1000000 +
                                                                                         367 * 86400);
     },
     "time_in_future", "child_nts_referred.nts.transfer_at"},
    {"RegradedWithoutAGrade",
     [](auto& e) { e.set_type("told.child.missing_risk_changed.v1"), e.mutable_child_missing_risk_changed(); },
     "missing_field", "child_missing_risk_changed.risk.grade"},
    {"PlacedNowhere", [](auto& e) { e.set_type("told.child.placed.v1"), e.mutable_child_placed(); }, "missing_field",
     "child_placed.placement.county"},
    {"CarerWithoutAGoodPhone",
     [](auto& e) {
       e.set_type("told.child.placed.v1");
       e.mutable_child_placed()->mutable_placement()->set_carer_mobile("07700 900001");
     },
     "bad_form", "child_placed.placement.carer_mobile"},
    {"EnquiredWithoutAnOutcome",
     [](auto& e) { e.set_type("told.child.age_enquiry.v1"), e.mutable_child_age_enquiry(); }, "missing_field",
     "child_age_enquiry.age_enquiry.outcome"},
    {"ReferredForNothing", [](auto& e) { e.set_type("told.child.nrm_referred.v1"), e.mutable_child_nrm_referred(); },
     "missing_field", "child_nrm_referred.trafficking.nrm_ref"},
    {"TransferAskedWithoutARecord",
     [](auto& e) { e.set_type("told.child.nts_referred.v1"), e.mutable_child_nts_referred(); }, "missing_field",
     "child_nts_referred.nts.uucr_ref"},
    {"TransferredToNobody", [](auto& e) { e.set_type("told.child.transferred.v1"), e.mutable_child_transferred(); },
     "missing_field", "child_transferred.nts.receiving_la"},
    {"NoInterpreterForNoLanguage",
     [](auto& e) { e.set_type("told.interpreter.unavailable.v1"), e.mutable_interpreter_unavailable(); },
     "missing_field", "interpreter_unavailable.child.language"},
    {"ConcernUnsaid", [](auto& e) { e.set_type("told.prevent.referral.v1"), e.mutable_prevent_referral(); },
     "missing_field", "prevent_referral.prevent.concern"},
    {"ClosedForNoReason",
     [](auto& e) {
       e.set_type("told.case.closed.v1");
       e.mutable_case_closed()->mutable_at()->set_seconds(1795000000);
     },
     "missing_field", "case_closed.reason"},
    {"ClosedAtNoTime", [](auto& e) { e.set_type("told.case.closed.v1"), e.mutable_case_closed()->set_reason("r"); },
     "missing_field", "case_closed.at"},
    {"CorrectsNoEvent", [](auto& e) { correct(e).clear_supersedes(); }, "missing_field", "event_corrected.supersedes"},
    {"CorrectsBySpaces", [](auto& e) { correct(e).set_supersedes("e 0"); }, "bad_form", "event_corrected.supersedes"},
    {"CorrectsItself", [](auto& e) { correct(e).set_supersedes("e-1"); }, "bad_form", "event_corrected.supersedes"},
    {"CorrectsForNoReason", [](auto& e) { correct(e).clear_reason(); }, "missing_field", "event_corrected.reason"},
    {"CorrectsNothing", [](auto& e) { correct(e).clear_corrected(); }, "missing_field", "event_corrected.corrected"},
    {"CorrectsIntoABadEvent",
     [](auto& e) { correct(e).mutable_child_missing()->mutable_missing()->clear_last_seen_at(); }, "missing_field",
     "event_corrected.child_missing.missing.last_seen_at"},
    {"CorrectsIntoABadPhone",
     [](auto& e) { correct(e).mutable_child_missing()->mutable_missing()->set_phone("SECRET"); }, "bad_form",
     "event_corrected.child_missing.missing.phone"},
    {"CorrectsTheTimeAhead", [](auto& e) { correct(e).mutable_time()->set_seconds(253402300799); }, "time_in_future",
     "event_corrected.time"},
    {"WithdrawsNoEvent",
     [](auto& e) { e.set_type("told.event.withdrawn.v1"), e.mutable_event_withdrawn()->set_reason("r"); },
     "missing_field", "event_withdrawn.supersedes"},
    {"WithdrawsForNoReason",
     [](auto& e) { e.set_type("told.event.withdrawn.v1"), e.mutable_event_withdrawn()->set_supersedes("e-0"); },
     "missing_field", "event_withdrawn.reason"},
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
  for (const char* ok :
       {"TIL/000417", "case-7", "C-7K3-M9Q4", "TH-2026-0412", "tilbury-1", "S000123456", "99999999", "20091745",
        "120090517", "00000077009", "07700-1234", "07/2024/00123", "0712-345-6789", "2024.07-123.4567.89"})
    EXPECT_EQ(why_subject_is_personal(ok), nullptr) << ok;
  for (const char* bad : {"amina", "amina-k", "child a 1", "a@b.c1", "2009-05-17", "17052009", "20090517",
                          "x17/05/2009", "17.05.2009-k", "mohammadkhanahmadi1"})
    EXPECT_NE(why_subject_is_personal(bad), nullptr) << bad;
}

TEST(EventRules, AGoodCorrectionPasses) {
  v1::Event e = good();
  correct(e);
  EXPECT_FALSE(check_event(e, now).has_value());
}

TEST(EventRules, ATransferMayLieAheadAndNothingElse) {
  v1::Event e = good();
  e.set_type("told.child.nts_referred.v1");
  auto& nts = *e.mutable_child_nts_referred()->mutable_nts();
  nts.set_uucr_ref("https://cases.example/1");
  nts.mutable_transfer_at()->set_seconds(to_us(now) / 1000000 + 14 * 86400);
  EXPECT_FALSE(check_event(e, now).has_value());
}

TEST(EventRules, AnUnknownTypeIsToldAllThatThereAre) {
  v1::Event e = good();
  e.set_type("told.child.moved.v1");
  const auto problem = check_event(e, now);
  for (const EventType& type : event_types())
    EXPECT_NE(problem->mend().find(type.type), std::string::npos) << type.type;
}

TEST(EventRules, EveryTypeHasASampleThatIsGood) {
  std::set<std::string> unseen;
  for (const EventType& type : event_types()) unseen.insert(type.type);
  for (const auto& file : std::filesystem::directory_iterator(std::string{TOLD_ROOT} + "/tests/events")) {
    std::ifstream in{file.path()};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    v1::Event e;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(text, &e).ok()) << file.path();
    const auto problem = check_event(e, now);
    EXPECT_FALSE(problem.has_value()) << file.path() << ": " << problem->ShortDebugString();
    unseen.erase(e.type());
  }
  EXPECT_TRUE(unseen.empty()) << *unseen.begin() << " has no sample under tests/events";
}

TEST(EventRules, ShortTypesAreWhatConfigurationsSay) {
  EXPECT_EQ(published_type("told.child.arrived.v1"), "child.arrived");
  EXPECT_EQ(published_type("told.prevent.section36.v1"), "prevent.section36");
  EXPECT_EQ(published_type("told.child.missing_risk_changed.v1"), "child.missing_risk_changed");
  EXPECT_EQ(published_type("told.child.moved.v1"), "");
}

}  // namespace
}  // namespace told::core
