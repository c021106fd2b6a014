// A field reaches a recipient only where the policy names it: shown for every event and recipient of the shipped
// policies and every field, in the typed, the JSON and the plain-text form, told and corrected.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agencies/agency.hpp"
#include "agencies/amendment.hpp"
#include "agencies/field_list.hpp"
#include "agencies/readable.hpp"
#include "config/config.hpp"
#include "core/event_types.hpp"

namespace told::agencies {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// Fills in every field of `message`, each text with the field's own path between `mark`s, and remembers the paths:
/// of every text in `planted`, of every single value in `paths`.
struct Planted {
  std::vector<std::string> texts;
  std::vector<std::string> paths;
};

// NOLINTNEXTLINE(misc-no-recursion): as deep as the words nest
void plant(Message& message, const std::string& path, Planted& planted, const std::string& mark = "<") {
  const auto& set = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const std::string here = path.empty() ? field->name() : path + "." + field->name();
    if (core::group_of(*field) != nullptr) {
      plant(*set.MutableMessage(&message, field), here, planted, mark);
      continue;
    }
    planted.paths.push_back(here);
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        planted.texts.push_back(here);
        if (field->is_repeated())
          set.AddString(&message, field, mark + here + ">");
        else
          set.SetString(&message, field, mark + here + ">");
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        set.SetBool(&message, field, true);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        set.SetEnumValue(&message, field, 1);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        set.SetInt32(&message, field, 417);
        break;
      default:
        google::protobuf::util::TimeUtil::FromString(
            "2026-01-12T21:05:00Z", static_cast<google::protobuf::Timestamp*>(set.MutableMessage(&message, field)));
    }
  }
}

/// The paths of every single value that is set.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the words nest
void collect(const Message& message, const std::string& above, std::vector<std::string>& paths) {
  std::vector<const FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    if (core::group_of(*field) != nullptr)
      collect(message.GetReflection()->GetMessage(message, field), above + field->name() + ".", paths);
    else
      paths.push_back(above + field->name());
  }
}

/// What a delivery lets its reader see, as paths of the event's data.
std::vector<std::string> seen_in(const v1::Delivery& d) {
  std::vector<std::string> paths;
  const auto* which =
      d.GetReflection()->GetOneofFieldDescriptor(d, v1::Delivery::descriptor()->FindOneofByName("message"));
  if (which == nullptr) return paths;
  if (!d.has_generic()) {
    collect(d.GetReflection()->GetMessage(d, which), "", paths);
    return paths;
  }
  const v1::Event& event = d.generic().event();
  const core::EventType* type = core::event_type_of_data(event.data_case());
  if (type != nullptr) collect(event.GetReflection()->GetMessage(event, type->data), "", paths);
  return paths;
}

bool allows(const std::vector<std::string>& list, const std::string& path) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& allowed) { return path == allowed || path.starts_with(allowed + "."); });
}

/// The three forms in which a delivery may be read: bytes, JSON, plain text.
std::vector<std::string> forms_of(const v1::Delivery& delivery) {
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(delivery, &json).ok());
  // The JSON form writes < and > as \u003c and \u003e.
  for (const auto& [from, to] : {std::pair{"\\u003c", "<"}, std::pair{"\\u003e", ">"}})
    for (std::size_t at = 0; (at = json.find(from)) != std::string::npos;) json.replace(at, 6, to);
  return {delivery.SerializeAsString(), json, readable(delivery)};
}

v1::Event filled(const core::EventType& type, Planted& planted, const std::string& mark = "<") {
  v1::Event event;
  event.set_id("<id>");
  event.set_subject("<subject>");
  event.set_source("<source>");
  event.set_correlation("<correlation>");
  plant(*event.GetReflection()->MutableMessage(&event, type.data), "", planted, mark);
  return event;
}

class EveryPair : public testing::TestWithParam<const char*> {
 protected:
  EveryPair() : loaded(config::load_policy(std::string(TOLD_ROOT) + "/" + GetParam())) {}

  /// Every rule of the policy that tells `recipient` of events of `type`.
  [[nodiscard]] std::vector<const core::Rule*> rules(const core::EventType& type,
                                                     const core::Recipient& recipient) const {
    std::vector<const core::Rule*> found;
    for (const core::Rule& rule : loaded.value.rules)
      if (rule.when == type.name && loaded.value.may_tell(rule, recipient.name)) found.push_back(&rule);
    return found;
  }

