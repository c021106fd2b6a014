// A field reaches a recipient only where the policy names it: shown for every rule of the shipped policies and every
// field of every event, in the typed, the JSON and the plain-text form.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agencies/agency.hpp"
#include "agencies/field_list.hpp"
#include "agencies/readable.hpp"
#include "config/config.hpp"
#include "core/event_types.hpp"

namespace told::agencies {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// Writes into every text field of `message` the field's own path, and remembers it.
void plant(Message& message, const std::string& path, std::vector<std::string>& planted) {
  const auto& set = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const std::string here = path.empty() ? field->name() : path + "." + field->name();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      planted.push_back(here);
      if (field->is_repeated())
        set.AddString(&message, field, "<" + here + ">");
      else
        set.SetString(&message, field, "<" + here + ">");
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_repeated()) {
      plant(*set.MutableMessage(&message, field), here, planted);
    }
  }
}

bool allows(const std::vector<std::string>& list, const std::string& path) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& allowed) { return path == allowed || path.starts_with(allowed + "."); });
}

struct Sent {
  std::vector<std::string> forms;
};

Sent word(const Registry& registry, const core::Policy& policy, const core::Rule& rule, const v1::Event& event) {
  v1::Delivery delivery;
  registry.find(policy.recipient(rule.who)->agency)->word(FieldList(rule.when, rule.fields).allowed(event), delivery);
  Sent sent;
  sent.forms.push_back(delivery.SerializeAsString());
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(delivery, &json).ok());
  // The JSON form writes < and > as \u003c and \u003e.
  for (const auto& [from, to] : {std::pair{"\\u003c", "<"}, std::pair{"\\u003e", ">"}})
    for (std::size_t at = 0; (at = json.find(from)) != std::string::npos;) json.replace(at, 6, to);
  sent.forms.push_back(std::move(json));
  sent.forms.push_back(readable(delivery));
  return sent;
}

class EveryRule : public testing::TestWithParam<const char*> {};

TEST_P(EveryRule, LetsOutTheFieldsItNamesAndNoByteOfAnother) {
  const auto loaded = config::load_policy(std::string(TOLD_ROOT) + "/" + GetParam());
  ASSERT_TRUE(loaded.ok());
  const Registry registry;
  std::size_t rules = 0;
  std::size_t kept_back = 0;
  for (const core::Rule& rule : loaded.value.rules) {
    const core::EventType* type = core::event_type_named(rule.when);
    if (type == nullptr) continue;  // an alarm
    ++rules;
    v1::Event event;
    event.set_id("<id>");
    event.set_subject("<subject>");
    event.set_source("<source>");
    std::vector<std::string> planted;
    plant(*event.GetReflection()->MutableMessage(&event, type->data), "", planted);
    for (const std::string& form : word(registry, loaded.value, rule, event).forms) {
      for (const std::string& path : planted) {
        const bool there = form.find("<" + path + ">") != std::string::npos;
        EXPECT_EQ(there, allows(rule.fields, path)) << rule.when << " to " << rule.who << ": " << path;
        if (!there) ++kept_back;
      }
      // Of the attributes around the data nothing leaves: a subject is the publisher's reference, not the agency's.
      for (const char* attribute : {"<id>", "<subject>", "<source>"})
        EXPECT_EQ(form.find(attribute), std::string::npos) << attribute;
    }
  }
  EXPECT_GE(rules, 10U);
  EXPECT_GT(kept_back, 100U);
}

INSTANTIATE_TEST_SUITE_P(OfTheShippedPolicies, EveryRule,
                         testing::Values("config/policy.toml", "config/demo/policy.toml"), [](const auto& about) {
                           return std::string(about.param).find("demo") == std::string::npos ? "council" : "demo";
                         });

TEST(AFieldList, ThatIsEmptyLetsNothingOut) {
  v1::Event event;
  std::vector<std::string> planted;
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
  std::vector<std::string> planted;
  plant(*event.mutable_child_missing(), "", planted);
  v1::Delivery delivery;
  Registry().find("channel_panel")->word(std::move(event), delivery);
  EXPECT_EQ(delivery.SerializeAsString().find('<'), std::string::npos);
}

}  // namespace
}  // namespace told::agencies
