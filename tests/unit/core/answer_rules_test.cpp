// What an agency's person may say, rule by rule.
#include "core/answer_rules.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "core/reference.hpp"

namespace told::core {
namespace {

const core::Instant now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}};

v1::Acknowledgement good() {
  v1::Acknowledgement a;
  a.set_notification(core::to_reference(core::NotificationId{7, 1}));
  a.set_person("A. Person");
  a.set_role("Duty officer");
  return a;
}

std::string code_of(const v1::Acknowledgement& words) {
  core::Acknowledge into;
  const auto problem = read_acknowledgement(words, "police", v1::MEANS_QUEUE, now, into);
  return problem ? problem->code() + " " + problem->field() : "";
}

TEST(Acknowledgements, AGoodOneNamesThePersonAndTheMeans) {
  core::Acknowledge into;
  auto words = good();
  words.mutable_at()->set_seconds(core::to_us(now) / 1'000'000 - 60);
  ASSERT_FALSE(read_acknowledgement(words, "police", v1::MEANS_QUEUE, now, into));
  EXPECT_EQ(into.notification, (core::NotificationId{7, 1}));
  EXPECT_EQ(into.by.name, "A. Person");
  EXPECT_EQ(into.by.means, v1::MEANS_QUEUE);
  EXPECT_EQ(into.said, now - std::chrono::seconds{60});
}

TEST(Acknowledgements, EachBadOneIsRefusedAtItsField) {
  auto a = good();
  a.set_notification("C-7K3-M9Q4");
  EXPECT_EQ(code_of(a), "bad_reference notification");
  a = good();
  a.clear_person();
  EXPECT_EQ(code_of(a), "missing_field person");
  a = good();
  a.set_person(std::string(129, 'a'));
  EXPECT_EQ(code_of(a), "too_long person");
  a = good();
  a.set_role("Duty\nofficer");
  EXPECT_EQ(code_of(a), "control_character role");
  a = good();
  a.set_person("A\xE2\x80\xAEnosrep");
  EXPECT_EQ(code_of(a), "hidden_character person");
  for (const char* bad :
       {"\xFF", "caf\xE9", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "A\xE2\x80", "\xE0\x80\xAF"}) {
    a = good();
    a.set_person(bad);
    EXPECT_EQ(code_of(a), "not_utf8 person");
  }
  a = good();
  a.set_person("Nguy\u1EC5n \U0001F642");
  EXPECT_EQ(code_of(a), "");
  a = good();
  a.mutable_at()->set_seconds(core::to_us(now) / 1'000'000 + 301);
  EXPECT_EQ(code_of(a), "time_in_future at");
  a = good();
  a.mutable_at()->set_seconds(1);
  EXPECT_EQ(code_of(a), "time_before_1990 at");
  for (const int nanos : {-1, 1'000'000'000}) {
    a = good();
    a.mutable_at()->set_seconds(core::to_us(now) / 1'000'000);
    a.mutable_at()->set_nanos(nanos);
    EXPECT_EQ(code_of(a), "bad_form at");
  }
  a = good();
  a.set_note(std::string(1001, 'a'));
  EXPECT_EQ(code_of(a), "too_long note");
}

TEST(Acknowledgements, OfSomebodyWhoseNameShowsNothingAreOfNobody) {
  for (const char* blank : {" ", "\t", "\x7F", "\xC2\x85", "\xC2\xA0", "\xE2\x80\x83", "\xEF\xB8\x8F", "\xE2\x80\x8B",
                            "\xE3\x85\xA4", " \xE2\x80\x8B\xC2\xA0 "}) {
    auto a = good();
    a.set_person(blank);
    EXPECT_EQ(code_of(a), "missing_field person");
  }
}

TEST(Acknowledgements, AreUtf8ToTheLastByteOfEachCharacter) {
  for (const char* bad : {"\xC3(", "\xE2\x82(", "\xF0\x9F\x99(", "A\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF"}) {
    auto a = good();
    a.set_person(bad);
    EXPECT_EQ(code_of(a), "not_utf8 person");
  }
  auto a = good();
  a.set_person("\xF0\x90\x80\x80");
  EXPECT_EQ(code_of(a), "");
}

TEST(Acknowledgements, WithACharacterThatErasesAreRefused) {
  auto a = good();
  a.set_role("Duty officer\x7F");
  EXPECT_EQ(code_of(a), "control_character role");
}

TEST(Acknowledgements, ThatAreRefusedSayWhatToDoAboutIt) {
  const auto mend = [](const std::string& person) {
    auto a = good();
    a.set_person(person);
    core::Acknowledge into;
    return read_acknowledgement(a, "police", v1::MEANS_QUEUE, now, into).value_or(v1::Problem{}).mend();
  };
  EXPECT_EQ(mend("caf\xE9"), "send text as UTF-8");
  EXPECT_EQ(mend("A\nB"), "leave them out");
  EXPECT_EQ(mend(std::string(129, 'a')), "shorten it");
}

TEST(Acknowledgements, ARefusalIsRefusedAtTheFieldThatIsBad) {
  const auto field_of = [](const std::function<void(v1::Refusal&)>& spoil) {
    v1::Refusal words;
    words.set_notification(core::to_reference(core::NotificationId{7, 1}));
    words.set_person("A. Person");
    words.set_role("Duty officer");
    words.set_reason("another force's");
    spoil(words);
    core::Decline into;
    const auto problem = read_refusal(words, "police", v1::MEANS_QUEUE, into);
    return problem ? problem->code() + " " + problem->field() : "";
  };
  EXPECT_EQ(field_of([](v1::Refusal&) {}), "");
  EXPECT_EQ(field_of([](v1::Refusal& r) { r.set_notification("N-1"); }), "bad_reference notification");
  EXPECT_EQ(field_of([](v1::Refusal& r) { r.clear_person(); }), "missing_field person");
  EXPECT_EQ(field_of([](v1::Refusal& r) { r.set_role("Duty\nofficer"); }), "control_character role");
  EXPECT_EQ(field_of([](v1::Refusal& r) { r.set_reason(std::string(1001, 'a')); }), "too_long reason");
}

TEST(Acknowledgements, ARefusalNeedsAReason) {
  v1::Refusal words;
  words.set_notification(core::to_reference(core::NotificationId{7, 1}));
  words.set_person("A. Person");
  words.set_role("Duty officer");
  core::Decline into;
  EXPECT_EQ(read_refusal(words, "police", v1::MEANS_QUEUE, into)->field(), "reason");
  words.set_reason("another force's");
  EXPECT_FALSE(read_refusal(words, "police", v1::MEANS_QUEUE, into));
}

}  // namespace
}  // namespace told::core
