// A mail says that something waits, and nothing else, whatever stands in the delivery.
#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <sstream>

#include "carriers/kind.hpp"
#include "carriers/smtp/message.hpp"
#include "carriers/smtp/verdict.hpp"
#include "core/reference.hpp"

namespace told::carriers {
namespace {

using google::protobuf::FieldDescriptor;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::chrono::sys_seconds now{std::chrono::seconds{1'790'000'000}};

std::string mail(const Parcel& parcel) {
  return mail_message(parcel, {"told@council.test", "duty.manager@council.test", "told.council.test", ""}, now);
}

std::vector<std::string> headers(const std::string& mail) {
  std::istringstream text(mail.substr(0, mail.find("\r\n\r\n") + 2));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::string header(const std::string& mail, const std::string& name) {
  for (const std::string& line : headers(mail))
    if (line.starts_with(name + ": ")) return line.substr(name.size() + 2, line.size() - name.size() - 3);
  return {};
}

/// Says something in every field, however deep.
void fill(google::protobuf::Message& message, int depth) {
  const auto* reflection = message.GetReflection();
  const auto* descriptor = message.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* f = descriptor->field(i);
    const bool many = f->is_repeated();
    switch (f->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        many ? reflection->AddString(&message, f, "leak") : reflection->SetString(&message, f, "leak");
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        if (!many) reflection->SetBool(&message, f, true);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        if (!many) reflection->SetEnumValue(&message, f, f->enum_type()->value_count() - 1);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        if (!many) reflection->SetInt64(&message, f, 1'700'000'000);
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        if (!many) reflection->SetUInt32(&message, f, 7);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (depth > 0)
          fill(many ? *reflection->AddMessage(&message, f) : *reflection->MutableMessage(&message, f), depth - 1);
        break;
      default:
        break;
    }
  }
}

/// What a mail may speak of, and nothing else.
Parcel bare() {
  Parcel p;
  p.recipient = "duty_manager";
  p.notification = {100, 1};
  p.attempt = 1;
  p.link = "https://told.council.test/a/secret";
  p.delivery.set_kind(v1::NOTIFICATION_KIND_TELL);
  p.delivery.set_case_ref("R-TEST");
  p.delivery.mutable_deadline()->set_seconds(1'790'001'800);
  p.delivery.set_status(v1::STATUS_ACTUAL);
  return p;
}

TEST(Mail, HasNoByteOfAnyFieldOfTheEvent) {
  const std::string expected = mail(bare());
  const auto* descriptor = v1::Delivery::descriptor();
  const auto* message = descriptor->FindOneofByName("message");
  int kinds = 0;
  for (int i = 0; i < message->field_count(); ++i, ++kinds) {
    Parcel p = bare();
    fill(*p.delivery.GetReflection()->MutableMessage(&p.delivery, message->field(i)), 4);
    fill(*p.delivery.mutable_correction(), 4);
    p.delivery.set_event_type("told.child.missing.v1");
    p.delivery.set_event_index(4'711);
    p.delivery.mutable_event_time()->set_seconds(1'700'000'000);
    p.delivery.set_marking("leak");
    p.delivery.set_notification("leak");
    p.delivery.set_attempt(3);
    p.attempt = 3;
    p.recipient = "leak";
    p.checkpoint = "leak";
    EXPECT_EQ(mail(p), expected) << message->field(i)->name();
  }
  EXPECT_GE(kinds, 20);
}

TEST(Mail, SaysWhatPeopleNeed) {
  const std::string text = mail(bare());
  // 2026-09-21, in summer: 14:43:20 UTC is 15:43 by the clock on the wall.
  EXPECT_EQ(header(text, "Subject"), "told: " + core::to_reference(core::NotificationId{100, 1}) +
                                         " needs an acknowledgement by 15:43 on Mon 21 Sep 2026 (BST)");
  EXPECT_EQ(header(text, "From"), "told <told@council.test>");
  EXPECT_EQ(header(text, "To"), "<duty.manager@council.test>");
  EXPECT_EQ(header(text, "Date"), "Mon, 21 Sep 2026 14:13:20 +0000");
  EXPECT_EQ(header(text, "Auto-Submitted"), "auto-generated");
  EXPECT_THAT(text, HasSubstr("Something waits for you: something that you must be told."));
  EXPECT_THAT(text, HasSubstr("R-TEST"));
  EXPECT_THAT(text, HasSubstr("https://told.council.test/a/secret\r\n"));
}

TEST(Mail, SaysWhatToDoWhereThereIsNoLink) {
  Parcel p = bare();
  p.link.clear();
  EXPECT_THAT(mail(p), HasSubstr("telephone whoever runs told for you"));
  EXPECT_THAT(mail_message(p, {"a@b.test", "c@d.test", "told.test", "telephone the duty desk, 01632 960000"}, now),
              HasSubstr("telephone the duty desk, 01632 960000\r\n"));
}

TEST(Mail, AsksForNothingWhereNoDeadlineIs) {
  Parcel p = bare();
  p.delivery.clear_deadline();
  p.delivery.set_kind(v1::NOTIFICATION_KIND_ANSWERED);
  EXPECT_THAT(mail(p), Not(HasSubstr("cknowledge by")));
  EXPECT_THAT(header(mail(p), "Subject"), HasSubstr("waits for you"));
}

TEST(Mail, BeginsWithTheWordExerciseWhereItIsOne) {
  Parcel p = bare();
  for (const auto& [status, word] : {std::pair{v1::STATUS_EXERCISE, "EXERCISE: "}, {v1::STATUS_TEST, "TEST: "}}) {
    p.delivery.set_status(status);
    EXPECT_THAT(header(mail(p), "Subject"), StartsWith(word));
    EXPECT_THAT(mail(p), HasSubstr(std::string{"\r\n\r\n"} + word));
  }
}

TEST(Mail, HasOneMessageIdInAllAttemptsAndAnotherForEachCall) {
  Parcel first = bare();
  Parcel second = bare();
  second.attempt = 2;
  second.delivery.set_attempt(2);
  EXPECT_EQ(mail(first), mail(second));
  second.delivery.set_call(1);
  EXPECT_NE(header(mail(first), "Message-ID"), header(mail(second), "Message-ID"));
  EXPECT_THAT(mail(second), HasSubstr("still nobody has answered"));
}

TEST(Mail, LetsNothingBeginAHeader) {
  const std::size_t count = headers(mail(bare())).size();
  for (const char* bad : {"R-1\r\nBcc: stranger@elsewhere.test", "R-1\nX: y", "R-1\r\n\r\nbody", "R 1", "\x80"}) {
    Parcel p = bare();
    p.delivery.set_case_ref(bad);
    p.delivery.set_notification(bad);
    p.recipient = bad;
    p.link = bad;
    EXPECT_EQ(headers(mail(p)).size(), count) << bad;
    EXPECT_THAT(mail(p), Not(HasSubstr(bad)));
  }
}

TEST(Mail, EndsEachLineAsMailMustAndIsPlainAscii) {
  const std::string text = mail(bare());
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_TRUE(text[i] != '\n' || text[i - 1] == '\r') << i;
    EXPECT_TRUE(text[i] == '\r' || text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~')) << i;
  }
}

// --- settings --------------------------------------------------------------------------------------------------------

Way good_way() {
  Way way;
  way.recipient = "duty_manager";
  way.carrier = "smtp";
  way.settings["relay"].text = "mail.council.test:587";
  way.settings["from"].text = "told@council.test";
  way.settings["to"].text = "duty.manager@council.test";
  return way;
}

std::vector<std::string> wrong(const Way& way) {
  std::vector<std::string> settings;
  for (const WayProblem& p : kind("smtp")->problems_of(way)) {
    settings.push_back(p.setting);
    EXPECT_NE(p.text, "");
  }
  return settings;
}

TEST(SmtpSettings, AreGoodAsTheExampleHasThem) { EXPECT_TRUE(wrong(good_way()).empty()); }

struct Wrong {
  const char* name;
  std::function<void(Way&)> spoil;
  const char* setting;
};
class SmtpSettingsThatAreWrong : public testing::TestWithParam<Wrong> {};

TEST_P(SmtpSettingsThatAreWrong, AreNamed) {
  Way way = good_way();
  GetParam().spoil(way);
  EXPECT_THAT(wrong(way), testing::ElementsAre(GetParam().setting));
}

Wrong text(const char* name, const char* setting, const char* value) {
  return {name, [=](Way& w) { w.settings[setting].text = value; }, setting};
}

INSTANTIATE_TEST_SUITE_P(
    Each, SmtpSettingsThatAreWrong,
    testing::Values(text("no_port", "relay", "mail.council.test"),
                    text("user_in_relay", "relay", "u:p@mail.council.test:587"),
                    text("path", "relay", "mail.council.test/x:587"), text("private_relay", "relay", "10.0.0.1:587"),
                    text("line_end_in_to", "to", "a@council.test\r\nRCPT TO:<b@elsewhere.test>"),
                    text("two_to", "to", "a@council.test,b@council.test"),
                    text("name_in_to", "to", "Duty <a@council.test>"), text("no_domain", "from", "told@"),
                    text("unknown_tls", "tls", "perhaps"), text("line_end_in_contact", "contact", "ring\r\nme"),
                    text("user_alone", "user", "told"), text("password_alone", "password_file", "x"),
                    Wrong{"clear_to_elsewhere", [](Way& w) { w.settings["tls"].text = "none"; }, "relay"},
                    Wrong{"other_domain", [](Way& w) { w.settings["domains"].texts = {"elsewhere.test"}; }, "to"},
                    Wrong{"sub_domain", [](Way& w) { w.settings["domains"].texts = {"test"}; }, "to"},
                    Wrong{"no_network", [](Way& w) { w.settings["allow"].texts = {"ten"}; }, "allow"},
                    Wrong{"too_long", [](Way& w) { w.settings["timeout"].time = std::chrono::minutes{3}; }, "timeout"}),
    [](const auto& i) { return i.param.name; });

TEST(SmtpSettings, MaySayTheDomainsThatARecipientMayBeAt) {
  Way way = good_way();
  way.settings["domains"].texts = {"elsewhere.test", "Council.test"};
  EXPECT_TRUE(wrong(way).empty());
}

// --- outcomes --------------------------------------------------------------------------------------------------------

Ending answered(int status) {
  Ending e;
  e.answered = e.sent = true;
  e.status = status;
  return e;
}

TEST(SmtpVerdict, IsTheRelaysWord) {
  EXPECT_EQ(smtp_verdict(answered(250), "r").outcome, v1::OUTCOME_SENT);
  EXPECT_EQ(smtp_verdict(answered(250), "r").problem, "");
  for (const int for_now : {421, 450, 451, 452, 454})
    EXPECT_EQ(smtp_verdict(answered(for_now), "r").outcome, v1::OUTCOME_DEFERRED);
  for (const int for_good : {550, 551, 552, 553, 554})
    EXPECT_EQ(smtp_verdict(answered(for_good), "r").outcome, v1::OUTCOME_REFUSED);
  // Ours to mend, and nothing is wrong with the message.
  for (const int login : {530, 534, 535, 538})
    EXPECT_EQ(smtp_verdict(answered(login), "r").outcome, v1::OUTCOME_DEFERRED);
  EXPECT_EQ(smtp_verdict(answered(550), "r").code, "smtp_550");
}

TEST(SmtpVerdict, IsUnknownWhereTheLinkBrokeAfterTheLastByteAndDeferredBefore) {
  Ending broken;
  broken.code = "connection_lost";
  broken.problem = "why";
  EXPECT_EQ(smtp_verdict(broken, "r").outcome, v1::OUTCOME_DEFERRED);
  broken.sent = true;
  EXPECT_EQ(smtp_verdict(broken, "r").outcome, v1::OUTCOME_UNKNOWN);
  EXPECT_EQ(smtp_verdict(broken, "r").code, "connection_lost");
}

}  // namespace
}  // namespace told::carriers