  /// Nothing that `rule` does not name is in any form of `delivery`, and all that it names is.
  void expect_only(const core::Rule& rule, const Planted& planted, const v1::Delivery& delivery, const char* mark) {
    const auto seen = seen_in(delivery);
    for (const std::string& path : seen)
      EXPECT_TRUE(allows(rule.fields, path)) << rule.when << " to " << rule.who << ": " << path;
    for (const std::string& path : planted.paths) {
      if (allows(rule.fields, path)) {
        EXPECT_EQ(std::count(seen.begin(), seen.end(), path), 1) << rule.when << " to " << rule.who << ": " << path;
      }
    }
    for (const std::string& form : forms_of(delivery)) {
      for (const std::string& path : planted.texts) {
        const bool there = form.find(mark + path + ">") != std::string::npos;
        EXPECT_EQ(there, allows(rule.fields, path)) << rule.when << " to " << rule.who << ": " << path;
        if (!there) ++kept_back;
      }
      // Of the attributes around the data nothing leaves: a subject is the publisher's reference, not the agency's.
      for (const char* attribute : {"<id>", "<subject>", "<source>", "<correlation>"})
        EXPECT_EQ(form.find(attribute), std::string::npos) << attribute;
    }
  }

  config::Loaded<core::Policy> loaded;
  const Registry registry;
  std::size_t told = 0;
  std::size_t kept_back = 0;
};

TEST_P(EveryPair, LetsOutTheFieldsItsRuleNamesAndNoByteOfAnother) {
  ASSERT_TRUE(loaded.ok()) << loaded.problems.at(0).to_string();
  for (const core::EventType& type : core::event_types()) {
    for (const core::Recipient& recipient : loaded.value.recipients) {
      for (const core::Rule* rule : rules(type, recipient)) {
        ++told;
        Planted planted;
        const v1::Event event = filled(type, planted);
        v1::Delivery delivery;
        registry.find(recipient.agency)->word(FieldList(rule->when, rule->fields).allowed(event), delivery);
        expect_only(*rule, planted, delivery, "<");
      }
    }
  }
  EXPECT_GE(told, 10U);
  EXPECT_GT(kept_back, 100U);
}

TEST_P(EveryPair, IsCorrectedInTheFieldsItsRuleNamesAndNoByteOfAnother) {
  ASSERT_TRUE(loaded.ok()) << loaded.problems.at(0).to_string();
  for (const core::EventType& type : core::event_types()) {
    const auto* corrected = v1::EventCorrected::descriptor()->FindFieldByNumber(type.data->number());
    if (corrected == nullptr) continue;  // itself about an earlier event
    for (const core::Recipient& recipient : loaded.value.recipients) {
      for (const core::Rule* rule : rules(type, recipient)) {
        ++told;
        Planted planted;
        const v1::Event earlier = filled(type, planted);
        v1::Event correcting;
        v1::EventCorrected& correction = *correcting.mutable_event_corrected();
        correction.set_supersedes("<id>");
        correction.set_reason("<why>");
        Planted again;
        plant(*correction.GetReflection()->MutableMessage(&correction, corrected), "", again, "<new ");
        v1::Delivery delivery;
        word_correction(earlier, correcting, "N-1", FieldList(rule->when, rule->fields),
                        *registry.find(recipient.agency), delivery);
        expect_only(*rule, again, delivery, "<new ");
        for (const std::string& path : delivery.correction().changed()) EXPECT_TRUE(allows(rule->fields, path)) << path;
        for (const std::string& form : forms_of(delivery)) {  // what was wrong is not said again
          for (const std::string& path : planted.texts)
            EXPECT_EQ(form.find("<" + path + ">"), std::string::npos) << path;
          EXPECT_EQ(form.find("<why>"), std::string::npos) << "it may say what their list does not name";
        }
      }
    }
  }
  EXPECT_GE(told, 10U);
}

// As the event itself is told: the reason, what was wrong and every other field stay here.
TEST_P(EveryPair, IsToldForTheFirstTimeByACorrectionTheFieldsItsRuleNamesAndNoByteOfAnother) {
  ASSERT_TRUE(loaded.ok()) << loaded.problems.at(0).to_string();
  for (const core::EventType& type : core::event_types()) {
    const auto* corrected = v1::EventCorrected::descriptor()->FindFieldByNumber(type.data->number());
    if (corrected == nullptr) continue;  // itself about an earlier event
    v1::Event correcting;
    correcting.set_id("<id>");
    correcting.set_subject("<subject>");
    correcting.set_source("<source>");
    correcting.set_correlation("<correlation>");
    v1::EventCorrected& correction = *correcting.mutable_event_corrected();
    correction.set_supersedes("<earlier>");
    correction.set_reason("<why>");
    Planted planted;
    plant(*correction.GetReflection()->MutableMessage(&correction, corrected), "", planted);
    const v1::Event happened = core::as_happened(correcting);
    EXPECT_EQ(happened.type(), type.type);
    for (const core::Recipient& recipient : loaded.value.recipients) {
      for (const core::Rule& rule : loaded.value.rules) {
        if (core::event_type_named(rule.when) == nullptr || !loaded.value.may_tell(rule, recipient.name)) continue;
        v1::Delivery delivery;
        const v1::Event allowed = FieldList(rule.when, rule.fields).allowed(happened);
        if (rule.when != type.name) {  // a rule of another type lets nothing out, whatever it names
          EXPECT_EQ(allowed.ByteSizeLong(), 0U) << rule.when << " to " << rule.who << ", of " << type.name;
          continue;
        }
        ++told;
        registry.find(recipient.agency)->word(v1::Event(allowed), delivery);
        expect_only(rule, planted, delivery, "<");
        for (const std::string& form : forms_of(delivery))
          for (const char* said : {"<earlier>", "<why>"}) EXPECT_EQ(form.find(said), std::string::npos) << rule.when;
      }
    }
  }
  EXPECT_GE(told, 10U);
}

// The two streams have no recipient in common whom a rule could tell of both, but for the police.
TEST_P(EveryPair, OfThePreventStreamIsApartFromTheOther) {
  ASSERT_TRUE(loaded.ok()) << loaded.problems.at(0).to_string();
  for (const core::Rule& rule : loaded.value.rules) {
    if (core::event_type_named(rule.when) == nullptr) continue;  // an alarm
    for (const std::string& who : loaded.value.everyone(rule.who)) {
      const core::Recipient& recipient = *loaded.value.recipient(who);
      if (core::is_prevent(rule.when)) {
        EXPECT_TRUE(recipient.prevent || recipient.agency == "police" || recipient.agency == "channel_panel") << who;
      } else {
        EXPECT_FALSE(recipient.prevent || recipient.agency == "channel_panel") << rule.when << " to " << who;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OfTheShippedPolicies, EveryPair,
                         testing::Values("config/policy.toml", "config/council.toml", "config/demo/policy.toml"),
                         [](const auto& about) {
                           const std::string path = about.param;
                           return path.find("demo") != std::string::npos      ? "demo"
                                  : path.find("council") != std::string::npos ? "council"
                                                                              : "small";
                         });

TEST(AFieldList, ThatIsEmptyLetsNothingOut) {
  v1::Event event;
  Planted planted;
  plant(*event.mutable_child_missing(), "", planted);
  EXPECT_EQ(FieldList("child.missing", {}).allowed(event).SerializeAsString().find('<'), std::string::npos);
}

TEST(AFieldList, OfAnotherTypeLetsNothingOut) {
  v1::Event event;
  event.mutable_prevent_section36()->mutable_prevent()->set_concern("<concern>");
  EXPECT_EQ(FieldList("child.missing", {"child", "missing"}).allowed(event).ByteSizeLong(), 0U);
}

TEST(AFieldList, WithAPathThatIsNoneSaysWhich) {
  EXPECT_THROW(FieldList("child.missing", {"child.shoe_size"}), std::invalid_argument);
  EXPECT_THROW(FieldList("alarm.limbo", {"child"}), std::invalid_argument);
}

TEST(TheChannelPanel, IsToldNothingByASafeguardingEventWhateverARuleSays) {
  v1::Event event;
  Planted planted;
  plant(*event.mutable_child_missing(), "", planted);
  v1::Delivery delivery;
  Registry().find("channel_panel")->word(std::move(event), delivery);
  EXPECT_EQ(delivery.SerializeAsString().find('<'), std::string::npos);
}

}  // namespace
}  // namespace told::agencies
